/*
 * Facts of a row. Input: names and values; output: the body of a row, its
 * members in the order of their names. Knows no kind of row.
 */
#include "facts.h"

#include <stdlib.h>
#include <string.h>

#include "journal/journal.h"
#include "mask.h"

#define ROOM_MIN 12

/* Where a name is, or would be. */
static uint32_t
place_of(const struct sw_facts *facts, const char *name, bool *is_there)
{
	uint32_t at = facts->n;
	int order = -1;
	/* Few, and mostly in order. */
	while (
	    at > 0 && (order = strcmp(facts->items[at - 1].name, name)) >= 0) {
		at--;
		if (order == 0)
			break;
	}
	*is_there = order == 0;
	return at;
}

static int
reserve(struct sw_facts *facts)
{
	if (facts->n < facts->room)
		return 0;
	const uint32_t room = facts->room == 0 ? ROOM_MIN : 2 * facts->room;
	struct sw_fact *grown =
	    realloc(facts->items, room * sizeof *facts->items);
	if (grown == NULL)
		return -1;
	facts->items = grown;
	facts->room = room;
	return 0;
}

/* Where the value that is written next begins. */
static size_t
begin(struct sw_facts *facts)
{
	const bool is_first = facts->values.n == 0;
	if (is_first)
		sw__json_open(&facts->values, '[');
	return is_first ? 1 : facts->values.n + 1; /* behind a comma */
}

/* The value was written. */
static void
put(struct sw_facts *facts, const char *name, size_t at)
{
	bool is_there;
	const uint32_t place = place_of(facts, name, &is_there);
	if (facts->values.has_failed)
		return;
	if (!is_there && reserve(facts) != 0) {
		facts->values.has_failed = true;
		return;
	}
	struct sw_fact *to = &facts->items[place];
	if (!is_there) {
		memmove(to + 1, to, (facts->n - place) * sizeof *to);
		facts->n++;
	}
	*to = (struct sw_fact){ name, at, facts->values.n - at };
}

void
sw__facts_text(struct sw_facts *facts, const char *name, const char *text)
{
	if (text == NULL)
		return;
	char *masked = NULL;
	if (sw__mask_said(facts->redactor, name, text, &masked) != 0)
		facts->values.has_failed = true;
	const size_t at = begin(facts);
	sw__json_text(&facts->values, masked == NULL ? text : masked);
	put(facts, name, at);
	free(masked);
}

void
sw__facts_number(struct sw_facts *facts, const char *name, int64_t n)
{
	const size_t at = begin(facts);
	sw__json_number(&facts->values, n);
	put(facts, name, at);
}

void
sw__facts_json(struct sw_facts *facts, const char *name, const json_t *value)
{
	if (value == NULL)
		return;
	if (json_is_string(value)) {
		sw__facts_text(facts, name, json_string_value(value));
		return;
	}
	const size_t at = begin(facts);
	sw__json_value(&facts->values, value,
	    JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	put(facts, name, at);
}

static void
write(struct sw_json *json, const struct sw_facts *facts)
{
	json->has_failed |= facts->values.has_failed;
	sw__json_open(json, '{');
	for (uint32_t i = 0; i < facts->n; i++) {
		const struct sw_fact *fact = &facts->items[i];
		sw__json_name(json, fact->name);
		sw__json_raw(json, facts->values.text + fact->at, fact->length);
	}
	sw__json_close(json, '}');
}

void
sw__facts_object(
    struct sw_facts *facts, const char *name, const struct sw_facts *members)
{
	const size_t at = begin(facts);
	write(&facts->values, members);
	put(facts, name, at);
}

void
sw__facts_add(struct sw_facts *facts, const struct sw_facts *others)
{
	facts->values.has_failed |= others->values.has_failed;
	for (uint32_t i = 0; i < others->n; i++) {
		const struct sw_fact *fact = &others->items[i];
		const size_t at = begin(facts);
		sw__json_raw(&facts->values, others->values.text + fact->at,
		    fact->length);
		put(facts, fact->name, at);
	}
}

void
sw__facts_members(struct sw_facts *facts, json_t *object)
{
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
		sw__facts_json(facts, name, value);
}

int
sw__facts_body(
    struct sw_body **out, const struct sw_facts *facts, struct sw_error *err)
{
	struct sw_json json = { 0 };
	int status = SW_ERROR_LIMIT;
	write(&json, facts);
	if (json.has_failed)
		status = SW_ERROR_SYSTEM;
	else if (json.n <= SW_BODY_MAX)
		status = sw__body_read(out, json.text, json.n);
	sw__json_release(&json);
	if (status == SW_ERROR_LIMIT)
		return sw__error(err, status,
		    "a row of the journal has %u bytes at most", SW_BODY_MAX);
	if (status == SW_ERROR_CORRUPT)
		return sw__error(err, SW_ERROR_LIMIT,
		    "a row of the journal nests values %d deep at most",
		    SW_JSON_DEPTH_MAX);
	return status == 0 ? 0 : sw__error(err, status, "out of memory");
}

void
sw__facts_release(struct sw_facts *facts)
{
	free(facts->items);
	sw__json_release(&facts->values);
	facts->items = NULL;
	facts->n = facts->room = 0;
}
