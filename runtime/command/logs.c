/*
 * `logs [-f] STAGE.ACTION [#N]`: what an action printed. Input: the newest
 * attempt's log in the state directory; output: its bytes as they are, on a
 * terminal tamed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "keep.h"
#include "tame.h"

#define LOOK_AGAIN_MS 50

/* An action in a document of `show`; NULL: the pipeline has none such. */
static const json_t *
find_action(const json_t *show, const char *path)
{
	size_t i, j;
	json_t *stage, *action;
	json_array_foreach(json_object_get(show, "stages"), i, stage) {
		json_array_foreach(
		    json_object_get(stage, "actions"), j, action) {
			const char *name =
			    json_string_value(json_object_get(action, "path"));
			if (name != NULL && strcmp(name, path) == 0)
				return action;
		}
	}
	return NULL;
}

/* The last attempt of an action; NULL if there is none. */
static const json_t *
last_attempt(const json_t *action)
{
	const json_t *attempts = json_object_get(action, "attempts");
	return json_array_get(attempts, json_array_size(attempts) - 1);
}

/* What is there from `*offset` on, tamed unless `tame` is NULL; -1 if it
 * cannot be read or printed. */
static int
copy(int fd, off_t *offset, struct sw_tame *tame)
{
	char bytes[65536];
	ssize_t n;
	while ((n = pread(fd, bytes, sizeof bytes, *offset)) > 0) {
		if (tame != NULL
			? sw__tame_write(tame, stdout, bytes, (size_t)n) != 0
			: fwrite(bytes, 1, (size_t)n, stdout) != (size_t)n)
			return -1;
		*offset += n;
	}
	return n < 0 || fflush(stdout) != 0 ? -1 : 0;
}

static bool
has_ended(const struct sw_statedir *dir, const char *id)
{
	char path[128];
	snprintf(path, sizeof path, "attempts/%s/result", id);
	return faccessat(dir->fd, path, F_OK, 0) == 0;
}

static int
print_log(const struct sw_statedir *dir, const json_t *attempt, bool follows)
{
	const char *log = json_string_value(json_object_get(attempt, "log"));
	const char *id = json_string_value(json_object_get(attempt, "id"));
	off_t offset = 0;
	struct sw_tame tame = { .n = 0 };
	const bool is_tamed = isatty(STDOUT_FILENO);
	const int fd = openat(dir->fd, log, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	int status;
	for (;;) {
		const bool is_over =
		    !follows || has_ended(dir, id) ||
		    !json_is_null(json_object_get(attempt, "ended"));
		status = copy(fd, &offset, is_tamed ? &tame : NULL);
		if (status != 0 || is_over)
			break;
		nanosleep(
		    &(struct timespec){ .tv_nsec = LOOK_AGAIN_MS * 1000000L },
		    NULL);
	}
	close(fd);
	return status == 0 ? sw__tame_end(&tame, stdout) : status;
}

static int
print_attempt(struct call *call, const json_t *attempt, struct sw_error *err)
{
	struct sw_statedir dir;
	if (call->is_json)
		return sw__call_print(json_deep_copy(attempt));
	if (sw__call_open(call, &dir, false, err) != 0)
		return sw__call_failed(call, err);
	const bool follows = sw__call_option(call, "--follow") != NULL;
	const int status = print_log(&dir, attempt, follows);
	sw__statedir_close(&dir);
	if (status == 0)
		return EXIT_YES;
	sw__error_errno(err, "log of '%s'", call->line.operands[0]);
	return sw__call_failed(call, err);
}

static int
run_logs(struct call *call)
{
	struct sw_error err;
	json_t *request = json_pack("{s:s}", "verb", "show");
	if (call->line.noperands > 1) {
		const uint32_t n = sw__call_number(call->line.operands[1]);
		if (n == 0) {
			json_decref(request);
			return sw__call_usage(call,
			    "'%s' is no number of an execution",
			    call->line.operands[1]);
		}
		json_object_set_new(
		    request, "execution", json_integer((json_int_t)n));
	}
	json_t *show = sw__call_ask(call, request, false, &err);
	if (show == NULL)
		return sw__call_failed(call, &err);
	const json_t *action = find_action(show, call->line.operands[0]);
	const json_t *attempt = last_attempt(action);
	int status;
	if (attempt != NULL &&
	    json_is_string(json_object_get(attempt, "log"))) {
		status = print_attempt(call, attempt, &err);
	} else if (action != NULL && sw__call_is_pruned(call, show)) {
		status = EXIT_NO;
	} else if (action == NULL) {
		sw__error(&err, SW_ERROR_USAGE,
		    "no action '%s'; say STAGE.ACTION", call->line.operands[0]);
		status = sw__call_failed(call, &err);
	} else {
		sw__error(&err, SW_ERROR_REFUSED,
		    "'%s' has printed nothing in this execution",
		    call->line.operands[0]);
		status = sw__call_failed(call, &err);
	}
	json_decref(show);
	return status;
}

static const struct sw_option options[] = {
	{ "-f|--follow", NULL, "until the action has ended" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_logs = {
	.name = "logs",
	.operands = "STAGE.ACTION [#N]",
	.min_operands = 1,
	.max_operands = 2,
	.summary = "what an action printed",
	.options = options,
	.run = run_logs,
};
