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
	    next == UINT64_MAX || engine->world->loop == NULL ? 0 : next;
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

static int
give_up(struct sw_turn *turn, const struct sw_try *asked, struct sw_error *err)
{
	const struct sw_machine *machine =
	    turn->engine->options.pipeline->machine;
	const struct sw_addressed event = {
		.event = { .kind = SW_EVENT_FAIL, .subject = asked->action },
		.execution =
		    machine->mode == SW_MODE_PARALLEL ? asked->execution : 0,
	};
	char line[SW_WORDS_MAX];
	const uint64_t minutes = (asked->due_ms - asked->started_ms) / 60000;
	json_t *facts = json_pack("{s:o, s:s}", "reason",
	    json_sprintf("was not decided within %" PRIu64 " minutes", minutes),
	    "outcome", "timed-out");
	const int status = sw__turn_post(
	    turn, sw_words_event(machine, event, line), facts, err);
	json_decref(facts);
	return status;
}

static bool
has_come(const struct due *due, uint64_t now_ms)
{
	return due->ms != 0 && due->ms <= now_ms;
}

bool
sw__timer_is_due(const struct sw_engine *engine)
{
	const struct due due = first_due(engine);
	return !engine->has_failed && has_come(&due, sw__engine_now(engine));
}

int
sw__timer_draft(struct sw_turn *turn, struct sw_error *err)
{
	int status = 0;
	for (struct due due = first_due(turn->engine);
	     status == 0 && has_come(&due, turn->time_ms);
	     due = first_due(turn->engine)) {
		status = due.asked != NULL
			     ? give_up(turn, due.asked, err)
			     : sw__action_begin(turn, &due.task, err);
		if (status == 0)
			status = sw__turn_follow_up(turn, err);
	}
	return status;
}

void
sw__timer_arm(struct sw_engine *engine)
{
	if (!engine->is_looped || engine->is_closing)
		return;
	const struct sw_world *world = engine->world;
	const struct due due = first_due(engine);
	world->loop->disarm(world->self);
	if (due.ms == 0 || engine->has_failed)
		return;
	const uint64_t now = sw__engine_now(engine);
	uint64_t wait = due.ms > now ? due.ms - now : 0;
	if (wait > LOOK_AGAIN_MS)
		wait = LOOK_AGAIN_MS;
	world->loop->arm(
	    world->self, world->clock->boot_ms(world->self) + wait);
}
