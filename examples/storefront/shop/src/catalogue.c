/* Reads and searches the table of products. */
#include "catalogue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum column {
	SKU,
	NAME,
	PRICE,
	STOCK,
	DESCRIPTION,
	NCOLUMNS
};

static int
split(char *line, char *columns[NCOLUMNS])
{
	int n = 0;

	for (char *at = line; at != NULL; n++) {
		if (n == NCOLUMNS)
			return -1;
		columns[n] = at;
		at = strchr(at, '\t');
		if (at != NULL)
			*at++ = '\0';
	}
	return n == NCOLUMNS ? 0 : -1;
}

static int
read_count(long *out, const char *text)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 0)
		return -1;
	*out = n;
	return 0;
}

static int
is_sku(const char *text)
{
	size_t n = strspn(text,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && text[n] == '\0';
}

/* Fills a product in from its line, which it then owns. */
static const char *
read_product(struct product *p, const struct catalogue *c)
{
	char *columns[NCOLUMNS];

	if (split(p->line, columns) != 0)
		return "expected five columns, with a tab between them";
	p->sku = columns[SKU];
	p->name = columns[NAME];
	p->description = columns[DESCRIPTION];
	if (!is_sku(p->sku))
		return "a sku has letters, digits and '-' only";
	if (catalogue_find(c, p->sku) != NULL)
		return "this sku is taken";
	if (read_count(&p->price_cents, columns[PRICE]) != 0)
		return "the price is not a number of cents";
	if (read_count(&p->stock, columns[STOCK]) != 0)
		return "the stock is not a number";
	return NULL;
}

static const char *
add(struct catalogue *c, const char *line)
{
	if (c->n == CATALOGUE_PRODUCTS_MAX)
		return "more products than CATALOGUE_PRODUCTS_MAX";
	struct product *products =
	    realloc(c->products, (c->n + 1) * sizeof(*products));
	if (products == NULL)
		return "out of memory";
	c->products = products;
	struct product p = { .line = strdup(line) };
	if (p.line == NULL)
		return "out of memory";
	const char *why = read_product(&p, c);
	if (why == NULL)
		c->products[c->n++] = p;
	else
		free(p.line);
	return why;
}

int
catalogue_read(
    struct catalogue *out, FILE *from, unsigned *line, const char **why)
{
	char text[CATALOGUE_LINE_MAX];

	*out = (struct catalogue){ 0 };
	*why = NULL;
	for (*line = 1; fgets(text, sizeof(text), from) != NULL; ++*line) {
		size_t n = strlen(text);
		if (n > 0 && text[n - 1] == '\n')
			text[n - 1] = '\0';
		else if (!feof(from))
			*why = "longer than CATALOGUE_LINE_MAX";
		if (*why == NULL && text[0] != '#' && text[0] != '\0')
			*why = add(out, text);
		if (*why != NULL)
			return -1;
	}
	if (ferror(from)) {
		*why = "cannot be read";
		return -1;
	}
	return 0;
}

void
catalogue_release(struct catalogue *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->products[i].line);
	free(c->products);
	*c = (struct catalogue){ 0 };
}

const struct product *
catalogue_find(const struct catalogue *c, const char *sku)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->products[i].sku, sku) == 0)
			return &c->products[i];
	return NULL;
}

static int
contains(const char *text, const char *words)
{
	size_t n = strlen(words);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, words, n) == 0)
			return 1;
	return n == 0;
}

int
product_matches(const struct product *p, const char *words)
{
	return contains(p->name, words) || contains(p->description, words);
}
