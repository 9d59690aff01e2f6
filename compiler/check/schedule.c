/*
 * Reads schedules into sets of numbers, and checks those of deployment
 * windows. Input: a text; output: sets, or what is wrong and where.
 */
#include "schedule.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "checking.h"

struct field {
	const char *name;
	unsigned min, max;
	const char *const *words; /* three letters each; NULL: none */
	unsigned nwords;
	unsigned first; /* what the first word stands for */
};

static const char *const month_words[] = { "JAN", "FEB", "MAR", "APR", "MAY",
	"JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" };
static const char *const weekday_words[] = { "SUN", "MON", "TUE", "WED", "THU",
	"FRI", "SAT" };

enum {
	MINUTES,
	HOURS,
	DAYS,
	MONTHS,
	WEEKDAYS,
	NFIELDS
};

static const struct field fields[NFIELDS] = {
	[MINUTES] = { "a minute is a number from 0 to 59", 0, 59, NULL, 0, 0 },
	[HOURS] = { "an hour is a number from 0 to 23", 0, 23, NULL, 0, 0 },
	[DAYS] = { "a day is a number from 1 to 31", 1, 31, NULL, 0, 0 },
	[MONTHS] = { "a month is a number from 1 to 12, or JAN to DEC", 1, 12,
	    month_words, 12, 1 },
	[WEEKDAYS] = { "a weekday is a number from 0 to 7, or SUN to SAT", 0, 7,
	    weekday_words, 7, 0 },
};

/* Reads a number or a word; false if it is neither, or out of range. */
static bool
read_number(const char **at, const struct field *field, unsigned *out)
{
	const char *begin = *at;
	unsigned number = 0;

	for (; isdigit((unsigned char)**at) && *at - begin < 3; (*at)++)
		number = number * 10 + (unsigned)(**at - '0');
	if (*at > begin) {
		*out = number;
		if (number >= field->min && number <= field->max)
			return true;
		*at = begin;
		return false;
	}
	for (unsigned i = 0; i < field->nwords; i++)
		if (strncasecmp(begin, field->words[i], 3) == 0) {
			*at += 3;
			*out = field->first + i;
			return true;
		}
	return false;
}

/* Reads "*", "5", "1-5", any of them with "/step". */
static const char *
read_range(const char **at, const struct field *field, uint64_t *set)
{
	unsigned low = field->min, high = field->max, step = 1;

	if (**at == '*') {
		(*at)++;
	} else {
		if (!read_number(at, field, &low))
			return field->name;
		high = **at == '/' ? field->max : low;
		if (**at == '-') {
			(*at)++;
			if (!read_number(at, field, &high))
				return field->name;
		}
	}
	if (high < low)
		return "the range ends before it begins";
	if (**at == '/') {
		static const struct field steps = { NULL, 1, 59, NULL, 0, 0 };

		(*at)++;
		if (!read_number(at, &steps, &step))
			return "a step is a number from 1 to 59";
	}
	for (unsigned i = low; i <= high; i += step)
		*set |= (uint64_t)1 << i;
	return NULL;
}

static const char *
read_field(const char **at, const struct field *field, uint64_t *set)
{
	const char *problem;

	for (;;) {
		problem = read_range(at, field, set);
		if (problem != NULL)
			return problem;
		if (**at != ',')
			break;
		(*at)++;
	}
	return **at == '\0' || **at == ' ' ? NULL : field->name;
}

const char *
schedule_read(const char *text, struct schedule *out, size_t *offset)
{
	uint64_t sets[NFIELDS] = { 0 };
	const char *at = text;
	bool any_weekday = false;

	for (int i = 0; i < NFIELDS; i++) {
		const char *problem;

		at += strspn(at, " ");
		*offset = (size_t)(at - text);
		if (*at == '\0')
			return "fewer than five fields";
		any_weekday = *at == '*' && (at[1] == '\0' || at[1] == ' ');
		problem = read_field(&at, &fields[i], &sets[i]);
		if (problem != NULL) {
			*offset = (size_t)(at - text);
			return problem;
		}
	}
	at += strspn(at, " ");
	*offset = (size_t)(at - text);
	if (*at != '\0')
		return "more than five fields";
	*out = (struct schedule){ sets[MINUTES], sets[HOURS], sets[DAYS],
		sets[MONTHS], (sets[WEEKDAYS] | sets[WEEKDAYS] >> 7) & 0x7f,
		any_weekday };
	return NULL;
}

