/*
 * What an action needs, resolved just before it starts: references in its
 * texts, its input artifacts, the revision that its execution is pinned to.
 */
#ifndef RUNTIME_PREPARE_H
#define RUNTIME_PREPARE_H

#include <stdint.h>

#include "attempt/attempt.h"
#include "journal/book.h"

/* An action, or a rule, for an execution. */
struct sw_task {
	uint32_t execution;
	uint32_t action;
};

struct sw_preparation {
	struct sw_attempt_spec spec; /* everything but job.state_dir and dir */
	void **owned;                /* what it points to */
	uint32_t nowned;
};

/*
 * For the next attempt of an action that the machine has started, or for
 * `again`, an attempt that provably did not start. SW_ERROR_REFUSED says what
 * has no value, and where it stands in the model. Caller releases.
 */
int sw__prepare(struct sw_preparation *out, const struct sw_book *book,
    const struct sw_task *task, const struct sw_try *again,
    struct sw_error *err);
void sw__preparation_release(struct sw_preparation *preparation);

/* How long an attempt may take, or a question may wait. */
uint64_t sw__prepare_deadline(const struct sw_work *work);

/* What an approval asks, resolved; freed by the caller. */
int sw__prepare_question(char **out, const struct sw_book *book,
    const struct sw_task *task, struct sw_error *err);

#endif
