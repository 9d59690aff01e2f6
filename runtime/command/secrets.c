/*
 * The secrets that a command line gives to whoever owns the state directory.
 * Input: --secret; output: a vault, and on stderr who will lack what.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "machine/words.h"
#include "secret/vault.h"

/* Names that one line has room for. */
#define NAMED_MAX 4

static bool
names_it(const struct sw_work *work, const char *secret)
{
	for (const struct sw_parameter *p = work->secrets;
	     p != NULL && p->name != NULL; p++)
		if (strcmp(p->value, secret) == 0)
			return true;
	return false;
}

/* "release: nobody gave the secret 'TOKEN': Build.Publish will fail; ..." */
static void
warn(const struct call *call, const char *secret)
{
	const struct sw_pipeline *pipeline = call->pipeline;
	char name[SW_WORDS_MAX];
	int n = 0;
	for (uint32_t a = 0; a < pipeline->machine->nactions; a++) {
		if (!names_it(&pipeline->work[a], secret))
			continue;
		if (n == 0)
			fprintf(stderr,
			    "%s: nobody gave the secret '%s':", call->program,
			    secret);
		if (n < NAMED_MAX)
			fprintf(stderr, "%s %s", n == 0 ? "" : ",",
			    sw_words_action(pipeline->machine, a, name));
		n++;
	}
	if (n > 0)
		fprintf(stderr,
		    "%s will fail; give it with --secret %s=file:PATH\n",
		    n > NAMED_MAX ? " and others" : "", secret);
}

int
sw__call_vault(
    const struct call *call, struct sw_vault **out, struct sw_error *err)
{
	const struct sw_pipeline *pipeline = call->pipeline;
	const char **given =
	    calloc((size_t)call->line.ngiven + 1, sizeof *given);
	struct sw_vault *vault = NULL;
	int at = 0;
	int n = 0;
	if (given == NULL)
		return sw__error_errno(err, "cannot keep secrets");
	for (const char *text;
	     (text = sw__call_next(call, "--secret", &at)) != NULL;)
		given[n++] = text;
	const int rc = n == 0 && pipeline->secrets == NULL
			   ? 0
			   : sw__vault_open(&vault, pipeline, given, err);
	free(given);
	if (rc != 0)
		return rc;
	for (const struct sw_secret *s = pipeline->secrets;
	     s != NULL && s->name != NULL; s++) {
		const struct sw_parameter one[] = { { s->name, s->name },
			{ NULL, NULL } };
		const struct sw_work work = { .secrets = one };
		if (sw__vault_missing(vault, &work) != NULL)
			warn(call, s->name);
	}
	*out = vault;
	return 0;
}
