/*
 * Reads the text of a schedule, in either form of cron.h. Input: a text;
 * output: sets, or what was expected and where. Decides nothing about days.
 */
#include "cron.h"

enum field_id {
	SECONDS,
	MINUTES,
	HOURS,
	DAYS,
	MONTHS,
	WEEKDAYS,
	YEARS,
	NFIELDS
};

/* Fields of the first form, and of the second with and without a year. */
#define CRONTAB_FIELDS 5
#define QUARTZ_FIELDS_MIN 6
#define QUARTZ_FIELDS_MAX 7

struct field {
	const char *expected;
	int min, max;
	const char *words; /* three letters each; NULL: none */
	int first;         /* what the first word stands for */
};

#define MONTH_WORDS "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
#define WEEKDAY_WORDS "SUNMONTUEWEDTHUFRISAT"

static const struct field fields[NFIELDS] = {
	[SECONDS] = { "a second is a number from 0 to 59", 0, 59, NULL, 0 },
	[MINUTES] = { "a minute is a number from 0 to 59", 0, 59, NULL, 0 },
	[HOURS] = { "an hour is a number from 0 to 23", 0, 23, NULL, 0 },
	[DAYS] = { "a day is a number from 1 to 31", 1, 31, NULL, 0 },
	[MONTHS] = { "a month is a number from 1 to 12, or JAN to DEC", 1, 12,
	    MONTH_WORDS, 1 },
	[WEEKDAYS] = { "a weekday is a number from 0 to 7, or SUN to SAT", 0, 7,
	    WEEKDAY_WORDS, 0 },
	[YEARS] = { "a year is a number from 1970 to 2199", SW_CRON_FIRST_YEAR,
	    SW_CRON_LAST_YEAR, NULL, 0 },
};
static const struct field quartz_weekday = {
	"after seconds a weekday is a number from 1 (Sunday) to 7, or SUN to "
	"SAT",
	1, 7, WEEKDAY_WORDS, 1
};

