/*
 * Values: from the text of an attribute to names, numbers,
 * durations and lists of words. A value that is not of its type is reported
 * with what would be; it is kept as it was written all the same, so that what
 * refers to it still finds it.
 */
#include "reader_value.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/correction.h"
#include "base/diagnostic.h"
#include "base/markup.h"
#include "model/number.h"

char *
reader_list(
    struct arena *arena, const char *const *names, size_t n, const char *last)
{
	char *list, *to;
	size_t size = 1;

	for (size_t i = 0; i < n; i++)
		size += strlen(names[i]) + strlen(last) + 2;
	list = to = arena_alloc(arena, size);
	for (size_t i = 0; i < n; i++) {
		const char *between = i == 0 ? "" : i + 1 == n ? last : ", ";

		to = stpcpy(stpcpy(to, between), names[i]);
	}
	return list;
}

static bool
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 1 to `max` letters, digits and those others. */
static bool
is_name(const char *text, const char *others, size_t max)
{
	size_t i = 0;

	for (; text[i] != '\0'; i++)
		if (!is_letter(text[i]) && !is_digit(text[i]) &&
		    strchr(others, text[i]) == NULL)
			return false;
	return i > 0 && i <= max;
}

static bool
is_date(const char *text)
{
	static const char form[] = "0000-00-00";
	int month, day;

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i])
			return false;
	month = (text[5] - '0') * 10 + text[6] - '0';
	day = (text[8] - '0') * 10 + text[9] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Two names with a dot between them: names have dots of their own. */
static bool
is_path(const char *text)
{
	const char *dot = strchr(text + (*text != '\0'), '.');

	return is_name(text, ".@_-", 2 * NAME_MAX_SIZE + 1) && dot != NULL &&
	       dot[1] != '\0';
}

/* The number of "#2"; 0: it is none. */
static uint64_t
parse_execution(const char *text, size_t length)
{
	uint64_t number = 0;

	if (length < 2 || length > 11 || text[0] != '#' || text[1] == '0')
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (!is_digit(text[i]))
			return 0;
		number = number * 10 + (uint64_t)(text[i] - '0');
	}
	return number <= UINT32_MAX ? number : 0;
}

/* "#2 #5", one blank between them, or "none". */
static bool
is_executions(const char *text)
{
	if (strcmp(text, "none") == 0)
		return true;
	for (;;) {
		const size_t length = strcspn(text, " ");

		if (parse_execution(text, length) == 0)
			return false;
		if (text[length] == '\0')
			return true;
		text += length + 1;
	}
}

static bool
has_form(enum value_type type, const char *text)
{
	switch (type) {
	case TYPE_TEXT:
		return *text != '\0';
	case TYPE_NAME:
		return is_name(text, ".@_-", NAME_MAX_SIZE);
	case TYPE_WORD:
		return is_name(text, "@_-", WORD_MAX_SIZE);
	case TYPE_ARTIFACT:
	case TYPE_PROVIDER:
		return is_name(text, "_-", NAME_MAX_SIZE);
	case TYPE_ENV:
		return is_name(text, "_", WORD_MAX_SIZE) && !is_digit(*text);
	case TYPE_DATE:
		return is_date(text);
	case TYPE_PATH:
		return is_path(text);
	case TYPE_EXECUTION:
		return parse_execution(text, strlen(text)) != 0;
	case TYPE_EXECUTIONS:
		return is_executions(text);
	case TYPE_WORDS:
		return text[strspn(text, " ")] != '\0';
	case TYPE_ANY:
	case TYPE_CHOICE:
	case TYPE_CHOICES:
	case TYPE_COUNT:
	case TYPE_DURATION:
	case TYPE_SIZE:
		return true;
	}
	return true;
}

void
reader_check(struct reader *reader, const char *what, enum value_type type,
    const struct value *value)
{
	struct diagnostic *d;

	if (has_form(type, value->text))
		return;
	if (value->text[strspn(value->text, " ")] == '\0')
		d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_VALUE,
		    value->at, "%s is empty", what);
	else
		d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_VALUE,
		    value->at, "'%s' is not a legal %s", value->text, what);
	diagnostic_help(d, "write %s", grammar_form(type));
}

static size_t
count_choices(const char *const *choices)
{
	size_t n = 0;

	while (choices[n] != NULL)
		n++;
	return n;
}

static bool
is_choice(const char *const *choices, const char *text)
{
	for (; choices != NULL && *choices != NULL; choices++)
		if (strcmp(*choices, text) == 0)
			return true;
	return false;
}

static void
check_choice(struct reader *reader, const struct attribute_rule *row,
    const struct value *value)
{
	const char *const *choices = row->choices;
	size_t n = count_choices(choices);
	struct diagnostic *d;
	const char *meant;

	if (is_choice(choices, value->text) ||
	    is_choice(row->elsewhere, value->text))
		return;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_VALUE, value->at,
	    "'%s' is not a value of %s", value->text, row->name);
	meant = did_you_mean(value->text, choices, n);
	if (meant != NULL)
		correction_meant(d, value->at, meant);
	diagnostic_help(
	    d, "it can be %s", reader_list(reader->arena, choices, n, " or "));
}

