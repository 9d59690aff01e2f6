/*
 * Inside the engine: what waits for a time, the clock that it waits on, and
 * what waits for room on the disk. Shared by the engine_*.c files alone.
 */
#ifndef RUNTIME_ENGINE_WAIT_H
#define RUNTIME_ENGINE_WAIT_H

#include "engine.h"
#include "prepare.h"

/* The wall clock was set when it is so far from where it is expected; less is
 * how it is kept right. */
#define SW_CLOCK_JUMP_MS 2000

/* engine_timer.c: approvals that nobody decides, attempts that wait. */
bool sw__timer_is_due(struct sw_engine *engine);
int sw__timer_draft(struct sw_turn *turn, struct sw_error *err);
void sw__timer_arm(struct sw_engine *engine);
void sw__timer_add(
    struct sw_engine *engine, uint64_t ms, const struct sw_task *task);
/* Looks for all of them in the book. */
void sw__timer_rebuild(struct sw_engine *engine);

/* engine_space.c */
/* SW_ERROR_LIMIT: nothing new is to be started. */
int sw__room_check(const struct sw_engine *engine, struct sw_error *err);
/* A commit failed. True: there is more room now, try again. */
bool sw__room_make(struct sw_engine *engine);
/* Keeps a matter that failed for want of room; false: it did not. */
bool sw__room_hold(struct sw_engine *engine, struct sw_matter *matter);

/* engine_clock.c */
/* The time of a turn. */
void sw__clock_read(struct sw_turn *turn);
/* Does the book know how the clocks stand? */
bool sw__clock_is_noted(const struct sw_engine *engine);
/* Drafts how the clocks stand, if that is not recorded. */
int sw__clock_note(struct sw_turn *turn, struct sw_error *err);
/* The same, as a part of a row. */
void sw__clock_add(const struct sw_engine *engine, struct sw_facts *facts);
/* A time on the clock of the boot. */
uint64_t sw__clock_boot_ms(const struct sw_engine *engine, uint64_t ms);

#endif
