/* One poll loop over all connections; a request is answered when whole. */
#include "server.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "http.h"
#include "pages.h"

struct connection {
	int fd; /* -1: free */
	time_t active;
	bool is_last; /* close when everything is sent */
	size_t received;
	size_t sent;
	struct buffer out;
	char in[HTTP_REQUEST_MAX];
};

struct server {
	const struct catalogue *catalogue;
	struct buffer body;
	time_t now;
	struct connection connections[SERVER_CONNECTIONS_MAX];
};

static time_t
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void
drop(struct connection *c)
{
	close(c->fd);
	c->fd = -1;
	buffer_release(&c->out);
}

/* A free connection, or NULL. */
static struct connection *
vacancy(struct server *s)
{
	for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++)
		if (s->connections[i].fd < 0)
			return &s->connections[i];
	return NULL;
}

static void
accept_one(struct server *s, int listen_fd)
{
	struct connection *c = vacancy(s);
	int fd = c == NULL ? -1 : accept(listen_fd, NULL, NULL);

	if (fd < 0)
		return;
	c->fd = fd;
	c->active = s->now;
	c->is_last = false;
	c->received = 0;
	c->sent = 0;
	buffer_init(&c->out, PAGE_MAX * 2u);
}

/* Answers every whole request that has arrived. */
static void
answer(struct server *s, struct connection *c)
{
	size_t taken = 0;

	while (!c->is_last && c->out.n < PAGE_MAX) {
		struct http_request request = { .keep_alive = false };
		struct http_response response = { .body = &s->body };
		long n =
		    http_parse(&request, c->in + taken, c->received - taken);
		if (n == HTTP_INCOMPLETE)
			break;
		buffer_clear(&s->body);
		if (n == HTTP_MALFORMED) {
			request = (struct http_request){ .path = "" };
			response.status = 400;
			response.type = "text/plain; charset=utf-8";
			buffer_text(&s->body, "a malformed request\n");
			n = 0;
		} else
			page_answer(&response, s->catalogue, &request);
		http_write(&c->out, &request, &response);
		c->is_last = !request.keep_alive || c->out.failed;
		taken += (size_t)n;
	}
	memmove(c->in, c->in + taken, c->received - taken);
	c->received -= taken;
}

static bool
would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void
receive(struct server *s, struct connection *c)
{
	ssize_t n = recv(c->fd, c->in + c->received,
	    sizeof(c->in) - c->received, MSG_DONTWAIT);

	if (n < 0 && would_block())
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	c->received += (size_t)n;
	c->active = s->now;
	answer(s, c);
}

static void
transmit(struct server *s, struct connection *c)
{
	ssize_t n = send(c->fd, c->out.bytes + c->sent, c->out.n - c->sent,
	    MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0) {
		if (!would_block())
			drop(c);
		return;
	}
	c->active = s->now;
	c->sent += (size_t)n;
	if (c->sent < c->out.n)
		return;
	if (c->is_last) {
		drop(c);
		return;
	}
	c->sent = 0;
	buffer_clear(&c->out);
	answer(s, c);
}

static void
serve(struct server *s, struct connection *c, short events)
{
	if (events & (POLLIN | POLLHUP | POLLERR))
		receive(s, c);
	if (c->fd >= 0 && c->out.n > c->sent)
		transmit(s, c);
	if (c->fd >= 0 && s->now - c->active > SERVER_IDLE_S_MAX)
		drop(c);
}

/* What to wait for: the connections, then new ones, then the end. */
enum {
	LISTEN = SERVER_CONNECTIONS_MAX,
	STOP,
	NPOLLS
};

static void
prepare(struct server *s, struct pollfd polls[NPOLLS], int listen_fd)
{
	for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++) {
		const struct connection *c = &s->connections[i];
		bool is_sending = c->out.n > c->sent;
		polls[i] = (struct pollfd){ .fd = c->fd,
			.events = is_sending ? POLLOUT : POLLIN };
	}
	/* With no room, who connects waits in the backlog. */
	polls[LISTEN] =
	    (struct pollfd){ .fd = vacancy(s) == NULL ? -1 : listen_fd,
		    .events = POLLIN };
}

static int
serve_all(struct server *s, int listen_fd, int stop_fd)
{
	struct pollfd polls[NPOLLS];

	polls[STOP] = (struct pollfd){ .fd = stop_fd, .events = POLLIN };
	for (;;) {
		prepare(s, polls, listen_fd);
		int n = poll(polls, NPOLLS, 1000);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n < 0)
			continue;
		s->now = seconds();
		if (polls[STOP].revents != 0)
			return 0;
		for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++)
			if (polls[i].fd >= 0)
				serve(s, &s->connections[i], polls[i].revents);
		if (polls[LISTEN].revents != 0)
			accept_one(s, listen_fd);
	}
}

int
server_run(int listen_fd, int stop_fd, const struct catalogue *catalogue)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return -1;
	s->catalogue = catalogue;
	buffer_init(&s->body, PAGE_MAX);
	for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++)
		s->connections[i].fd = -1;
	int rc = serve_all(s, listen_fd, stop_fd);
	for (int i = 0; i < SERVER_CONNECTIONS_MAX; i++)
		if (s->connections[i].fd >= 0)
			drop(&s->connections[i]);
	buffer_release(&s->body);
	free(s);
	return rc;
}
