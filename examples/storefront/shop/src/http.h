/*
 * The part of HTTP/1.1 (RFC 9112) that a shop window needs: GET and HEAD
 * without a body, connections that stay open, requests one after another.
 */
#ifndef SHOP_HTTP_H
#define SHOP_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;

#define HTTP_REQUEST_MAX 8192 /* bytes of a request's head */
#define HTTP_TARGET_MAX 512   /* bytes of its path, and of its query */

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_OTHER
};

struct http_request {
	enum http_method method;
	char path[HTTP_TARGET_MAX];  /* decoded */
	char query[HTTP_TARGET_MAX]; /* as sent, without the '?' */
	bool keep_alive;
};

struct http_response {
	int status;
	const char *type;    /* Content-Type */
	struct buffer *body; /* borrowed */
};

enum {
	HTTP_INCOMPLETE = 0,
	HTTP_MALFORMED = -1
};

/*
 * Reads one request from the bytes received so far. Returns how many bytes it
 * took, HTTP_INCOMPLETE or HTTP_MALFORMED.
 */
long http_parse(struct http_request *out, const char *bytes, size_t n);
/* The decoded value of NAME=VALUE in a query; false: not there, or bad. */
bool http_query(char *out, size_t room, const char *query, const char *name);
/* Appends the whole response to `out`; of HEAD, without the body. */
void http_write(struct buffer *out, const struct http_request *request,
    const struct http_response *response);

#endif
