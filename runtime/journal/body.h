/*
 * JSON that was written once and is kept: its bytes, as they are hashed and
 * written again, and what they say, read once. Nothing changes it, so whoever
 * needs it holds it: a row's body is its attempt's result, too.
 */
#ifndef RUNTIME_BODY_H
#define RUNTIME_BODY_H

#include <stddef.h>

#include <jansson.h>

#include "json_read.h"
#include "json_write.h"

struct sw_body;

/* Reads n bytes of JSON. 0, and its caller holds it; or what sw__json_read
 * returns. */
int sw__body_read(struct sw_body **out, const char *text, size_t n);
/* What was written, as a body; NULL: out of memory, or it is no JSON. */
struct sw_body *sw__body_take(struct sw_json *json);
/* A value of another one, as one of its own; NULL without memory. */
struct sw_body *sw__body_copy(const struct sw_json_value *value);
/* One more holds it, or one less. NULL is fine. */
struct sw_body *sw__body_hold(const struct sw_body *body);
void sw__body_drop(struct sw_body *body);

/* What it says; of NULL: NULL. */
const struct sw_json_value *sw__body_value(const struct sw_body *body);
/* Its bytes, ended by a zero, without blanks around it. */
const char *sw__body_bytes(const struct sw_body *body);
/* Of a member: sw__json_in, sw__json_text_in, sw__json_number_in. */
const struct sw_json_value *sw__body_in(
    const struct sw_body *body, const char *name);
const char *sw__body_text(const struct sw_body *body, const char *name);
int64_t sw__body_number(const struct sw_body *body, const char *name);

/* For documents that are told to others; NULL: of NULL, or out of memory. */
json_t *sw__body_document(const struct sw_json_value *value);

#endif
