/*
 * A supervisor's result from bytes: what is not one is refused, what is one
 * says what it said when it is written again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attempt/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(int holds)
{
	if (!holds)
		abort();
}

static int
decode(struct sw_result_store *out, const void *bytes, size_t size)
{
	struct sw_error err;
	char *copy = malloc(size + 1);
	demand(copy != NULL);
	memcpy(copy, bytes, size);
	return sw__result_decode(out, copy, size, &err);
}

static void
compare(const struct sw_result *a, const struct sw_result *b)
{
	size_t i = 0;
	demand(a->outcome == b->outcome && a->code == b->code);
	demand(a->succeeded == b->succeeded);
	demand(a->log_bytes == b->log_bytes);
	demand(a->log_dropped == b->log_dropped);
	demand(strcmp(a->reason, b->reason) == 0);
	for (; a->artifacts[i].name != NULL; i++) {
		demand(strcmp(a->artifacts[i].name, b->artifacts[i].name) == 0);
		demand(strcmp(a->artifacts[i].hash, b->artifacts[i].hash) == 0);
	}
	demand(b->artifacts[i].name == NULL);
	for (i = 0; a->variables[i].name != NULL; i++) {
		demand(strcmp(a->variables[i].name, b->variables[i].name) == 0);
		demand(
		    strcmp(a->variables[i].value, b->variables[i].value) == 0);
	}
	demand(b->variables[i].name == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_result_store first = { 0 }, second = { 0 };
	struct sw_error err;
	char *bytes;
	size_t n;
	if (decode(&first, data, size) != 0)
		return 0;
	demand(first.result.outcome <= SW_OUTCOME_UNKNOWN);
	demand(sw__result_encode(&bytes, &n, &first.result, &err) == 0);
	demand(decode(&second, bytes, n) == 0);
	compare(&first.result, &second.result);
	free(bytes);
	sw__result_release(&first);
	sw__result_release(&second);
	return 0;
}
