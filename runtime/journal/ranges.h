/*
 * A set of numbers that is mostly whole stretches, like executions that were
 * pruned. Grows with how often it is interrupted, not with how many there are.
 */
#ifndef RUNTIME_RANGES_H
#define RUNTIME_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "json_read.h"

struct sw_range {
	uint32_t first, last; /* first <= last */
};

/* None: { 0 }. */
struct sw_ranges {
	struct sw_range *items; /* ascending, and not one beside the other */
	uint32_t n;
	uint32_t room;
};

void sw__ranges_free(struct sw_ranges *ranges);
/* Room for so many more numbers that are added. -1 without memory. */
int sw__ranges_reserve(struct sw_ranges *ranges, uint32_t more);
/* There is room for it. */
void sw__ranges_add(struct sw_ranges *ranges, uint32_t number);
/* There is room for one more. */
void sw__ranges_remove(struct sw_ranges *ranges, uint32_t number);
bool sw__ranges_have(const struct sw_ranges *ranges, uint32_t number);
/* The first number from `number` on that is not in it. */
uint32_t sw__ranges_gap(const struct sw_ranges *ranges, uint32_t number);
uint32_t sw__ranges_count(const struct sw_ranges *ranges);

/* [[1, 50], [52, 52]]; NULL without memory. */
json_t *sw__ranges_write(const struct sw_ranges *ranges);
/* Into an empty set: of numbers from 1 to max, ascending. -1: it is none of
 * that, or there is no memory. */
int sw__ranges_read(
    struct sw_ranges *out, const struct sw_json_value *document, uint32_t max);

#endif
