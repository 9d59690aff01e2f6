/*
 * JSON kept. Input: bytes; output: one block of memory with a copy of them and
 * of what they say. Knows no row.
 */
#include "body.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

/* Most bodies are read without a request for more memory than is kept. */
#define VALUES_HERE 48
#define STRINGS_HERE 1024

/* Behind the values are its bytes, then the strings. */
struct sw_body {
	uint32_t holders;
	struct sw_json_value values[]; /* the first one is the whole */
};

static struct sw_body *
keep(const struct sw_json_document *d)
{
	const struct sw_json_value *whole = d->values;
	const size_t values = d->n * sizeof *whole;
	struct sw_body *body =
	    malloc(sizeof *body + values + whole->length + 1 + d->strings_n);
	if (body == NULL)
		return NULL;
	char *bytes = (char *)&body->values[d->n];
	char *strings = bytes + whole->length + 1;
	body->holders = 1;
	memcpy(body->values, whole, values);
	memcpy(bytes, whole->source, whole->length);
	bytes[whole->length] = '\0';
	memcpy(strings, d->strings, d->strings_n);
	for (uint32_t i = d->n; i-- > 0;) {
		struct sw_json_value *value = &body->values[i];
		value->source = bytes + (value->source - whole->source);
		if (value->name != NULL)
			value->name = strings + (value->name - d->strings);
		if (value->text != NULL)
			value->text = strings + (value->text - d->strings);
	}
	return body;
}

int
sw__body_read(struct sw_body **out, const char *text, size_t n)
{
	struct sw_json_value values[VALUES_HERE];
	char strings[STRINGS_HERE];
	struct sw_json_document d = {
		.values = values,
		.room = VALUES_HERE,
		.strings = n < sizeof strings ? strings : NULL,
	};
	int status = sw__json_read(&d, text, n);
	*out = status == 0 ? keep(&d) : NULL;
	if (status == 0 && *out == NULL)
		status = SW_ERROR_SYSTEM;
	sw__json_forget(&d);
	return status;
}

struct sw_body *
sw__body_take(struct sw_json *json)
{
	struct sw_body *body = NULL;
	if (!json->has_failed && json->text != NULL)
		(void)sw__body_read(&body, json->text, json->n);
	sw__json_release(json);
	return body;
}

struct sw_body *
sw__body_copy(const struct sw_json_value *value)
{
	struct sw_body *body = NULL;
	(void)sw__body_read(&body, value->source, value->length);
	return body;
}

struct sw_body *
sw__body_hold(const struct sw_body *body)
{
	/* Who holds it changes, not what it says. */
	struct sw_body *held = (struct sw_body *)(uintptr_t)body;
	if (held != NULL)
		held->holders++;
	return held;
}

void
sw__body_drop(struct sw_body *body)
{
	if (body != NULL && --body->holders == 0)
		free(body);
}

const struct sw_json_value *
sw__body_value(const struct sw_body *body)
{
	return body == NULL ? NULL : body->values;
}

const char *
sw__body_bytes(const struct sw_body *body)
{
	return body->values[0].source;
}

const struct sw_json_value *
sw__body_in(const struct sw_body *body, const char *name)
{
	return sw__json_in(sw__body_value(body), name);
}

const char *
sw__body_text(const struct sw_body *body, const char *name)
{
	return sw__json_text_in(sw__body_value(body), name);
}

int64_t
sw__body_number(const struct sw_body *body, const char *name)
{
	return sw__json_number_in(sw__body_value(body), name);
}

json_t *
sw__body_document(const struct sw_json_value *value)
{
	return value == NULL ? NULL
			     : json_loadb(value->source, value->length,
				   JSON_DECODE_ANY, NULL);
}
