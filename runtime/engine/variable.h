/*
 * Values in the place of #{namespace.name} references, just before an action
 * starts. What is put in is data: it is never looked at again, so a value
 * that holds "#{...}" stays as it is.
 */
#ifndef RUNTIME_VARIABLE_H
#define RUNTIME_VARIABLE_H

#include <stddef.h>

#include "error.h"

/* Bytes of one text after its references have been resolved. */
#define SW_RESOLVED_MAX (1u << 20)

/*
 * The value of a variable, borrowed until the next call, or NULL if there is
 * none. The names are not terminated.
 */
typedef const char *(*sw_variable_lookup_fn)(const char *namespace_,
    size_t namespace_length, const char *name, size_t name_length,
    void *payload);

/*
 * Writes `text` with every reference replaced; *out is freed by the caller.
 * SW_ERROR_REFUSED names the reference that has no value or is malformed,
 * SW_ERROR_LIMIT says that the result would exceed SW_RESOLVED_MAX.
 */
int sw__variable_resolve(char **out, const char *text,
    sw_variable_lookup_fn lookup, void *payload, struct sw_error *err);

#endif
