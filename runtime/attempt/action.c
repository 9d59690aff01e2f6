/*
 * The work of an action, in a child of its supervisor: workspace, inputs,
 * environment, then the provider; afterwards, in another child, the output
 * artifacts. Knows nothing of the engine, deadlines or results.
 *
 * The environment is PATH, HOME, LANG and TZ of the engine (for a source, what
 * leads to its remote as well: the user's ssh agent, the proxy), TMPDIR, the
 * action's own variables, and about the attempt:
 *
 *   STAGEWRIGHT_PIPELINE         STAGEWRIGHT_STAGE  STAGEWRIGHT_ACTION
 *   STAGEWRIGHT_EXECUTION        its number         STAGEWRIGHT_EXECUTION_ID
 *   STAGEWRIGHT_ATTEMPT          1, 2, ...          STAGEWRIGHT_ATTEMPT_ID
 *   STAGEWRIGHT_IDEMPOTENCY_KEY  equal for every attempt of the action
 *   STAGEWRIGHT_VARIABLES        NAME=VALUE\0 records to export, appended
 */
#define _GNU_SOURCE
#include "action.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/work.h"
#include "sandbox.h"
#include "store/artifact.h"

#define DEFAULT_PATH                                                           \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
/* Files that actions make are readable by others unless they say otherwise:
 * what is deployed is meant to be used. DIR itself is 0700. */
#define ACTION_UMASK 022

/* What is taken over from the engine's environment. */
static const struct {
	const char *name;
	const char *otherwise; /* NULL: it stays unset */
	bool is_for_sources;   /* and for nobody else */
} inherited[] = {
	{ "PATH", DEFAULT_PATH, false },
	{ "HOME", "/", false },
	{ "LANG", NULL, false },
	{ "TZ", NULL, false },
	{ "SSH_AUTH_SOCK", NULL, true },
	{ "https_proxy", NULL, true },
	{ "HTTPS_PROXY", NULL, true },
	{ "no_proxy", NULL, true },
	{ "NO_PROXY", NULL, true },
};
#define NINHERITED (sizeof inherited / sizeof *inherited)

static int
clear_environment(bool is_source)
{
	char *values[NINHERITED] = { NULL };
	int rc = 0;
	for (size_t i = 0; i < NINHERITED; i++) {
		if (inherited[i].is_for_sources && !is_source)
			continue;
		const char *value = getenv(inherited[i].name);
		if (!value)
			value = inherited[i].otherwise;
		values[i] = value ? strdup(value) : NULL;
		if (value && !values[i])
			rc = -1;
	}
	rc |= clearenv();
	for (size_t i = 0; i < NINHERITED; i++)
		if (values[i])
			rc |= setenv(inherited[i].name, values[i], 1);
	for (size_t i = 0; i < NINHERITED; i++)
		free(values[i]);
	return rc;
}

static int
set_context(const struct sw_job *job)
{
	const struct sw_machine *machine = job->pipeline->machine;
	const struct sw_action *action = &machine->actions[job->action];
	char execution[16];
	char attempt[16];
	snprintf(execution, sizeof execution, "%" PRIu32, job->execution);
	snprintf(attempt, sizeof attempt, "%" PRIu32, job->attempt);
	const struct sw_parameter context[] = {
		{ "STAGEWRIGHT_PIPELINE", job->pipeline->name },
		{ "STAGEWRIGHT_STAGE", machine->stages[action->stage].name },
		{ "STAGEWRIGHT_ACTION", action->name },
		{ "STAGEWRIGHT_EXECUTION", execution },
		{ "STAGEWRIGHT_EXECUTION_ID", job->execution_id },
		{ "STAGEWRIGHT_ATTEMPT", attempt },
		{ "STAGEWRIGHT_ATTEMPT_ID", job->attempt_id },
		{ "STAGEWRIGHT_IDEMPOTENCY_KEY", job->idempotency_key },
		{ "STAGEWRIGHT_VARIABLES", job->variables_file },
	};
	for (size_t i = 0; i < sizeof context / sizeof *context; i++)
		if (setenv(context[i].name, context[i].value, 1) != 0)
			return -1;
	return 0;
}