struct reader {
	const char *at;
	bool is_quartz;
	struct sw_cron *out;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
ends_field(char c)
{
	return c == '\0' || is_blank(c);
}

static char
upper(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c;
}

static const struct field *
field_of(const struct reader *reader, enum field_id id)
{
	return id == WEEKDAYS && reader->is_quartz ? &quartz_weekday
						   : &fields[id];
}

static bool
take(struct reader *reader, char c)
{
	if (upper(*reader->at) != c)
		return false;
	reader->at++;
	return true;
}

/* Takes a number within bounds; else false, and takes nothing. */
static bool
take_number(struct reader *reader, int min, int max, int *out)
{
	const char *at = reader->at;
	int n = 0;

	while (is_digit(*at) && n <= max)
		n = n * 10 + (*at++ - '0');
	if (at == reader->at || n < min || n > max)
		return false;
	*out = n;
	reader->at = at;
	return true;
}

static bool
take_word(struct reader *reader, const struct field *field, int *out)
{
	const char *at = reader->at;

	for (int i = 0; field->words != NULL && field->words[i] != '\0'; i += 3)
		if (upper(at[0]) == field->words[i] &&
		    upper(at[1]) == field->words[i + 1] &&
		    upper(at[2]) == field->words[i + 2]) {
			reader->at += 3;
			*out = field->first + i / 3;
			return true;
		}
	return false;
}

static bool
take_value(struct reader *reader, const struct field *field, int *out)
{
	return take_number(reader, field->min, field->max, out) ||
	       take_word(reader, field, out);
}

/* A weekday of a field as one of 0 to 6. */
static int
weekday(const struct field *field, int n)
{
	return (n - field->first) % 7;
}

static void
add(struct sw_cron *out, enum field_id id, const struct field *field, int n)
{
	const uint64_t bit = UINT64_C(1) << (id == YEARS ? 0 : n);

	switch (id) {
	case SECONDS:
		out->seconds |= bit;
		break;
	case MINUTES:
		out->minutes |= bit;
		break;
	case HOURS:
		out->hours |= (uint32_t)bit;
		break;
	case DAYS:
		out->days |= (uint32_t)bit;
		break;
	case MONTHS:
		out->months |= (uint16_t)bit;
		break;
	case WEEKDAYS:
		out->weekdays |= (uint8_t)(1u << weekday(field, n));
		break;
	default: /* YEARS */
		n -= SW_CRON_FIRST_YEAR;
		out->years[n / 64] |= UINT64_C(1) << n % 64;
	}
}

/* What is behind an L of the days: nothing, "W", "-3". */
static const char *
read_last_day(struct reader *reader)
{
	int before = 0;

	if (take(reader, 'W')) {
		reader->out->has_last_near = true;
		return NULL;
	}
	if (take(reader, '-') && !take_number(reader, 1, 30, &before))
		return "before the last day are 1 to 30 days, as in L-3";
	reader->out->lasts |= UINT32_C(1) << before;
	return NULL;
}

/* What is behind a weekday: "L", "#3". */
static const char *
read_nth(struct reader *reader, int number, bool *is_taken)
{
	int nth = 0;

	*is_taken = true;
	if (take(reader, '#')) {
		if (!take_number(reader, 1, 5, &nth))
			return "a month has the weekday 1 to 5 times, as in "
			       "6#3";
	} else if (!take(reader, 'L')) {
		*is_taken = false;
		return NULL;
	}
	reader->out->nths[number] |= (uint8_t)(1u << nth);
	return NULL;
}

static const char *
read_step(struct reader *reader, int *step)
{
	*step = 1;
	if (!take(reader, '/') || take_number(reader, 1, 59, step))
		return NULL;
	return "a step is a number from 1 to 59";
}

/* Behind its first number: "", "-5", either of them with "/step". */
static const char *
read_rest(struct reader *reader, enum field_id id, int low)
{
	const struct field *field = field_of(reader, id);
	const char *const begin = reader->at;
	int high = low, step;
	const char *problem;

	if (take(reader, '-') && !take_value(reader, field, &high))
		return field->expected;
	/* A week is round. */
	if (high < low && id == WEEKDAYS)
		high += 7;
	if (high < low) {
		reader->at = begin + 1;
		return "the range ends before it begins";
	}
	if (reader->at == begin && *begin == '/')
		high = field->max;
	problem = read_step(reader, &step);
	for (int n = low; problem == NULL && n <= high; n += step)
		add(reader->out, id, field, n);
	return problem;
}

/* The forms that the second form alone has; *is_taken: it was one. */
static const char *
read_special(struct reader *reader, enum field_id id, bool *is_taken)
{
	const char *const begin = reader->at;
	int n;

	*is_taken = true;
	if (id == DAYS && take(reader, 'L'))
		return read_last_day(reader);
	if (id == WEEKDAYS && upper(begin[0]) == 'L') {
		reader->at++;
		reader->out->weekdays |= 1u << 6;
		return NULL;
	}
	if (id == DAYS && take_number(reader, 1, 31, &n) && take(reader, 'W')) {
		reader->out->nears |= UINT32_C(1) << n;
		return NULL;
	}
	reader->at = begin;
	if (id == WEEKDAYS && take_value(reader, &quartz_weekday, &n)) {
		const char *problem =
		    read_nth(reader, weekday(&quartz_weekday, n), is_taken);

		if (*is_taken)
			return problem;
	}
	reader->at = begin;
	*is_taken = false;
	return NULL;
}

/* One item of a list. */
static const char *
read_item(struct reader *reader, enum field_id id)
{
	const struct field *field = field_of(reader, id);
	const char *problem = NULL;
	bool is_special = false;
	int n, step;

	if (take(reader, '*')) {
		problem = read_step(reader, &step);
		/* 7 is Sunday again. */
		n = field->max - (id == WEEKDAYS && field->min == 0);
		for (int i = field->min; problem == NULL && i <= n; i += step)
			add(reader->out, id, field, i);
		return problem;
	}
	if (reader->is_quartz)
		problem = read_special(reader, id, &is_special);
	if (is_special)
		return problem;
	if (!take_value(reader, field, &n))
		return field->expected;
	return read_rest(reader, id, n);
}

/* Why a field that was read as far as it goes does not end there. */
static const char *
explain_rest(const struct reader *reader, enum field_id id)
{
	const char c = upper(*reader->at);

	if (c == '?')
		return id == DAYS || id == WEEKDAYS
			   ? "'?' needs the form that begins with seconds"
			   : "'?' is for the day or the weekday";
	if (!reader->is_quartz && (c == 'L' || c == 'W' || c == '#') &&
	    (id == DAYS || id == WEEKDAYS))
		return "'L', 'W' and '#' need the form that begins with "
		       "seconds";
	return field_of(reader, id)->expected;
}

static const char *
read_field(struct reader *reader, enum field_id id, bool *is_any)
{
	const char *problem;

	*is_any = *reader->at == '*' && ends_field(reader->at[1]);
	if (reader->is_quartz && (id == DAYS || id == WEEKDAYS) &&
	    *reader->at == '?') {
		*is_any = true;
		reader->at++;
	}
	while (!*is_any || *reader->at == '*') {
		problem = read_item(reader, id);
		if (problem != NULL) {
			const bool is_foreign =
			    problem == field_of(reader, id)->expected;

			return is_foreign ? explain_rest(reader, id) : problem;
		}
		if (*reader->at != ',')
			break;
		reader->at++;
	}
	return ends_field(*reader->at) ? NULL : explain_rest(reader, id);
}

static void
skip_blanks(struct reader *reader)
{
	while (is_blank(*reader->at))
		reader->at++;
}

/* How many fields; more than a schedule can be long: SW_CRON_MAX + 1. */
static size_t
count_fields(const char *text)
{
	size_t n = 0, i = 0;

	for (; i <= SW_CRON_MAX && text[i] != '\0'; i++)
		n += !is_blank(text[i]) && (i == 0 || is_blank(text[i - 1]));
	return i > SW_CRON_MAX ? SW_CRON_MAX + 1 : n;
}

/* Reads all fields that there are, from seconds or minutes on. */
static const char *
read_fields(struct reader *reader, size_t nfields)
{
	struct sw_cron *const out = reader->out;
	enum field_id id = reader->is_quartz ? SECONDS : MINUTES;
	const char *problem = NULL;
	bool is_any[NFIELDS] = { [YEARS] = true };

	for (size_t i = 0; i < nfields && problem == NULL; i++, id++) {
		const char *begin;

		skip_blanks(reader);
		begin = reader->at;
		problem = read_field(reader, id, &is_any[id]);
		if (problem == NULL && reader->is_quartz && id == WEEKDAYS &&
		    !is_any[DAYS] && !is_any[WEEKDAYS]) {
			reader->at = begin;
			problem = "with a day of the month, the weekday is '?'";
		}
	}
	out->any_day = is_any[DAYS];
	out->any_weekday = is_any[WEEKDAYS];
	out->any_year = is_any[YEARS];
	/* A window is open for minutes. */
	if (!reader->is_quartz || out->seconds == 1)
		out->seconds = (UINT64_C(1) << 60) - 1;
	return problem;
}

const char *
sw_cron_read(const char *text, struct sw_cron *out, size_t *offset)
{
	struct sw_cron cron = { 0 };
	struct reader reader = { text, false, &cron };
	const size_t n = count_fields(text);
	const char *problem = NULL;
	size_t nread = n;

	if (n > SW_CRON_MAX) {
		*offset = SW_CRON_MAX;
		return "a schedule is no longer than 1024 bytes";
	}
	reader.is_quartz = n >= QUARTZ_FIELDS_MIN;
	if (n > QUARTZ_FIELDS_MAX)
		nread = QUARTZ_FIELDS_MAX;
	problem = read_fields(&reader, nread);
	if (problem == NULL)
		skip_blanks(&reader);
	if (problem == NULL && n < CRONTAB_FIELDS)
		problem = "fewer than five fields";
	if (problem == NULL && n > QUARTZ_FIELDS_MAX)
		problem = "more than seven fields";
	*offset = (size_t)(reader.at - text);
	if (problem == NULL)
		*out = cron;
	return problem;
}
