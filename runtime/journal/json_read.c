/*
 * JSON read. Input: bytes, perhaps of somebody else's making; output: values
 * in the order in which they stand. Every byte is looked at once.
 */
#include "json_read.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "provider/utf8.h"

#define ROOM_MIN 64

struct reader {
	struct sw_json_document *document;
	const char *at;
	const char *end;
	char *free; /* where the next string goes */
	uint32_t depth;
	bool has_memory;
};

static void
skip_blanks(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' ||
				     *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

/* Is this the next byte behind blanks? Then it is read. */
static bool
take(struct reader *r, char byte)
{
	skip_blanks(r);
	if (r->at == r->end || *r->at != byte)
		return false;
	r->at++;
	return true;
}

static int
hex4(struct reader *r, uint32_t *out)
{
	*out = 0;
	if (r->end - r->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		const char c = *r->at++;
		const int digit = c >= '0' && c <= '9'   ? c - '0'
				  : c >= 'a' && c <= 'f' ? c - 'a' + 10
				  : c >= 'A' && c <= 'F' ? c - 'A' + 10
							 : -1;
		if (digit < 0)
			return -1;
		*out = *out << 4 | (uint32_t)digit;
	}
	return 0;
}

/* In UTF-8; never longer than its escape was. */
static void
put_character(struct reader *r, uint32_t c)
{
	if (c < 0x80) {
		*r->free++ = (char)c;
		return;
	}
	const int n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	*r->free++ = (char)(lead[n] | c >> (6 * (n - 1)));
	for (int i = n - 2; i >= 0; i--)
		*r->free++ = (char)(0x80 | (c >> (6 * i) & 0x3f));
}

/* Behind "\u". A half of a pair is no character, nor is zero one of a text. */
static int
read_unicode(struct reader *r)
{
	uint32_t c, low;
	if (hex4(r, &c) != 0 || c == 0 || (c >= 0xdc00 && c <= 0xdfff))
		return -1;
	if (c >= 0xd800 && c <= 0xdbff) {
		if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
			return -1;
		r->at += 2;
		if (hex4(r, &low) != 0 || low < 0xdc00 || low > 0xdfff)
			return -1;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	put_character(r, c);
	return 0;
}

static int
read_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	if (r->at == r->end)
		return -1;
	const char c = *r->at++;
	if (c == 'u')
		return read_unicode(r);
	const char *found = memchr(from, c, sizeof from - 1);
	if (found == NULL)
		return -1;
	*r->free++ = to[found - from];
	return 0;
}

/* Bytes that stand for themselves are taken along. False: one of them is no
 * ASCII. */
static bool
take_plain(struct reader *r)
{
	const char *from = r->at;
	unsigned char all = 0;
	for (; r->at < r->end; r->at++) {
		const unsigned char c = (unsigned char)*r->at;
		if (c < 0x20 || c == '"' || c == '\\')
			break;
		all |= c;
	}
	memcpy(r->free, from, (size_t)(r->at - from));
	r->free += r->at - from;
	return all < 0x80;
}

/* Behind its quote; NULL: it is none. */
static const char *
read_string(struct reader *r)
{
	const char *string = r->free;
	bool is_ascii = take_plain(r);
	while (r->at < r->end && *r->at == '\\') {
		r->at++;
		if (read_escape(r) != 0)
			return NULL;
		is_ascii &= take_plain(r);
	}
	if (r->at == r->end || *r->at != '"')
		return NULL;
	r->at++;
	*r->free++ = '\0';
	return is_ascii || sw__utf8_is_valid(string) ? string : NULL;
}

static bool
is_digit(const struct reader *r)
{
	return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static int
skip_digits(struct reader *r)
{
	if (!is_digit(r))
		return -1;
	while (is_digit(r))
		r->at++;
	return 0;
}

/* Its digits, of which the sign is known. -1: it does not fit. */
static int
value_of(const char *digits, const char *end, bool is_negative, int64_t *out)
{
	const uint64_t max = (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
	uint64_t n = 0;
	for (; digits < end; digits++) {
		const uint64_t digit = (uint64_t)(*digits - '0');
		if (n > (max - digit) / 10)
			return -1;
		n = 10 * n + digit;
	}
	*out = (int64_t)(is_negative ? -n : n);
	return 0;
}

static int
read_number(struct reader *r, struct sw_json_value *value)
{
	const bool is_negative = *r->at == '-';
	r->at += is_negative ? 1 : 0;
	const char *digits = r->at;
	if (skip_digits(r) != 0 || (*digits == '0' && r->at > digits + 1))
		return -1;
	value->kind = SW_JSON_NUMBER;
	if (r->at == r->end ||
	    (*r->at != '.' && *r->at != 'e' && *r->at != 'E'))
		return value_of(digits, r->at, is_negative, &value->number);
	value->kind = SW_JSON_REAL;
	if (*r->at == '.') {
		r->at++;
		if (skip_digits(r) != 0)
			return -1;
	}
	if (r->at == r->end || (*r->at != 'e' && *r->at != 'E'))
		return 0;
	r->at++;
	if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
		r->at++;
	return skip_digits(r);
}

static int
read_word(struct reader *r, const char *word)
{
	const size_t n = strlen(word);
	if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0)
		return -1;
	r->at += n;
	return 0;
}

static int
grow(struct sw_json_document *d)
{
	const uint32_t room = d->room < ROOM_MIN ? ROOM_MIN : 2 * d->room;
	struct sw_json_value *grown =
	    realloc(d->owns_values ? d->values : NULL, room * sizeof *grown);
	if (grown == NULL)
		return -1;
	if (!d->owns_values && d->n > 0)
		memcpy(grown, d->values, d->n * sizeof *grown);
	d->values = grown;
	d->room = room;
	d->owns_values = true;
	return 0;
}

static int read_value(struct reader *r, const char *name);

static int
read_member(struct reader *r, bool is_object)
{
	const char *name = NULL;
	if (is_object) {
		if (!take(r, '"'))
			return -1;
		name = read_string(r);
		if (name == NULL || !take(r, ':'))
			return -1;
	}
	return read_value(r, name);
}

/* Behind its bracket. */
static int
read_members(struct reader *r, bool is_object)
{
	const char bracket = is_object ? '}' : ']';
	if (r->depth == SW_JSON_DEPTH_MAX)
		return -1;
	if (take(r, bracket))
		return 0;
	r->depth++;
	do
		if (read_member(r, is_object) != 0)
			return -1;
	while (take(r, ','));
	r->depth--;
	return take(r, bracket) ? 0 : -1;
}

/* What its first byte says that it is. */
static int
read_kind(struct reader *r, struct sw_json_value *value)
{
	switch (*r->at) {
	case '"':
		r->at++;
		value->kind = SW_JSON_TEXT;
		value->text = read_string(r);
		return value->text == NULL ? -1 : 0;
	case 'n':
		return read_word(r, "null");
	case 't':
		value->kind = SW_JSON_TRUE;
		return read_word(r, "true");
	case 'f':
		value->kind = SW_JSON_FALSE;
		return read_word(r, "false");
	default:
		return read_number(r, value);
	}
}

static int
read_value(struct reader *r, const char *name)
{
	struct sw_json_document *d = r->document;
	skip_blanks(r);
	if (r->at == r->end)
		return -1;
	if (d->n == d->room && grow(d) != 0) {
		r->has_memory = false;
		return -1;
	}
	const uint32_t at = d->n++;
	const char *source = r->at;
	struct sw_json_value value = { .name = name, .source = source };
	int status;
	if (*source == '{' || *source == '[') {
		value.kind = *source == '{' ? SW_JSON_OBJECT : SW_JSON_LIST;
		r->at++;
		status = read_members(r, *source == '{');
	} else {
		status = read_kind(r, &value);
	}
	value.size = d->n - at;
	value.length = (size_t)(r->at - source);
	d->values[at] = value;
	return status;
}

int
sw__json_read(struct sw_json_document *document, const char *text, size_t n)
{
	document->n = 0;
	if (document->strings == NULL) {
		document->strings = malloc(n + 1);
		document->owns_strings = true;
	}
	struct reader r = {
		.document = document,
		.at = text,
		.end = text + n,
		.free = document->strings,
		.has_memory = true,
	};
	if (document->strings == NULL)
		return SW_ERROR_SYSTEM;
	const int status = read_value(&r, NULL);
	skip_blanks(&r);
	document->strings_n = (size_t)(r.free - document->strings);
	if (!r.has_memory)
		return SW_ERROR_SYSTEM;
	return status == 0 && r.at == r.end ? 0 : SW_ERROR_CORRUPT;
}

void
sw__json_forget(struct sw_json_document *document)
{
	if (document->owns_values)
		free(document->values);
	if (document->owns_strings)
		free(document->strings);
	*document = (struct sw_json_document){ 0 };
}

const struct sw_json_value *
sw__json_next(
    const struct sw_json_value *of, const struct sw_json_value *before)
{
	if (of == NULL)
		return NULL;
	const struct sw_json_value *next =
	    before == NULL ? of + 1 : before + before->size;
	return next < of + of->size ? next : NULL;
}

const struct sw_json_value *
sw__json_in(const struct sw_json_value *object, const char *name)
{
	const struct sw_json_value *member = NULL;
	if (object == NULL || object->kind != SW_JSON_OBJECT)
		return NULL;
	while ((member = sw__json_next(object, member)) != NULL)
		if (member->name[0] == name[0] &&
		    strcmp(member->name, name) == 0)
			return member;
	return NULL;
}

const char *
sw__json_text_in(const struct sw_json_value *object, const char *name)
{
	const struct sw_json_value *value = sw__json_in(object, name);
	return value == NULL ? NULL : value->text;
}

int64_t
sw__json_number_in(const struct sw_json_value *object, const char *name)
{
	const struct sw_json_value *value = sw__json_in(object, name);
	return value == NULL ? 0 : value->number;
}
