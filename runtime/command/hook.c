/*
 * `hook`: a local repository tells the owner of a state directory that it has
 * changed, so that nobody waits for the next look. A hint can be lost without
 * harm. Input: a repository; output: its hooks.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "owner/client.h"
#include "owner/request.h"
#include "source/hook.h"

/* The first is run by a push, the others where people commit. */
static const char *const names[] = { "post-receive", "post-commit",
	"post-merge" };
#define NNAMES (sizeof names / sizeof *names)

static int
hint(const struct sw_statedir *dir, struct sw_error *err)
{
	struct sw_client client;
	json_t *answer = NULL;
	json_t *request = json_pack("{s:s}", "verb", "hint");
	int failed = sw__client_open(&client, dir, err);
	bool is_alone = failed == SW_ERROR_REFUSED;
	if (failed == 0) {
		failed = sw__client_send(&client, request, err);
		if (failed == 0)
			failed =
			    sw__client_receive(&client, false, &answer, err);
		if (failed == 0 && answer != NULL)
			failed = sw__request_outcome(answer, err);
		is_alone = client.is_refused;
		sw__client_close(&client);
	}
	if (is_alone)
		failed = sw__error(err, SW_ERROR_REFUSED,
		    "nobody serves '%s' now: the change is seen when `serve` "
		    "runs again",
		    dir->path);
	json_decref(answer);
	json_decref(request);
	return failed;
}

static int
run_hint(struct call *call)
{
	struct sw_statedir dir;
	struct sw_error err;
	if (sw__call_open(call, &dir, false, &err) != 0)
		return sw__call_failed(call, &err);
	const int failed = hint(&dir, &err);
	sw__statedir_close(&dir);
	return failed ? sw__call_failed(call, &err) : EXIT_YES;
}

struct work {
	const struct call *call;
	struct sw_hook hook;
	char program[PATH_MAX];
	char folder[PATH_MAX];
	bool is_bare;
	bool is_install;
	json_t *hooks; /* of the answer */
};

static int
change_one(struct work *work, const char *name, struct sw_error *err)
{
	char path[PATH_MAX + 32];
	bool changed = false;
	snprintf(path, sizeof path, "%s/%s", work->folder, name);
	const int failed =
	    work->is_install
		? sw__hook_install(path, &work->hook, &changed, err)
		: sw__hook_remove(path, &work->hook, &changed, err);
	if (failed)
		return failed;
	json_array_append_new(work->hooks,
	    json_pack("{s:s, s:b}", "path", path, "changed", changed));
	if (work->call->is_json)
		return 0;
	if (work->is_install)
		printf("%s %s\n", path,
		    changed ? "tells the pipeline" : "tells it already");
	else if (changed)
		printf("%s tells the pipeline no more\n", path);
	return 0;
}

static int
change_all(struct work *work, struct sw_error *err)
{
	const ssize_t length =
	    readlink("/proc/self/exe", work->program, sizeof work->program - 1);
	if (length < 0)
		return sw__error_errno(err, "cannot find this program");
	work->program[length] = 0;
	int failed = sw__hook_folder(
	    work->folder, &work->is_bare, work->call->line.operands[1], err);
	if (failed)
		return failed;
	if (work->is_install && mkdir(work->folder, 0777) != 0 &&
	    errno != EEXIST)
		return sw__error_errno(err, "cannot make '%s'", work->folder);
	/* A bare repository has no commits of its own. */
	const size_t count = work->is_install && work->is_bare ? 1 : NNAMES;
	for (size_t i = 0; i < count && !failed; i++)
		failed = change_one(work, names[i], err);
	return failed;
}

static int
run_change(struct call *call, bool is_install)
{
	struct sw_statedir dir;
	struct sw_error err;
	struct work work = { .call = call, .is_install = is_install };
	if (sw__call_open(call, &dir, is_install, &err) != 0)
		return sw__call_failed(call, &err);
	work.hooks = json_array();
	work.hook.pipeline = call->pipeline->name;
	work.hook.state_dir = dir.path;
	work.hook.program = work.program;
	const int failed = change_all(&work, &err);
	sw__statedir_close(&dir);
	if (!failed && call->is_json)
		return sw__call_print(json_pack("{s:o}", "hooks", work.hooks));
	json_decref(work.hooks);
	return failed ? sw__call_failed(call, &err) : EXIT_YES;
}

static int
run_hook(struct call *call)
{
	const char *what = call->line.operands[0];
	if (strcmp(what, "hint") == 0 && call->line.noperands == 1)
		return run_hint(call);
	const bool is_install = strcmp(what, "install") == 0;
	if ((is_install || strcmp(what, "remove") == 0) &&
	    call->line.noperands == 2)
		return run_change(call, is_install);
	return sw__call_usage(call, "'hook' wants 'install REPOSITORY', "
				    "'remove REPOSITORY' or 'hint'");
}

const struct command sw__command_hook = {
	.name = "hook",
	.operands = "install REPOSITORY | remove REPOSITORY | hint",
	.min_operands = 1,
	.max_operands = 2,
	.summary = "let a local repository tell `serve` of a change",
	.run = run_hook,
};
