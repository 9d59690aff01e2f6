/* Requests in, responses out, as bytes; knows nothing of sockets. */
#include "http.h"

#include <string.h>
#include <strings.h>

#include "buffer.h"

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c | 0x20);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Undoes %41; in a query '+' is a blank. A NUL is refused. */
static bool
decode(char *out, size_t room, const char *from, size_t n, bool is_query)
{
	size_t written = 0;

	for (size_t i = 0; i < n; i++) {
		char c = from[i];
		if (c == '%') {
			int high = i + 2 < n ? hex(from[i + 1]) : -1;
			int low = high < 0 ? -1 : hex(from[i + 2]);
			if (low < 0 || high * 16 + low == 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && is_query)
			c = ' ';
		if (written + 1 >= room)
			return false;
		out[written++] = c;
	}
	out[written] = '\0';
	return true;
}

/* METHOD SP TARGET SP HTTP/1.x */
static bool
read_request_line(struct http_request *out, const char *line, size_t n)
{
	const char *target = memchr(line, ' ', n);
	if (target == NULL)
		return false;
	size_t method_n = (size_t)(target - line);
	target++;
	const char *version = memchr(target, ' ', n - (size_t)(target - line));
	if (version == NULL || *target != '/')
		return false;
	const char *end = version++;
	if ((size_t)(line + n - version) != strlen("HTTP/1.1") ||
	    strncmp(version, "HTTP/1.", 7) != 0)
		return false;
	out->keep_alive = version[7] == '1';

	out->method = HTTP_OTHER;
	if (method_n == 3 && memcmp(line, "GET", 3) == 0)
		out->method = HTTP_GET;
	else if (method_n == 4 && memcmp(line, "HEAD", 4) == 0)
		out->method = HTTP_HEAD;

	const char *query = memchr(target, '?', (size_t)(end - target));
	const char *path_end = query == NULL ? end : query++;
	size_t query_n = query == NULL ? 0 : (size_t)(end - query);
	if (query_n >= sizeof(out->query))
		return false;
	if (query_n > 0)
		memcpy(out->query, query, query_n);
	out->query[query_n] = '\0';
	return decode(out->path, sizeof(out->path), target,
	    (size_t)(path_end - target), false);
}

/* One "Name: value". A body is not wanted: its request is malformed here. */
static bool
read_field(struct http_request *out, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	if (colon == NULL)
		return false;
	size_t name_n = (size_t)(colon - line);
	const char *value = colon + 1;
	while (value < line + n && *value == ' ')
		value++;
	size_t value_n = (size_t)(line + n - value);

	if (name_n == 10 && strncasecmp(line, "Connection", 10) == 0) {
		if (value_n == 5 && strncasecmp(value, "close", 5) == 0)
			out->keep_alive = false;
		if (value_n == 10 && strncasecmp(value, "keep-alive", 10) == 0)
			out->keep_alive = true;
	}
	if (name_n == 17 && strncasecmp(line, "Transfer-Encoding", 17) == 0)
		return false;
	if (name_n == 14 && strncasecmp(line, "Content-Length", 14) == 0)
		return value_n == 1 && *value == '0';
	return true;
}

long
http_parse(struct http_request *out, const char *bytes, size_t n)
{
	size_t at = 0;

	for (int i = 0;; i++) {
		const char *line = bytes + at;
		const char *end = memchr(line, '\n', n - at);
		if (end == NULL)
			return n >= HTTP_REQUEST_MAX ? HTTP_MALFORMED
						     : HTTP_INCOMPLETE;
		if (end == line || end[-1] != '\r')
			return HTTP_MALFORMED;
		size_t line_n = (size_t)(end - line) - 1;
		at += line_n + 2;
		if (i == 0) {
			if (!read_request_line(out, line, line_n))
				return HTTP_MALFORMED;
		} else if (line_n == 0)
			return (long)at;
		else if (!read_field(out, line, line_n))
			return HTTP_MALFORMED;
	}
}

bool
http_query(char *out, size_t room, const char *query, const char *name)
{
	size_t name_n = strlen(name);

	while (*query != '\0') {
		size_t n = strcspn(query, "&");
		if (n > name_n && strncmp(query, name, name_n) == 0 &&
		    query[name_n] == '=')
			return decode(out, room, query + name_n + 1,
			    n - name_n - 1, true);
		query += n;
		query += *query == '&';
	}
	return false;
}

static const char *
reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	default:
		return "Internal Server Error";
	}
}

void
http_write(struct buffer *out, const struct http_request *request,
    const struct http_response *response)
{
	buffer_format(out, "HTTP/1.1 %d %s\r\n", response->status,
	    reason(response->status));
	buffer_format(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
	    response->type, response->body->n);
	if (response->status == 405)
		buffer_text(out, "Allow: GET, HEAD\r\n");
	if (!request->keep_alive)
		buffer_text(out, "Connection: close\r\n");
	buffer_text(out, "X-Content-Type-Options: nosniff\r\n\r\n");
	if (request->method != HTTP_HEAD && response->body->n > 0)
		buffer_add(out, response->body->bytes, response->body->n);
}
