/*
 * Performs one source action without an engine around it:
 *   source STATE WORKSPACE [NAME=VALUE...]
 * Parameters of the provider, and "revision" and "ref" of what is pinned.
 * Prints the variables as "NAME=VALUE" on descriptor 3.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/provider.h"

#define PARAMETERS_MAX 16

int
sw__job_export(const struct sw_job *job, const char *name, const char *value)
{
	(void)job;
	return dprintf(3, "%s=%s\n", name, value) < 0 ? -1 : 0;
}

int
sw__job_fail(const struct sw_job *job, int status, const char *format, ...)
{
	(void)job;
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

int
main(int argc, char **argv)
{
	struct sw_parameter parameters[PARAMETERS_MAX] = { { NULL, NULL } };
	char base[4096];
	struct sw_job job = { .parameters = parameters, .base_dir = base };
	if (argc < 3 || argc > PARAMETERS_MAX + 2 || !getcwd(base, sizeof base))
		return 2;
	job.state_dir = argv[1];
	job.workspace = argv[2];
	size_t count = 0;
	for (int i = 3; i < argc; i++) {
		char *equals = strchr(argv[i], '=');
		if (!equals)
			return 2;
		*equals = 0;
		if (strcmp(argv[i], "revision") == 0)
			job.revision = equals + 1;
		else if (strcmp(argv[i], "ref") == 0)
			job.ref = equals + 1;
		else
			parameters[count++] =
			    (struct sw_parameter){ argv[i], equals + 1 };
	}
	return sw_provider_git.perform(&job);
}
