/*
 * Names of a model to C identifiers. An identifier depends on its own name
 * alone, so nothing else in the model can change it, but for names that would
 * get the same one: of those the smallest (strcmp) keeps it and the others
 * get a hash of their name behind it. C keywords need no care: every
 * identifier in generated code has a prefix or a suffix.
 */
#ifndef COMPILER_IDENTIFIER_H
#define COMPILER_IDENTIFIER_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/*
 * "my-shop" to "my_shop", fit to begin the names of types and functions;
 * names that the C library or the runtime own get "_pipeline" behind them.
 */
char *identifier_prefix(struct arena *arena, const char *name);
/* ASCII letters to capitals; the rest as it is. */
char *identifier_upper(struct arena *arena, const char *identifier);

struct identifier_request {
	const char *name;     /* unique: "Build.Compile" */
	const char *reserved; /* if not NULL: take this and nothing else */
	const char *out;      /* "STOREFRONT_BUILD_COMPILE", filled in */
};

/* Fills in every `out`: PREFIX_NAME, all different. */
void identifiers_assign(struct arena *arena, const char *prefix,
    struct identifier_request *requests, size_t n);

#endif
