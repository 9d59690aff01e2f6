/*
 * Approvals that nobody decides. Input: the book's due times, which are wall
 * clock and survive restarts; output: a `fail` event for each that is over.
 */
#include "engine_turn.h"

#include <inttypes.h>
#include <stdio.h>

#include "machine/words.h"

/* The loop counts in its own time; it looks again after so long at most. */
#define LOOK_AGAIN_MS 60000

/* The approval that is due first; NULL if nobody is asked anything. */
static const struct sw_try *
first_due(const struct sw_engine *engine)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	const struct sw_try *first = NULL;
	for (uint32_t a = 0; a < machine->nactions; a++) {
		if (machine->actions[a].category != SW_CATEGORY_APPROVAL)
			continue;
		const struct sw_try *try_ = sw__book_current(engine->book, a);
		if (try_ != NULL && try_->status == SW_STATUS_IN_PROGRESS &&
		    try_->due_ms != 0 &&
		    (first == NULL || try_->due_ms < first->due_ms))
			first = try_;
	}
	return first;
}

static void
give_up(struct sw_engine *engine, const struct sw_try *asked)
{
	char name[SW_WORDS_MAX];
	char line[2 * SW_WORDS_MAX];
	struct sw_error err;
	const uint64_t minutes = (asked->due_ms - asked->started_ms) / 60000;
	sw_words_action(engine->options.pipeline->machine, asked->action, name);
	snprintf(line, sizeof line, "fail %s", name);
	json_t *facts = json_pack("{s:o, s:s}", "reason",
	    json_sprintf("was not decided within %" PRIu64 " minutes", minutes),
	    "outcome", "timed-out");
	if (sw__engine_post(engine, line, facts, &err) != 0 &&
	    err.code != SW_ERROR_REFUSED)
		sw__engine_trouble(engine, &err);
	json_decref(facts);
}

/* Gives up the approval that is due first, if its time is over. */
static bool
give_up_first(struct sw_engine *engine)
{
	const struct sw_try *asked = first_due(engine);
	if (engine->has_failed || asked == NULL ||
	    asked->due_ms > sw__engine_now())
		return false;
	give_up(engine, asked); /* arms the timer again */
	return true;
}

static void
on_due(uv_timer_t *timer)
{
	struct sw_engine *engine = timer->data;
	give_up_first(engine);
	sw__timer_arm(engine);
}

void
sw__engine_expire(struct sw_engine *engine)
{
	const uint32_t most = engine->options.pipeline->machine->nactions;
	for (uint32_t i = 0; i < most && give_up_first(engine); i++)
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
	const struct sw_try *asked = first_due(engine);
	if (!engine->has_timer || engine->is_closing)
		return;
	uv_timer_stop(&engine->due);
	if (asked == NULL || engine->has_failed)
		return;
	const uint64_t now = sw__engine_now();
	uint64_t wait = asked->due_ms > now ? asked->due_ms - now : 0;
	if (wait > LOOK_AGAIN_MS)
		wait = LOOK_AGAIN_MS;
	uv_update_time(engine->options.loop);
	uv_timer_start(&engine->due, on_due, wait, 0);
}
