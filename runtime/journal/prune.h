/*
 * Executions that are pruned: what is kept of one, and which may be. Whether
 * anything can still happen to one, the machine says.
 *
 * Of a pruned execution there are number, id, status, times, target, cause,
 * its reason as far as SW_HISTORY_TEXT_MAX, and as "start" its "trigger",
 * "revisions" that its sources found, and "summaries" of those.
 */
#ifndef RUNTIME_PRUNE_H
#define RUNTIME_PRUNE_H

#include "book.h"

/* Bytes of a reason, or of the summary of a revision, that are kept. */
#define SW_HISTORY_TEXT_MAX 200
/* Executions that one row prunes. */
#define SW_PRUNE_MAX 100

enum sw_prunable {
	SW_PRUNABLE,
	SW_PRUNABLE_RETRY, /* if that is given up: it can still be retried */
	SW_PRUNED,
	SW_UNPRUNABLE_LIVE,   /* something can happen to it, or it is newest */
	SW_UNPRUNABLE_TARGET, /* a rollback can go back to it, or does */
	SW_UNPRUNABLE_NONE,   /* it was never started */
};

/* Without reading it: a state is there to be asked, so in PARALLEL
 * SW_PRUNABLE_RETRY may turn out to be SW_PRUNABLE. */
enum sw_prunable sw__book_prunable(const struct sw_book *book, uint32_t number);
/* Of one that is read: would the machine take a retry of it? */
bool sw__book_can_retry(
    const struct sw_book *book, const struct sw_execution *execution);
/* PARALLEL: executions that have ended and that have a state. */
uint32_t sw__book_retryable(const struct sw_book *book);

#endif
