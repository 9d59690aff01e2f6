/*
 * The result of an attempt as bytes: NUL-terminated records KEY=VALUE in a
 * fixed order, the last one "end=". Bytes that were cut off or torn are told
 * from a whole result by it and by the count of the records.
 */
#ifndef RUNTIME_RESULT_H
#define RUNTIME_RESULT_H

#include "attempt.h"

/* Bytes of a result: variables, artifacts and words. */
#define SW_RESULT_MAX (1u << 20)
#define SW_REASON_MAX 1024

/* A result and what it points into. */
struct sw_result_store {
	struct sw_result result;
	char *bytes;
	struct sw_output_artifact *artifacts;
	struct sw_parameter *variables;
};

/* *out is freed by the caller. SW_ERROR_LIMIT past SW_RESULT_MAX. */
int sw__result_encode(char **out, size_t *size, const struct sw_result *result,
    struct sw_error *err);
/* Takes over `bytes` (from malloc), also on failure: SW_ERROR_CORRUPT, or
 * SW_ERROR_SYSTEM if memory is short. */
int sw__result_decode(struct sw_result_store *out, char *bytes, size_t size,
    struct sw_error *err);
void sw__result_release(struct sw_result_store *store);

/*
 * Opens a file that an action may have put something else in the place of:
 * nothing but a regular file is opened, and never waited for. -1 with errno.
 */
int sw__result_open(const char *path);
/* Reads such a whole file of at most `max` bytes and terminates it; *out is freed
 * by the caller. Fails with SW_ERROR_SYSTEM (errno is kept) or _LIMIT. */
int sw__result_slurp(char **out, size_t *size, const char *path, size_t max,
    struct sw_error *err);

#endif
