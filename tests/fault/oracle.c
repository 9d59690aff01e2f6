/* Judges a state directory by what its program says. */
#define _GNU_SOURCE
#include "oracle.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

/* Commands that bring everything to its end. */
#define ROUNDS_MAX 16
#define LEFT_MS 12000

static bool
broken(struct trial *trial, const char *what, const char *detail)
{
	snprintf(trial->why, sizeof trial->why, "%s%.800s", what, detail);
	return false;
}

static json_t *
ask(struct trial *trial, int *status, const char *const arguments[])
{
	char *text = NULL;
	*status = trial_run(trial, arguments, NULL, &text);
	json_t *document = json_loads(text, 0, NULL);
	free(text);
	return document;
}

#define ASK(trial, status, ...)                                                \
	ask(trial, status, (const char *const[]){ __VA_ARGS__, NULL })
#define DO(trial, ...)                                                         \
	trial_run(trial, (const char *const[]){ __VA_ARGS__, NULL }, NULL, NULL)

static const char *
word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text == NULL ? "" : text;
}

/* The last line that was said on standard error. */
static const char *
last_error(const struct trial *trial, char out[512])
{
	char path[PATH_MAX + 16], line[512];
	snprintf(path, sizeof path, "%s/errors", trial->home);
	FILE *file = fopen(path, "re");
	out[0] = '\0';
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		memcpy(out, line, sizeof line);
	if (file != NULL)
		fclose(file);
	out[strcspn(out, "\n")] = '\0';
	return out;
}

/* Supervisors that are left rename files meanwhile; the journal's have nobody
 * who writes them. */
