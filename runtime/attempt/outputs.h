/*
 * What a finished action left for its result: the artifacts that were
 * collected, and the variables that it exported.
 */
#ifndef RUNTIME_OUTPUTS_H
#define RUNTIME_OUTPUTS_H

#include "attempt.h"

struct sw_outputs {
	struct sw_output_artifact *artifacts; /* name NULL ends; or NULL */
	struct sw_parameter *variables;       /* the same */
	char *artifact_bytes;                 /* what they point into */
	char *variable_bytes;
};

/*
 * Reads both files; a file that is not there holds nothing. SW_ERROR_REFUSED
 * says what is wrong with what the action wrote. Release it in any case.
 */
int sw__outputs_read(struct sw_outputs *out, const char *artifacts_file,
    const char *variables_file, struct sw_error *err);
/* The first of `names` ("A B") that is not among the variables, of `*length`
 * bytes, or NULL. */
const char *sw__outputs_missing(
    const struct sw_outputs *outputs, const char *names, size_t *length);
void sw__outputs_release(struct sw_outputs *outputs);

#endif
