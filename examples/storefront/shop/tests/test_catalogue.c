/* Tables of products: good ones, and the line and reason of bad ones. */
#include "../src/catalogue.h"

#include "check.h"

static int
read_text(
    struct catalogue *c, const char *text, unsigned *line, const char **why)
{
	FILE *file = tmpfile();

	if (file == NULL)
		return -2;
	fputs(text, file);
	rewind(file);
	int rc = catalogue_read(c, file, line, why);
	fclose(file);
	return rc;
}

static void
reads_and_finds(void)
{
	struct catalogue c;
	unsigned line;
	const char *why;

	CHECK(read_text(&c, "# all\n\nA-1\tPot\t1250\t0\tFor Tea.\n", &line,
		  &why) == 0);
	CHECK(c.n == 1);
	const struct product *p = catalogue_find(&c, "A-1");
	CHECK(p != NULL && p->price_cents == 1250 && p->stock == 0);
	CHECK(catalogue_find(&c, "a-1") == NULL);
	CHECK(p != NULL && product_matches(p, "tea"));
	CHECK(p != NULL && product_matches(p, ""));
	CHECK(p != NULL && !product_matches(p, "coffee"));
	catalogue_release(&c);
}

static void
refuses(const char *text, unsigned expected_line, const char *expected)
{
	struct catalogue c;
	unsigned line = 0;
	const char *why = "";

	CHECK(read_text(&c, text, &line, &why) == -1);
	CHECK(line == expected_line);
	CHECK_CONTAINS(why, expected);
	catalogue_release(&c);
}

int
main(void)
{
	char wide[CATALOGUE_LINE_MAX + 8];

	reads_and_finds();
	refuses("A\tB\t1\t1\n", 1, "five columns");
	refuses("A\tB\t1\t1\tC\tD\n", 1, "five columns");
	refuses("A B\tB\t1\t1\tC\n", 1, "letters");
	refuses("A\tB\tone\t1\tC\n", 1, "price");
	refuses("A\tB\t1\t-1\tC\n", 1, "stock");
	refuses("A\tB\t1\t1\tC\nA\tB\t1\t1\tC\n", 2, "taken");
	memset(wide, 'x', sizeof(wide));
	wide[sizeof(wide) - 1] = '\0';
	refuses(wide, 1, "CATALOGUE_LINE_MAX");
	return check_failed;
}
