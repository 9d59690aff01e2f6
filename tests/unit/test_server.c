/*
 * The owner's socket and those who ask there: an owner that ends, clients that
 * do not read. The client is a process of its own, since it blocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "owner/client.h"
#include "owner/request.h"
#include "owner/server.h"
#include "store/removal.h"

struct fixture {
	char path[64];
	struct sw_statedir dir;
	uv_loop_t loop;
	struct sw_server *server;
	struct sw_error err;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	signal(SIGPIPE, SIG_IGN);
	snprintf(f->path, sizeof f->path, "/tmp/server.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	assert_int_equal(
	    sw__statedir_open(&f->dir, f->path, false, &f->err), 0);
	uv_loop_init(&f->loop);
	assert_int_equal(
	    sw__server_open(&f->server, &f->loop, &f->dir, NULL, &f->err), 0);
	*state = f;
	return 0;
}

static void
close_server(struct fixture *f)
{
	sw__server_close(f->server);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	f->server = NULL;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	if (f->server != NULL)
		close_server(f);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	sw__statedir_close(&f->dir);
	sw__remove_tree(AT_FDCWD, f->path);
	free(f);
	return 0;
}

/* The exit status of the client, while the server goes on serving. */
static int
serve_until_it_ends(struct fixture *f, pid_t pid)
{
	int status;
	while (waitpid(pid, &status, WNOHANG) == 0) {
		uv_run(&f->loop, UV_RUN_NOWAIT);
		poll(NULL, 0, 1);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What was sent and not read before the owner ended: the client knows. */
static int
ask_and_hear_that_it_ends(const struct fixture *f, int greeted)
{
	struct sw_client client;
	struct sw_error err;
	json_t *answer = NULL;
	json_t *request = json_pack("{s:s}", "verb", "hint");
	if (sw__client_open(&client, &f->dir, &err) != 0 ||
	    sw__client_send(&client, request, &err) != 0 ||
	    write(greeted, "!", 1) != 1 ||
	    sw__client_receive(&client, false, &answer, &err) != 0)
		return 1;
	const bool is_refused = answer == NULL && client.is_refused;
	json_decref(request);
	sw__client_close(&client);
	return is_refused ? 0 : 2;
}

static void
server_close__says_that_nothing_else_was_done(void **state)
{
	struct fixture *f = *state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	const pid_t pid = fork();
	if (pid == 0)
		_exit(ask_and_hear_that_it_ends(f, ends[1]));
	struct pollfd greeted = { .fd = ends[0], .events = POLLIN };
	/* One turn accepts and greets; what comes then stays unread. */
	uv_run(&f->loop, UV_RUN_ONCE);
	assert_int_equal(poll(&greeted, 1, 20000), 1);
	close_server(f);
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	close(ends[0]);
	close(ends[1]);
}

/* Asks for ever and reads nothing; 0 when it is let go. */
static int
ask_without_reading(const struct fixture *f)
{
	struct sw_client client;
	struct sw_error err;
	json_t *request = json_pack("{s:s}", "verb", "hint");
	if (sw__client_open(&client, &f->dir, &err) != 0)
		return 1;
	for (int i = 0; i < 1000000 && !client.is_refused; i++)
		if (sw__client_send(&client, request, &err) != 0)
			break;
	const bool is_refused = client.is_refused;
	json_decref(request);
	sw__client_close(&client);
	return is_refused ? 0 : 2;
}

static void
server_answer__stops_for_who_does_not_read(void **state)
{
	struct fixture *f = *state;
	const pid_t pid = fork();
	if (pid == 0)
		_exit(ask_without_reading(f));
	assert_int_equal(serve_until_it_ends(f, pid), 0);
}

/* A request of so many bytes with its newline; the code of its answer, 0: it
 * was taken; 1: something else went wrong. */
static int
ask_with(const struct fixture *f, size_t bytes)
{
	static const char head[] = "{\"verb\":\"hint\",\"filling\":\"";
	static char line[SW_REQUEST_MAX + 2];
	struct sw_client client;
	struct sw_error err;
	json_t *answer = NULL;
	memset(line, 'x', bytes);
	memcpy(line, head, sizeof head - 1);
	memcpy(line + bytes - 3, "\"}\n", 3);
	if (sw__client_open(&client, &f->dir, &err) != 0)
		return 1;
	for (size_t done = 0; done < bytes;) {
		const ssize_t n =
		    send(client.fd, line + done, bytes - done, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (sw__client_receive(&client, false, &answer, &err) != 0 ||
	    answer == NULL)
		return 1;
	const int code =
	    (int)json_integer_value(json_object_get(answer, "code"));
	json_decref(answer);
	sw__client_close(&client);
	return code;
}

static void
server_request__has_a_limit_of_bytes(void **state)
{
	struct fixture *f = *state;
	static const struct {
		size_t bytes;
		int code;
	} cases[] = {
		{ SW_REQUEST_MAX - 1, 0 },
		{ SW_REQUEST_MAX, 0 },
		{ SW_REQUEST_MAX + 1, SW_ERROR_LIMIT },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const pid_t pid = fork();
		if (pid == 0)
			_exit(ask_with(f, cases[i].bytes) == cases[i].code ? 0
									   : 1);
		assert_int_equal(serve_until_it_ends(f, pid), 0);
	}
}

/* Connections that say nothing, more than there may be, each held open. */
static int
ask_in_a_crowd(const struct fixture *f)
{
	struct sw_client client;
	struct sw_error err;
	json_t *answer = NULL;
	json_t *request = json_pack("{s:s}", "verb", "hint");
	for (int i = 0; i < SW_CLIENTS_MAX + 40; i++)
		if (sw__client_open(&client, &f->dir, &err) != 0)
			return 1;
	if (sw__client_open(&client, &f->dir, &err) != 0 ||
	    sw__client_ask(&client, request, &answer, &err) != 0)
		return 2;
	const bool is_answered = json_is_true(json_object_get(answer, "ok"));
	json_decref(answer);
	json_decref(request);
	return is_answered ? 0 : 3;
}

static void
server_connection__takes_the_place_of_a_silent_one(void **state)
{
	struct fixture *f = *state;
	const pid_t pid = fork();
	if (pid == 0)
		_exit(ask_in_a_crowd(f));
	assert_int_equal(serve_until_it_ends(f, pid), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(server_close__says_that_nothing_else_was_done),
		TEST(server_answer__stops_for_who_does_not_read),
		TEST(server_request__has_a_limit_of_bytes),
		TEST(server_connection__takes_the_place_of_a_silent_one),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
