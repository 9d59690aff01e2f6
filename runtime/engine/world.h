/*
 * The world as the engine meets it: clocks, a loop with one timer, the journal,
 * attempts, chance. It reaches nothing else, so a test that stands in for these has the
 * whole engine in its hands. The owner gives it the real ones (world_real.h).
 *
 * Calls that open something are given `self`, the world's own; what they open
 * is the world's to define, and the engine does not look into it.
 */
#ifndef RUNTIME_WORLD_H
#define RUNTIME_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attempt/attempt.h"
#include "journal/journal.h"
#include "journal/ranges.h"

/* Milliseconds. */
struct sw_clock_calls {
	/* Since the epoch; anybody may set it. */
	uint64_t (*wall_ms)(void *self);
	/* Since the machine was started, asleep or not; nobody can set it. */
	uint64_t (*boot_ms)(void *self);
	/* Which boot that is; "" if it cannot be told. */
	const char *(*boot_id)(void *self);
};

/* What the loop tells its engine. */
struct sw_loop_events {
	/* All that has come so far was handed over; told while awake. */
	void (*collected)(void *payload);
	/* Once for each arming, not before its time. */
	void (*due)(void *payload);
};

/* Who calls the engine. */
struct sw_loop_calls {
	int (*open)(void *self, const struct sw_loop_events *events,
	    void *payload, struct sw_error *err);
	/* Something waits for a turn, or nothing does any more. */
	void (*wake)(void *self, bool is_waiting);
	/* The one timer, in place of what it was armed for, at a time on the
	 * clock of the boot. */
	void (*arm)(void *self, uint64_t boot_ms);
	void (*disarm)(void *self);
	void (*close)(void *self);
};

/* As in journal.h. */
struct sw_journal_calls {
	int (*open)(void *self, struct sw_journal **out, const char *state_dir,
	    struct sw_error *err);
	void (*close)(struct sw_journal *journal); /* NULL is fine */
	int (*read)(struct sw_journal *journal, uint64_t after,
	    sw_journal_row_fn take, void *payload, struct sw_error *err);
	int (*find)(struct sw_journal *journal, const char *id,
	    sw_journal_row_fn take, void *payload, struct sw_error *err);
	int (*append)(struct sw_journal *journal, struct sw_journal_row *rows,
	    uint32_t n, struct sw_error *err);
	int (*reopen)(struct sw_journal *journal, struct sw_error *err);
	/* NULL, all three: it keeps all rows. */
	int (*cut)(struct sw_journal *journal, uint64_t before_ms,
	    struct sw_journal_cut *out, struct sw_error *err);
	int (*compact)(struct sw_journal *journal,
	    const struct sw_journal_cut *cut, struct sw_journal_row *row,
	    struct sw_error *err);
	uint64_t (*base)(const struct sw_journal *journal);
	/* NULL, all three: no checkpoints are made. */
	int (*store)(struct sw_journal *journal,
	    const struct sw_journal_documents *documents,
	    struct sw_journal_row *row, struct sw_error *err);
	int (*checkpoint)(struct sw_journal *journal, uint64_t before,
	    uint64_t *seq, char **body, struct sw_error *err);
	int (*record)(struct sw_journal *journal, uint64_t number,
	    uint64_t until, char **body, struct sw_error *err);
	uint64_t (*last)(const struct sw_journal *journal);
};

/* As in attempt.h, leftover.h and sweep.h. */
struct sw_attempt_calls {
	int (*launch)(void *self, struct sw_attempt **out,
	    const struct sw_attempt_spec *spec, sw_attempt_end_fn end,
	    void *payload, struct sw_error *err);
	int (*adopt)(void *self, struct sw_attempt **out, const char *dir,
	    sw_attempt_end_fn end, void *payload, struct sw_error *err);
	void (*release)(struct sw_attempt *attempt);
	void (*stop)(struct sw_attempt *attempt);
	void (*detach)(struct sw_attempt *attempt);
	void (*stop_at)(void *self, const char *dir);
	int (*clear)(
	    void *self, const char *dir, bool keeps_gate, struct sw_error *err);
	/* NULL: they leave nothing. */
	int (*sweep)(void *self, const char *state_dir,
	    const struct sw_ranges *pruned, const char *const *artifacts,
	    size_t n, struct sw_error *err);
};

struct sw_world {
	void *self;
	/* NULL: nobody hears of attempts, so an engine records and starts
	 * nothing; launch and adopt are not called. */
	const struct sw_loop_calls *loop;
	const struct sw_clock_calls *clock;
	const struct sw_journal_calls *journal;
	const struct sw_attempt_calls *attempts;
	/* Bytes that nobody can guess. */
	void (*random)(void *self, uint8_t *bytes, size_t n);
};

#endif
