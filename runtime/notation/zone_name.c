/* Judges the names of time zones by their form alone. */
#include "zone_name.h"

#include <stdbool.h>
#include <stddef.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "+05:30" */
static bool
is_offset(const char *text)
{
	int hours;

	if ((text[0] != '+' && text[0] != '-') || !is_digit(text[1]) ||
	    !is_digit(text[2]) || text[3] != ':' || !is_digit(text[4]) ||
	    !is_digit(text[5]) || text[6] != '\0')
		return false;
	hours = (text[1] - '0') * 10 + text[2] - '0';
	return hours <= 14 && text[4] <= '5';
}

/* The length of `prefix` if the text begins with it, else 0. */
static size_t
begins(const char *text, const char *prefix)
{
	size_t n = 0;

	while (prefix[n] != '\0' && text[n] == prefix[n])
		n++;
	return prefix[n] == '\0' ? n : 0;
}

/* No dots: a path that leaves the folder is none. */
static bool
is_city(const char *text, size_t room)
{
	size_t n = 0;

	while (is_letter(text[n]) || is_digit(text[n]) || text[n] == '_' ||
	       text[n] == '+' || text[n] == '-' || text[n] == '/')
		n++;
	return n > 0 && text[n] == '\0' && n < room && text[0] != '/' &&
	       text[n - 1] != '/';
}

enum sw_zone_kind
sw_zone_name(const char *name, const char **problem)
{
	static const char *const regions[] = { "Africa/", "America/",
		"Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
		"Brazil/", "Canada/", "Chile/", "Etc/", "Europe/", "Indian/",
		"Mexico/", "Pacific/", "US/" };
	const char *slash = name;
	size_t n = begins(name, "UTC");

	*problem = NULL;
	if (n > 0 && name[n] == '\0')
		return SW_ZONE_UTC;
	if (n > 0 && is_offset(name + n))
		return SW_ZONE_OFFSET;
	while (*slash != '\0' && *slash != '/')
		slash++;
	*problem = n > 0 ? "an offset is written as in UTC+05:30"
		   : *slash == '\0'
		       ? "a time zone is UTC, UTC+05:30 or as in Europe/Berlin"
		   : !is_city(slash + 1, SW_ZONE_NAME_MAX / 2)
		       ? "no city of this name can be"
		       : "no region of the time zone database has this name";
	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
		n = begins(name, regions[i]);
		if (n > 0 && is_city(name + n, SW_ZONE_NAME_MAX / 2)) {
			*problem = NULL;
			return SW_ZONE_REGION;
		}
	}
	return SW_ZONE_NONE;
}
