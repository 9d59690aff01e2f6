/*
 * Approvals that nobody decides, and attempts that wait after one that
 * failed. Input: the book's times, which are wall clock and survive restarts;
 * output: a `fail` event for each question, an attempt for each wait.
 */
#include "engine_turn.h"

#include <inttypes.h>
#include <stdio.h>

#include "machine/words.h"

/* The loop counts in its own time; it looks again after so long at most. */
#define LOOK_AGAIN_MS 60000

/* What is to happen first. */
struct due {
	uint64_t ms;                /* 0: nothing */
	const struct sw_try *asked; /* an approval that is over, or */
	struct sw_task task;        /* what is to be tried */
};

static void
look_at(const struct sw_engine *engine, const struct sw_scene *scene,
    uint32_t action, struct due *first)
{
	const struct sw_book *book = engine->book;
	const struct sw_try *try_ = sw__book_current(book, scene, action);
	const uint64_t next = sw__book_startable(book, scene, action);
	uint64_t ms =
	    next == UINT64_MAX || engine->options.loop == NULL ? 0 : next;
	if (try_ != NULL && try_->status == SW_STATUS_IN_PROGRESS)
		ms = try_->due_ms;
	if (ms == 0 || (first->ms != 0 && ms >= first->ms))
		return;
	const uint32_t stage = book->pipeline->machine->actions[action].stage;
	*first = (struct due){ ms, try_,
		{ sw_state_stage(scene->state, stage)->execution, action } };
}

static void
look_into(const struct sw_engine *engine, const struct sw_scene *scene,
    struct due *first)
{
	const uint32_t n = engine->book->pipeline->machine->nactions;
	for (uint32_t a = 0; a < n; a++)
		look_at(engine, scene, a, first);
}

/* Nothing is due for who has ended, of whom there may be many. */
static struct due
first_due(const struct sw_engine *engine)
{
	const struct sw_book *book = engine->book;
	const struct sw_execution *x = NULL;
	struct due first = { 0 };
	if (book->pipeline->machine->mode != SW_MODE_PARALLEL)
		look_into(engine, book->shared, &first);
	else
		while ((x = sw__book_next_in_flight(book, x)) != NULL)
			look_into(engine, x->scene, &first);
	return first;
}

static void
give_up(struct sw_engine *engine, const struct sw_try *asked)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	const struct sw_addressed event = {
		.event = { .kind = SW_EVENT_FAIL, .subject = asked->action },
		.execution =
		    machine->mode == SW_MODE_PARALLEL ? asked->execution : 0,
	};
	char line[SW_WORDS_MAX];
	struct sw_error err;
	const uint64_t minutes = (asked->due_ms - asked->started_ms) / 60000;
	json_t *facts = json_pack("{s:o, s:s}", "reason",
	    json_sprintf("was not decided within %" PRIu64 " minutes", minutes),
	    "outcome", "timed-out");
	if (sw__engine_post(engine, sw_words_event(machine, event, line), facts,
		&err) != 0 &&
	    err.code != SW_ERROR_REFUSED)
		sw__engine_trouble(engine, &err);
	json_decref(facts);
}

/* Its wait is over: the attempt begins. */
static void
begin(struct sw_engine *engine, const struct sw_task *task)
{
	struct sw_turn turn;
	struct sw_error err;
	sw__turn_begin(&turn, engine);
	int status = sw__action_begin(&turn, task, &err);
	if (status != 0 || turn.ndrafts == 0)
		sw__turn_drop(&turn);
	else
		status = sw__turn_commit(&turn, &err);
	if (status != 0)
		sw__engine_trouble(engine, &err);
}

/* Does what is due first, if its time has come. */
static bool
take_first(struct sw_engine *engine)
{
	const struct due due = first_due(engine);
	if (engine->has_failed || due.ms == 0 || due.ms > sw__engine_now())
		return false;
	if (due.asked != NULL)
		give_up(engine, due.asked); /* arms the timer again */
	else
		begin(engine, &due.task);
	return true;
}

static void
on_due(uv_timer_t *timer)
{
	struct sw_engine *engine = timer->data;
	take_first(engine);
	sw__timer_arm(engine);
}

void
sw__engine_expire(struct sw_engine *engine)
{
	const uint32_t most = engine->options.pipeline->machine->nactions;
	for (uint32_t i = 0; i < most && take_first(engine); i++)
		;
}

int
sw__timer_open(struct sw_engine *engine, struct sw_error *err)
{
	if (uv_timer_init(engine->options.loop, &engine->due) != 0)
		return sw__error(err, SW_ERROR_SYSTEM, "no timer");
	engine->due.data = engine;
	engine->has_timer = true;
	return 0;
}

void
sw__timer_arm(struct sw_engine *engine)
{
	if (!engine->has_timer || engine->is_closing)
		return;
	const struct due due = first_due(engine);
	uv_timer_stop(&engine->due);
	if (due.ms == 0 || engine->has_failed)
		return;
	const uint64_t now = sw__engine_now();
	uint64_t wait = due.ms > now ? due.ms - now : 0;
	if (wait > LOOK_AGAIN_MS)
		wait = LOOK_AGAIN_MS;
	uv_update_time(engine->options.loop);
	uv_timer_start(&engine->due, on_due, wait, 0);
}
