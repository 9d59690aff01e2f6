/*
 * Reads selectors: a function for each rule of the grammar in selector.h, in
 * its order; the first fault ends it.
 */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "selector_part.h"

struct reading {
	struct arena *arena;
	const struct roster *roster;
	struct diagnostics *diagnostics;
	const struct value *text;
	const char *p;
	bool takes_rollback;
};

static struct span
place(
    const struct sources *sources, const struct value *text, struct piece piece)
{
	return value_part(sources, text, piece.offset, piece.length);
}

/* A piece from `from` to where reading is; one character at least, if any is
 * left. */
static struct piece
piece_from(const struct reading *r, const char *from)
{
	size_t length = (size_t)(r->p - from);

	if (length == 0 && *from != '\0')
		do
			length++;
		while ((from[length] & 0xc0) == 0x80);
	return (struct piece){ (size_t)(from - r->text->text), length };
}

#define FAULT(r, id, from, ...)                                                \
	diagnostic_add((r)->diagnostics, id,                                   \
	    place(diagnostics_sources((r)->diagnostics), (r)->text,            \
		piece_from(r, from)),                                          \
	    __VA_ARGS__)

static void
skip_blanks(struct reading *r)
{
	r->p += strspn(r->p, " \t\r\n");
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c != '\0' && strchr(".@_-", c));
}

/* The name that begins here; "" if none does. */
static const char *
read_name(struct reading *r)
{
	const char *from = r->p;

	while (is_name_char(*r->p))
		r->p++;
	return arena_strndup(r->arena, from, (size_t)(r->p - from));
}

static bool
refuse_head(struct reading *r, const char *from, const char *word)
{
	static const char *const words[] = { "source", "build", "test",
		"deploy", "approval", "invoke", "compute", "action", "stage",
		"rollback" };
	size_t n = sizeof words / sizeof *words - !r->takes_rollback;
	const char *meant = did_you_mean(word, words, n);
	struct diagnostic *d;

	if (*word == '\0') {
		d = FAULT(r, CHECK_POL_SYNTAX, from, "%s",
		    *from == '\0' ? "the selector ends too early"
				  : "no selector begins like this");
		diagnostic_help(d, "write a category, 'stage', '*' or '#NAME'");
		return false;
	}
	if (strcasecmp(word, "rollback") == 0) {
		d = FAULT(r, CHECK_POL_UNKNOWN, from,
		    "'rollback' is nothing that can be selected here");
		diagnostic_help(d, "it is a word for the by= of a <follow>");
		return false;
	}
	d = FAULT(
	    r, CHECK_POL_UNKNOWN, from, "no category is called '%s'", word);
	if (meant != NULL)
		diagnostic_label(d, "did you mean '%s'?", meant);
	diagnostic_help(d, "categories are source, build, test, deploy, "
			   "approval, invoke and compute; 'stage' and '*' "
			   "stand for any stage and action");
	return false;
}

static bool
read_head(struct reading *r, struct part *part)
{
	const char *from = r->p, *word;

	if (*r->p == '#')
		return true;
	if (*r->p == '*') {
		r->p++;
		return true;
	}
	word = read_name(r);
	for (int i = 0; i < SW_NCATEGORIES; i++)
		if (strcasecmp(word, category_element((enum sw_category)i)) ==
		    0) {
			part->head = HEAD_CATEGORY;
			part->category = (enum sw_category)i;
			return true;
		}
	if (strcasecmp(word, "action") == 0)
		return true;
	part->head = HEAD_STAGE;
	if (strcasecmp(word, "stage") == 0)
		return true;
	part->head = HEAD_ROLLBACK;
	if (r->takes_rollback && strcasecmp(word, "rollback") == 0)
		return true;
	return refuse_head(r, from, word);
}

static bool
read_path(struct reading *r, struct part *part)
{
	const char *from = ++r->p;

	part->path = read_name(r);
	part->path_at = piece_from(r, from);
	if (*part->path != '\0')
		return true;
	diagnostic_help(FAULT(r, CHECK_POL_SYNTAX, from, "no name behind '#'"),
	    "write #NAME or #STAGE.ACTION; a name has A-Z a-z 0-9 . @ _ -");
	return false;
}

static bool
read_attribute(struct reading *r, struct test *test)
{
	const char *from = r->p, *name, *meant;
	struct diagnostic *d;

	name = read_name(r);
	test->at = piece_from(r, from);
	if (*name == '\0') {
		d = FAULT(r, CHECK_POL_SYNTAX, from, "no attribute behind '['");
		diagnostic_help(d, "write [ATTRIBUTE=VALUE]");
		return false;
	}
	test->attribute = attribute_find(r->roster, name);
	if (test->attribute.kind != ATTRIBUTE_UNKNOWN)
		return true;
	meant = attribute_meant(r->arena, r->roster, name);
	d = FAULT(r, CHECK_POL_UNKNOWN, from,
	    "no action and no stage has an attribute '%s'", name);
	if (meant != NULL)
		diagnostic_label(d, "did you mean '%s'?", meant);
	diagnostic_help(
	    d, "attributes are those of the elements, as in the model");
	return false;
}

static bool
read_operator(struct reading *r, struct test *test)
{
	static const struct {
		const char *sign;
		enum operator op;
	} signs[] = {
		{ "=", OP_EQUAL },
		{ "!=", OP_NOT_EQUAL },
		{ "^=", OP_PREFIX },
		{ "$=", OP_SUFFIX },
		{ "*=", OP_PART },
	};
	struct diagnostic *d;

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (strncmp(r->p, signs[i].sign, strlen(signs[i].sign)) == 0) {
			test->op = signs[i].op;
			r->p += strlen(signs[i].sign);
			return true;
		}
	d = FAULT(r, CHECK_POL_SYNTAX, r->p, "%s",
	    *r->p == '\0' ? "'[' has no ']'"
			  : "no comparison begins like this");
	diagnostic_help(d, "write = != ^= $= or *= and a value, or ]");
	return false;
}

