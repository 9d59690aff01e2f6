/*
 * The process that owns a state directory while it does: a loop, an engine, a
 * server, signals. `run` and `serve` are made of it.
 */
#ifndef RUNTIME_OWNER_H
#define RUNTIME_OWNER_H

#include <stdbool.h>

#include "engine/engine.h"
#include "engine/world_real.h"
#include "server.h"

struct sw_owner {
	uv_loop_t loop;
	struct sw_real_world real;
	struct sw_engine *engine;
	struct sw_server *server;
	uv_signal_t signals[2];  /* SIGINT, SIGTERM */
	int signal;              /* that ended the loop; 0: none did */
	struct sw_error trouble; /* that ended the loop; code 0: none did */
	struct sw_space space;   /* floor is set before */
	struct sw_room room;     /* as it was when it was looked at last */
	uv_prepare_t looks;      /* at the disk, when something happens */
	uv_timer_t looks_again;  /* while it is low */
	/* What it prunes by itself; all 0: nothing. Set before. */
	struct sw_retention retention;
	/* There is too little room on the disk, or enough again. May be NULL. */
	void (*disk)(const struct sw_room *room, void *payload);
	/* After each row, and after what followed from it. May be NULL. */
	void (*row)(const json_t *row, void *payload);
	void *payload;
	const struct sw_vault *vault; /* or NULL; set before, borrowed */
	bool is_stopping;
	bool drains;                  /* nothing new is started; set before */
	char program[SW_PROGRAM_MAX]; /* hash of this one */
};

/*
 * Opens all of it in a directory that is owned, and takes up what an earlier
 * owner left. *owner must not move. Calls, payload and space.floor are set
 * before.
 */
int sw__owner_open(struct sw_owner *owner, const struct sw_pipeline *pipeline,
    const struct sw_statedir *dir, struct sw_error *err);
/* Runs until sw__owner_stop, a signal or trouble. */
void sw__owner_run(struct sw_owner *owner);
void sw__owner_stop(struct sw_owner *owner);
/* What runs goes on under its supervisors. */
void sw__owner_close(struct sw_owner *owner);

#endif
