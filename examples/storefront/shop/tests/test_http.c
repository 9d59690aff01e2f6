/* Requests as bytes: whole, in parts, one after another, and bad ones. */
#include "../src/http.h"

#include "../src/buffer.h"
#include "check.h"

static long
parse(struct http_request *out, const char *text)
{
	return http_parse(out, text, strlen(text));
}

static void
good_requests(void)
{
	static const char get[] = "GET /products/A%2DB?q=x HTTP/1.1\r\n"
				  "Host: a\r\n\r\n";
	struct http_request r;

	CHECK(parse(&r, get) == (long)strlen(get));
	CHECK(r.method == HTTP_GET && r.keep_alive);
	CHECK(strcmp(r.path, "/products/A-B") == 0);
	CHECK(strcmp(r.query, "q=x") == 0);

	CHECK(parse(&r, "HEAD / HTTP/1.0\r\n\r\n") > 0);
	CHECK(r.method == HTTP_HEAD && !r.keep_alive);
	CHECK(parse(&r, "GET / HTTP/1.1\r\nconnection: Close\r\n\r\n") > 0);
	CHECK(!r.keep_alive);
	CHECK(parse(&r, "DELETE / HTTP/1.1\r\n\r\n") > 0);
	CHECK(r.method == HTTP_OTHER);
}

static void
every_prefix_is_incomplete(void)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
	struct http_request r;

	for (size_t n = 0; n < strlen(get); n++)
		CHECK(http_parse(&r, get, n) == HTTP_INCOMPLETE);
}

static void
bad_requests(void)
{
	static const char *const bad[] = { "\n", "GET /\r\n\r\n",
		"GET / HTTP/2.0\r\n\r\n", "GET shop HTTP/1.1\r\n\r\n",
		"GET /%zz HTTP/1.1\r\n\r\n", "GET /%4 HTTP/1.1\r\n\r\n",
		"GET /%00 HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nnothing\r\n",
		"GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
		"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" };
	char endless[HTTP_REQUEST_MAX];
	struct http_request r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(parse(&r, bad[i]) == HTTP_MALFORMED);
	memset(endless, 'x', sizeof(endless));
	CHECK(http_parse(&r, endless, sizeof(endless)) == HTTP_MALFORMED);
}

static void
queries(void)
{
	char out[16];

	CHECK(http_query(out, sizeof(out), "a=1&q=iron+pot", "q"));
	CHECK(strcmp(out, "iron pot") == 0);
	CHECK(!http_query(out, sizeof(out), "qq=1", "q"));
	CHECK(!http_query(out, sizeof(out), "q=%f", "q"));
	CHECK(!http_query(out, sizeof(out), "q=longer+than+sixteen", "q"));
}

static void
responses(void)
{
	struct http_request head = { .method = HTTP_HEAD, .keep_alive = true };
	struct buffer body, out;
	struct http_response r = { 200, "text/plain", &body };

	buffer_init(&body, 100);
	buffer_init(&out, 1000);
	buffer_text(&body, "hello");
	http_write(&out, &head, &r);
	CHECK_CONTAINS(out.bytes, "HTTP/1.1 200 OK\r\n");
	CHECK_CONTAINS(out.bytes, "Content-Length: 5\r\n");
	CHECK(strstr(out.bytes, "hello") == NULL);
	buffer_release(&body);
	buffer_release(&out);
}

int
main(void)
{
	good_requests();
	every_prefix_is_incomplete();
	bad_requests();
	queries();
	responses();
	return check_failed;
}
