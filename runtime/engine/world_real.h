/*
 * The world of a running pipeline: the system's clocks, a timer of the loop,
 * the journal in the state directory, supervisors.
 */
#ifndef RUNTIME_WORLD_REAL_H
#define RUNTIME_WORLD_REAL_H

#include <uv.h>

#include "attempt/supervisor.h"
#include "world.h"

struct sw_real_world {
	struct sw_world world; /* what an engine is given; self is this */
	uv_loop_t *loop;
	uv_poll_t timer;
	int timer_fd;         /* on the clock of the boot */
	uv_check_t collected; /* the loop has collected what there is */
	uv_idle_t awake;      /* it shall not sleep */
	const struct sw_loop_events *events;
	void *payload; /* of the events */
	char boot_id[SW_BOOT_ID_MAX];
};

/*
 * *out must not move while an engine is in it. Without a loop (NULL) nothing
 * is started; with one it is good until that has run empty.
 */
void sw__real_world(struct sw_real_world *out, uv_loop_t *loop);

/* Its clock on the wall, for who has no engine. */
uint64_t sw__wall_ms(void);

#endif
