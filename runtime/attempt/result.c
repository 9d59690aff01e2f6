/*
 * Results of attempts to bytes and back. Bytes come from a file that another
 * process wrote, perhaps an older or a broken one: nothing in them is trusted.
 */
#define _GNU_SOURCE
#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT "stagewright-result=1"

struct writer {
	char *bytes;
	size_t size;
	size_t room;
	bool is_full;
};

static void __attribute__((format(printf, 2, 3)))
record(struct writer *w, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	const int n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		w->is_full = true;
		return;
	}
	const size_t size = (size_t)n + 1;
	if (w->size + size > w->room) {
		const size_t room = 2 * (w->size + size);
		char *more = realloc(w->bytes, room);
		if (more) {
			w->bytes = more;
			w->room = room;
		}
	}
	if (w->size + size > w->room || w->size + size > SW_RESULT_MAX) {
		w->is_full = true;
	} else {
		memcpy(w->bytes + w->size, text, size);
		w->size += size;
	}
	free(text);
}

int
sw__result_encode(char **out, size_t *size, const struct sw_result *result,
    struct sw_error *err)
{
	struct writer w = { 0 };
	record(&w, FORMAT);
	record(&w, "outcome=%d", (int)result->outcome);
	record(&w, "code=%d", result->code);
	record(&w, "succeeded=%d", result->succeeded ? 1 : 0);
	record(&w, "log=%" PRIu64, result->log_bytes);
	record(&w, "dropped=%" PRIu64, result->log_dropped);
	record(&w, "reason=%s", result->reason ? result->reason : "");
	for (const struct sw_output_artifact *a = result->artifacts;
	     a && a->name; a++) {
		record(&w, "artifact=%s", a->name);
		record(&w, "hash=%s", a->hash);
	}
	for (const struct sw_parameter *v = result->variables; v && v->name;
	     v++) {
		record(&w, "variable=%s", v->name);
		record(&w, "value=%s", v->value);
	}
	record(&w, "end=");
	if (w.is_full) {
		free(w.bytes);
		return sw__error(err, SW_ERROR_LIMIT,
		    "the result of the action exceeds %u bytes; export less",
		    SW_RESULT_MAX);
	}
	*out = w.bytes;
	*size = w.size;
	return 0;
}

/* A place in the records. */
struct cursor {
	char *at;
	char *end;
};

/* The value of the next record if its key is `key`, and steps over it. */
static char *
take(struct cursor *c, const char *key)
{
	const size_t length = strlen(key);
	if (c->at >= c->end || strncmp(c->at, key, length) != 0 ||
	    c->at[length] != '=')
		return NULL;
	char *value = c->at + length + 1;
	c->at = value + strlen(value) + 1;
	return value;
}

static bool
take_number(struct cursor *c, const char *key, uint64_t *out)
{
	const char *text = take(c, key);
	if (!text || *text < '0' || *text > '9')
		return false;
	char *end;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/* Counts the records with this key from here to the end. */
static size_t
count(struct cursor c, const char *key)
{
	size_t n = 0;
	while (c.at < c.end) {
		if (take(&c, key))
			n++;
		else
			c.at += strlen(c.at) + 1;
	}
	return n;
}

static bool
take_lists(struct cursor *c, struct sw_result_store *out)
{
	const size_t nartifacts = count(*c, "artifact");
	const size_t nvariables = count(*c, "variable");
	out->artifacts = calloc(nartifacts + 1, sizeof *out->artifacts);
	out->variables = calloc(nvariables + 1, sizeof *out->variables);
	if (!out->artifacts || !out->variables)
		return false;
	for (size_t i = 0; i < nartifacts; i++) {
		out->artifacts[i].name = take(c, "artifact");
		out->artifacts[i].hash = take(c, "hash");
		if (!out->artifacts[i].name || !out->artifacts[i].hash)
			return false;
	}
	for (size_t i = 0; i < nvariables; i++) {
		out->variables[i].name = take(c, "variable");
		out->variables[i].value = take(c, "value");
		if (!out->variables[i].name || !out->variables[i].value)
			return false;
	}
	out->result.artifacts = out->artifacts;
	out->result.variables = out->variables;
	return true;
}

static bool
take_all(struct cursor *c, struct sw_result_store *out)
{
	uint64_t outcome;
	uint64_t code;
	uint64_t succeeded;
	const char *format = take(c, "stagewright-result");
	if (!format || strcmp(format, "1") != 0 ||
	    !take_number(c, "outcome", &outcome) ||
	    outcome > SW_OUTCOME_UNKNOWN || !take_number(c, "code", &code) ||
	    code > 255 || !take_number(c, "succeeded", &succeeded) ||
	    !take_number(c, "log", &out->result.log_bytes) ||
	    !take_number(c, "dropped", &out->result.log_dropped))
		return false;
	out->result.outcome = (enum sw_outcome)outcome;
	out->result.code = (int)code;
	out->result.succeeded = succeeded == 1;
	out->result.reason = take(c, "reason");
	if (!out->result.reason || !take_lists(c, out))
		return false;
	return take(c, "end") && c->at == c->end;
}

int
sw__result_decode(
    struct sw_result_store *out, char *bytes, size_t size, struct sw_error *err)
{
	struct sw_result_store store = { 0 };
	struct cursor c = { bytes, bytes + size };
	store.bytes = bytes;
	errno = 0;
	if (size == 0 || size > SW_RESULT_MAX || bytes[size - 1] != '\0' ||
	    !take_all(&c, &store)) {
		const bool is_short = errno == ENOMEM;
		sw__result_release(&store);
		if (is_short) {
			errno = ENOMEM;
			return sw__error_errno(err, "cannot read a result");
		}
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the result of the attempt is incomplete");
	}
	*out = store;
	return 0;
}

void
sw__result_release(struct sw_result_store *store)
{
	free(store->bytes);
	free(store->artifacts);
	free(store->variables);
	*store = (struct sw_result_store){ 0 };
}

int
sw__result_open(const char *path)
{
	struct stat info = { 0 };
	/* O_NONBLOCK: to open a pipe would wait for somebody to write. */
	const int fd =
	    open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)))
		return fd;
	close(fd);
	errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
	return -1;
}

int
sw__result_slurp(char **out, size_t *size, const char *path, size_t max,
    struct sw_error *err)
{
	size_t length = 0, room = 4096;
	int rc = 0;
	char *bytes = malloc(room);
	if (!bytes)
		return sw__error_errno(err, "cannot read '%s'", path);
	const int fd = sw__result_open(path);
	if (fd < 0) {
		rc = errno == EINVAL
			 ? sw__error(err, SW_ERROR_SYSTEM,
			       "'%s' is no regular file", path)
			 : sw__error_errno(err, "cannot read '%s'", path);
		free(bytes);
		return rc;
	}
	for (;;) {
		if (length + 1 >= room) {
			room *= 2;
			char *more = realloc(bytes, room);
			if (!more) {
				rc = sw__error_errno(
				    err, "cannot read '%s'", path);
				break;
			}
			bytes = more;
		}
		const ssize_t n = read(fd, bytes + length, room - length - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = sw__error_errno(err, "cannot read '%s'", path);
		if (n <= 0)
			break;
		length += (size_t)n;
		if (length > max) {
			rc = sw__error(err, SW_ERROR_LIMIT,
			    "'%s' exceeds %zu bytes", path, max);
			break;
		}
	}
	const int saved = errno;
	close(fd);
	errno = saved;
	if (rc != 0) {
		free(bytes);
		return rc;
	}
	bytes[length] = '\0';
	*out = bytes;
	*size = length;
	return 0;
}
