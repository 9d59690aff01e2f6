/*
 * Names of branches and tags, by the rules of git-check-ref-format(1). Pure.
 */
#ifndef PROVIDER_REF_NAME_H
#define PROVIDER_REF_NAME_H

#include <stdbool.h>

/* Bytes of a whole ref name, "refs/heads/" included, with its NUL. */
#define SW_REF_MAX 256

/* May a branch or a tag have this name? "main", not "-x" or "a..b". */
bool sw__ref_name_is_valid(const char *name);

#endif
