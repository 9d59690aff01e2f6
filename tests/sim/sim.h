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
#include "tests/differential/chance.h"

/* Faults, of which a seed has some (a swarm: Groce et al. 2012). */
enum sim_fault {
	SIM_KILL,      /* the owner is killed, in any call */
	SIM_POWER,     /* and with it the machine goes down */
	SIM_DISK_FULL, /* a commit fails and did not happen */
	SIM_DISK_EIO,  /* a commit fails, and may have happened */
	SIM_DISK_GONE, /* then it cannot be opened again either */
	SIM_ROT,       /* a row is altered or missing when it is read */
	SIM_LAUNCH,    /* a supervisor cannot be started */
	SIM_ADOPT,     /* an attempt cannot be asked */
	SIM_GATE,      /* a supervisor dies at its gate */
	SIM_DEATH,     /* a supervisor dies while its action runs */
	SIM_HANG,      /* an action runs until its deadline */
	SIM_STUBBORN,  /* an action ignores that it is told to end */
	SIM_CLOCK,     /* somebody sets the clock */
	SIM_STALE,     /* a decision comes late, twice, on another question */
	SIM_RESEND,    /* a request is sent again */
	SIM_FLOOD,     /* many requests at once */
	SIM_FORCE,     /* a branch goes back to a commit that it had */
	SIM_NFAULTS
};
extern const char *const sim_fault_names[SIM_NFAULTS];

/* What must happen in a campaign for it to be worth something. */
#define SIM_POINTS(X)                                                          \
	X(KILLED_BEFORE_COMMIT, "killed-before-commit")                        \
	X(KILLED_AFTER_COMMIT, "killed-after-commit")                          \
	X(KILLED_AT_LAUNCH, "killed-at-launch")                                \
	X(KILLED_AT_RELEASE, "killed-at-release")                              \
	X(KILLED_AT_STOP, "killed-at-stop")                                    \
	X(KILLED_BEFORE_ANSWER, "killed-before-answer")                        \
	X(KILLED_AT_START, "killed-at-start")                                  \
	X(KILLED_AT_REST, "killed-at-rest")                                    \
	X(POWER_LOST, "power-lost")                                            \
	X(COMMIT_WAS_THERE, "commit-unknown-was-there")                        \
	X(COMMIT_WAS_NOT, "commit-unknown-was-not-there")                      \
	X(COMMIT_UNFOUND, "commit-unknown-and-gone")                           \
	X(ROT_REPORTED, "rot-reported")                                        \
	X(NOT_LAUNCHED, "not-launched")                                        \
	X(NOT_ADOPTED, "not-adopted")                                          \
	X(NOT_STARTED, "not-started")                                          \
	X(STARTED_AGAIN, "started-again")                                      \
	X(WENT_UNKNOWN, "went-unknown")                                        \
	X(TIMED_OUT, "timed-out")                                              \
	X(STOPPED, "stopped")                                                  \
	X(ENDED_WHILE_DOWN, "ended-while-down")                                \
	X(FOUND_RUNNING, "found-running")                                      \
	X(LEFTOVER_CLEARED, "leftover-cleared")                                \
	X(QUESTION_EXPIRED, "question-expired")                                \
	X(STALE_DENIED, "stale-decision-denied")                               \
	X(DECIDED, "decided")                                                  \
	X(SETTLED, "settled")                                                  \
	X(ROLLED_BACK, "rolled-back")                                          \
	X(TIP_STARTED, "tip-started")                                          \
	X(CLOCK_WENT_BACK, "clock-went-back")                                  \
	X(ANSWER_LOST, "answer-lost")                                          \
	X(SENT_AGAIN, "sent-again")                                            \
	X(ASKED_HERE, "asked-here")                                            \
	X(CAME_TOGETHER, "came-together")
enum sim_point {
#define SIM_POINT_ID(id, name) SIM_##id,
	SIM_POINTS(SIM_POINT_ID)
#undef SIM_POINT_ID
	SIM_NPOINTS
};

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
	SIM_NKINDS
};

struct sim_event {
	uint64_t at_ms;
	uint64_t order;
	uint32_t kind;
	uint32_t subject;
};

struct sim_disk;
struct sim_processes;
struct sim_people;
struct sim_laws;

struct sim {
	uint64_t seed;
	struct chance chance;
	uint32_t faults; /* bits of enum sim_fault */
	const struct sw_pipeline *pipeline;
	struct sw_world world;
	struct sw_statedir dir; /* a name alone */
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

/* Of each part of the world. */
extern const struct sw_journal_calls sim_journal_calls; /* disk.c */
extern const struct sw_attempt_calls sim_attempt_calls; /* process.c */
struct sim_disk *sim_disk_new(void);
void sim_disk_free(struct sim_disk *disk);
uint64_t sim_disk_last(const struct sim *sim);
bool sim_disk_rot(struct sim *sim); /* false: there is nothing to rot */
void sim_disk_mend(struct sim *sim);

struct sim_processes *sim_processes_new(void);
void sim_processes_free(struct sim_processes *processes);
void sim_process_end(struct sim *sim, uint32_t process);
void sim_process_tell(struct sim *sim, uint32_t process);
void sim_processes_owner_died(struct sim *sim);
void sim_processes_power_lost(struct sim *sim);
uint32_t sim_processes_running(const struct sim *sim);
/* Is it ending, or does it not run? */
bool sim_process_is_told(const struct sim *sim, const char *id);
/* A row says that an attempt was made, or how it ended. */
void sim_process_recorded(struct sim *sim, const char *id);
void sim_process_judged(
    struct sim *sim, const char *id, const char *outcome, long code);

struct sim_people *sim_people_new(struct sim *sim);
void sim_people_free(struct sim_people *people);
void sim_people_act(struct sim *sim);
void sim_people_again(struct sim *sim, uint32_t request);
void sim_people_look(struct sim *sim);
void sim_people_calm(struct sim *sim);
/* A row of request n. */
void sim_people_recorded(struct sim *sim, uint32_t request);
void sim_people_started(struct sim *sim, uint32_t commit);

struct sim_laws *sim_laws_new(void);
void sim_laws_free(struct sim_laws *laws);
void sim_laws_row(struct sim *sim, const struct sw_journal_row *row);
void sim_laws_turn(struct sim *sim);
void sim_laws_died(struct sim *sim);   /* what it knew, as long as it is here */
void sim_laws_opened(struct sim *sim); /* it must know the same */
void sim_laws_ended(struct sim *sim);

/* pipeline.c: a pipeline of a number, for ever. */
const struct sw_pipeline *sim_pipeline(uint64_t number);
void sim_pipeline_free(const struct sw_pipeline *pipeline);

#endif
