/*
 * What people and programs say, without secrets. What it is told in: a row of
 * the journal, from where it goes everywhere.
 */
#ifndef RUNTIME_MASK_H
#define RUNTIME_MASK_H

#include <jansson.h>

#include "error.h"

struct sw_redactor;

/* A text of a row; in *out a copy without secrets (caller frees), or NULL:
 * there is none in it, or nobody says what has such a name. -1 without
 * memory. */
int sw__mask_said(const struct sw_redactor *redactor, const char *name,
    const char *text, char **out);
/* SW_ERROR_USAGE: a variable holds a secret, and which. */
int sw__mask_variables(const struct sw_redactor *redactor, json_t *variables,
    struct sw_error *err);

#endif