bool
schedule_is_never(const struct schedule *schedule)
{
	static const unsigned lengths[] = { 0, 31, 29, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };

	/* With a weekday given, either of the two is enough. */
	if (!schedule->any_weekday)
		return false;
	for (unsigned month = 1; month <= 12; month++)
		if ((schedule->months >> month & 1) != 0 &&
		    (schedule->days & (((uint64_t)2 << lengths[month]) - 1)) !=
			0)
			return false;
	return true;
}

/* "+05:30" behind "UTC". */
static bool
is_offset(const char *text)
{
	unsigned hours, minutes;

	if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') ||
	    !isdigit((unsigned char)text[1]) ||
	    !isdigit((unsigned char)text[2]) || text[3] != ':' ||
	    !isdigit((unsigned char)text[4]) ||
	    !isdigit((unsigned char)text[5]))
		return false;
	hours = (unsigned)(text[1] - '0') * 10 + (unsigned)(text[2] - '0');
	minutes = (unsigned)(text[4] - '0') * 10 + (unsigned)(text[5] - '0');
	return hours <= 14 && minutes <= 59;
}

const char *
schedule_check_zone(const char *zone)
{
	static const char *const regions[] = { "Africa", "America",
		"Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Etc",
		"Europe", "Indian", "Pacific" };
	const char *slash = strchr(zone, '/');

	if (strncmp(zone, "UTC", 3) == 0)
		return zone[3] == '\0' || is_offset(zone + 3)
			   ? NULL
			   : "an offset is written as in UTC+05:30";
	if (slash == NULL)
		return "a time zone is UTC, UTC+05:30 or as in Europe/Berlin";
	if (slash[1] == '\0' ||
	    slash[1 + strspn(slash + 1, "abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789_+-/")] != '\0')
		return "no city of this name can be";
	for (size_t i = 0; i < sizeof(regions) / sizeof(*regions); i++)
		if (strlen(regions[i]) == (size_t)(slash - zone) &&
		    strncmp(regions[i], zone, (size_t)(slash - zone)) == 0)
			return NULL;
	return "no region of the time zone database has this name";
}

static void
check_cron(struct checking *c, enum check_id id, struct scope scope,
    const struct value *cron)
{
	struct schedule schedule;
	struct diagnostic *d;
	size_t offset;
	const char *problem = schedule_read(cron->text, &schedule, &offset);

	if (problem == NULL)
		return;
	d = REPORT(c, id, scope,
	    value_part(diagnostics_sources(c->diagnostics), cron, offset,
		cron->text[offset] != '\0' ? 1 : 0),
	    "malformed schedule '%s'", cron->text);
	diagnostic_label(d, "%s", problem);
	diagnostic_help(d, "a schedule is minute hour day month weekday, as "
			   "in \"* 9-16 * * MON-FRI\"");
}

static void
check_zone(struct checking *c, enum check_id id, struct scope scope,
    const struct value *zone)
{
	const char *problem = schedule_check_zone(zone->text);
	struct diagnostic *d;

	if (problem == NULL)
		return;
	d = REPORT(c, id, scope, zone->at, "no time zone has the name '%s'",
	    zone->text);
	diagnostic_label(d, "%s", problem);
	diagnostic_help(d, "write UTC, or a name as in Europe/Berlin");
}

static void
check_condition_schedules(struct checking *c, enum check_id id,
    const struct stage *stage, const struct condition *condition)
{
	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];
		const struct parameter *cron, *zone;
		struct scope scope = { stage, NULL };

		if (rule->provider.text == NULL ||
		    strcmp(rule->provider.text, "DeploymentWindow") != 0)
			continue;
		cron = parameter_find(&rule->parameters, "cron");
		zone = parameter_find(&rule->parameters, "timeZone");
		if (cron != NULL && cron->value.text != NULL)
			check_cron(c, id, scope, &cron->value);
		if (zone != NULL && zone->value.text != NULL)
			check_zone(c, id, scope, &zone->value);
	}
}

static void
check_schedules(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];

		check_condition_schedules(c, id, stage, &stage->before_entry);
		check_condition_schedules(c, id, stage, &stage->on_success);
		check_condition_schedules(c, id, stage, &stage->on_failure);
	}
}

static const struct check table[] = {
	{ CHECK_TRIG_CRON, check_schedules, NEEDS_PARTS },
};

const struct checks schedule_checks = CHECKS(table);
