/*
 * A world for the real engine, out of one seed: clocks, disk, processes,
 * sources and people, and faults in all of them. One process, one thread; the
 * same seed is the same life of a pipeline, event by event.
 *
 * The engine is killed by its world: from one moment on, within any call, the
 * world does nothing more that it is asked for and hears nothing more of it.
 * What the engine still does in its own memory is lost with it.
 */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/engine.h"
#include "point.h"
#include "secret/vault.h"
#include "tests/differential/chance.h"

/* What waits for its time. */
enum sim_kind {
	SIM_PROCESS_END, /* subject: a process */
	SIM_TELL,        /* its follower hears of it */
	SIM_PERSON,      /* somebody wants something */
	SIM_AGAIN,       /* subject: a request that is sent again */
	SIM_LOOK,        /* at the sources */
	SIM_ACCIDENT,    /* the owner is killed at rest */
	SIM_SET_CLOCK,
	SIM_RESTART,
	SIM_DISK_ROOM, /* there is less of it, or more again */
	SIM_VERSION,   /* there is another one of the pipeline */
	SIM_NKINDS
};

struct sim_event {
	uint64_t at_ms;
	uint64_t order;
	uint32_t kind;
	uint32_t subject;
};

/* Of one pipeline in one life. */
#define SIM_VERSIONS_MAX 8

struct sim_disk;
struct sim_processes;
struct sim_people;
struct sim_laws;

struct sim {
	uint64_t seed;
	struct chance chance;
	uint32_t faults;                    /* bits of enum sim_fault */
	const struct sw_pipeline *pipeline; /* that the journal is of */
	const struct sw_pipeline *next;     /* that it may go over to */
	const struct sw_pipeline *versions[SIM_VERSIONS_MAX]; /* all of them */
	uint32_t nversions;
	struct sw_world world;
	struct sw_statedir dir; /* a name alone */
	struct sw_space space;  /* room.c */
	struct sw_retention retention;
	struct sw_vault *vault; /* NULL: no secrets */
	struct sw_engine *engine;
	const struct sw_loop_events *loop; /* NULL: not open */
	void *payload;

	uint64_t now_ms;    /* since the beginning */
	uint64_t booted_ms; /* of them */
	uint64_t up_ms;     /* when the engine was started */
	uint32_t boot;      /* 1, 2, ... */
	char boot_id[40];
	int64_t lead_ms;   /* of the wall clock before now_ms */
	uint64_t armed_ms; /* in now_ms; UINT64_MAX: not */
	bool is_awake;
	bool is_dead;       /* the engine was killed, and does not know it */
	bool is_calm;       /* no fault happens any more */
	bool wants_upgrade; /* to be done before it is started again */
	bool is_low;        /* the disk has too little room */
	bool has_trouble;   /* the engine gave up */
	const char *broken; /* the first law that was; NULL: none */
	char detail[512];

	struct sim_event *queue; /* a heap */
	uint32_t nqueue, room;
	uint64_t order;

	uint64_t hash;    /* of all that happened */
	uint64_t nevents; /* that the engine was given */
	uint64_t nread;   /* rows that were read again */
	uint32_t points[SIM_NPOINTS];
	FILE *trace; /* NULL: none */

	struct sim_disk *disk;
	struct sim_processes *processes;
	struct sim_people *people;
	struct sim_laws *laws;
};

/* life.c: the life of a pipeline, from its first start to the calm at its end,
 * or to a broken law. */
void sim_live(struct sim *sim, uint64_t days);
/* Of an engine that this world calls. */
struct sw_engine_options sim_options(struct sim *sim,
    const struct sw_pipeline *pipeline, const struct sw_world *world);
void sim_later(
    struct sim *sim, uint64_t after_ms, enum sim_kind kind, uint32_t subject);
void sim_broken(struct sim *sim, const char *law, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sim_mix(struct sim *sim, uint64_t value);

/* Chance: one of n; whether a fault happens, once in n, if the seed has it. */
uint32_t sim_below(struct sim *sim, uint32_t n);
bool sim_strikes(struct sim *sim, enum sim_fault fault, uint32_t n);
/* Of what makes the engine read its journal again: the longer that is, the
 * less often. A life has as many of them, and most of them early. */
uint32_t sim_seldom(const struct sim *sim);
/* Whether the engine is there to hear; it may be killed here. */
bool sim_lives(struct sim *sim, enum sim_point where);
static inline void
sim_point(struct sim *sim, enum sim_point point)
{
	sim->points[point]++;
}

#endif
