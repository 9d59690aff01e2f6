/*
 * The built-in providers: which kinds of action they do, and whether rules of
 * conditions; how many artifacts they take, which parameters and which variables they have. The reader fills
 * in by it, the checks judge by it, lower.c names the runtime's part by it;
 * runtime/provider/ does what is promised here. Any other name is a plug-in's.
 */
#ifndef COMPILER_PROVIDER_H
#define COMPILER_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

/* No bound on a number of artifacts. */
#define ANY_NUMBER UINT32_MAX

struct provider_parameter {
	const char *name;
	int choice; /* not 0: only one of those with this number is given */
	const char *required; /* what it says, if it has to be given; or NULL */
};

struct provider_facts {
	const char *name;
	const char *runtime; /* "git" of sw_provider_git */
	unsigned categories; /* bits 1 << enum sw_category; RULE: it judges */
	uint32_t inputs_min, inputs_max;
	uint32_t outputs_min, outputs_max;
	bool runs; /* takes <run>, <env> and <export>, and needs a <run> */
	const struct provider_parameter *parameters; /* name NULL ends */
	const char *const *keys; /* variables that it gives; NULL ends */
};

/* The built-in provider with this name, or NULL; static. */
const struct provider_facts *provider_facts(const char *name);
/* All of them, one after another: past the last one's number NULL; static. */
const struct provider_facts *provider_facts_at(size_t i);
/* Its parameter with this name, or NULL; static. */
const struct provider_parameter *provider_parameter(
    const struct provider_facts *provider, const char *name);
/* The provider of an action that names none; NULL: it has to; static. */
const char *provider_default(enum sw_category category);
/* Is this text of a source chosen by whoever pushes to it? */
bool provider_key_is_foreign(const char *key);

#endif
