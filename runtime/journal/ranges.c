/* Stretches of numbers, ascending. */
#include "ranges.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
sw__ranges_free(struct sw_ranges *ranges)
{
	free(ranges->items);
	*ranges = (struct sw_ranges){ 0 };
}

int
sw__ranges_reserve(struct sw_ranges *ranges, uint32_t more)
{
	if (ranges->room - ranges->n >= more)
		return 0;
	const size_t room = 2 * (size_t)ranges->n + more;
	struct sw_range *grown =
	    room > UINT32_MAX ? NULL
			      : realloc(ranges->items, room * sizeof *grown);
	if (grown == NULL)
		return -1;
	ranges->items = grown;
	ranges->room = (uint32_t)room;
	return 0;
}

/* The first range that ends at a number or behind it. */
static uint32_t
place_of(const struct sw_ranges *ranges, uint32_t number)
{
	uint32_t low = 0, high = ranges->n;
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		if (ranges->items[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
sw__ranges_have(const struct sw_ranges *ranges, uint32_t number)
{
	const uint32_t at = place_of(ranges, number);
	return at < ranges->n && ranges->items[at].first <= number;
}

uint32_t
sw__ranges_gap(const struct sw_ranges *ranges, uint32_t number)
{
	const uint32_t at = place_of(ranges, number);
	return at < ranges->n && ranges->items[at].first <= number
		   ? ranges->items[at].last + 1
		   : number;
}

void
sw__ranges_add(struct sw_ranges *ranges, uint32_t number)
{
	const uint32_t at = place_of(ranges, number);
	struct sw_range *behind = &ranges->items[at];
	if (at < ranges->n && behind->first <= number)
		return;
	const bool joins_before = at > 0 && behind[-1].last + 1 == number;
	const bool joins_behind = at < ranges->n && behind->first == number + 1;
	const size_t rest = (ranges->n - at) * sizeof *behind;
	if (joins_before && joins_behind) {
		behind[-1].last = behind->last;
		memmove(behind, behind + 1, rest - sizeof *behind);
		ranges->n--;
	} else if (joins_before) {
		behind[-1].last = number;
	} else if (joins_behind) {
		behind->first = number;
	} else {
		assert(ranges->n < ranges->room);
		memmove(behind + 1, behind, rest);
		*behind = (struct sw_range){ number, number };
		ranges->n++;
	}
}

void
sw__ranges_remove(struct sw_ranges *ranges, uint32_t number)
{
	const uint32_t at = place_of(ranges, number);
	struct sw_range *range = &ranges->items[at];
	if (at == ranges->n || range->first > number)
		return;
	const size_t rest = (ranges->n - at) * sizeof *range;
	if (range->first == range->last) {
		memmove(range, range + 1, rest - sizeof *range);
		ranges->n--;
	} else if (range->first == number) {
		range->first++;
	} else if (range->last == number) {
		range->last--;
	} else {
		assert(ranges->n < ranges->room);
		memmove(range + 1, range, rest);
		range[0].last = number - 1;
		range[1].first = number + 1;
		ranges->n++;
	}
}

uint32_t
sw__ranges_count(const struct sw_ranges *ranges)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < ranges->n; i++)
		n += ranges->items[i].last - ranges->items[i].first + 1;
	return n;
}

json_t *
sw__ranges_write(const struct sw_ranges *ranges)
{
	json_t *out = json_array();
	for (uint32_t i = 0; i < ranges->n; i++)
		json_array_append_new(
		    out, json_pack("[I, I]", (json_int_t)ranges->items[i].first,
			     (json_int_t)ranges->items[i].last));
	return out;
}

/* [4, 7] */
static int
read_range(const struct sw_json_value *pair, struct sw_range *out, uint32_t max)
{
	const struct sw_json_value *first = sw__json_next(pair, NULL);
	const struct sw_json_value *last =
	    first == NULL ? NULL : sw__json_next(pair, first);
	if (pair->kind != SW_JSON_LIST || last == NULL || first->number < 0 ||
	    last->number < first->number || last->number > max)
		return -1;
	*out = (struct sw_range){ (uint32_t)first->number,
		(uint32_t)last->number };
	return 0;
}

int
sw__ranges_read(
    struct sw_ranges *out, const struct sw_json_value *document, uint32_t max)
{
	const struct sw_json_value *item = NULL;
	int64_t before = -1; /* two numbers apart, or they were one range */
	assert(out->n == 0);
	if (document == NULL || document->kind != SW_JSON_LIST)
		return 0;
	while ((item = sw__json_next(document, item)) != NULL) {
		struct sw_range range;
		if (read_range(item, &range, max) != 0 ||
		    range.first < before + 2 || sw__ranges_reserve(out, 1) != 0)
			return -1;
		out->items[out->n++] = range;
		before = range.last;
	}
	return 0;
}
