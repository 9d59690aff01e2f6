/*
 * Any provider that is not built in: the program stagewright-provider-NAME on
 * the PATH, in the workspace, with the action's environment and each
 * parameter as STAGEWRIGHT_PARAMETER_name, where a character that sh does not
 * allow in a name is "_"; <run> lines, if there are any, stand in
 * STAGEWRIGHT_RUN. It succeeds by exiting with 0, and exports
 * variables by appending NAME=VALUE\0 to the file $STAGEWRIGHT_VARIABLES.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider.h"
#include "work.h"

/* Bytes of "STAGEWRIGHT_PARAMETER_" and a parameter's name. */
#define NAME_BYTES_MAX 256

static int
set_parameters(const struct sw_job *job)
{
	for (const struct sw_parameter *p = job->parameters; p && p->name;
	     p++) {
		char name[NAME_BYTES_MAX];
		const int n = snprintf(
		    name, sizeof name, "STAGEWRIGHT_PARAMETER_%s", p->name);
		if (n < 0 || (size_t)n >= sizeof name) {
			errno = ENAMETOOLONG;
			return -1;
		}
		for (char *c = name; *c; c++)
			if (!isalnum((unsigned char)*c))
				*c = '_';
		if (setenv(name, p->value, 1) != 0)
			return -1;
	}
	return 0;
}

static int
set_run(const struct sw_job *job)
{
	size_t size = 1;
	for (size_t i = 0; job->run[i]; i++)
		size += strlen(job->run[i]) + 1;
	if (size == 1)
		return 0;
	char *text = malloc(size);
	if (!text)
		return -1;
	char *at = text;
	for (size_t i = 0; job->run[i]; i++)
		at += sprintf(at, "%s\n", job->run[i]);
	const int rc = setenv("STAGEWRIGHT_RUN", text, 1);
	free(text);
	return rc;
}

static int
perform(const struct sw_job *job)
{
	const char *name = sw__work_provider(&job->pipeline->work[job->action]);
	char program[NAME_BYTES_MAX];
	const int n =
	    snprintf(program, sizeof program, "stagewright-provider-%s", name);
	if (n < 0 || (size_t)n >= sizeof program || strchr(name, '/'))
		return sw__job_fail(
		    job, 125, "'%s' cannot be the name of a provider", name);
	if (set_parameters(job) != 0 || set_run(job) != 0)
		return sw__job_fail(job, 125,
		    "cannot pass the parameters to provider '%s': %s", name,
		    strerror(errno));
	sw__job_execute(job, (char *[]){ program, NULL });
	if (errno == ENOENT)
		return sw__job_fail(job, 127,
		    "provider '%s' is not installed: no program '%s' on the "
		    "PATH",
		    name, program);
	return sw__job_fail(
	    job, 126, "cannot execute '%s': %s", program, strerror(errno));
}

const struct sw_provider sw_provider_plugin = {
	.name = "plugin",
	.perform = perform,
};
