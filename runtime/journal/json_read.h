/*
 * JSON (RFC 8259) as a list of values, each followed by those within it. What
 * a row or a document says is looked at once, so nothing is sorted or hashed.
 */
#ifndef RUNTIME_JSON_READ_H
#define RUNTIME_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Objects and lists within each other. */
#define SW_JSON_DEPTH_MAX 64

enum sw_json_kind {
	SW_JSON_NULL,
	SW_JSON_FALSE,
	SW_JSON_TRUE,
	SW_JSON_NUMBER, /* an integer of 64 bits */
	SW_JSON_REAL,   /* any other; its value is not looked at */
	SW_JSON_TEXT,
	SW_JSON_LIST,
	SW_JSON_OBJECT
};

struct sw_json_value {
	enum sw_json_kind kind;
	uint32_t size;      /* values of which it is the first: itself, and
	                       those within it */
	const char *name;   /* within an object; or NULL */
	const char *text;   /* of a text, without a zero byte within */
	const char *source; /* where it stands */
	size_t length;      /* of that, in bytes */
	int64_t number;
};

struct sw_json_document {
	struct sw_json_value *values; /* the first one is the whole */
	uint32_t n;
	uint32_t room;
	char *strings; /* that its values point to */
	size_t strings_n;
	bool owns_values;
	bool owns_strings;
};

/*
 * Reads a text of n bytes, which is to outlive the document. It begins as
 * { 0 }, or with `values` and `room`, and `strings` of n bytes + 1, that are
 * its caller's. SW_ERROR_CORRUPT: it is no JSON, or nested deeper than the
 * limit; SW_ERROR_SYSTEM: no memory. To be forgotten in any case.
 */
int sw__json_read(
    struct sw_json_document *document, const char *text, size_t n);
void sw__json_forget(struct sw_json_document *document);

/* Within an object or a list, one after the other: begins with NULL. `of`
 * NULL or another value: there is none. */
const struct sw_json_value *sw__json_next(
    const struct sw_json_value *of, const struct sw_json_value *before);
/* The member with a name, or NULL; of a NULL there is none. Of two the first:
 * nothing that was written here has two. */
const struct sw_json_value *sw__json_in(
    const struct sw_json_value *object, const char *name);
/* That member as a text; NULL: it is none. As a number; 0: it is none. */
const char *sw__json_text_in(
    const struct sw_json_value *object, const char *name);
int64_t sw__json_number_in(
    const struct sw_json_value *object, const char *name);

#endif
