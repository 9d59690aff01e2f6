/*
 * Replaces the references of a text by values, in one pass from left to
 * right. Input: a text of the model and a lookup; output: a new text. Knows
 * nothing of where values come from.
 */
#include "variable.h"

#include <stdlib.h>
#include <string.h>

#include "notation/reference.h"

struct buffer {
	char *bytes;
	size_t size;
	size_t room;
};

static int
append(struct buffer *b, const char *bytes, size_t n, struct sw_error *err)
{
	if (n > SW_RESOLVED_MAX - b->size)
		return sw__error(err, SW_ERROR_LIMIT,
		    "a text with its variables in place exceeds %u bytes",
		    SW_RESOLVED_MAX);
	if (b->size + n + 1 > b->room) {
		const size_t room = 2 * (b->size + n) + 64;
		char *more = realloc(b->bytes, room);
		if (!more)
			return sw__error_errno(err, "cannot resolve variables");
		b->bytes = more;
		b->room = room;
	}
	memcpy(b->bytes + b->size, bytes, n);
	b->size += n;
	b->bytes[b->size] = '\0';
	return 0;
}

static int
append_value(struct buffer *b, const struct sw_reference *reference,
    sw_variable_lookup_fn lookup, void *payload, struct sw_error *err)
{
	const char *value =
	    lookup(reference->namespace_, reference->namespace_length,
		reference->name, reference->name_length, payload);
	if (!value)
		return sw__error(err, SW_ERROR_REFUSED,
		    "'%.*s' has no value: '%.*s' has given no variable '%.*s'",
		    (int)(reference->end - reference->begin), reference->begin,
		    (int)reference->namespace_length, reference->namespace_,
		    (int)reference->name_length, reference->name);
	return append(b, value, strlen(value), err);
}

int
sw__variable_resolve(char **out, const char *text, sw_variable_lookup_fn lookup,
    void *payload, struct sw_error *err)
{
	struct buffer b = { 0 };
	int rc = append(&b, "", 0, err);
	while (rc == 0 && *text) {
		struct sw_reference reference;
		const char *problem = sw_reference_next(text, &reference);
		if (problem) {
			rc = sw__error(err, SW_ERROR_REFUSED, "'%.*s': %s",
			    (int)(reference.end - reference.begin),
			    reference.begin, problem);
			break;
		}
		const char *end =
		    reference.begin ? reference.begin : text + strlen(text);
		rc = append(&b, text, (size_t)(end - text), err);
		if (!reference.begin)
			break;
		if (rc == 0)
			rc = append_value(&b, &reference, lookup, payload, err);
		text = reference.end;
	}
	if (rc != 0) {
		free(b.bytes);
		return rc;
	}
	*out = b.bytes;
	return 0;
}
