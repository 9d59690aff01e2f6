/* Attempts: how they end, what is killed, and what is known after crashes. */
#include <errno.h>
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "attempt/leftover.h"
#include "attempts.h"

#define LINES(...)                                                             \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

/* Runs one script line of the Commands provider, with %s for t->root. */
static void __attribute__((format(printf, 2, 3)))
launch(struct attempts *t, const char *format, ...)
{
	char script[2048];
	va_list args;
	va_start(args, format);
	vsnprintf(script, sizeof script, format, args);
	va_end(args);
	attempts_launch(t, &(struct attempts_action){ .run = LINES(script) });
}

static pid_t
pid_in(struct attempts *t, const char *name)
{
	const pid_t pid = (pid_t)strtol(attempts_read(t, "%s", name), NULL, 10);
	assert_true(pid > 1);
	return pid;
}

static void
assert_gone(pid_t pid)
{
	/* The dead may wait for init to reap them. */
	char path[64];
	char line[256] = "";
	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	FILE *in = fopen(path, "re");
	if (!in)
		return;
	const size_t n = fread(line, 1, sizeof line - 1, in);
	fclose(in);
	line[n] = '\0';
	const char *state = strrchr(line, ')');
	if (state && !strchr("ZX", state[2]))
		fail_msg("process %ld is alive: %s", (long)pid, line);
}

/* The engine dies: what it holds is closed, and it can do no more. */
static void
die(struct attempts *t)
{
	sw__attempt_detach(t->attempt);
	uv_run(&t->loop, UV_RUN_DEFAULT);
}

static void
attempt_run__ends_with_the_exit_status(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "exit 0");
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_true(t->end.succeeded);
	assert_string_equal(t->end.reason, "exited with status 0");
	attempts_script(t, "exit 2");
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_int_equal(t->end.code, 2);
	assert_false(t->end.succeeded);
	assert_string_equal(t->end.reason, "exited with status 2");
	assert_int_equal(t->end.count, 1);
}

static void
attempt_run__ends_with_the_signal(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "kill -SEGV $$");
	assert_int_equal(t->end.outcome, SW_OUTCOME_SIGNALED);
	assert_int_equal(t->end.code, SIGSEGV);
	assert_string_equal(t->end.reason, "ended by signal 11 (SEGV)");
	attempts_script(t, "kill -TERM 0");
	assert_int_equal(t->end.outcome, SW_OUTCOME_SIGNALED);
	assert_int_equal(t->end.code, SIGTERM);
}

static void
attempt_run__lets_no_more_than_its_own_be_inherited(void **state)
{
	struct attempts *t = *state;
	assert_int_equal(setenv("HOSTILE", "1", 1), 0);
	const struct sw_parameter env[] = {
		{ "GREETING", "hello world" },
		{ "STAGEWRIGHT_ATTEMPT", "99" },
		{ NULL, NULL },
	};
	attempts_run(
	    t, &(struct attempts_action){
		   .run = LINES("env | sort", "ls /proc/self/fd | wc -l",
		       "umask", "wc -c", "pwd", "ls -A"),
		   .env = env,
	       });
	assert_true(t->end.succeeded);
	const char *log = attempts_log(t);
	assert_null(strstr(log, "HOSTILE"));
	assert_non_null(strstr(log, "GREETING=hello world\n"));
	assert_non_null(strstr(log, "\nPATH="));
	assert_non_null(strstr(log, "STAGEWRIGHT_ACTION=Compile\n"
				    "STAGEWRIGHT_ATTEMPT=1\n"
				    "STAGEWRIGHT_ATTEMPT_ID=attempt-1\n"
				    "STAGEWRIGHT_EXECUTION=7\n"
				    "STAGEWRIGHT_EXECUTION_ID=execution-7\n"
				    "STAGEWRIGHT_IDEMPOTENCY_KEY=key-7\n"
				    "STAGEWRIGHT_PIPELINE=trial\n"
				    "STAGEWRIGHT_STAGE=Build\n"));
	/* 0, 1, 2 and the one of ls; stdin is empty; a fresh folder. */
	assert_non_null(strstr(log, "\n4\n0022\n0\n/"));
	assert_non_null(strstr(log, "/attempt-1/workspace\n"));
	unsetenv("HOSTILE");
}