/* Up to the quote that ends it, or up to ] and without the blanks before. */
static bool
read_value(struct reading *r, struct test *test)
{
	const char *from = r->p;
	char quote[2] = "";
	struct diagnostic *d;
	size_t length;

	if (*from == '\'' || *from == '"')
		*quote = *from++;
	length = strcspn(from, *quote != '\0' ? quote : "]'\"");
	r->p = from + length;
	if (*quote == '\0')
		while (length > 0 && strchr(" \t\r\n", from[length - 1]))
			length--;
	test->value = arena_strndup(r->arena, from, length);
	test->at = (struct piece){ (size_t)(from - r->text->text), length };
	if (*quote != '\0' && *r->p == *quote) {
		r->p++;
		return true;
	}
	if (*quote == '\0' && length > 0)
		return true;
	d = FAULT(r, CHECK_POL_SYNTAX, *quote != '\0' ? from - 1 : from, "%s",
	    *quote != '\0' ? "the quote has no end" : "no value here");
	diagnostic_help(d, "write a value, in quotes if it is empty or has ]");
	return false;
}

static bool
read_number(struct reading *r, struct test *test)
{
	struct diagnostic *d;

	if (test->attribute.kind == ATTRIBUTE_TEXT ||
	    (test->op != OP_EQUAL && test->op != OP_NOT_EQUAL))
		return true;
	test->is_number = true;
	if (attribute_number(test->attribute.kind, test->value, &test->number))
		return true;
	d = diagnostic_add(r->diagnostics, CHECK_POL_SYNTAX,
	    place(diagnostics_sources(r->diagnostics), r->text, test->at),
	    "'%s' is no value of %s", test->value, test->attribute.name);
	diagnostic_help(d, "write %s",
	    test->attribute.kind == ATTRIBUTE_COUNT
		? "a whole number"
		: "a number and a unit: 90s 20m 2h 7d");
	return false;
}

static bool
read_test(struct reading *r, struct test *test)
{
	const char *from = r->p++;
	struct diagnostic *d;

	skip_blanks(r);
	if (!read_attribute(r, test))
		return false;
	skip_blanks(r);
	if (*r->p != ']') {
		if (!read_operator(r, test))
			return false;
		skip_blanks(r);
		if (!read_value(r, test) || !read_number(r, test))
			return false;
		skip_blanks(r);
	}
	if (*r->p == ']') {
		r->p++;
		return true;
	}
	d = FAULT(r, CHECK_POL_SYNTAX, from, "'[' has no ']'");
	diagnostic_help(d, "write [ATTRIBUTE=VALUE]");
	return false;
}

static bool
refuse_many(struct reading *r, const char *what, int limit, const char *name)
{
	struct diagnostic *d = FAULT(r, CHECK_STRUCT_LIMIT, r->p,
	    "a selector of more than %d %s", limit, what);

	diagnostic_label(d, "limit %s", name);
	diagnostic_help(d, "write two policies");
	return false;
}

static bool
read_part(struct reading *r, struct part *part)
{
	struct test tests[SELECTOR_TESTS_MAX];

	skip_blanks(r);
	if (!read_head(r, part) || (*r->p == '#' && !read_path(r, part)))
		return false;
	skip_blanks(r);
	for (; *r->p == '['; skip_blanks(r)) {
		if (part->ntests == SELECTOR_TESTS_MAX)
			return refuse_many(r, "tests", SELECTOR_TESTS_MAX,
			    "SELECTOR_TESTS_MAX");
		tests[part->ntests] = (struct test){ 0 };
		if (!read_test(r, &tests[part->ntests]))
			return false;
		part->ntests++;
	}
	if (part->ntests > 0) {
		part->tests =
		    arena_array(r->arena, part->ntests, sizeof *part->tests);
		memcpy(part->tests, tests, part->ntests * sizeof *tests);
	}
	return true;
}

struct selector *
selector_read(struct arena *arena, const struct roster *roster,
    const struct value *text, bool takes_rollback,
    struct diagnostics *diagnostics)
{
	struct reading r = { arena, roster, diagnostics, text, text->text,
		takes_rollback };
	struct selector *selector = arena_alloc(arena, sizeof *selector);
	struct part parts[SELECTOR_PARTS_MAX];
	struct diagnostic *d;

	selector->text = text;
	for (;;) {
		if (selector->nparts == SELECTOR_PARTS_MAX) {
			refuse_many(&r, "parts", SELECTOR_PARTS_MAX,
			    "SELECTOR_PARTS_MAX");
			return NULL;
		}
		parts[selector->nparts] = (struct part){ 0 };
		if (!read_part(&r, &parts[selector->nparts]))
			return NULL;
		selector->nparts++;
		if (*r.p != '|')
			break;
		r.p++;
	}
	if (*r.p != '\0') {
		d = FAULT(
		    &r, CHECK_POL_SYNTAX, r.p, "no selector goes on like this");
		diagnostic_help(d, "write '|' between what may be selected");
		return NULL;
	}
	selector->parts =
	    arena_array(arena, selector->nparts, sizeof *selector->parts);
	memcpy(selector->parts, parts, selector->nparts * sizeof *parts);
	return selector;
}
