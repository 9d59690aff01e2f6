/* What the shop sells: read once from a table of tab-separated lines. */
#ifndef SHOP_CATALOGUE_H
#define SHOP_CATALOGUE_H

#include <stddef.h>
#include <stdio.h>

#define CATALOGUE_PRODUCTS_MAX 10000
#define CATALOGUE_LINE_MAX 1024

struct product {
	char *line;      /* the texts below are parts of it; owned */
	const char *sku; /* letters, digits and '-' */
	const char *name;
	long price_cents;
	long stock;
	const char *description;
};

struct catalogue {
	struct product *products; /* in the order of the file */
	size_t n;
};

/*
 * Reads all lines; '#' begins a comment line. Returns 0, or -1 with the
 * number of the bad line in *line and what is wrong with it in *why (static).
 * Release it in either case.
 */
int catalogue_read(
    struct catalogue *out, FILE *from, unsigned *line, const char **why);
void catalogue_release(struct catalogue *c);
/* The product, borrowed, or NULL. */
const struct product *catalogue_find(
    const struct catalogue *c, const char *sku);
/* Whether name or description contains the words; ASCII case is ignored. */
int product_matches(const struct product *p, const char *words);

#endif
