/*
 * JSON written as text, piece by piece, compact: the bytes of a row are hashed,
 * so there is one way to write them. Members are to be written in the order of
 * their names (strcmp), as jansson does with JSON_COMPACT | JSON_SORT_KEYS.
 */
#ifndef RUNTIME_JSON_WRITE_H
#define RUNTIME_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* None as yet: { 0 }. */
struct sw_json {
	char *text; /* terminated once something was written */
	size_t n;
	size_t room;
	bool has_failed; /* no memory: nothing more is written */
};

/* What was written; caller frees. NULL: out of memory. */
char *sw__json_take(struct sw_json *json);
void sw__json_release(struct sw_json *json);

/* Values: within an object, each behind its name. */
void sw__json_name(struct sw_json *json, const char *name);
void sw__json_open(struct sw_json *json, char bracket); /* '{' or '[' */
void sw__json_close(struct sw_json *json, char bracket);
void sw__json_number(struct sw_json *json, int64_t n);
void sw__json_bool(struct sw_json *json, bool is_true);
/* Bytes that are no UTF-8 become U+FFFD. */
void sw__json_text(struct sw_json *json, const char *text);
/* A document, written with these flags of jansson's. */
void sw__json_value(struct sw_json *json, const json_t *value, size_t flags);
/*
 * Such a document alone; caller frees. NULL: out of memory. Not json_dumps,
 * which leaves out a name that it has no memory for (jansson 2.14), and says
 * nothing: the text is no JSON then.
 */
char *sw__json_dump(const json_t *value, size_t flags);
/* What is JSON already. */
void sw__json_raw(struct sw_json *json, const char *text, size_t n);

#endif
