/*
 * What an attempt has to do with secrets: it is given those that its action
 * names, and keeps all of them out of the log, the reason and the variables.
 * Input: a vault; output: a job with values, in memory alone. Must not know
 * where values come from.
 */
#define _GNU_SOURCE
#include "supervisor_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

/* Bytes of a name that are said. */
#define VARIABLE_NAME_MAX 128

static void
to_log(void *payload, const char *bytes, size_t n)
{
	struct supervisor *s = payload;
	sw__supervisor_write(s, bytes, n);
}

int
sw__supervisor_confide(
    struct supervisor *s, struct sw_attempt_spec *spec, struct sw_error *err)
{
	const struct sw_work *work =
	    &spec->job.pipeline->work[spec->job.action];
	if (sw__vault_hand(&s->secrets, spec->vault, work, err) != 0)
		return err->code;
	spec->job.secrets = s->secrets.env;
	spec->job.redactor = s->secrets.redactor;
	return sw__redaction_new(&s->mask, s->secrets.redactor, to_log, s, err);
}

void
sw__supervisor_log(struct supervisor *s, const char *bytes, size_t n)
{
	sw__redaction_write(s->mask, bytes, n);
}

void
sw__supervisor_flush(struct supervisor *s)
{
	sw__redaction_flush(s->mask);
}

void
sw__supervisor_mask_reason(struct supervisor *s)
{
	const size_t n =
	    sw__redact(s->secrets.redactor, s->reason, strlen(s->reason));
	s->reason[n] = '\0';
}

/* Says which variable it is, if its name is one and no secret. */
static void
explain(const struct supervisor *s, const char *record, const char *secret,
    char why[SW_REASON_MAX])
{
	const int length = (int)strcspn(record, "=");
	const bool has_name =
	    record[length] == '=' && length <= VARIABLE_NAME_MAX &&
	    sw__redactor_find(s->secrets.redactor, record, (size_t)length) ==
		NULL;
	snprintf(why, SW_REASON_MAX,
	    "exported %s%.*s%s the secret '%s': variables are kept and shown, "
	    "so leave it out",
	    has_name ? "variable '" : "what holds", has_name ? length : 0,
	    record, has_name ? "' holds" : "", secret);
}

bool
sw__supervisor_discloses(
    const struct supervisor *s, const char *file, char why[SW_REASON_MAX])
{
	char *bytes = NULL;
	size_t size = 0;
	struct sw_error err;
	const char *secret = NULL;
	if (s->secrets.redactor == NULL ||
	    sw__result_slurp(
		&bytes, &size, file, SW_VARIABLES_BYTES_MAX, &err) != 0)
		return false;
	for (const char *at = bytes; secret == NULL && at < bytes + size;
	     at += strlen(at) + 1) {
		secret = sw__redactor_find(s->secrets.redactor, at, strlen(at));
		if (secret != NULL)
			explain(s, at, secret, why);
	}
	sodium_memzero(bytes, size);
	free(bytes);
	/* It is not to stay where it was put. */
	if (secret != NULL)
		unlink(file);
	return secret != NULL;
}
