/*
 * What providers say and ask: the parameters of a job, the variables that it
 * exports, the reason why it failed. Runs in the child of a supervisor.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider.h"
#include "redact/redact.h"

const char *
sw__job_parameter(const struct sw_job *job, const char *name)
{
	for (const struct sw_parameter *p = job->parameters; p && p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p->value;
	return NULL;
}

int
sw__job_path(const struct sw_job *job, const char *path, char *out, size_t size)
{
	const char *base = job->base_dir ? job->base_dir : job->workspace;
	const int n = path[0] == '/' ? snprintf(out, size, "%s", path)
				     : snprintf(out, size, "%s/%s", base, path);
	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

int
sw__job_execute(const struct sw_job *job, char *const *words)
{
	size_t nwrapper = 0;
	size_t nwords = 0;
	if (!job->wrapper)
		return execvp(words[0], words);
	while (job->wrapper[nwrapper])
		nwrapper++;
	while (words[nwords])
		nwords++;
	char **all = calloc(nwrapper + nwords + 1, sizeof *all);
	if (!all)
		return -1;
	for (size_t i = 0; i < nwrapper; i++)
		all[i] = (char *)(uintptr_t)job->wrapper[i];
	memcpy(all + nwrapper, words, nwords * sizeof *words);
	execv(all[0], all);
	free(all);
	return -1;
}

/* Appends to a file in one write, so that records never interleave. */
static int
append(const char *path, const char *bytes, size_t n, int flags)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
	if (fd < 0)
		return -1;
	const ssize_t done = write(fd, bytes, n);
	const int saved = errno;
	close(fd);
	if (done == (ssize_t)n)
		return 0;
	errno = done < 0 ? saved : ENOSPC;
	return -1;
}

int
sw__job_export(const struct sw_job *job, const char *name, const char *value)
{
	const size_t size = strlen(name) + strlen(value) + 2;
	char *record = malloc(size);
	if (!record)
		return -1;
	snprintf(record, size, "%s=%s", name, value);
	const int rc = append(job->variables_file, record, size, O_APPEND);
	const int saved = errno;
	free(record);
	errno = saved;
	return rc;
}

int
sw__job_fail(const struct sw_job *job, int status, const char *format, ...)
{
	char reason[1024];
	va_list args;
	va_start(args, format);
	const int n = vsnprintf(reason, sizeof reason, format, args);
	va_end(args);
	if (n < 0)
		reason[0] = '\0';
	for (char *c = reason; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	const size_t length = sw__redact(job->redactor, reason, strlen(reason));
	reason[length] = '\0';
	(void)fflush(stdout);
	fprintf(stderr, "%s\n", reason);
	/* If it cannot be kept, the log has it. */
	(void)!append(job->reason_file, reason, strlen(reason), O_TRUNC);
	return status;
}
