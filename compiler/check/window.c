/*
 * Deployment windows: their schedule is one, and opens some day; their time
 * zone is there. Schedules are notation/cron.h's. Zones are looked up in the
 * database of this machine, if it has one, for the runtime will look there.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/correction.h"
#include "notation/cron.h"
#include "notation/zone_name.h"
#include "rule.h"

/* Cities that are compared with a misspelt one. */
#define CITIES_MAX 1024

static void
check_cron(struct checking *c, enum check_id id,
    const struct checked_rule *place, const struct value *text)
{
	struct sw_cron cron;
	struct diagnostic *d;
	size_t offset;
	const char *problem = sw_cron_read(text->text, &cron, &offset);

	if (problem == NULL)
		return;
	d = REPORT(c, id, ((struct scope){ place->stage, NULL }),
	    value_part(diagnostics_sources(c->diagnostics), text, offset,
		text->text[offset] != '\0' ? 1 : 0),
	    "malformed schedule '%s'", text->text);
	diagnostic_label(d, "%s", problem);
	diagnostic_help(d,
	    "a schedule is minute hour day month weekday, as "
	    "in \"* 9-16 * * MON-FRI\"; with more fields seconds "
	    "come first, and a year may come last");
}

static bool
has_zone(struct checking *c, const char *name)
{
	struct stat st;

	return stat(arena_printf(c->arena, "%s/%s", SW_ZONE_FOLDER, name),
		   &st) == 0 &&
	       S_ISREG(st.st_mode);
}

/* The zone of the same folder that a misspelt one is near to, or NULL. */
static const char *
meant_zone(struct checking *c, const char *name)
{
	const char *city = strrchr(name, '/') + 1;
	const int length = (int)(city - name);
	const char **cities = arena_array(c->arena, CITIES_MAX, sizeof *cities);
	const struct dirent *entry;
	const char *meant;
	size_t n = 0;
	DIR *folder = opendir(
	    arena_printf(c->arena, "%s/%.*s", SW_ZONE_FOLDER, length, name));

	if (folder == NULL)
		return NULL;
	while (n < CITIES_MAX && (entry = readdir(folder)) != NULL)
		/* The same is a folder of zones. */
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, city) != 0)
			cities[n++] =
			    arena_printf(c->arena, "%s", entry->d_name);
	meant = did_you_mean(city, cities, n);
	closedir(folder);
	return meant == NULL
		   ? NULL
		   : arena_printf(c->arena, "%.*s%s", length, name, meant);
}

static void
check_zone(struct checking *c, enum check_id id,
    const struct checked_rule *place, const struct value *zone)
{
	const char *problem, *meant = NULL;
	enum sw_zone_kind kind = sw_zone_name(zone->text, &problem);
	struct diagnostic *d;

	/* Without a database nothing can be said about its zones. */
	if (kind == SW_ZONE_REGION && has_zone(c, "UTC") &&
	    !has_zone(c, zone->text)) {
		meant = meant_zone(c, zone->text);
		problem = "the time zone database has none of this name";
	}
	if (problem == NULL)
		return;
	d = REPORT(c, id, ((struct scope){ place->stage, NULL }), zone->at,
	    "no time zone has the name '%s'", zone->text);
	if (meant != NULL)
		correction_meant(d, zone->at, meant);
	else
		diagnostic_label(d, "%s", problem);
	diagnostic_help(d, "write UTC, or a name as in Europe/Berlin");
}

static void
check_window(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	const struct value *cron, *zone;

	if (!is_judged_by(place->rule, "DeploymentWindow"))
		return;
	cron = constant_parameter(place->rule, "cron");
	zone = constant_parameter(place->rule, "timeZone");
	if (cron != NULL)
		check_cron(c, id, place, cron);
	if (zone != NULL)
		check_zone(c, id, place, zone);
}

static void
check_windows(struct checking *c, enum check_id id)
{
	for_each_rule(c, id, check_window);
}

static bool
is_always(const struct sw_cron *cron)
{
	return cron->any_day && cron->any_weekday && cron->any_year &&
	       cron->seconds == (UINT64_C(1) << 60) - 1 &&
	       cron->minutes == (UINT64_C(1) << 60) - 1 &&
	       cron->hours == (UINT32_C(1) << 24) - 1 &&
	       cron->months == (1u << 13) - 2;
}

enum foregone
foregone_window(const struct checking *c, const struct rule *rule)
{
	const struct value *text = constant_parameter(rule, "cron");
	/* Its years may be over. */
	struct sw_civil at = { .month = 1, .day = 1 };
	struct sw_cron cron;
	size_t offset;

	if (text == NULL || sw_cron_read(text->text, &cron, &offset) != NULL)
		return FOREGONE_NOT;
	for (int i = 0; i < 4; i++)
		at.year = at.year * 10 + c->today[i] - '0';
	if (!sw_cron_next(&cron, &at))
		return FOREGONE_FAILS;
	return is_always(&cron) ? FOREGONE_PASSES : FOREGONE_NOT;
}

static const struct check table[] = {
	{ CHECK_TRIG_CRON, check_windows, NEEDS_PARTS },
};

const struct checks window_checks = CHECKS(table);
