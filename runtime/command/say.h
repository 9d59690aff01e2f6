/*
 * How the faces say what documents of view.h hold: words, marks, times. Texts
 * are written into the caller's buffers, which are always ended.
 */
#ifndef COMMAND_SAY_H
#define COMMAND_SAY_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "screen.h"

/* Bytes of a text that is shown on a line. */
#define SW_SAY_MAX 512

/* A member of an object; the text in its place if it is not there. */
const char *sw__say_text(
    const json_t *object, const char *name, const char *otherwise);
json_int_t sw__say_number(const json_t *object, const char *name);

/* "0.4s", "12s", "1m12s", "2h05m", "3d4h" */
void sw__say_duration(json_int_t ms, char *out, size_t size);
/* "2026-11-23 15:02:00" in local time. */
void sw__say_time(json_int_t ms, char *out, size_t size);

/* A status in words: "in progress", "succeeded"; "" for NULL. */
const char *sw__say_status(const char *status);
/* How a status looks; `asks`: an approval. */
enum sw_mark sw__say_mark(const char *status, bool asks);
enum sw_ink sw__say_ink(const char *status, bool asks);

/* A condition: "on success, else roll back". */
void sw__say_condition(const json_t *condition, char *out, size_t size);

/* A line of a stage: one of its actions or rules, or the head of a condition
 * above its rules; the other one is NULL. */
struct sw_say_line {
	const json_t *action;
	const json_t *condition;
};
/* The lines of a stage in the order in which they happen; their number. */
size_t sw__say_lines(
    const json_t *stage, struct sw_say_line *lines, size_t max);
size_t sw__say_count(const json_t *stage);

/*
 * What stands beside an action: how long it took or takes, or what became of
 * it.
 */
void sw__say_action(const json_t *action, char *out, size_t size);
/* "in Staging, 1m12s so far", "succeeded after 1m12s" */
void sw__say_execution(const json_t *execution, char *out, size_t size);
/* "5fca3b1 Fix the cart" of the first source; "" without. */
void sw__say_revision(const json_t *execution, char *out, size_t size);
/* "main", "v1.4.1", "by alice" or "" */
void sw__say_trigger(const json_t *execution, char *out, size_t size);

/* It is an approval that somebody has to decide now. */
bool sw__say_asks(const json_t *action);

#endif
