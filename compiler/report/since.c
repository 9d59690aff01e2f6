/* Takes away what was found before, as a bag of keys. */
#include "since.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/diagnostic_store.h"
#include "base/names.h"
#include "element_path.h"

struct known {
	struct diagnostic *diagnostic;
	const char *key;  /* rule, element, subject */
	const char *text; /* the same, and what is said */
};

struct bag {
	struct names *names;
	size_t *counts;
};

static int
by_place(const void *left, const void *right)
{
	const struct diagnostic *a = ((const struct known *)left)->diagnostic;
	const struct diagnostic *b = ((const struct known *)right)->diagnostic;

	if (a->at.file != b->at.file)
		return a->at.file < b->at.file ? -1 : 1;
	if (a->at.begin != b->at.begin)
		return a->at.begin < b->at.begin ? -1 : 1;
	return (a->serial > b->serial) - (a->serial < b->serial);
}

static size_t
collect(struct arena *arena, const struct since_side *side, struct known *found)
{
	struct element_walk *walk =
	    element_walk_new(arena, side->diagnostics->sources);
	size_t n = 0;

	for (size_t i = side->range.begin; i < side->range.end; i++) {
		struct diagnostic *d = side->diagnostics->items[i];

		if (d->allowed == NULL && !d->is_forgotten &&
		    (d->at.file >= side->file || d->severity < SEVERITY_ERROR))
			found[n++].diagnostic = d;
	}
	if (n > 0)
		qsort(found, n, sizeof *found, by_place);
	for (size_t i = 0; i < n; i++) {
		const struct diagnostic *d = found[i].diagnostic;

		found[i].key = element_key(
		    walk, check_info(d->id)->name, d->at, d->subject);
		found[i].text =
		    arena_printf(arena, "%s|%s", found[i].key, d->text);
	}
	return n;
}

static struct bag
bag_new(struct arena *arena, size_t n)
{
	return (struct bag){ names_new(arena, n + 1),
		arena_array(arena, n + 1, sizeof(size_t)) };
}

/* How many there are of one kind; NULL: none. */
static size_t *
in_bag(const struct bag *bag, const char *name)
{
	const uint32_t at = names_find(bag->names, name);

	return at != NAMES_NONE && bag->counts[at] > 0 ? &bag->counts[at]
						       : NULL;
}

void
since_forget_known(
    const struct since_side *before, const struct since_side *now)
{
	struct arena *arena = arena_new();
	const size_t room[2] = { before->range.end - before->range.begin + 1,
		now->range.end - now->range.begin + 1 };
	struct known *old = arena_array(arena, room[0], sizeof *old);
	struct known *new_ = arena_array(arena, room[1], sizeof *new_);
	const size_t nold = collect(arena, before, old);
	const size_t nnew = collect(arena, now, new_);
	struct bag texts = bag_new(arena, nold), keys = bag_new(arena, nold);
	size_t *text, *key;

	for (size_t i = 0; i < nold; i++) {
		texts
		    .counts[names_add(texts.names, old[i].text, (uint32_t)i)]++;
		keys.counts[names_add(keys.names, old[i].key, (uint32_t)i)]++;
	}
	for (size_t i = 0; i < nnew; i++) {
		text = in_bag(&texts, new_[i].text);
		if (text == NULL)
			continue;
		--*text;
		--keys.counts[names_find(keys.names, new_[i].key)];
		diagnostics_forget(now->diagnostics, new_[i].diagnostic);
	}
	for (size_t i = 0; i < nnew; i++) {
		key = new_[i].diagnostic->is_forgotten
			  ? NULL
			  : in_bag(&keys, new_[i].key);
		if (key == NULL)
			continue;
		--*key;
		diagnostics_forget(now->diagnostics, new_[i].diagnostic);
	}
	arena_free(arena);
}
