/*
 * Approvals that nobody decides, and attempts that wait after one that
 * failed. Input: times of the book, which survive restarts; output: a `fail`
 * event for each question, an attempt for each wait. Neither comes before its
 * time is over, nor twice.
 */
#include "engine_turn.h"

#include <inttypes.h>
#include <stdio.h>

#include "machine/words.h"

/* Times kept that may have come to nothing; twice as many as hold at most. */
#define STALE_MIN 64

/* When an action of a scene is due; 0: it is not. */
static uint64_t
due_of(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t action)
{
	const struct sw_try *try_ = sw__book_current(book, scene, action);
	const uint64_t next = sw__book_startable(book, scene, action);
	if (try_ != NULL && try_->status == SW_STATUS_IN_PROGRESS)
		return try_->due_ms;
	return next == UINT64_MAX ? 0 : next;
}

void
sw__timer_add(struct sw_engine *engine, uint64_t ms, const struct sw_task *task)
{
	if (engine->times.n >= engine->times_max)
		sw__timer_rebuild(engine);
	else if (sw__dues_add(&engine->times, (struct sw_due){ ms, *task }) !=
		 0)
		engine->times_max = 0; /* the next one looks for it again */
}

static void
add_scene(struct sw_engine *engine, const struct sw_scene *scene)
{
	const struct sw_machine *machine = engine->book->pipeline->machine;
	for (uint32_t a = 0; a < machine->nactions; a++) {
		const uint32_t stage = machine->actions[a].stage;
		const uint64_t ms = due_of(engine->book, scene, a);
		const struct sw_due due = { ms,
			{ sw_state_stage(scene->state, stage)->execution, a } };
		if (ms != 0 && sw__dues_add(&engine->times, due) != 0)
			engine->times_max = 0;
	}
}

/* Nothing is due for who has ended, of whom there may be many. */
void
sw__timer_rebuild(struct sw_engine *engine)
{
	const struct sw_book *book = engine->book;
	const struct sw_execution *x = NULL;
	sw__dues_clear(&engine->times);
	engine->times_max = STALE_MIN;
	if (book->pipeline->machine->mode != SW_MODE_PARALLEL)
		add_scene(engine, book->shared);
	else
		while ((x = sw__book_next_in_flight(book, x)) != NULL)
			add_scene(engine, x->scene);
	if (engine->times_max != 0 && engine->times.n > STALE_MIN / 2)
		engine->times_max = 2 * engine->times.n;
}

static bool
holds(const struct sw_engine *engine, const struct sw_due *due)
{
	const struct sw_book *book = engine->book;
	const struct sw_scene *scene =
	    sw__book_scene(book, due->task.execution);
	const uint32_t stage =
	    book->pipeline->machine->actions[due->task.action].stage;
	return scene != NULL &&
	       sw_state_stage(scene->state, stage)->execution ==
		   due->task.execution &&
	       due_of(book, scene, due->task.action) == due->ms;
}

/* What is due first; NULL: nothing. */
static const struct sw_due *
first_due(struct sw_engine *engine)
{
	const struct sw_due *due;
	if (engine->times_max == 0)
		sw__timer_rebuild(engine);
	while ((due = sw__dues_first(&engine->times)) != NULL &&
	       !holds(engine, due))
		sw__dues_drop(&engine->times);
	return due;
}

/* Is its time over, and not only the millisecond begun in which it will be? */
static bool
is_over(const struct sw_due *due, uint64_t now_ms)
{
	return due != NULL && due->ms < now_ms;
}

bool
sw__timer_is_due(struct sw_engine *engine)
{
	const struct sw_due *due =
	    engine->has_failed ? NULL : first_due(engine);
	/* If the clock was set since then, a turn moves it, then looks. */
	return due != NULL && (!sw__clock_is_noted(engine) ||
				  is_over(due, sw__engine_now(engine)));
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
	char reason[64];
	const uint64_t minutes =
	    sw__prepare_deadline(
		&turn->engine->options.pipeline->work[asked->action]) /
	    60000;
	struct sw_facts facts = sw__turn_facts(turn);
	snprintf(reason, sizeof reason,
	    "was not decided within %" PRIu64 " minutes", minutes);
	sw__facts_text(&facts, "reason", reason);
	sw__facts_text(&facts, "outcome", "timed-out");
	return sw__turn_post(
	    turn, sw_words_event(machine, event, line), &facts, err);
}

/* An approval that is over, or an attempt whose wait is. */
static int
draft_due(
    struct sw_turn *turn, const struct sw_task *task, struct sw_error *err)
{
	const struct sw_book *book = turn->engine->book;
	const struct sw_try *asked = sw__book_current(
	    book, sw__book_scene(book, task->execution), task->action);
	const int status = asked != NULL ? give_up(turn, asked, err)
					 : sw__action_begin(turn, task, err);
	return status == 0 ? sw__turn_follow_up(turn, err) : status;
}

int
sw__timer_draft(struct sw_turn *turn, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	const struct sw_due *due;
	while (is_over(due = first_due(engine), turn->now_ms)) {
		const struct sw_task task = due->task;
		sw__dues_drop(&engine->times);
		if (draft_due(turn, &task, err) != 0)
			return err->code;
	}
	return 0;
}

void
sw__timer_arm(struct sw_engine *engine)
{
	if (!engine->is_looped || engine->is_closing)
		return;
	const struct sw_world *world = engine->world;
	const struct sw_due *due =
	    engine->has_failed || engine->is_full ? NULL : first_due(engine);
	const uint64_t ms =
	    due == NULL ? 0 : sw__clock_boot_ms(engine, due->ms + 1);
	if (ms == engine->armed_ms)
		return;
	engine->armed_ms = ms;
	if (due == NULL)
		world->loop->disarm(world->self);
	else
		world->loop->arm(world->self, ms);
}
