/* Routes and pages; text of the catalogue is escaped by buffer.c alone. */
#include "pages.h"

#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "catalogue.h"
#include "http.h"

static const char html[] = "text/html; charset=utf-8";
static const char json[] = "application/json";
static const char plain[] = "text/plain; charset=utf-8";

static void
begin(struct buffer *b, const char *title)
{
	buffer_text(b,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
	buffer_html(b, title);
	buffer_text(b,
	    "</title><style>"
	    "body{font:1.1em/1.5 Georgia,serif;max-width:40em;margin:2em auto;"
	    "padding:0 1em;color:#222;background:#fdfbf7}"
	    "li{margin:.4em 0}.price{float:right}.out{color:#777}"
	    "input{font:inherit;width:60%}</style></head><body><h1>");
	buffer_html(b, title);
	buffer_text(b, "</h1>\n");
}

static void
end(struct buffer *b)
{
	buffer_text(b, "<p><small>storefront " SHOP_VERSION "</small></p>\n"
		       "</body></html>\n");
}

static void
price(struct buffer *b, const struct product *p)
{
	buffer_format(b, "<span class=\"price\">%ld.%02ld €</span>",
	    p->price_cents / 100, p->price_cents % 100);
}

static void
window(struct buffer *b, const struct catalogue *c, const char *words)
{
	size_t shown = 0;

	begin(b, "Leaf & Kettle");
	buffer_text(b, "<form><input name=\"q\" value=\"");
	buffer_html(b, words);
	buffer_text(b, "\" aria-label=\"Search\"> <button>Search</button>"
		       "</form>\n<ul>\n");
	for (size_t i = 0; i < c->n; i++) {
		const struct product *p = &c->products[i];
		if (!product_matches(p, words))
			continue;
		shown++;
		buffer_text(b, p->stock > 0 ? "<li>" : "<li class=\"out\">");
		buffer_format(b, "<a href=\"/products/%s\">", p->sku);
		buffer_html(b, p->name);
		buffer_text(b, "</a>");
		price(b, p);
		buffer_text(b, "</li>\n");
	}
	buffer_text(b, "</ul>\n");
	if (shown == 0)
		buffer_text(b, "<p>Nothing like that on our shelves.</p>\n");
	end(b);
}

static void
product_page(struct buffer *b, const struct product *p)
{
	begin(b, p->name);
	buffer_text(b, "<p>");
	price(b, p);
	buffer_html(b, p->description);
	buffer_text(b, p->stock > 0 ? "</p>\n<p>In stock.</p>\n"
				    : "</p>\n<p class=\"out\">Sold out.</p>\n");
	buffer_text(b, "<p><a href=\"/\">All products</a></p>\n");
	end(b);
}

static void
product_json(struct buffer *b, const struct product *p)
{
	buffer_text(b, "{\"sku\":");
	buffer_json(b, p->sku);
	buffer_text(b, ",\"name\":");
	buffer_json(b, p->name);
	buffer_text(b, ",\"description\":");
	buffer_json(b, p->description);
	buffer_format(
	    b, ",\"price_cents\":%ld,\"stock\":%ld}", p->price_cents, p->stock);
}

static void
products_json(struct buffer *b, const struct catalogue *c, const char *words)
{
	bool is_first = true;

	buffer_text(b, "{\"products\":[");
	for (size_t i = 0; i < c->n; i++) {
		if (!product_matches(&c->products[i], words))
			continue;
		if (!is_first)
			buffer_text(b, ",");
		is_first = false;
		product_json(b, &c->products[i]);
	}
	buffer_text(b, "]}\n");
}

static void
health(struct http_response *response, const struct catalogue *c)
{
	response->type = plain;
	if (c->n > 0) {
		buffer_text(response->body, "ok\n");
		return;
	}
	response->status = 500;
	buffer_text(response->body, "the catalogue is empty\n");
}

static void
fail(struct http_response *response, int status, const char *text)
{
	response->status = status;
	response->type = plain;
	buffer_clear(response->body);
	buffer_text(response->body, text);
}

/* The product that a path names after its prefix, or NULL. */
static const struct product *
named(const struct catalogue *c, const char *path, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(path, prefix, n) == 0 ? catalogue_find(c, path + n)
					     : NULL;
}

void
page_answer(struct http_response *response, const struct catalogue *catalogue,
    const struct http_request *request)
{
	struct buffer *body = response->body;
	const char *path = request->path;
	const struct product *product;
	char words[HTTP_TARGET_MAX] = "";

	response->status = 200;
	response->type = html;
	if (request->method == HTTP_OTHER) {
		fail(response, 405, "only GET and HEAD\n");
		return;
	}
	if (strncmp(request->query, "q=", 2) == 0 &&
	    !http_query(words, sizeof(words), request->query, "q")) {
		fail(response, 400, "a search that cannot be read\n");
		return;
	}
	if (strcmp(path, "/") == 0)
		window(body, catalogue, words);
	else if ((product = named(catalogue, path, "/products/")) != NULL)
		product_page(body, product);
	else if (strcmp(path, "/healthz") == 0)
		health(response, catalogue);
	else {
		response->type = json;
		if (strcmp(path, "/api/products") == 0)
			products_json(body, catalogue, words);
		else if ((product = named(catalogue, path, "/api/products/")) !=
			 NULL)
			product_json(body, product);
		else if (strcmp(path, "/version") == 0)
			buffer_text(
			    body, "{\"version\":\"" SHOP_VERSION "\"}\n");
		else
			fail(response, 404, "no such page\n");
	}
	if (body->failed)
		fail(response, 500, "out of memory\n");
}
