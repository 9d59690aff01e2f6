/*
 * A disk that is full: the ballast is given up for what has to be recorded,
 * and what cannot be recorded all the same is held until there is room.
 * Input: a commit that failed; output: whether it is worth another try.
 */
#include "engine_turn.h"

const struct sw_space *
sw__engine_space(const struct sw_engine *engine)
{
	return engine->options.space;
}

int
sw__room_check(const struct sw_engine *engine, struct sw_error *err)
{
	return engine->options.space == NULL
		   ? 0
		   : sw__space_check(engine->options.space, err);
}

bool
sw__room_make(struct sw_engine *engine)
{
	struct sw_space *space = engine->options.space;
	if (space == NULL || engine->has_failed)
		return false;
	const bool is_made = sw__space_unload(space);
	engine->is_full = !is_made && sw__space_look(space).is_low;
	return is_made;
}

bool
sw__room_hold(struct sw_engine *engine, struct sw_matter *matter)
{
	if (!engine->is_full || engine->is_closing)
		return false;
	matter->next = engine->held;
	engine->held = matter;
	return true;
}

void
sw__engine_retry(struct sw_engine *engine)
{
	struct sw_matter *held = engine->held;
	engine->held = NULL;
	engine->is_full = false;
	for (struct sw_matter *next; held != NULL; held = next) {
		next = held->next;
		sw__engine_submit(engine, held);
	}
	sw__timer_arm(engine);
}
