/*
 * Names and what is known of each: the outputs of an execution, the tips of
 * sources. Few are added, and each is written again with every checkpoint.
 */
#ifndef RUNTIME_MEMBERS_H
#define RUNTIME_MEMBERS_H

#include <stdint.h>

#include "body.h"

struct sw_member {
	char *name;
	struct sw_body *value; /* any JSON; held */
};

/* None: { 0 }. */
struct sw_members {
	struct sw_member *items; /* in the order of their names (strcmp) */
	uint32_t n;
	uint32_t room;
};

void sw__members_free(struct sw_members *members);
/* NULL: there is none. */
const struct sw_body *sw__members_get(
    const struct sw_members *members, const char *name);
/* The same, if it is a text. */
const char *sw__members_text(
    const struct sw_members *members, const char *name);
/* All these return -1 without memory. Puts one in the place of any other; it
 * is theirs from now on, in any case. NULL: no memory. */
int sw__members_put(
    struct sw_members *members, const char *name, struct sw_body *value);
/* Each member of an object; of none (NULL, no object) nothing. */
int sw__members_add(
    struct sw_members *members, const struct sw_json_value *object);
int sw__members_copy(struct sw_members *out, const struct sw_members *of);
/* As an object. */
void sw__members_write(const struct sw_members *members, struct sw_json *json);

#endif