static int
set_environment(const struct sw_job *job)
{
	char tmp[PATH_MAX];
	snprintf(tmp, sizeof tmp, "%.*stmp",
	    (int)(strlen(job->workspace) - strlen("workspace")),
	    job->workspace);
	const struct sw_action *action =
	    &job->pipeline->machine->actions[job->action];
	int rc = clear_environment(action->category == SW_CATEGORY_SOURCE);
	rc |= setenv("TMPDIR", tmp, 1);
	if (job->pipeline->work[job->action].sandbox != SW_SANDBOX_NONE)
		rc |= setenv("HOME", tmp, 1);
	for (const struct sw_parameter *p = job->env; p && p->name; p++)
		rc |= setenv(p->name, p->value, 1);
	for (const struct sw_parameter *p = job->secrets; p && p->name; p++)
		rc |= setenv(p->name, p->value, 1);
	return rc | set_context(job);
}

static int
place_inputs(const struct sw_attempt_spec *spec, struct sw_error *err)
{
	const struct sw_job *job = &spec->job;
	for (const struct sw_output_artifact *in = spec->inputs; in && in->name;
	     in++) {
		char root[PATH_MAX];
		const bool is_primary = in == spec->inputs;
		const int n =
		    snprintf(root, sizeof root, "%s%s%s", job->workspace,
			is_primary ? "" : "/", is_primary ? "" : in->name);
		if (n < 0 || (size_t)n >= sizeof root)
			return sw__error(err, SW_ERROR_LIMIT,
			    "the path of input '%s' is too long", in->name);
		const int rc =
		    sw__artifact_place(job->state_dir, in->hash, root, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
sw__action_prepare(const struct sw_attempt_spec *spec, struct sw_error *err)
{
	umask(ACTION_UMASK);
	if (mkdir("workspace", 0777) != 0 || mkdir("tmp", 0777) != 0)
		return sw__error_errno(err, "cannot make the workspace");
	if (set_environment(&spec->job) != 0)
		return sw__error_errno(err, "cannot set the environment");
	return 0;
}

int
sw__action_perform(const struct sw_attempt_spec *spec, bool is_counted)
{
	struct sw_job confined = spec->job;
	const struct sw_job *job = &confined;
	const struct sw_work *work = &job->pipeline->work[job->action];
	struct sw_error err;
	/* By its name in DIR, where we are: the sandbox's user may not reach
	 * it by its path. */
	confined.reason_file = "reason";
	if (place_inputs(spec, &err) != 0 ||
	    sw__sandbox_enter(spec, is_counted, &confined.wrapper, &err) != 0)
		return sw__job_fail(job, SW_EXIT_NOT_READY, "%s", err.text);
	confined.reason_file = spec->job.reason_file;
	if (chdir("workspace") != 0)
		return sw__job_fail(job, SW_EXIT_NOT_READY,
		    "cannot enter the workspace: %s", strerror(errno));
	if (!work->provider || !work->provider->perform)
		return sw__job_fail(job, SW_EXIT_NOT_READY,
		    "provider '%s' performs nothing", sw__work_provider(work));
	return work->provider->perform(job);
}

int
sw__action_collect(const struct sw_attempt_spec *spec)
{
	const struct sw_job *job = &spec->job;
	const struct sw_work *work = &job->pipeline->work[job->action];
	FILE *out = fopen(SW_COLLECTED_FILE, "we");
	if (!out)
		return sw__job_fail(job, 1, "cannot write '%s': %s",
		    SW_COLLECTED_FILE, strerror(errno));
	for (const struct sw_artifact *a = work->outputs; a->name; a++) {
		char hash[SW_HASH_HEX_MAX];
		struct sw_error err;
		if (sw__artifact_store(
			job->state_dir, job->workspace, a->files, hash, &err)) {
			(void)fclose(out);
			return err.code == SW_ERROR_REFUSED
				   ? sw__job_fail(job, 1, "%s of output '%s'",
					 err.text, a->name)
				   : sw__job_fail(job, 1, "output '%s': %s",
					 a->name, err.text);
		}
		fprintf(out, "%s %s\n", hash, a->name);
	}
	const bool is_bad = ferror(out) != 0;
	if (fclose(out) != 0 || is_bad)
		return sw__job_fail(job, 1, "cannot write '%s': %s",
		    SW_COLLECTED_FILE, strerror(errno));
	return 0;
}
