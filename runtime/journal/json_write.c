/*
 * JSON as text. Input: values, one after the other; output: compact UTF-8.
 * Whether names repeat or brackets match is its caller's to see to.
 */
#include "json_write.h"

#include <stdlib.h>
#include <string.h>

#include "provider/utf8.h"

#define ROOM_MIN 256
/* Digits of a number, and its sign. */
#define NUMBER_MAX 20

/* Room for n bytes more and the end; NULL: there is none. */
static char *
reserve(struct sw_json *json, size_t n)
{
	if (json->has_failed)
		return NULL;
	if (json->room - json->n <= n) {
		size_t room = json->room == 0 ? ROOM_MIN : json->room;
		while (room - json->n <= n)
			room *= 2;
		char *grown = realloc(json->text, room);
		if (grown == NULL) {
			json->has_failed = true;
			return NULL;
		}
		json->text = grown;
		json->room = room;
	}
	return json->text + json->n;
}

static void
put(struct sw_json *json, const char *bytes, size_t n)
{
	char *to = reserve(json, n);
	if (to == NULL)
		return;
	memcpy(to, bytes, n);
	to[n] = '\0';
	json->n += n;
}

static void
put_byte(struct sw_json *json, char byte)
{
	char *to = reserve(json, 1);
	if (to == NULL)
		return;
	to[0] = byte;
	to[1] = '\0';
	json->n++;
}

/* A value or a name follows: what was before it tells whether it is the first
 * of its kind. */
static void
separate(struct sw_json *json)
{
	const char last = json->n == 0 ? '[' : json->text[json->n - 1];
	if (last != '{' && last != '[' && last != ':')
		put_byte(json, ',');
}

char *
sw__json_take(struct sw_json *json)
{
	char *text = json->has_failed ? NULL : json->text;
	if (json->has_failed)
		free(json->text);
	*json = (struct sw_json){ 0 };
	return text;
}

void
sw__json_release(struct sw_json *json)
{
	free(json->text);
	*json = (struct sw_json){ 0 };
}

/* Bytes at the start that stand for themselves. */
static size_t
plain(const unsigned char *text)
{
	size_t n = 0;
	while (text[n] >= 0x20 && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

/* The same, and they are UTF-8 without looking further. */
static size_t
plain_ascii(const unsigned char *text)
{
	size_t n = 0;
	while (text[n] >= 0x20 && text[n] < 0x80 && text[n] != '"' &&
	       text[n] != '\\')
		n++;
	return n;
}

static void
put_escaped(struct sw_json *json, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char letters[] = "btn?fr"; /* from 0x08 on */
	char text[] = { '\\', 'u', '0', '0', digits[byte >> 4],
		digits[byte & 15] };
	if (byte == '"' || byte == '\\')
		text[1] = (char)byte;
	else if (byte >= 0x08 && byte <= 0x0d && byte != 0x0b)
		text[1] = letters[byte - 0x08];
	put(json, text, text[1] == 'u' ? sizeof text : 2);
}

/* Quoted as it stands: n bytes, none of which is to be escaped. */
static void
put_plain(struct sw_json *json, const char *text, size_t n)
{
	char *to = reserve(json, n + 2);
	if (to == NULL)
		return;
	to[0] = '"';
	memcpy(to + 1, text, n);
	memcpy(to + 1 + n, "\"", 2);
	json->n += n + 2;
}

static void
put_quoted(struct sw_json *json, const char *text)
{
	put_byte(json, '"');
	for (const unsigned char *at = (const unsigned char *)text;;) {
		const size_t n = plain(at);
		put(json, (const char *)at, n);
		at += n;
		if (*at == '\0')
			break;
		put_escaped(json, *at++);
	}
	put_byte(json, '"');
}

void
sw__json_text(struct sw_json *json, const char *text)
{
	const size_t n = plain_ascii((const unsigned char *)text);
	separate(json);
	if (text[n] == '\0') {
		put_plain(json, text, n);
		return;
	}
	if (sw__utf8_is_valid(text)) {
		put_quoted(json, text);
		return;
	}
	char *copy = sw__utf8_copy(text);
	if (copy == NULL)
		json->has_failed = true;
	else
		put_quoted(json, copy);
	free(copy);
}

void
sw__json_name(struct sw_json *json, const char *name)
{
	sw__json_text(json, name);
	put_byte(json, ':');
}

void
sw__json_open(struct sw_json *json, char bracket)
{
	separate(json);
	put_byte(json, bracket);
}

void
sw__json_close(struct sw_json *json, char bracket)
{
	put_byte(json, bracket);
}

void
sw__json_number(struct sw_json *json, int64_t n)
{
	char text[NUMBER_MAX];
	size_t at = sizeof text;
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	separate(json);
	do {
		text[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (n < 0)
		text[--at] = '-';
	put(json, text + at, sizeof text - at);
}

void
sw__json_bool(struct sw_json *json, bool is_true)
{
	separate(json);
	put(json, is_true ? "true" : "false", is_true ? 4 : 5);
}

void
sw__json_raw(struct sw_json *json, const char *text, size_t n)
{
	separate(json);
	put(json, text, n);
}

static int
append(const char *bytes, size_t n, void *payload)
{
	struct sw_json *json = payload;
	put(json, bytes, n);
	return json->has_failed ? -1 : 0;
}

void
sw__json_value(struct sw_json *json, const json_t *value, size_t flags)
{
	separate(json);
	if (json_dump_callback(value, append, json, flags) != 0)
		json->has_failed = true;
}

char *
sw__json_dump(const json_t *value, size_t flags)
{
	struct sw_json json = { 0 };
	sw__json_value(&json, value, flags);
	return sw__json_take(&json);
}
