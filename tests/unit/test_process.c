/* Marks of processes, without control groups: found whatever they did. */
#define _GNU_SOURCE
#include "attempt/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define DIR "/somewhere/attempts/1.1.1"

/*
 * A process that is marked, and what it starts by a shell; it has gone when
 * this returns. The shell's script keeps `out` open for as long as it runs.
 */
static void
start(const char *dir, const char *script, int out)
{
	const pid_t pid = fork();
	if (pid == 0) {
		dup2(out, 1);
		close(out);
		if (sw__process_mark(dir) != 0)
			_exit(1);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(2);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The end of all that has the other end of the pipe. */
static bool
ends(int in)
{
	char byte;
	return read(in, &byte, 1) == 0;
}

static void
kills(const char *script)
{
	int pipe_ends[2];
	char ready;
	assert_int_equal(pipe(pipe_ends), 0);
	start(DIR, script, pipe_ends[1]);
	close(pipe_ends[1]);
	assert_int_equal(read(pipe_ends[0], &ready, 1), 1);
	assert_true(sw__process_kill_marked(DIR) > 0);
	assert_true(ends(pipe_ends[0]));
	close(pipe_ends[0]);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static void
process_mark__is_kept_in_another_session(void **state)
{
	(void)state;
	kills("setsid sh -c 'printf x; sleep 1000' &");
}

static void
process_mark__is_kept_with_an_empty_environment(void **state)
{
	(void)state;
	kills("setsid env -i sh -c 'cd /; printf x; exec sleep 1000' &");
}

static void
process_mark__is_kept_in_an_attempt_within(void **state)
{
	(void)state;
	int pipe_ends[2];
	char ready;
	assert_int_equal(pipe(pipe_ends), 0);
	/* The inner one has a mark of its own; it dies as what the outer one
	 * has started. */
	const pid_t outer = fork();
	if (outer == 0) {
		const char *const inner[] = { "/a", "/b", "/c", "/d" };
		sw__process_mark(DIR);
		for (size_t i = 0; i < 4; i++)
			if (fork() == 0)
				_exit(sw__process_mark(inner[i]) == 0 &&
					      write(pipe_ends[1], "x", 1) == 1
					  ? pause()
					  : 1);
		for (;;)
			pause();
	}
	close(pipe_ends[1]);
	for (int i = 0; i < 4; i++)
		assert_int_equal(read(pipe_ends[0], &ready, 1), 1);
	assert_true(sw__process_kill_marked(DIR) >= 5);
	assert_true(ends(pipe_ends[0]));
	close(pipe_ends[0]);
	while (waitpid(-1, NULL, WNOHANG) >= 0)
		;
}

static void
process_kill__leaves_others_alone(void **state)
{
	(void)state;
	int pipe_ends[2];
	char ready;
	assert_int_equal(pipe(pipe_ends), 0);
	start("/another", "sh -c 'printf x; exec sleep 1000' &", pipe_ends[1]);
	close(pipe_ends[1]);
	assert_int_equal(read(pipe_ends[0], &ready, 1), 1);
	assert_int_equal(sw__process_kill_marked(DIR), 0);
	assert_int_equal(sw__process_kill_marked("/another"), 1);
	assert_true(ends(pipe_ends[0]));
	close(pipe_ends[0]);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(process_mark__is_kept_in_another_session),
		cmocka_unit_test(
		    process_mark__is_kept_with_an_empty_environment),
		cmocka_unit_test(process_mark__is_kept_in_an_attempt_within),
		cmocka_unit_test(process_kill__leaves_others_alone),
	};
	/* Orphans come to us. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