/* A bound of a row, as the language writes it. */
static const char *
bound_text(struct arena *arena, enum value_type type, uint64_t bound)
{
	const char *unit = "";

	if (type == TYPE_SIZE) {
		bound >>= 10;
		unit = bound % (UINT64_C(1) << 30) == 0 ? "TiB" : "KiB";
		bound >>= *unit == 'T' ? 30 : 0;
	} else if (type == TYPE_DURATION) {
		bound /= 1000;
		unit = bound % 86400 == 0 ? "d" : "s";
		bound /= *unit == 'd' ? 86400 : 1;
	}
	return arena_printf(arena, "%llu%s", (unsigned long long)bound, unit);
}

static bool
parse_number(enum value_type type, const char *text, uint64_t *number)
{
	if (type == TYPE_SIZE)
		return number_size(text, number);
	return type == TYPE_DURATION ? number_duration(text, number)
				     : number_count(text, number);
}

/* A number within its bounds; false and reported if not. */
static bool
check_number(struct reader *reader, const struct attribute_rule *row,
    const struct value *value, uint64_t *number)
{
	struct diagnostic *d;
	const char *noun = row->type == TYPE_SIZE ? "a size" : "a duration";
	bool is_good = parse_number(row->type, value->text, number);

	if (is_good && *number >= row->min && *number <= row->max)
		return true;
	d = diagnostic_add(reader->diagnostics, CHECK_STRUCT_VALUE, value->at,
	    "'%s' is not a legal %s", value->text, row->name);
	if (!is_good && row->type != TYPE_COUNT)
		diagnostic_help(d, "write %s", grammar_form(row->type));
	else
		diagnostic_help(d, "write %s from %s to %s",
		    row->type == TYPE_COUNT ? "a whole number" : noun,
		    bound_text(reader->arena, row->type, row->min),
		    bound_text(reader->arena, row->type, row->max));
	return false;
}

static size_t
count_words(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text != '\0';
	     text += strspn(text, " ")) {
		text += strcspn(text, " ");
		n++;
	}
	return n;
}

/* The words of a list, each with its own place. */
static struct values
split_words(struct reader *reader, const char *what, const struct value *value)
{
	struct values words = { NULL, count_words(value->text) };
	const char *p = value->text + strspn(value->text, " ");
	struct value rest =
	    *value; /* behind the last word: found in one walk */

	if (words.n > WORDS_MAX) {
		struct diagnostic *d =
		    diagnostic_add(reader->diagnostics, CHECK_XML_LIMIT,
			value->at, "more than %d words in %s", WORDS_MAX, what);

		diagnostic_label(d, "limit WORDS_MAX");
		words.n = WORDS_MAX;
	}
	words.items = arena_array(reader->arena, words.n, sizeof *words.items);
	for (size_t i = 0; i < words.n; i++) {
		size_t length = strcspn(p, " ");

		words.items[i].text = arena_strndup(reader->arena, p, length);
		words.items[i].at = value_part(
		    reader->sources, &rest, (size_t)(p - rest.text), length);
		p += length;
		rest.text = p;
		rest.at.begin = words.items[i].at.end;
		p += strspn(p, " ");
	}
	return words;
}

static bool
is_plain(const char *p, const char *end)
{
	for (; p < end; p++)
		if (*p == '&' || *p == '\t' || *p == '\n' || *p == '\r')
			return false;
	return true;
}

static struct value
decode_attribute(struct reader *reader, const struct attribute *attribute)
{
	const char *p = document_bytes(reader->document, attribute->value);
	const char *end =
	    document_bytes(reader->document, attribute->value_end);
	struct value value;

	if (is_plain(p, end))
		value.text = arena_strndup(reader->arena, p, (size_t)(end - p));
	else
		value.text = markup_decode(reader->arena, p, end, true);
	value.at = (struct span){ reader->file, attribute->value,
		attribute->value_end };
	return value;
}

struct value
reader_attribute(struct reader *reader, const struct attribute_rule *row,
    const struct attribute *attribute, void *target)
{
	struct value value = decode_attribute(reader, attribute);
	uint64_t number = row->default_;
	struct values words;

	reader_check(reader, row->name, row->type, &value);
	switch (row->type) {
	case TYPE_CHOICE:
		check_choice(reader, row, &value);
		break;
	case TYPE_CHOICES:
	case TYPE_WORDS:
		words = split_words(reader, row->name, &value);
		for (size_t i = 0; row->choices != NULL && i < words.n; i++)
			check_choice(reader, row, &words.items[i]);
		if (target != NULL)
			*(struct values *)target = words;
		return value;
	case TYPE_COUNT:
	case TYPE_DURATION:
	case TYPE_SIZE:
		if (!check_number(reader, row, &value, &number))
			number = row->default_;
		if (target != NULL)
			*(struct number *)target =
			    (struct number){ number, value };
		return value;
	case TYPE_EXECUTION:
		if (target != NULL)
			*(struct number *)target = (struct number){
				parse_execution(value.text, strlen(value.text)),
				value
			};
		return value;
	case TYPE_TEXT:
	case TYPE_ANY:
	case TYPE_NAME:
	case TYPE_WORD:
	case TYPE_ARTIFACT:
	case TYPE_ENV:
	case TYPE_PROVIDER:
	case TYPE_DATE:
	case TYPE_PATH:
	case TYPE_EXECUTIONS:
		break;
	}
	if (target != NULL)
		*(struct value *)target = value;
	return value;
}
