/*
 * What time it is for the engine: the clock of the boot, which nobody can set,
 * with the lead that the wall clock had when it was recorded. When that is
 * true no more, since the machine was booted or its clock was set, the turn
 * begins with a row that says so. Input: the world's clocks; output: times.
 */
#include "engine_turn.h"

#include <string.h>

/* The lead that counts, and how far the wall clock is from it. */
struct reading {
	uint64_t boot_ms;
	int64_t lead_ms;  /* of the wall clock, now */
	int64_t jump_ms;  /* since it was recorded; 0 in another boot */
	bool is_recorded; /* of this boot, and still true */
};

static struct reading
read_clocks(const struct sw_engine *engine)
{
	const struct sw_world *world = engine->world;
	const struct sw_clocks *known = &engine->book->clocks;
	const char *boot = world->clock->boot_id(world->self);
	struct reading now = { .boot_ms = world->clock->boot_ms(world->self) };
	now.lead_ms =
	    (int64_t)(world->clock->wall_ms(world->self) - now.boot_ms);
	if (boot[0] == '\0' || strcmp(boot, known->boot) != 0)
		return now;
	const int64_t jump = now.lead_ms - known->lead_ms;
	now.is_recorded = jump <= SW_CLOCK_JUMP_MS && jump >= -SW_CLOCK_JUMP_MS;
	if (now.is_recorded)
		now.lead_ms = known->lead_ms;
	else
		now.jump_ms = jump;
	return now;
}

uint64_t
sw__engine_now(const struct sw_engine *engine)
{
	const struct reading now = read_clocks(engine);
	return now.boot_ms + (uint64_t)now.lead_ms;
}

uint64_t
sw__clock_boot_ms(const struct sw_engine *engine, uint64_t ms)
{
	const uint64_t boot_ms = ms - (uint64_t)read_clocks(engine).lead_ms;
	return ms < boot_ms ? 0 : boot_ms;
}

void
sw__clock_read(struct sw_turn *turn)
{
	const struct sw_engine *engine = turn->engine;
	const struct reading now = read_clocks(engine);
	turn->now_ms = now.boot_ms + (uint64_t)now.lead_ms;
	/* Rows stand in the order of their times, whatever the clock does. */
	turn->time_ms = turn->now_ms < engine->book->time_ms
			    ? engine->book->time_ms
			    : turn->now_ms;
}

void
sw__clock_add(const struct sw_engine *engine, struct sw_facts *facts)
{
	const struct sw_world *world = engine->world;
	const struct reading now = read_clocks(engine);
	sw__facts_text(facts, "boot", world->clock->boot_id(world->self));
	sw__facts_number(facts, "lead_ms", now.lead_ms);
	if (now.jump_ms != 0)
		sw__facts_number(facts, "jump_ms", now.jump_ms);
}

bool
sw__clock_is_noted(const struct sw_engine *engine)
{
	const char *boot = engine->world->clock->boot_id(engine->world->self);
	return engine->book->seq == 0 || boot[0] == '\0' ||
	       read_clocks(engine).is_recorded;
}

int
sw__clock_note(struct sw_turn *turn, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	if (sw__clock_is_noted(engine))
		return 0;
	struct sw_facts facts = sw__turn_facts(turn);
	sw__clock_add(engine, &facts);
	const int status = sw__turn_draft(turn, "clock", &facts, err);
	if (status == 0) {
		sw__timer_rebuild(engine);
		sw__clock_read(turn);
	}
	return status;
}
