/*
 * Room on the simulated disk, in the place of journal/space.c: too little for
 * some hours, then enough again. Input: a seed; output: what an owner is told
 * of its disk, and a ballast that it may give up.
 */
#include <stddef.h>

#include "part.h"

static struct sim *
sim_of(const struct sw_space *space)
{
	return (struct sim *)((char *)(uintptr_t)space -
			      offsetof(struct sim, space));
}

struct sw_room
sw__space_look(const struct sw_space *space)
{
	const bool is_low = sim_of(space)->is_low;
	return (struct sw_room){ is_low ? 0 : 2, 1, is_low };
}

int
sw__space_check(const struct sw_space *space, struct sw_error *err)
{
	return sim_of(space)->is_low
		   ? sw__error(err, SW_ERROR_LIMIT, "the disk is full")
		   : 0;
}

bool
sw__space_unload(struct sw_space *space)
{
	const bool is_made = space->has_ballast && sim_of(space)->is_low;
	if (is_made) {
		sim_point(sim_of(space), SIM_ROOM_MADE);
		space->has_ballast = false;
	}
	return is_made;
}

/* What could not be recorded is tried again, as an owner does. */
static void
make_room(struct sim *sim)
{
	sim->is_low = false;
	sim->space.has_ballast = true;
	sim->up_ms = sim->now_ms; /* what was due is due now */
	if (sim->engine != NULL && !sim->has_trouble)
		sw__engine_retry(sim->engine);
}

void
sim_room_change(struct sim *sim)
{
	if (sim->is_calm)
		return;
	if (sim->is_low) {
		make_room(sim);
	} else {
		sim->is_low = true;
		sim_point(sim, SIM_ROOM_LOW);
	}
	sim_later(sim, (uint64_t)(1 + sim_below(sim, 48)) * 3600000,
	    SIM_DISK_ROOM, 0);
}

void
sim_room_calm(struct sim *sim)
{
	if (sim->is_low)
		make_room(sim);
}
