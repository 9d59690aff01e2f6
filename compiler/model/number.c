/*
 * Digits, and digits with a unit: text in, number out.
 */
#include "number.h"

#include <stddef.h>

/* Digits, then nothing or a unit. Returns what follows the digits; NULL if
 * there are none, or more than a number can hold. */
static const char *
parse_digits(const char *text, uint64_t *number)
{
	const char *p = text;
	uint64_t n = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (n > UINT64_MAX / 100)
			return NULL;
		n = n * 10 + (uint64_t)(*p - '0');
	}
	*number = n;
	return p == text ? NULL : p;
}

bool
number_count(const char *text, uint64_t *number)
{
	const char *end = parse_digits(text, number);

	return end != NULL && *end == '\0';
}

bool
number_duration(const char *text, uint64_t *milliseconds)
{
	static const struct {
		char unit;
		uint64_t milliseconds;
	} units[] = {
		{ 's', UINT64_C(1000) },
		{ 'm', UINT64_C(60000) },
		{ 'h', UINT64_C(3600000) },
		{ 'd', UINT64_C(86400000) },
	};
	uint64_t number;
	const char *unit = parse_digits(text, &number);

	if (unit == NULL || unit[0] == '\0' || unit[1] != '\0')
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (units[i].unit != *unit)
			continue;
		if (number > UINT64_MAX / units[i].milliseconds)
			number = UINT64_MAX / units[i].milliseconds;
		*milliseconds = number * units[i].milliseconds;
		return true;
	}
	return false;
}
