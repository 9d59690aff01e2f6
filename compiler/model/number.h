/*
 * Numbers, durations and sizes as the language writes them.
 */
#ifndef COMPILER_NUMBER_H
#define COMPILER_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* "20": true, and *number. False: no digits, more of them than a number
 * holds, or something else. */
bool number_count(const char *text, uint64_t *number);
/* "90s" "20m" "2h" "7d": true, and *milliseconds; what is too much for a
 * number is the largest. */
bool number_duration(const char *text, uint64_t *milliseconds);
/* "64KiB" "512MiB" "2GiB" "1TiB": the same with bytes. */
bool number_size(const char *text, uint64_t *bytes);

#endif
