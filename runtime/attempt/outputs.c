/*
 * Reads what an action wrote: variables as NAME=VALUE\0 records, in any order,
 * the last one of a name counting, and the collected artifacts as lines
 * "HASH NAME". Actions write what they like: each record is checked.
 */
#include "outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "provider/utf8.h"
#include "provider/work.h"
#include "result.h"

/* Bytes of a variable's name. */
#define NAME_MAX_BYTES 128
/* Lines of the artifacts file are the model's; this bounds a mad one. */
#define ARTIFACTS_BYTES_MAX (1u << 20)

/* Reads a file that may be missing; then *out is NULL. */
static int
slurp(char **out, size_t *size, const char *path, size_t max,
    struct sw_error *err)
{
	*size = 0;
	*out = NULL;
	const int rc = sw__result_slurp(out, size, path, max, err);
	return rc == SW_ERROR_SYSTEM && errno == ENOENT ? 0 : rc;
}

static bool
is_name(const char *name, size_t n)
{
	if (n == 0 || n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			    "yz0123456789_-@.",
			name[i]))
			return false;
	return true;
}

static int
take_variable(
    struct sw_outputs *out, size_t *n, char *text, struct sw_error *err)
{
	char *equals = strchr(text, '=');
	if (!equals || !is_name(text, (size_t)(equals - text)))
		return sw__error(err, SW_ERROR_REFUSED,
		    "exported '%.40s' is not NAME=VALUE; names are letters, "
		    "digits and any of _ - @ .",
		    text);
	*equals = '\0';
	if (!sw__utf8_is_valid(equals + 1))
		return sw__error(err, SW_ERROR_REFUSED,
		    "the value of exported variable '%s' is not UTF-8", text);
	size_t i = 0;
	while (i < *n && strcmp(out->variables[i].name, text) != 0)
		i++;
	if (i == SW_VARIABLES_MAX)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the action exported more than %d variables",
		    SW_VARIABLES_MAX);
	out->variables[i] = (struct sw_parameter){ text, equals + 1 };
	if (i == *n)
		++*n;
	return 0;
}

static int
read_variables(struct sw_outputs *out, const char *path, struct sw_error *err)
{
	size_t size;
	size_t n = 0;
	int rc = slurp(
	    &out->variable_bytes, &size, path, SW_VARIABLES_BYTES_MAX, err);
	if (rc == SW_ERROR_LIMIT)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the exported variables exceed %d bytes",
		    SW_VARIABLES_BYTES_MAX);
	if (rc != 0)
		return rc;
	out->variables = calloc(SW_VARIABLES_MAX + 1, sizeof *out->variables);
	if (!out->variables)
		return sw__error_errno(err, "cannot read the variables");
	for (char *at = out->variable_bytes;
	     rc == 0 && at && at < out->variable_bytes + size;) {
		char *next = at + strlen(at) + 1;
		rc = take_variable(out, &n, at, err);
		at = next;
	}
	return rc;
}

static int
read_artifacts(struct sw_outputs *out, const char *path, struct sw_error *err)
{
	size_t size;
	size_t n = 0;
	const int rc =
	    slurp(&out->artifact_bytes, &size, path, ARTIFACTS_BYTES_MAX, err);
	if (rc != 0 || !out->artifact_bytes)
		return rc;
	for (const char *c = out->artifact_bytes; *c; c++)
		n += *c == '\n';
	out->artifacts = calloc(n + 1, sizeof *out->artifacts);
	if (!out->artifacts)
		return sw__error_errno(err, "cannot read the artifacts");
	char *at = out->artifact_bytes;
	for (size_t i = 0; i < n; i++) {
		char *blank = strchr(at, ' ');
		char *newline = strchr(at, '\n');
		if (!blank || !newline || blank > newline)
			return sw__error(err, SW_ERROR_CORRUPT,
			    "the list of collected artifacts is torn");
		*blank = '\0';
		*newline = '\0';
		out->artifacts[i] = (struct sw_output_artifact){
			.name = blank + 1,
			.hash = at,
		};
		at = newline + 1;
	}
	return 0;
}

int
sw__outputs_read(struct sw_outputs *out, const char *artifacts_file,
    const char *variables_file, struct sw_error *err)
{
	*out = (struct sw_outputs){ 0 };
	const int rc = read_artifacts(out, artifacts_file, err);
	return rc != 0 ? rc : read_variables(out, variables_file, err);
}

const char *
sw__outputs_missing(
    const struct sw_outputs *outputs, const char *names, size_t *length)
{
	for (const char *name = sw__work_name(names, length); name;
	     name = sw__work_name(name + *length, length)) {
		const struct sw_parameter *v = outputs->variables;
		while (v && v->name &&
		       (strncmp(v->name, name, *length) != 0 ||
			   v->name[*length] != '\0'))
			v++;
		if (!v || !v->name)
			return name;
	}
	return NULL;
}

void
sw__outputs_release(struct sw_outputs *outputs)
{
	free(outputs->artifacts);
	free(outputs->variables);
	free(outputs->artifact_bytes);
	free(outputs->variable_bytes);
	*outputs = (struct sw_outputs){ 0 };
}