static void
copy_folder(const char *from, const char *to)
{
	const pid_t pid = fork();
	if (pid == 0) {
		const int null = open("/dev/null", O_WRONLY);
		dup2(null, 2);
		execlp("cp", "cp", "-a", from, to, (char *)NULL);
		_exit(1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

bool
oracle_kept(struct trial *trial, const struct told *told)
{
	char from[PATH_MAX + 16], said[512], detail[600];
	struct trial copy = *trial;
	int status;
	snprintf(from, sizeof from, "%s/state", trial->home);
	if (access(from, F_OK) != 0)
		return told->seq == 0 ||
		       broken(trial, "there is no state directory", "");
	if (snprintf(copy.home, sizeof copy.home, "%s/copy", trial->home) >=
		(int)sizeof copy.home ||
	    mkdir(copy.home, 0700) != 0)
		return broken(trial, "cannot copy ", from);
	copy_folder(from, copy.home);
	json_t *document = ASK(&copy, &status, "replay", "--json");
	const json_int_t rows =
	    json_integer_value(json_object_get(document, "rows"));
	json_decref(document);
	if (status != 0 && told->seq > 0) {
		snprintf(detail, sizeof detail, "%d: %s", status,
		    last_error(&copy, said));
		return broken(trial, "replay ends with ", detail);
	}
	if (status == 0 && (unsigned long)rows < told->seq) {
		snprintf(detail, sizeof detail, "%lu and %lu are there",
		    told->seq, (unsigned long)rows);
		return broken(trial, "rows are lost: was told of ", detail);
	}
	return true;
}

/* What waits for somebody is decided. */
static bool
decide(struct trial *trial, const struct told *told)
{
	size_t i, k;
	json_t *stage, *action;
	int status;
	bool is_decided = false;
	json_t *document = ASK(trial, &status, "status", "--json");
	json_array_foreach(json_object_get(document, "stages"), i, stage)
		json_array_foreach(
		    json_object_get(stage, "actions"), k, action) {
			const char *path = word(action, "path");
			const char *is = word(action, "status");
			if (strcmp(is, "Unknown") == 0)
				is_decided |=
				    DO(trial, "settle", path, "failed") == 0;
			else if (strcmp(is, "InProgress") == 0 &&
				 strcmp(word(action, "category"), "Approval") ==
				     0) {
				if (told->approved) {
					json_decref(document);
					return broken(trial,
					    "an approval that was recorded is "
					    "asked "
					    "for again",
					    "");
				}
				is_decided |= DO(trial, "approve", path) == 0;
			}
		}
	json_decref(document);
	return is_decided || broken(trial, "it waits and nobody knows why", "");
}

/* The stage that the last execution failed in is tried again. */
static bool
retry(struct trial *trial)
{
	size_t i;
	json_t *stage;
	int status;
	bool is_retried = false;
	json_t *document = ASK(trial, &status, "status", "--json");
	json_array_foreach(json_object_get(document, "stages"), i, stage) {
		const char *is = word(stage, "status");
		if (!is_retried &&
		    (strcmp(is, "Failed") == 0 || strcmp(is, "Stopped") == 0))
			is_retried =
			    DO(trial, "retry", word(stage, "name")) == 0;
	}
	json_decref(document);
	return is_retried || broken(trial, "what failed cannot be retried", "");
}

bool
oracle_finish(struct trial *trial, const struct told *told, const char *aim)
{
	const char *const start[] = { "run", "--json", "--no-wait", NULL };
	const char *const resume[] = { "run", "--json", "--no-wait", "--resume",
		NULL };
	char said[512], is[32];
	int status;
	for (int i = 0; i < ROUNDS_MAX && trial->why[0] == '\0'; i++) {
		json_t *history = ASK(trial, &status, "history", "--json");
		const json_t *all = json_object_get(history, "executions");
		const size_t n = json_array_size(all);
		bool is_over = n > 0;
		size_t k;
		json_t *execution;
		json_array_foreach(all, k, execution)
			is_over &=
			    !json_is_null(json_object_get(execution, "ended"));
		snprintf(is, sizeof is, "%s",
		    word(json_array_get(all, 0), "status"));
		json_decref(history);
		if (status != 0)
			return broken(
			    trial, "history fails: ", last_error(trial, said));
		if (is_over && (!trial->scenario->must_succeed ||
				   strcmp(is, "Succeeded") == 0))
			return true;
		if (is_over && !retry(trial))
			return false;
		status = trial_run(trial, n == 0 ? start : resume, aim, NULL);
		aim = NULL;
		if (status == 3)
			return broken(
			    trial, "run fails: ", last_error(trial, said));
		if (status == 4 && !decide(trial, told))
			return false;
	}
	return trial->why[0] == '\0' &&
	       broken(trial, "it does not come to an end", "");
}

/* Lines of the file "runs" that are `id`. */
static unsigned
count_runs(const struct trial *trial, const char *id)
{
	char path[PATH_MAX + 16], line[256];
	unsigned n = 0;
	snprintf(path, sizeof path, "%s/runs", trial->home);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		n += strcmp(line, id) == 0;
	}
	if (file != NULL)
		fclose(file);
	return n;
}

static bool
check_attempts(struct trial *trial, const json_t *action)
{
	size_t i;
	json_t *attempt;
	json_array_foreach(json_object_get(action, "attempts"), i, attempt) {
		const char *id = word(attempt, "id");
		const unsigned n = count_runs(trial, id);
		if (n > 1)
			return broken(trial, "executed more than once: ", id);
		if (n == 0 &&
		    strcmp(word(action, "provider"), "Commands") == 0 &&
		    strcmp(word(attempt, "status"), "Succeeded") == 0)
			return broken(
			    trial, "succeeded and was never executed: ", id);
	}
	return true;
}

static bool
check_execution(struct trial *trial, size_t number)
{
	char name[32];
	size_t i, k;
	json_t *stage, *action;
	int status;
	bool is_right = true;
	snprintf(name, sizeof name, "#%zu", number);
	json_t *document = ASK(trial, &status, "show", name, "--json");
	json_array_foreach(json_object_get(document, "stages"), i, stage)
		json_array_foreach(json_object_get(stage, "actions"), k, action)
			is_right = is_right && check_attempts(trial, action);
	json_decref(document);
	return is_right &&
	       (status == 0 || broken(trial, "show fails for ", name));
}

/* A process whose environment has this home; its id, or 0. */
static long
find_left(const struct trial *trial)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	char mark[PATH_MAX + 8], path[300], text[32768];
	long found = 0;
	const int n = snprintf(mark, sizeof mark, "HOME=%s", trial->home);
	while (processes != NULL && found == 0 &&
	       (entry = readdir(processes)) != NULL) {
		snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
		const int fd =
		    entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
			? open(path, O_RDONLY | O_CLOEXEC)
			: -1;
		if (fd < 0)
			continue;
		const ssize_t got = read(fd, text, sizeof text);
		if (got > 0 && memmem(text, (size_t)got, mark, (size_t)n + 1))
			found = strtol(entry->d_name, NULL, 10);
		close(fd);
	}
	if (processes != NULL)
		closedir(processes);
	return found;
}

bool
oracle_clean(struct trial *trial)
{
	char said[512];
	int status;
	long left = 0;
	json_decref(ASK(trial, &status, "replay", "--json"));
	if (status != 0)
		return broken(trial, "replay fails: ", last_error(trial, said));
	json_t *history = ASK(trial, &status, "history", "--json");
	const size_t n =
	    json_array_size(json_object_get(history, "executions"));
	json_decref(history);
	for (size_t i = 1; i <= n; i++)
		if (!check_execution(trial, i))
			return false;
	for (int i = 0; i < LEFT_MS / 10; i++) {
		left = find_left(trial);
		if (left == 0)
			return true;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	snprintf(said, sizeof said, "%ld", left);
	return broken(trial, "a process is left: ", said);
}
