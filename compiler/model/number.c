/*
 * Digits, and digits with a unit: text in, number out.
 */
#include "number.h"

#include <stddef.h>
#include <string.h>

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

struct unit {
	const char *name;
	uint64_t worth;
};

/* Digits with a unit; what is too much for a number is the largest. */
static bool
parse_quantity(const char *text, const struct unit *units, uint64_t *quantity)
{
	uint64_t number;
	const char *unit = parse_digits(text, &number);

	for (; unit != NULL && units->name != NULL; units++) {
		if (strcmp(units->name, unit) != 0)
			continue;
		if (number > UINT64_MAX / units->worth)
			number = UINT64_MAX / units->worth;
		*quantity = number * units->worth;
		return true;
	}
	return false;
}

bool
number_duration(const char *text, uint64_t *milliseconds)
{
	static const struct unit units[] = {
		{ "s", UINT64_C(1000) },
		{ "m", UINT64_C(60000) },
		{ "h", UINT64_C(3600000) },
		{ "d", UINT64_C(86400000) },
		{ NULL, 0 },
	};

	return parse_quantity(text, units, milliseconds);
}

bool
number_size(const char *text, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "KiB", UINT64_C(1) << 10 },
		{ "MiB", UINT64_C(1) << 20 },
		{ "GiB", UINT64_C(1) << 30 },
		{ "TiB", UINT64_C(1) << 40 },
		{ NULL, 0 },
	};

	return parse_quantity(text, units, bytes);
}
