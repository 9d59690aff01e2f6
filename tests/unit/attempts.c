/* Attempts for tests: one action, one loop, one fresh folder. */
#define _GNU_SOURCE
#include "attempts.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/removal.h"

/* No test waits longer for anything. */
#define PATIENCE_S 60

static const struct sw_stage stages[] = { { .name = "Build" } };
static const struct sw_action actions[] = {
	{ .name = "Compile", .category = SW_CATEGORY_BUILD, .run_order = 1 },
};
static const struct sw_machine machine = {
	.name = "trial",
	.nstages = 1,
	.nactions = 1,
	.group_max = 1,
	.stages = stages,
	.actions = actions,
};
static const char *const no_lines[] = { NULL };

int
attempts_set_up(void **state)
{
	struct attempts *t = calloc(1, sizeof *t);
	assert_non_null(t);
	const char *tmp = getenv("TMPDIR");
	snprintf(
	    t->root, sizeof t->root, "%s/attempts-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(t->root));
	snprintf(t->state, sizeof t->state, "%s/state", t->root);
	assert_int_equal(mkdir(t->state, 0700), 0);
	assert_int_equal(uv_loop_init(&t->loop), 0);
	*state = t;
	return 0;
}

int
attempts_tear_down(void **state)
{
	struct attempts *t = *state;
	uv_run(&t->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&t->loop), 0);
	/* A remover may be at work in it. */
	for (int i = 0; i < 100 && sw__remove_tree(AT_FDCWD, t->root) != 0; i++)
		;
	free(t);
	return 0;
}

static void
on_end(
    struct sw_attempt *attempt, const struct sw_result *result, void *payload)
{
	struct attempts *t = payload;
	struct attempts_end *end = &t->end;
	assert_ptr_equal(attempt, t->attempt);
	end->count++;
	end->outcome = result->outcome;
	end->code = result->code;
	end->succeeded = result->succeeded;
	end->log_bytes = result->log_bytes;
	end->log_dropped = result->log_dropped;
	snprintf(end->reason, sizeof end->reason, "%s", result->reason);
	for (const struct sw_output_artifact *a = result->artifacts; a->name;
	     a++)
		snprintf(end->artifacts + strlen(end->artifacts),
		    sizeof end->artifacts - strlen(end->artifacts), "%s=%s ",
		    a->name, a->hash);
	for (const struct sw_parameter *v = result->variables; v->name; v++)
		snprintf(end->variables + strlen(end->variables),
		    sizeof end->variables - strlen(end->variables), "%s=%s|",
		    v->name, v->value);
}

void
attempts_launch(struct attempts *t, const struct attempts_action *action)
{
	const struct sw_work work = {
		.provider =
		    action->provider ? action->provider : &sw_provider_commands,
		.plugin = action->plugin,
		.exec = action->exec,
		.exports = action->exports,
		.outputs = action->outputs,
		.parameters = action->written,
	};
	const struct sw_pipeline pipeline = {
		.name = "trial",
		.machine = &machine,
		.work = &work,
	};
	char id[32];
	struct sw_error err;
	t->number++;
	snprintf(id, sizeof id, "attempt-%d", t->number);
	snprintf(t->dir, sizeof t->dir, "%s/%s", t->state, id);
	memset(&t->end, 0, sizeof t->end);
	const struct sw_attempt_spec spec = {
		.job = {
			.pipeline = &pipeline,
			.execution = 7,
			.execution_id = "execution-7",
			.attempt = 1,
			.attempt_id = id,
			.idempotency_key = "key-7",
			.state_dir = t->state,
			.base_dir = t->root,
			.run = action->run ? action->run : no_lines,
			.env = action->env,
			.parameters = action->parameters,
		},
		.dir = t->dir,
		.deadline_ms =
		    action->deadline_ms ? action->deadline_ms : 60000,
		.grace_ms = action->grace_ms ? action->grace_ms : 100,
		.inputs = action->inputs,
	};
	if (sw__attempt_launch(&t->attempt, &t->loop, &spec, on_end, t, &err) !=
	    0)
		fail_msg("%s", err.text);
}

void
attempts_await(struct attempts *t)
{
	while (t->end.count == 0)
		uv_run(&t->loop, UV_RUN_ONCE);
}

void
attempts_run(struct attempts *t, const struct attempts_action *action)
{
	attempts_launch(t, action);
	sw__attempt_release(t->attempt);
	attempts_await(t);
}

void
attempts_script(struct attempts *t, const char *script)
{
	const char *const run[] = { script, NULL };
	attempts_run(t, &(struct attempts_action){ .run = run });
}

void
attempts_adopt(struct attempts *t)
{
	struct sw_error err;
	memset(&t->end, 0, sizeof t->end);
	if (sw__attempt_adopt(&t->attempt, &t->loop, t->dir, on_end, t, &err) !=
	    0)
		fail_msg("%s", err.text);
}

static const char *
read_path(const char *path)
{
	static char text[70000];
	text[0] = '\0';
	FILE *in = fopen(path, "re");
	if (in) {
		text[fread(text, 1, sizeof text - 1, in)] = '\0';
		fclose(in);
	}
	return text;
}

const char *
attempts_read(struct attempts *t, const char *format, ...)
{
	char path[512];
	va_list args;
	const int n = snprintf(path, sizeof path, "%s/", t->root);
	va_start(args, format);
	vsnprintf(path + n, sizeof path - (size_t)n, format, args);
	va_end(args);
	return read_path(path);
}

bool
attempts_has(struct attempts *t, const char *format, ...)
{
	char path[512];
	struct stat st;
	va_list args;
	const int n = snprintf(path, sizeof path, "%s/", t->root);
	va_start(args, format);
	vsnprintf(path + n, sizeof path - (size_t)n, format, args);
	va_end(args);
	return lstat(path, &st) == 0;
}

void
attempts_write(struct attempts *t, const char *name, const char *text)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", t->root, name);
	FILE *out = fopen(path, "we");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

void
attempts_await_file(struct attempts *t, const char *name)
{
	const time_t until = time(NULL) + PATIENCE_S;
	while (!attempts_has(t, "%s", name)) {
		if (time(NULL) > until)
			fail_msg("'%s' did not appear", name);
		uv_run(&t->loop, UV_RUN_NOWAIT);
		poll(NULL, 0, 2);
	}
}

const char *
attempts_log(struct attempts *t)
{
	char path[160];
	snprintf(path, sizeof path, "%s/log", t->dir);
	return read_path(path);
}
