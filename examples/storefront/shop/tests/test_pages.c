/* Routes, and text of the catalogue that tries to be markup. */
#include "../src/pages.h"

#include "../src/buffer.h"
#include "../src/catalogue.h"
#include "../src/http.h"
#include "check.h"

static struct product shelf[] = {
	{ NULL, "POT", "Pot \"<b>\"", 1205, 3, "a\\b & c" },
	{ NULL, "CUP", "Cup", 90, 0, "plain" },
};
static const struct catalogue catalogue = { shelf, 2 };

struct page {
	struct buffer body;
	struct http_response response;
};

static void
get(struct page *page, const char *path, const char *query)
{
	struct http_request request = { .method = HTTP_GET };

	snprintf(request.path, sizeof(request.path), "%s", path);
	snprintf(request.query, sizeof(request.query), "%s", query);
	buffer_init(&page->body, PAGE_MAX);
	page->response.body = &page->body;
	page_answer(&page->response, &catalogue, &request);
}

static void
answers(const char *path, const char *query, int status, const char *part)
{
	struct page page;

	get(&page, path, query);
	CHECK(page.response.status == status);
	CHECK_CONTAINS(page.body.bytes, part);
	buffer_release(&page.body);
}

static void
lacks(const char *path, const char *query, const char *part)
{
	struct page page;

	get(&page, path, query);
	CHECK(strstr(page.body.bytes, part) == NULL);
	buffer_release(&page.body);
}

static void
empty_shop_is_ill(void)
{
	const struct catalogue nothing = { NULL, 0 };
	const struct http_request request = { .path = "/healthz" };
	struct buffer body;
	struct http_response response = { .body = &body };

	buffer_init(&body, PAGE_MAX);
	page_answer(&response, &nothing, &request);
	CHECK(response.status == 500);
	buffer_release(&body);
}

int
main(void)
{
	answers("/", "", 200, "Pot &quot;&lt;b&gt;&quot;");
	answers("/", "", 200, "12.05 €");
	answers("/", "q=cup", 200, "Cup");
	lacks("/", "q=cup", "POT");
	answers("/", "q=%22%3E", 200, "Nothing like that");
	lacks("/", "q=%22%3E", "value=\"\">");
	answers("/", "q=%2", 400, "search");
	answers("/products/POT", "", 200, "a\\b &amp; c");
	answers("/products/CUP", "", 200, "Sold out");
	answers("/products/NONE", "", 404, "no such page");
	answers("/api/products", "", 200, "\"a\\\\b & c\"");
	answers("/api/products/CUP", "", 200, "\"price_cents\":90");
	answers("/api/products", "q=nothing", 200, "{\"products\":[]}");
	answers("/healthz", "", 200, "ok");
	answers("/version", "", 200, SHOP_VERSION);
	answers("/../etc/passwd", "", 404, "no such page");
	empty_shop_is_ill();
	return check_failed;
}
