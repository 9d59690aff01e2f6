/* The parts of a simulated world: disk, processes, people; and its laws. */
#ifndef SIM_PART_H
#define SIM_PART_H

#include "sim.h"

/* What nobody may write down. */
#define SIM_SECRET_TEXT "the-word-of-the-day"

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
/* Does the engine that is there hear of its end? */
bool sim_process_is_followed(const struct sim *sim, const char *id);
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

void sim_people_upgraded(struct sim *sim); /* sources are others */

/* upgrade.c. At rest: perhaps another version takes over. */
void sim_upgrade(struct sim *sim);
/* A row says that it did. */
void sim_upgraded(struct sim *sim);

/* room.c */
void sim_room_change(struct sim *sim);
void sim_room_calm(struct sim *sim);

struct sim_laws *sim_laws_new(void);
void sim_laws_free(struct sim_laws *laws);
void sim_laws_row(struct sim *sim, const struct sw_journal_row *row);
void sim_laws_turn(struct sim *sim);
/* What is written, shown or told has no secret in it. */
void sim_laws_sink(struct sim *sim, const char *what, const char *text);
void sim_laws_died(struct sim *sim);   /* what it knew, as long as it is here */
void sim_laws_opened(struct sim *sim); /* it must know the same */
void sim_laws_ended(struct sim *sim);

/* pipeline.c: version 0, 1, ... of the pipeline of a number, for ever. */
const struct sw_pipeline *sim_pipeline(uint64_t number, uint32_t version);
void sim_pipeline_free(const struct sw_pipeline *pipeline);

#endif
