/*
 * Connections to the owner of a state directory. Input: lines from the
 * socket; output: lines from request.c, and rows to those who follow. Must
 * not know what a request means.
 */
#include "server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/json_write.h"
#include "peer.h"
#include "request.h"

#define READ_BYTES 65536
/* Connections that the kernel keeps until the loop turns to them. */
#define BACKLOG 1024

/* In a list, who was silent for longest first. */
struct client {
	uv_pipe_t pipe;
	struct sw_server *server;
	struct client *earlier, *later;
	char *line;
	size_t length;
	unsigned nwaiting; /* requests in the engine */
	uint32_t follows;  /* an execution; 0: none */
	bool is_ending;    /* it is let go when it has its answers */
	char by[SW_PEER_MAX];
};

struct sw_server {
	uv_pipe_t pipe;
	const struct sw_statedir *dir;
	struct sw_engine *engine;
	struct client *first, *last;
	unsigned nclients;
	unsigned nfollowers;
	unsigned nopen; /* handles that are not closed yet, the server's too */
	bool is_closing;
	char received[READ_BYTES]; /* by the read under way */
	void (*hint)(void *payload);
	void *hint_payload;
};

static void
release(struct sw_server *server)
{
	if (--server->nopen == 0)
		free(server);
}

static void
unlink_client(struct client *client)
{
	struct sw_server *server = client->server;
	*(client->earlier == NULL ? &server->first : &client->earlier->later) =
	    client->later;
	*(client->later == NULL ? &server->last : &client->later->earlier) =
	    client->earlier;
}

static void
append_client(struct client *client)
{
	struct sw_server *server = client->server;
	client->earlier = server->last;
	client->later = NULL;
	*(server->last == NULL ? &server->first : &server->last->later) =
	    client;
	server->last = client;
}

static void
on_client_closed(uv_handle_t *handle)
{
	struct client *client = handle->data;
	struct sw_server *server = client->server;
	assert(client->nwaiting == 0);
	unlink_client(client);
	server->nfollowers -= client->follows != 0;
	free(client->line);
	free(client);
	release(server);
}

static bool
is_gone(const struct client *client)
{
	return uv_is_closing((const uv_handle_t *)&client->pipe);
}

