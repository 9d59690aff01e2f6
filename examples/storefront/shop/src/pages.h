/* The pages of the shop: a request and the catalogue in, a response out. */
#ifndef SHOP_PAGES_H
#define SHOP_PAGES_H

#define PAGE_MAX (4u << 20) /* bytes of a page */

struct buffer;
struct catalogue;
struct http_request;
struct http_response;

/*
 *   /                  the window; ?q=WORDS searches
 *   /products/SKU      one product
 *   /api/products      the same as JSON, with ?q= too
 *   /api/products/SKU
 *   /healthz           "ok" while there is something to sell
 *   /version           which release answers
 *
 * response->body is an empty buffer of the caller.
 */
void page_answer(struct http_response *response,
    const struct catalogue *catalogue, const struct http_request *request);

#endif