static void
attempt_gate__holds_everything_back(void **state)
{
	struct attempts *t = *state;
	launch(t, "echo ran >>%s/count", t->root);
	die(t);
	attempts_adopt(t);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_NOT_STARTED);
	assert_false(attempts_has(t, "count"));
}

static void
attempt_stop__at_the_gate_starts_nothing(void **state)
{
	struct attempts *t = *state;
	launch(t, "echo ran >>%s/count", t->root);
	sw__attempt_stop(t->attempt);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_NOT_STARTED);
	assert_false(attempts_has(t, "count"));
}

static void
attempt_deadline__ends_what_takes_too_long(void **state)
{
	struct attempts *t = *state;
	attempts_run(t, &(struct attempts_action){
			    .run = LINES("sleep 1000"),
			    .deadline_ms = 150,
			});
	assert_int_equal(t->end.outcome, SW_OUTCOME_TIMED_OUT);
	assert_string_equal(t->end.reason, "timed out after 150ms");
}

static void
attempt_stop__kills_a_tree_that_ignores_it(void **state)
{
	struct attempts *t = *state;
	launch(t,
	    "trap '' TERM; (setsid sh -c 'trap \"\" TERM; echo $$ >%s/a.new;"
	    " mv %s/a.new %s/a; while :; do sleep 1000; done' &) ; "
	    "echo $$ >%s/b; while :; do sleep 1000; done",
	    t->root, t->root, t->root, t->root);
	sw__attempt_release(t->attempt);
	attempts_await_file(t, "a");
	attempts_await_file(t, "b");
	sw__attempt_stop(t->attempt);
	sw__attempt_stop(t->attempt);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_STOPPED);
	assert_string_equal(t->end.reason, "stopped");
	assert_gone(pid_in(t, "a"));
	assert_gone(pid_in(t, "b"));
}

static void
attempt_stop__lets_it_end_by_itself(void **state)
{
	struct attempts *t = *state;
	char script[512];
	snprintf(script, sizeof script,
	    "trap 'echo bye; exit 0' TERM; echo >%s/ready; while :; do sleep "
	    "0.01; done",
	    t->root);
	attempts_launch(t, &(struct attempts_action){
			       .run = LINES(script),
			       .grace_ms = 60000,
			   });
	sw__attempt_release(t->attempt);
	attempts_await_file(t, "ready");
	sw__attempt_stop(t->attempt);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_STOPPED);
	assert_non_null(strstr(attempts_log(t), "bye\n"));
}

static void
attempt_end__takes_what_was_left_behind_along(void **state)
{
	struct attempts *t = *state;
	launch(t,
	    "setsid sh -c 'echo $$ >%s/pid; exec sleep 1000' & "
	    "while [ ! -s %s/pid ]; do :; done",
	    t->root, t->root);
	sw__attempt_release(t->attempt);
	attempts_await(t);
	assert_true(t->end.succeeded);
	assert_string_equal(
	    t->end.reason, "exited with status 0; left 1 process behind");
	assert_non_null(strstr(attempts_log(t),
	    "[stagewright: ended 1 process that the action left behind]"));
	assert_gone(pid_in(t, "pid"));
}

static void
attempt_log__keeps_both_ends_of_a_flood(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "echo begin; head -c 80000000 /dev/zero; echo end");
	assert_true(t->end.succeeded);
	assert_int_equal(t->end.log_bytes, 80000010);
	assert_in_range(t->end.log_dropped, 80000010 - SW_LOG_MAX,
	    80000010 - SW_LOG_MAX + 128);
	char path[256];
	struct stat st;
	snprintf(path, sizeof path, "%s/log", t->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, SW_LOG_MAX);
	assert_memory_equal(attempts_log(t), "begin\n", 6);
	const int fd = open(path, O_RDONLY);
	char tail[4];
	assert_int_equal(pread(fd, tail, 4, st.st_size - 4), 4);
	close(fd);
	assert_memory_equal(tail, "end\n", 4);
}

static void
attempt_log__keeps_binary_output(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "printf 'a\\000\\377\\033[2Jb'; echo err >&2");
	assert_int_equal(t->end.log_bytes, 12);
	assert_memory_equal(attempts_log(t), "a\0\377\033[2Jberr\n", 12);
}

