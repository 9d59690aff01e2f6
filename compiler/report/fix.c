/* Collects edits, keeps those apart from one another, and copies the rest. */
#include "fix.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic_store.h"

struct edits {
	struct diagnostic_edit **items; /* that are made */
	size_t n;
};

/* Where one ends and the other begins they touch: whose text comes first would
 * be anybody's guess. */
static bool
is_apart(const struct diagnostic_edit *a, const struct diagnostic_edit *b)
{
	return a->at.end < b->at.begin || b->at.end < a->at.begin;
}

static bool
can_be_made(const struct edits *made, const struct diagnostic *d, uint32_t file)
{
	for (const struct diagnostic_edit *e = d->edits; e; e = e->next) {
		if (e->at.file != file)
			return false;
		for (size_t i = 0; i < made->n; i++)
			if (!is_apart(made->items[i], e))
				return false;
	}
	return true;
}

static size_t
count_edits(struct diagnostic *const *sorted, size_t n)
{
	size_t edits = 0;

	for (size_t i = 0; i < n; i++)
		for (const struct diagnostic_edit *e = sorted[i]->edits; e;
		     e = e->next)
			edits++;
	return edits;
}

static int
by_place(const void *left, const void *right)
{
	const struct diagnostic_edit *a =
	    *(const struct diagnostic_edit *const *)left;
	const struct diagnostic_edit *b =
	    *(const struct diagnostic_edit *const *)right;

	return (a->at.begin > b->at.begin) - (a->at.begin < b->at.begin);
}

static void
copy(struct arena *arena, struct fix *fix, const struct edits *made)
{
	const char *bytes = fix->bytes, *p = bytes;
	size_t size = fix->size;
	char *to;

	for (size_t i = 0; i < made->n; i++)
		size += strlen(made->items[i]->text);
	fix->bytes = to = arena_alloc(arena, size + 1);
	for (size_t i = 0; i < made->n; i++) {
		const struct diagnostic_edit *e = made->items[i];
		const size_t before = (size_t)(bytes + e->at.begin - p);

		memcpy(to, p, before);
		to += before;
		memcpy(to, e->text, strlen(e->text));
		to += strlen(e->text);
		p = bytes + e->at.end;
	}
	memcpy(to, p, (size_t)(bytes + fix->size - p));
	to += bytes + fix->size - p;
	*to = '\0';
	fix->size = (size_t)(to - fix->bytes);
}

static bool
is_elsewhere(const struct diagnostic *d, uint32_t file)
{
	const struct diagnostic_edit *e = d->edits;

	while (e != NULL && e->at.file == file)
		e = e->next;
	return e != NULL;
}

struct fix
fix_apply(struct arena *arena, const struct diagnostics *diagnostics,
    uint32_t file, enum fix_safety most)
{
	struct fix fix = {
		.bytes = source_bytes(diagnostics->sources, file),
		.size = source_size(diagnostics->sources, file),
	};
	size_t n;
	struct diagnostic **sorted = diagnostics_sorted(diagnostics, &n);
	struct edits made = { arena_array(arena, count_edits(sorted, n) + 1,
				  sizeof(struct diagnostic_edit *)),
		0 };

	for (size_t i = 0; i < n; i++) {
		const struct diagnostic *d = sorted[i];

		if (d->edits == NULL || d->safety > most)
			continue;
		fix.nelsewhere += is_elsewhere(d, file);
		if (!can_be_made(&made, d, file))
			continue;
		for (struct diagnostic_edit *e = d->edits; e; e = e->next)
			made.items[made.n++] = e;
		fix.nfixed++;
	}
	if (made.n > 1)
		qsort(made.items, made.n, sizeof(struct diagnostic_edit *),
		    by_place);
	copy(arena, &fix, &made);
	return fix;
}
