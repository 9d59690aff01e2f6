/*
 * The asking side of the socket in a state directory. Input: a request;
 * output: lines. Must not know what they mean.
 */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/time.h>

#include "journal/json_write.h"
#include "request.h"

void
sw__client_close(struct sw_client *client)
{
	close(client->fd);
	free(client->bytes);
	*client = (struct sw_client){ .fd = -1 };
}

int
sw__client_send(
    struct sw_client *client, const json_t *request, struct sw_error *err)
{
	char *text = sw__json_dump(request, JSON_COMPACT);
	if (text == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	size_t length = strlen(text);
	if (length + 1 > SW_REQUEST_MAX) {
		free(text);
		return sw__error(err, SW_ERROR_LIMIT,
		    "the request has %zu bytes; %u are the limit", length,
		    SW_REQUEST_MAX);
	}
	text[length++] = '\n';
	for (size_t done = 0; done < length;) {
		const ssize_t n =
		    send(client->fd, text + done, length - done, MSG_NOSIGNAL);
		/* Without its newline it was not taken. */
		client->is_refused =
		    n < 0 && (errno == EPIPE || errno == ECONNRESET);
		if (client->is_refused)
			break;
		if (n < 0 && errno != EINTR) {
			free(text);
			return sw__error_errno(
			    err, "the owner of the state directory is gone");
		}
		done += n > 0 ? (size_t)n : 0;
	}
	free(text);
	return 0;
}

/* A whole line out of what was received; NULL if there is none yet. */
static json_t *
take_line(struct sw_client *client)
{
	char *end = client->length == 0
			? NULL
			: memchr(client->bytes, '\n', client->length);
	if (end == NULL)
		return NULL;
	const size_t length = (size_t)(end - client->bytes);
	json_t *line = json_loadb(client->bytes, length, 0, NULL);
	client->length -= length + 1;
	memmove(client->bytes, end + 1, client->length);
	return line == NULL ? json_object() : line;
}

static int
make_room(struct sw_client *client, struct sw_error *err)
{
	if (client->capacity - client->length >= 4096)
		return 0;
	const size_t capacity =
	    client->capacity == 0 ? 65536 : 2 * client->capacity;
	if (capacity > SW_ANSWER_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the answer has more than %u bytes", SW_ANSWER_MAX);
	char *grown = realloc(client->bytes, capacity);
	if (grown == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	client->bytes = grown;
	client->capacity = capacity;
	return 0;
}

int
sw__client_receive(
    struct sw_client *client, bool patient, json_t **out, struct sw_error *err)
{
	struct pollfd pollfd = { .fd = client->fd, .events = POLLIN };
	for (;;) {
		*out = client->is_refused ? NULL : take_line(client);
		if (json_is_true(json_object_get(*out, "closing"))) {
			json_decref(*out);
			*out = NULL;
			client->is_refused = true;
		}
		if (*out != NULL || client->is_refused)
			return 0;
		if (make_room(client, err) != 0)
			return err->code;
		const int ready =
		    poll(&pollfd, 1, patient ? -1 : SW_ANSWER_TIMEOUT_MS);
		if (ready < 0 && errno == EINTR)
			return sw__error(err, SW_ERROR_BUSY, "interrupted");
		if (ready == 0)
			return sw__error(err, SW_ERROR_SYSTEM,
			    "the owner of the state directory does not "
			    "answer");
		const ssize_t n =
		    recv(client->fd, client->bytes + client->length,
			client->capacity - client->length, 0);
		if (n < 0 && errno != EINTR && errno != ECONNRESET)
			return sw__error_errno(err, "socket");
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return 0;
		client->length += n > 0 ? (size_t)n : 0;
	}
}

/*
 * A connection may outlive the owner: a process that it just forked has its
 * sockets for a moment. Nothing is asked before the owner has said a word.
 */
static int
await_greeting(struct sw_client *client, struct sw_error *err)
{
	json_t *greeting = NULL;
	const int status = sw__client_receive(client, false, &greeting, err);
	if (status == 0 && greeting != NULL) {
		json_decref(greeting);
		return 0;
	}
	sw__client_close(client);
	return status != 0 ? status
			   : sw__error(err, SW_ERROR_REFUSED, "nobody listens");
}

int
sw__client_open(
    struct sw_client *out, const struct sw_statedir *dir, struct sw_error *err)
{
	struct sockaddr_un address;
	if (sw__statedir_address(dir, &address, err) != 0)
		return err->code;
	const struct timeval timeout = { .tv_sec =
					     SW_ANSWER_TIMEOUT_MS / 1000 };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return sw__error_errno(err, "socket");
	/* An owner that hangs shall not make us hang. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) !=
	    0) {
		sw__error_errno(err, "socket");
		close(fd);
		return err->code;
	}
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			sw__error(err, SW_ERROR_REFUSED, "nobody listens");
		else
			sw__error_errno(err, "socket in '%s'", dir->path);
		close(fd);
		return err->code;
	}
	*out = (struct sw_client){ .fd = fd };
	return await_greeting(out, err);
}

int
sw__client_ask(struct sw_client *client, const json_t *request, json_t **out,
    struct sw_error *err)
{
	json_t *answer = NULL;
	if (sw__client_send(client, request, err) != 0 ||
	    sw__client_receive(client, false, &answer, err) != 0)
		return err->code;
	if (json_integer_value(json_object_get(answer, "code")) ==
	    SW_ERROR_UNKNOWN_OUTCOME) {
		json_decref(answer);
		answer = NULL;
	}
	*out = answer;
	return 0;
}