/* A file system that takes no more; here, a limit on the size of files. */
static void
attempt_log__says_what_could_not_be_written(void **state)
{
	struct attempts *t = *state;
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit small = { 4096, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	attempts_script(t, "head -c 10000 /dev/zero; exit 3");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(t->end.code, 3);
	assert_int_equal(t->end.log_dropped, 10000 - 4096);
	assert_string_equal(t->end.reason,
	    "exited with status 3; 5904 bytes of output are lost: the log "
	    "cannot be written");
}

static void
attempt_stop__ends_one_that_cannot_write_its_result(void **state)
{
	struct attempts *t = *state;
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit none = { 0, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	launch(t, ": >%s/ran", t->root);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	sw__attempt_release(t->attempt);
	attempts_await_file(t, "ran");
	sw__attempt_stop(t->attempt);
	attempts_await(t);
	/* Told while the action ran, or while its result was written. */
	assert_int_equal(t->end.outcome, SW_OUTCOME_UNKNOWN);
	assert_string_equal(
	    t->end.reason, "its result could not be written: File too large");
}

/* Unknown is for what nobody can know, not for what we cannot see just now. */
static void
attempt_end__is_not_unknown_while_no_file_can_be_opened(void **state)
{
	struct attempts *t = *state;
	struct rlimit before;
	char result[160];
	launch(t, "exit 3");
	sw__attempt_release(t->attempt);
	snprintf(result, sizeof result, "%s/result", t->dir);
	while (access(result, F_OK) != 0)
		;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	const struct rlimit none = { 3, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (int i = 0; i < 3; i++)
		uv_run(&t->loop, UV_RUN_ONCE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(t->end.count, 0);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_int_equal(t->end.code, 3);
}

static void
attempt_supervisor__death_is_unknown(void **state)
{
	struct attempts *t = *state;
	launch(t,
	    "sh -c 'echo $$ >%s/child; exec sleep 1000' & "
	    "setsid env -i sh -c 'echo $$ >%s/stray; exec sleep 1000' & "
	    "while [ ! -s %s/child ] || [ ! -s %s/stray ]; do :; done; "
	    "echo $PPID >%s/pid.new; mv %s/pid.new %s/pid; wait",
	    t->root, t->root, t->root, t->root, t->root, t->root, t->root);
	sw__attempt_release(t->attempt);
	attempts_await_file(t, "pid");
	assert_int_equal(kill(pid_in(t, "pid"), SIGKILL), 0);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_UNKNOWN);
	assert_false(t->end.succeeded);
	assert_gone(pid_in(t, "child"));
	assert_gone(pid_in(t, "stray"));
}

static void
attempt_adopt__follows_what_is_running(void **state)
{
	struct attempts *t = *state;
	launch(t,
	    "echo ran >>%s/count; while [ ! -e %s/go ]; do sleep 0.01; done; "
	    "exit 3",
	    t->root, t->root);
	sw__attempt_release(t->attempt);
	attempts_await_file(t, "count");
	die(t);
	attempts_adopt(t);
	for (int i = 0; i < 10; i++)
		uv_run(&t->loop, UV_RUN_NOWAIT);
	assert_int_equal(t->end.count, 0);
	attempts_write(t, "go", "");
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
	assert_int_equal(t->end.code, 3);
	assert_string_equal(attempts_read(t, "count"), "ran\n");
}

static void
attempt_adopt__can_stop_it(void **state)
{
	struct attempts *t = *state;
	launch(t, "echo >%s/ready; sleep 1000", t->root);
	sw__attempt_release(t->attempt);
	attempts_await_file(t, "ready");
	die(t);
	attempts_adopt(t);
	sw__attempt_stop(t->attempt);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_STOPPED);
}

static void
attempt_adopt__takes_in_what_has_ended(void **state)
{
	struct attempts *t = *state;
	launch(t, "echo ran >>%s/count; exit 4", t->root);
	sw__attempt_release(t->attempt);
	die(t);
	/* Twice: taking a result in does not use it up. */
	for (int i = 0; i < 2; i++) {
		attempts_adopt(t);
		attempts_await(t);
		assert_int_equal(t->end.outcome, SW_OUTCOME_EXITED);
		assert_int_equal(t->end.code, 4);
		uv_run(&t->loop, UV_RUN_DEFAULT);
	}
	assert_string_equal(attempts_read(t, "count"), "ran\n");
}

/* A real engine, killed at some moment; whatever comes of it, the action ran
 * once at most, and not at all if that is said. */
static void
attempt_adopt__survives_an_engine_killed_anywhere(void **state)
{
	struct attempts *t = *state;
	for (int round = 0; round < 20; round++) {
		char name[32];
		const pid_t pid = fork();
		if (pid == 0) {
			uv_loop_fork(&t->loop);
			launch(t, "echo ran >>%s/count%d; sleep 0.01", t->root,
			    round);
			if (round % 4 > 0)
				sw__attempt_release(t->attempt);
			if (round % 4 > 1)
				uv_run(&t->loop, UV_RUN_NOWAIT);
			if (round % 4 > 2) {
				snprintf(name, sizeof name, "count%d", round);
				attempts_await_file(t, name);
			}
			kill(getpid(), SIGKILL);
		}
		waitpid(pid, NULL, 0);
		t->number++;
		snprintf(t->dir, sizeof t->dir, "%s/attempt-%d", t->state,
		    t->number);
		attempts_adopt(t);
		attempts_await(t);
		const char *count = attempts_read(t, "count%d", round);
		if (t->end.outcome == SW_OUTCOME_EXITED) {
			assert_string_equal(count, "ran\n");
		} else {
			assert_int_equal(
			    t->end.outcome, SW_OUTCOME_NOT_STARTED);
			assert_string_equal(count, "");
		}
		if (round % 4 == 0)
			assert_int_equal(
			    t->end.outcome, SW_OUTCOME_NOT_STARTED);
		uv_run(&t->loop, UV_RUN_DEFAULT);
	}
}

/* Renames the file of the attempt. */
static void
rename_file(struct attempts *t, const char *from, const char *to)
{
	char command[512];
	snprintf(
	    command, sizeof command, "cd '%s' && mv %s %s", t->dir, from, to);
	assert_int_equal(system(command), 0);
}

/* Engines that adopt it and are killed, one after another. */
static void
kill_engines(struct attempts *t)
{
	for (int round = 0; round < 40; round++) {
		const pid_t pid = fork();
		if (pid == 0) {
			uv_loop_fork(&t->loop);
			attempts_adopt(t);
			for (;;)
				uv_run(&t->loop, UV_RUN_ONCE);
		}
		poll(NULL, 0, round % 7);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static void
attempt_adopt__keeps_all_of_the_log(void **state)
{
	struct attempts *t = *state;
	static const char script[] =
	    "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo line $i; "
	    "[ $((i % 40)) -ne 0 ] || sleep 0.002; done; exit 7";
	attempts_script(t, script);
	char *whole = strdup(attempts_log(t));
	assert_non_null(whole);
	assert_int_equal(strlen(whole), t->end.log_bytes);
	launch(t, "%s", script);
	sw__attempt_release(t->attempt);
	die(t);
	kill_engines(t);
	attempts_adopt(t);
	attempts_await(t);
	assert_int_equal(t->end.code, 7);
	assert_int_equal(t->end.log_bytes, strlen(whole));
	assert_string_equal(attempts_log(t), whole);
	free(whole);
}

static void
attempt_adopt__proves_nothing_after_a_reboot(void **state)
{
	struct attempts *t = *state;
	launch(t, "exit 0");
	die(t);
	rename_file(t, "gate-*", "gate-00000000-0000-0000-0000-000000000000");
	attempts_adopt(t);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_UNKNOWN);
}

static void
attempt_adopt__does_not_trust_a_torn_result(void **state)
{
	struct attempts *t = *state;
	char path[256];
	struct stat st;
	attempts_script(t, "exit 0");
	snprintf(path, sizeof path, "%s/result", t->dir);
	assert_int_equal(stat(path, &st), 0);
	for (off_t size = st.st_size - 1; size >= 0; size -= 7) {
		assert_int_equal(truncate(path, size), 0);
		attempts_adopt(t);
		attempts_await(t);
		assert_int_equal(t->end.outcome, SW_OUTCOME_UNKNOWN);
		uv_run(&t->loop, UV_RUN_DEFAULT);
	}
	assert_int_equal(unlink(path), 0);
	attempts_adopt(t);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_UNKNOWN);
}

static void
attempt_launch__refuses_a_folder_that_is_there(void **state)
{
	struct attempts *t = *state;
	const struct sw_attempt_spec spec = {
		.dir = t->state,
		.deadline_ms = 1,
	};
	struct sw_error err;
	assert_int_equal(
	    sw__attempt_launch(&t->attempt, &t->loop, &spec, NULL, NULL, &err),
	    SW_ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "File exists"));
}

/* Whatever an action does to its own attempt, it comes to an end. */
static void
attempt_end__comes_whatever_the_action_left(void **state)
{
	struct attempts *t = *state;
	attempts_script(t, "rm -f ../reason; mkfifo ../reason; exit 3");
	assert_int_equal(t->end.code, 3);
	attempts_script(t, "rm -f ../variables; mkfifo ../variables");
	assert_string_equal(t->end.reason, "'variables' is no regular file");
	attempts_script(t, "mkdir -p ../result/in");
	assert_true(t->end.succeeded);
	attempts_script(t, "mkfifo ../result");
	assert_true(t->end.succeeded);
	attempts_script(t, "mv ../exec-* ../mine");
	assert_true(t->end.succeeded);
	attempts_script(t, "rm -rf ../*");
	assert_true(t->end.succeeded);
	attempts_script(t, "rm -rf \"${PWD%/*}\"");
	assert_int_equal(t->end.outcome, SW_OUTCOME_UNKNOWN);
}

/* An engine that is killed on the way to a second launch leaves the proof. */
static void
attempt_gate__proves_it_until_it_is_launched_again(void **state)
{
	struct attempts *t = *state;
	struct sw_error err;
	launch(t, "echo ran >>%s/count", t->root);
	die(t);
	attempts_adopt(t);
	attempts_await(t);
	assert_int_equal(sw__leftover_clear(t->dir, true, &err), 0);
	assert_false(attempts_has(t, "state/attempt-1/workspace"));
	attempts_adopt(t);
	attempts_await(t);
	assert_int_equal(t->end.outcome, SW_OUTCOME_NOT_STARTED);
	t->number--;
	launch(t, "echo ran >>%s/count", t->root);
	sw__attempt_release(t->attempt);
	attempts_await(t);
	assert_true(t->end.succeeded);
	assert_string_equal(attempts_read(t, "count"), "ran\n");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, attempts_set_up, attempts_tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(attempt_run__ends_with_the_exit_status),
		TEST(attempt_run__ends_with_the_signal),
		TEST(attempt_run__lets_no_more_than_its_own_be_inherited),
		TEST(attempt_gate__holds_everything_back),
		TEST(attempt_stop__at_the_gate_starts_nothing),
		TEST(attempt_deadline__ends_what_takes_too_long),
		TEST(attempt_stop__kills_a_tree_that_ignores_it),
		TEST(attempt_stop__lets_it_end_by_itself),
		TEST(attempt_end__takes_what_was_left_behind_along),
		TEST(attempt_log__keeps_both_ends_of_a_flood),
		TEST(attempt_log__keeps_binary_output),
		TEST(attempt_log__says_what_could_not_be_written),
		TEST(attempt_stop__ends_one_that_cannot_write_its_result),
		TEST(attempt_end__is_not_unknown_while_no_file_can_be_opened),
		TEST(attempt_supervisor__death_is_unknown),
		TEST(attempt_adopt__follows_what_is_running),
		TEST(attempt_adopt__can_stop_it),
		TEST(attempt_adopt__takes_in_what_has_ended),
		TEST(attempt_adopt__survives_an_engine_killed_anywhere),
		TEST(attempt_adopt__keeps_all_of_the_log),
		TEST(attempt_adopt__proves_nothing_after_a_reboot),
		TEST(attempt_adopt__does_not_trust_a_torn_result),
		TEST(attempt_launch__refuses_a_folder_that_is_there),
		TEST(attempt_end__comes_whatever_the_action_left),
		TEST(attempt_gate__proves_it_until_it_is_launched_again),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
