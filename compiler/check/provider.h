/*
 * What the checks know of the built-in providers: which kinds of action they
 * do, how many artifacts they take, which parameters and which variables they
 * have. runtime/provider/ does what is promised here.
 */
#ifndef COMPILER_CHECK_PROVIDER_H
#define COMPILER_CHECK_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

/* No bound on a number of artifacts. */
#define ANY_NUMBER UINT32_MAX

struct provider_parameter {
	const char *name;
	int choice; /* not 0: only one of those with this number is given */
};

struct provider_facts {
	const char *name;
	unsigned categories; /* bits 1 << enum sw_category */
	uint32_t inputs_min, inputs_max;
	uint32_t outputs_min, outputs_max;
	bool runs; /* takes <run>, <env> and <export> */
	const struct provider_parameter *parameters; /* name NULL ends */
	const char *const *keys; /* variables that it gives; NULL ends */
};

/* The built-in provider with this name, or NULL; static. */
const struct provider_facts *provider_facts(const char *name);
/* The same by number; NULL past the last. */
const struct provider_facts *provider_facts_at(size_t i);
/* Is this text of a source chosen by whoever pushes to it? */
bool provider_key_is_foreign(const char *key);

#endif
