/*
 * Names and their values. Input: members of JSON objects; output: an object of
 * all of them, the last of each name. Knows nothing of what they mean.
 */
#include "members.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 4

void
sw__members_free(struct sw_members *members)
{
	for (uint32_t i = 0; i < members->n; i++) {
		free(members->items[i].name);
		sw__body_drop(members->items[i].value);
	}
	free(members->items);
	*members = (struct sw_members){ 0 };
}

/* Where a name is, or would be. */
static uint32_t
place_of(const struct sw_members *members, const char *name, bool *is_there)
{
	uint32_t low = 0, high = members->n;
	*is_there = false;
	while (low < high && !*is_there) {
		const uint32_t middle = low + (high - low) / 2;
		const int order = strcmp(members->items[middle].name, name);
		*is_there = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return *is_there ? high : low;
}

const struct sw_body *
sw__members_get(const struct sw_members *members, const char *name)
{
	bool is_there;
	const uint32_t at = place_of(members, name, &is_there);
	return is_there ? members->items[at].value : NULL;
}

const char *
sw__members_text(const struct sw_members *members, const char *name)
{
	const struct sw_json_value *value =
	    sw__body_value(sw__members_get(members, name));
	return value == NULL ? NULL : value->text;
}

static int
reserve(struct sw_members *members, uint32_t n)
{
	uint32_t room = members->room == 0 ? ROOM_MIN : members->room;
	while (room < n)
		room *= 2;
	if (room == members->room)
		return 0;
	struct sw_member *grown =
	    realloc(members->items, room * sizeof *members->items);
	if (grown == NULL)
		return -1;
	members->items = grown;
	members->room = room;
	return 0;
}

int
sw__members_put(
    struct sw_members *members, const char *name, struct sw_body *value)
{
	bool is_there;
	const uint32_t at = place_of(members, name, &is_there);
	if (value != NULL && is_there) {
		sw__body_drop(members->items[at].value);
		members->items[at].value = value;
		return 0;
	}
	char *copy = value == NULL ? NULL : strdup(name);
	if (copy == NULL || reserve(members, members->n + 1) != 0) {
		free(copy);
		sw__body_drop(value);
		return -1;
	}
	struct sw_member *to = &members->items[at];
	memmove(to + 1, to, (members->n - at) * sizeof *to);
	*to = (struct sw_member){ copy, value };
	members->n++;
	return 0;
}

int
sw__members_add(struct sw_members *members, const struct sw_json_value *object)
{
	const struct sw_json_value *member = NULL;
	if (object == NULL || object->kind != SW_JSON_OBJECT)
		return 0;
	while ((member = sw__json_next(object, member)) != NULL)
		if (sw__members_put(
			members, member->name, sw__body_copy(member)) != 0)
			return -1;
	return 0;
}

int
sw__members_copy(struct sw_members *out, const struct sw_members *of)
{
	*out = (struct sw_members){ 0 };
	if (of->n != 0 && reserve(out, of->n) != 0)
		return -1;
	for (; out->n < of->n; out->n++) {
		struct sw_member *to = &out->items[out->n];
		to->name = strdup(of->items[out->n].name);
		if (to->name == NULL) {
			sw__members_free(out);
			return -1;
		}
		to->value = sw__body_hold(of->items[out->n].value);
	}
	return 0;
}

void
sw__members_write(const struct sw_members *members, struct sw_json *json)
{
	sw__json_open(json, '{');
	for (uint32_t i = 0; i < members->n; i++) {
		const struct sw_json_value *value =
		    sw__body_value(members->items[i].value);
		sw__json_name(json, members->items[i].name);
		sw__json_raw(json, value->source, value->length);
	}
	sw__json_close(json, '}');
}