static void
drop(struct client *client)
{
	if (is_gone(client))
		return;
	client->server->nclients--;
	uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

static size_t
unread_of(const struct client *client)
{
	return uv_stream_get_write_queue_size(
	    (const uv_stream_t *)&client->pipe);
}

static bool
is_slow(const struct client *client)
{
	return unread_of(client) > (client->follows != 0 ? SW_FOLLOWER_QUEUE_MAX
							 : SW_CLIENT_QUEUE_MAX);
}

struct write {
	uv_write_t request;
	char *text;
	struct client *client;
};

static void
on_written(uv_write_t *request, int status)
{
	struct write *write = request->data;
	struct client *client = write->client;
	if (status < 0 || (client->is_ending && unread_of(client) == 0))
		drop(client);
	free(write->text);
	free(write);
}

/* A line of a document, without its end in `length`; NULL: there is none, or
 * it is too long. */
static char *
line_of(const json_t *document, size_t *length)
{
	char *text =
	    document == NULL ? NULL : sw__json_dump(document, JSON_COMPACT);
	*length = text == NULL ? 0 : strlen(text);
	if (*length >= SW_ANSWER_MAX) {
		free(text);
		return NULL;
	}
	return text;
}

/* Takes the document; a line of it goes out. Who does not read its answers
 * gets no more of them. */
static void
send_line(struct client *client, json_t *document)
{
	size_t length = 0;
	struct write *write = NULL;
	char *text = NULL;
	if (!is_gone(client) && !is_slow(client)) {
		write = calloc(1, sizeof *write);
		text = line_of(document, &length);
	}
	json_decref(document);
	if (write == NULL || text == NULL) {
		free(write);
		free(text);
		drop(client);
		return;
	}
	text[length] = '\n'; /* in the place of its end */
	write->text = text;
	write->client = client;
	write->request.data = write;
	uv_buf_t buffer = uv_buf_init(text, (unsigned)length + 1);
	if (uv_write(&write->request, (uv_stream_t *)&client->pipe, &buffer, 1,
		on_written) != 0) {
		free(text);
		free(write);
		drop(client);
	}
}

/* The last answer that this client gets. */
static void
refuse(struct client *client, const struct sw_error *err)
{
	client->is_ending = true;
	if (!is_gone(client))
		uv_read_stop((uv_stream_t *)&client->pipe);
	send_line(client, sw__request_failure(err));
}

static json_t *
answer_hint(struct sw_server *server)
{
	if (server->hint != NULL)
		server->hint(server->hint_payload);
	return json_pack("{s:b, s:{s:b}}", "ok", 1, "document", "watches",
	    server->hint != NULL);
}

static json_t *
answer_follow(struct client *client, const json_t *request)
{
	const json_int_t number =
	    json_integer_value(json_object_get(request, "execution"));
	struct sw_server *server = client->server;
	struct sw_error err;
	json_t *standing = NULL;
	if (client->follows == 0 && server->nfollowers >= SW_FOLLOWERS_MAX) {
		sw__error(&err, SW_ERROR_LIMIT,
		    "%d processes follow executions, which is the limit; "
		    "`status` says how one stands",
		    SW_FOLLOWERS_MAX);
		return sw__request_failure(&err);
	}
	if (number > 0 && number <= UINT32_MAX)
		standing = sw__request_standing(
		    sw__engine_book(server->engine), (uint32_t)number);
	if (standing == NULL) {
		sw__error(&err, SW_ERROR_REFUSED, "there is no such execution");
		return sw__request_failure(&err);
	}
	server->nfollowers += client->follows == 0;
	client->follows = (uint32_t)number;
	return json_pack("{s:b, s:o}", "ok", 1, "standing", standing);
}

static void
on_answer(json_t *answer, void *payload)
{
	struct client *client = payload;
	client->nwaiting--;
	send_line(client, answer);
}

/* Takes the request. */
static void
submit(struct client *client, json_t *request, size_t length)
{
	const struct sw_asker asker = {
		.by = client->by,
		.owner = (long)getpid(),
		.bytes = length,
	};
	client->nwaiting++;
	sw__request_submit(
	    client->server->engine, request, &asker, on_answer, client);
}

static void
take_line(struct client *client, const char *line, size_t length)
{
	struct sw_server *server = client->server;
	json_t *request = json_loadb(line, length, 0, NULL);
	const char *verb = json_string_value(json_object_get(request, "verb"));
	const bool hints = verb != NULL && strcmp(verb, "hint") == 0;
	const bool follows = verb != NULL && strcmp(verb, "follow") == 0;
	unlink_client(client);
	append_client(client);
	if (!hints && !follows) {
		submit(client, request, length);
	} else {
		/* Answers come in the order of the requests. */
		if (client->nwaiting > 0)
			sw__engine_turn(server->engine);
		send_line(client, hints ? answer_hint(server)
					: answer_follow(client, request));
		json_decref(request);
	}
	if (client->nwaiting >= SW_PIPELINED_MAX)
		sw__engine_turn(server->engine);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	const struct client *client = handle->data;
	(void)suggested;
	*buffer = uv_buf_init(client->server->received, READ_BYTES);
}

/* Keeps what came; false when memory is short. */
static bool
keep(struct client *client, const char *bytes, size_t n)
{
	char *grown =
	    n == 0 ? client->line : realloc(client->line, client->length + n);
	if (grown == NULL)
		return n == 0;
	memcpy(grown + client->length, bytes, n);
	client->line = grown;
	client->length += n;
	return true;
}

/* Takes the lines that are whole; what is left is a part of one. */
static void
take_lines(struct client *client)
{
	size_t at = 0;
	bool is_long = false;
	while (at < client->length && !is_gone(client) && !is_long) {
		const char *line = client->line + at;
		const size_t left = client->length - at;
		const char *end = memchr(line, '\n', left);
		const size_t length = end == NULL ? left : (size_t)(end - line);
		is_long = length >= SW_REQUEST_MAX;
		if (end == NULL)
			break;
		if (!is_long)
			take_line(client, line, length);
		at += length + 1;
	}
	client->length -= at;
	memmove(client->line, client->line + at, client->length);
	if (!is_long)
		return;
	struct sw_error err;
	sw__error(&err, SW_ERROR_LIMIT,
	    "a request has %u bytes at most, its newline included",
	    SW_REQUEST_MAX);
	refuse(client, &err);
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct client *client = stream->data;
	if (n < 0 || (n > 0 && !keep(client, buffer->base, (size_t)n)))
		drop(client);
	else if (client->length > 0)
		take_lines(client);
}

/* Nothing is asked before the owner has said a word. */
static void
greet(struct client *client)
{
	uv_os_fd_t fd = -1;
	uv_fileno((const uv_handle_t *)&client->pipe, &fd);
	sw__peer_of(fd, client->by);
	send_line(client, json_pack("{s:I}", "owner", (json_int_t)getpid()));
}

/* There is one: not all may follow. */
static struct client *
silent_for_longest(const struct sw_server *server)
{
	struct client *client = server->first;
	while (is_gone(client) || client->follows != 0 || client->nwaiting > 0)
		client = client->later;
	return client;
}

static void
on_connection(uv_stream_t *stream, int status)
{
	struct sw_server *server = stream->data;
	struct client *client = status < 0 ? NULL : calloc(1, sizeof *client);
	if (client == NULL ||
	    uv_pipe_init(stream->loop, &client->pipe, 0) != 0) {
		free(client);
		return;
	}
	client->server = server;
	client->pipe.data = client;
	append_client(client);
	server->nclients++;
	server->nopen++;
	if (uv_accept(stream, (uv_stream_t *)&client->pipe) != 0 ||
	    uv_read_start((uv_stream_t *)&client->pipe, on_alloc, on_read) != 0)
		drop(client);
	else
		greet(client);
	if (server->nclients > SW_CLIENTS_MAX)
		drop(silent_for_longest(server));
}

static void
on_server_closed(uv_handle_t *handle)
{
	release(handle->data);
}

int
sw__server_open(struct sw_server **out, uv_loop_t *loop,
    const struct sw_statedir *dir, struct sw_engine *engine,
    struct sw_error *err)
{
	struct sockaddr_un address;
	if (sw__statedir_address(dir, &address, err) != 0)
		return err->code;
	struct sw_server *server = calloc(1, sizeof *server);
	if (server == NULL || uv_pipe_init(loop, &server->pipe, 0) != 0) {
		free(server);
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	}
	server->pipe.data = server;
	server->dir = dir;
	server->engine = engine;
	server->nopen = 1;
	/* We own the directory, so whoever left this is gone. */
	unlinkat(dir->fd, "socket", 0);
	/* Whoever may write to the socket may approve. */
	const mode_t mask = umask(0177);
	int status = uv_pipe_bind(&server->pipe, address.sun_path);
	umask(mask);
	if (status == 0)
		status = uv_listen(
		    (uv_stream_t *)&server->pipe, BACKLOG, on_connection);
	if (status == 0) {
		*out = server;
		return 0;
	}
	uv_close((uv_handle_t *)&server->pipe, on_server_closed);
	return sw__error(err, SW_ERROR_SYSTEM, "socket in '%s': %s", dir->path,
	    uv_strerror(status));
}

void
sw__server_on_hint(
    struct sw_server *server, void (*hint)(void *payload), void *payload)
{
	server->hint = hint;
	server->hint_payload = payload;
}

void
sw__server_tell(struct sw_server *server, const json_t *row)
{
	if (server == NULL || server->is_closing)
		return;
	for (struct client *client = server->first; client != NULL;
	     client = client->later) {
		if (client->follows == 0 || is_gone(client))
			continue;
		json_t *line = json_object();
		json_object_set_new(line, "row", json_deep_copy(row));
		json_object_set_new(line, "standing",
		    sw__request_standing(
			sw__engine_book(server->engine), client->follows));
		send_line(client, line); /* dropped, it may come back */
	}
}

/*
 * What a client asked and was not answered is not done: whoever owns the
 * directory next may be asked. Without this line nobody could know.
 */
static void
say_goodbye(struct client *client)
{
	char line[] = "{\"closing\":true}\n";
	uv_buf_t buffer = uv_buf_init(line, sizeof line - 1);
	if (!uv_is_closing((uv_handle_t *)&client->pipe))
		uv_try_write((uv_stream_t *)&client->pipe, &buffer, 1);
	drop(client);
}

void
sw__server_close(struct sw_server *server)
{
	if (server == NULL)
		return;
	assert(!server->is_closing);
	server->is_closing = true;
	unlinkat(server->dir->fd, "socket", 0);
	for (struct client *client = server->first; client != NULL;
	     client = client->later)
		say_goodbye(client);
	uv_close((uv_handle_t *)&server->pipe, on_server_closed);
}
