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

#include "peer.h"
#include "request.h"

#define READ_BYTES 65536

struct client {
	uv_pipe_t pipe;
	struct sw_server *server;
	struct client *next;
	char *line;
	size_t length;
	uint32_t follows; /* an execution; 0: none */
	char by[SW_PEER_MAX];
};

struct sw_server {
	uv_pipe_t pipe;
	const struct sw_statedir *dir;
	struct sw_engine *engine;
	struct client *clients;
	unsigned nclients;
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
on_client_closed(uv_handle_t *handle)
{
	struct client *client = handle->data;
	struct sw_server *server = client->server;
	struct client **at = &server->clients;
	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	server->nclients--;
	free(client->line);
	free(client);
	release(server);
}

static void
drop(struct client *client)
{
	if (!uv_is_closing((uv_handle_t *)&client->pipe))
		uv_close((uv_handle_t *)&client->pipe, on_client_closed);
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
	if (status < 0)
		drop(write->client);
	free(write->text);
	free(write);
}

/* Takes the document; a line of it goes out. Who does not read its answers
 * gets no more of them. */
static void
send_line(struct client *client, json_t *document)
{
	const uv_stream_t *stream = (uv_stream_t *)&client->pipe;
	if (uv_is_closing((const uv_handle_t *)stream) ||
	    stream->write_queue_size > SW_CLIENT_QUEUE_MAX) {
		json_decref(document);
		drop(client);
		return;
	}
	struct write *write = calloc(1, sizeof *write);
	char *text =
	    document == NULL ? NULL : json_dumps(document, JSON_COMPACT);
	json_decref(document);
	const size_t length = text == NULL ? 0 : strlen(text);
	if (write == NULL || text == NULL || length >= SW_ANSWER_MAX) {
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
	json_t *standing = NULL;
	if (number > 0 && number <= UINT32_MAX)
		standing = sw__request_standing(
		    sw__engine_book(client->server->engine), (uint32_t)number);
	if (standing == NULL) {
		struct sw_error err;
		sw__error(&err, SW_ERROR_REFUSED, "there is no such execution");
		return sw__request_failure(&err);
	}
	client->follows = (uint32_t)number;
	return json_pack("{s:b, s:o}", "ok", 1, "standing", standing);
}

static void
take_line(struct client *client, const char *line, size_t length)
{
	struct sw_server *server = client->server;
	json_t *request = json_loadb(line, length, 0, NULL);
	const char *verb = json_string_value(json_object_get(request, "verb"));
	json_t *answer;
	if (verb != NULL && strcmp(verb, "hint") == 0)
		answer = answer_hint(server);
	else if (verb != NULL && strcmp(verb, "follow") == 0)
		answer = answer_follow(client, request);
	else
		answer = sw__request_answer(
		    server->engine, request, client->by, (long)getpid());
	json_decref(request);
	send_line(client, answer);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	const struct client *client = handle->data;
	(void)suggested;
	*buffer = uv_buf_init(client->server->received, READ_BYTES);
}

/* Keeps what came; false when the line is too long or memory is short. */
static bool
keep(struct client *client, const char *bytes, size_t n)
{
	if (client->length + n > SW_REQUEST_MAX)
		return false;
	char *grown = realloc(client->line, client->length + n);
	if (grown == NULL)
		return false;
	memcpy(grown + client->length, bytes, n);
	client->line = grown;
	client->length += n;
	return true;
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct client *client = stream->data;
	if (n < 0 || (n > 0 && !keep(client, buffer->base, (size_t)n))) {
		drop(client);
		return;
	}
	char *end;
	while (client->length > 0 &&
	       !uv_is_closing((uv_handle_t *)&client->pipe) &&
	       (end = memchr(client->line, '\n', client->length)) != NULL) {
		const size_t length = (size_t)(end - client->line);
		take_line(client, client->line, length);
		client->length -= length + 1;
		memmove(client->line, end + 1, client->length);
	}
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
	client->next = server->clients;
	server->clients = client;
	server->nclients++;
	server->nopen++;
	if (uv_accept(stream, (uv_stream_t *)&client->pipe) != 0 ||
	    server->nclients > SW_CLIENTS_MAX ||
	    uv_read_start((uv_stream_t *)&client->pipe, on_alloc, on_read) != 0)
		drop(client);
	else
		greet(client);
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
		status =
		    uv_listen((uv_stream_t *)&server->pipe, 64, on_connection);
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
	for (struct client *client = server->clients; client != NULL;
	     client = client->next) {
		const uv_stream_t *stream = (uv_stream_t *)&client->pipe;
		if (client->follows == 0 ||
		    uv_is_closing((uv_handle_t *)&client->pipe))
			continue;
		if (stream->write_queue_size > SW_CLIENT_QUEUE_MAX) {
			drop(client); /* it may come back */
			continue;
		}
		json_t *line = json_object();
		json_object_set_new(line, "row", json_deep_copy(row));
		json_object_set_new(line, "standing",
		    sw__request_standing(
			sw__engine_book(server->engine), client->follows));
		send_line(client, line);
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
	for (struct client *client = server->clients; client != NULL;
	     client = client->next)
		say_goodbye(client);
	uv_close((uv_handle_t *)&server->pipe, on_server_closed);
}
