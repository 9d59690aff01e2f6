/*
 * What is due, and when: the earliest first, found and added in steps that
 * grow with the logarithm of how many there are. Whether one still holds is
 * not known here: whoever takes it looks.
 */
#ifndef RUNTIME_DUE_H
#define RUNTIME_DUE_H

#include <stdint.h>

#include "prepare.h"

struct sw_due {
	uint64_t ms; /* since the epoch */
	struct sw_task task;
};

/* None: { 0 }. */
struct sw_dues {
	struct sw_due *items; /* a heap: none is before items[(i - 1) / 2] */
	uint32_t n;
	uint32_t room;
};

/* -1 without memory. */
int sw__dues_add(struct sw_dues *dues, struct sw_due due);
/* The earliest; NULL: none. Borrowed until the next call. */
const struct sw_due *sw__dues_first(const struct sw_dues *dues);
/* Removes the earliest, if there is one. */
void sw__dues_drop(struct sw_dues *dues);
/* Removes all. */
void sw__dues_clear(struct sw_dues *dues);
void sw__dues_free(struct sw_dues *dues);

#endif
