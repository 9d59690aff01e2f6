/*
 * What a row says, before it is one: names and values in any order, written as
 * they come. There is no other way to write a row's body.
 */
#ifndef RUNTIME_FACTS_H
#define RUNTIME_FACTS_H

#include <stdint.h>

#include "error.h"
#include "journal/body.h"

struct sw_redactor;

struct sw_fact {
	const char *name;  /* its caller's, as long as the facts */
	size_t at, length; /* of its value among `values` */
};

/* None: { 0 }, or with `redactor`. */
struct sw_facts {
	const struct sw_redactor *redactor; /* of what is said; or NULL */
	struct sw_fact *items; /* in the order of their names (strcmp) */
	uint32_t n;
	uint32_t room;
	struct sw_json values; /* a list, not closed */
};

/* Each puts one in the place of any of its name. A text that is said by people
 * or programs is masked (mask.h); bytes that are no UTF-8 become
 * U+FFFD. NULL is left out. */
void sw__facts_text(struct sw_facts *facts, const char *name, const char *text);
void sw__facts_number(struct sw_facts *facts, const char *name, int64_t n);
void sw__facts_json(
    struct sw_facts *facts, const char *name, const json_t *value);
/* An object of others. */
void sw__facts_object(
    struct sw_facts *facts, const char *name, const struct sw_facts *members);
/* All of others; all members of an object (borrowed as long as the facts). */
void sw__facts_add(struct sw_facts *facts, const struct sw_facts *others);
void sw__facts_members(struct sw_facts *facts, json_t *object);

/* As the body of a row. SW_ERROR_LIMIT: longer or deeper than one may be;
 * SW_ERROR_SYSTEM without memory, now or before. */
int sw__facts_body(
    struct sw_body **out, const struct sw_facts *facts, struct sw_error *err);
void sw__facts_release(struct sw_facts *facts);

#endif
