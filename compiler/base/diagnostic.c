/*
 * The sink: keeps findings as the passes add them, and sorts them when they
 * are wanted. Printing is in diagnostic_print.c.
 */
#include "diagnostic.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diagnostic_store.h"

static const struct check_info checks[] = {
#define CHECK(id, name, severity, title)                                       \
	[CHECK_##id] = { name, SEVERITY_##severity, title },
#include "check/checks.def"
#undef CHECK
};

_Static_assert(sizeof checks / sizeof *checks == NCHECKS, "a row for each");

const struct check_info *
check_info(enum check_id id)
{
	return &checks[id];
}

int
check_find(const char *name)
{
	for (int i = 0; i < NCHECKS; i++)
		if (strcmp(checks[i].name, name) == 0)
			return i;
	return -1;
}

struct diagnostics *
diagnostics_new(struct arena *arena, const struct sources *sources)
{
	struct diagnostics *diagnostics =
	    arena_alloc(arena, sizeof *diagnostics);

	diagnostics->arena = arena;
	diagnostics->sources = sources;
	return diagnostics;
}

const struct sources *
diagnostics_sources(const struct diagnostics *diagnostics)
{
	return diagnostics->sources;
}

/* Room for one finding: kept, or past the limit overwritten by the next. */
static struct diagnostic *
place_for(struct diagnostics *diagnostics)
{
	struct diagnostic *diagnostic;

	if (diagnostics->n == DIAGNOSTICS_MAX) {
		diagnostics->dropped++;
		diagnostics->scrap = (struct diagnostic){ 0 };
		return &diagnostics->scrap;
	}
	if (diagnostics->n == diagnostics->capacity) {
		size_t capacity = diagnostics->capacity * 2 + 16;
		struct diagnostic **items = arena_array(
		    diagnostics->arena, capacity, sizeof(struct diagnostic *));

		if (diagnostics->n > 0)
			memcpy(items, diagnostics->items,
			    diagnostics->n * sizeof(struct diagnostic *));
		diagnostics->items = items;
		diagnostics->capacity = capacity;
	}
	diagnostic = arena_alloc(diagnostics->arena, sizeof *diagnostic);
	/* Only what is kept has an arena, and only it takes texts. */
	diagnostic->arena = diagnostics->arena;
	diagnostics->items[diagnostics->n++] = diagnostic;
	return diagnostic;
}

static struct diagnostic *
add(struct diagnostics *diagnostics, enum check_id id, enum severity severity,
    struct span at)
{
	struct diagnostic *diagnostic = place_for(diagnostics);

	diagnostics->counts[severity]++;
	diagnostic->sink = diagnostics;
	diagnostic->id = id;
	diagnostic->severity = severity;
	diagnostic->at = at;
	diagnostic->serial = diagnostics->n;
	diagnostic->last_place = &diagnostic->places;
	diagnostic->last_step = &diagnostic->steps;
	diagnostic->last_edit = &diagnostic->edits;
	return diagnostic;
}

struct diagnostic *
diagnostic_vadd_as(struct diagnostics *diagnostics, enum check_id id,
    enum severity severity, struct span at, const char *format,
    va_list arguments)
{
	struct diagnostic *diagnostic = add(diagnostics, id, severity, at);

	if (diagnostic->arena != NULL)
		diagnostic->text =
		    arena_vprintf(diagnostic->arena, format, arguments);
	return diagnostic;
}

struct diagnostic *
diagnostic_add(struct diagnostics *diagnostics, enum check_id id,
    struct span at, const char *format, ...)
{
	struct diagnostic *diagnostic;
	va_list arguments;

	va_start(arguments, format);
	diagnostic = diagnostic_vadd_as(
	    diagnostics, id, check_info(id)->severity, at, format, arguments);
	va_end(arguments);
	return diagnostic;
}

struct diagnostic *
diagnostic_add_as(struct diagnostics *diagnostics, enum check_id id,
    enum severity severity, struct span at, const char *format, ...)
{
	struct diagnostic *diagnostic;
	va_list arguments;

	va_start(arguments, format);
	diagnostic = diagnostic_vadd_as(
	    diagnostics, id, severity, at, format, arguments);
	va_end(arguments);
	return diagnostic;
}

struct diagnostic *
diagnostic_scrap(struct diagnostics *diagnostics)
{
	diagnostics->scrap = (struct diagnostic){ 0 };
	return &diagnostics->scrap;
}

void
diagnostic_allow(
    struct diagnostic *diagnostic, const char *reason, struct span at)
{
	struct diagnostics *sink = diagnostic->sink;

	if (sink == NULL || diagnostic->allowed != NULL)
		return;
	diagnostic->allowed = reason != NULL ? reason : "";
	diagnostic->allowed_at = at;
	sink->counts[diagnostic->severity]--;
	sink->allowed++;
}

void
diagnostics_note_off(struct diagnostics *diagnostics, enum check_id id)
{
	diagnostics->is_off[id] = true;
}

void
diagnostic_label(struct diagnostic *diagnostic, const char *format, ...)
{
	va_list arguments;

	if (diagnostic->arena == NULL)
		return;
	va_start(arguments, format);
	diagnostic->label = arena_vprintf(diagnostic->arena, format, arguments);
	va_end(arguments);
}

void
diagnostic_also(
    struct diagnostic *diagnostic, struct span at, const char *format, ...)
{
	struct diagnostic_place *place;
	va_list arguments;

	if (diagnostic->arena == NULL || !span_is_set(at))
		return;
	place = arena_alloc(diagnostic->arena, sizeof *place);
	place->at = at;
	va_start(arguments, format);
	place->text = arena_vprintf(diagnostic->arena, format, arguments);
	va_end(arguments);
	*diagnostic->last_place = place;
	diagnostic->last_place = &place->next;
}

void
diagnostic_help(struct diagnostic *diagnostic, const char *format, ...)
{
	va_list arguments;

	if (diagnostic->arena == NULL)
		return;
	va_start(arguments, format);
	diagnostic->help = arena_vprintf(diagnostic->arena, format, arguments);
	va_end(arguments);
}

void
diagnostic_step(struct diagnostic *diagnostic, struct span at, bool is_decision,
    const char *format, ...)
{
	struct diagnostic_step *step;
	va_list arguments;

	if (diagnostic->arena == NULL)
		return;
	step = arena_alloc(diagnostic->arena, sizeof *step);
	step->at = at;
	step->is_decision = is_decision;
	va_start(arguments, format);
	step->text = arena_vprintf(diagnostic->arena, format, arguments);
	va_end(arguments);
	*diagnostic->last_step = step;
	diagnostic->last_step = &step->next;
}

void
diagnostic_subject(struct diagnostic *diagnostic, const char *subject)
{
	if (diagnostic->arena != NULL)
		diagnostic->subject = arena_strdup(diagnostic->arena, subject);
}

void
diagnostic_edit(struct diagnostic *diagnostic, enum fix_safety safety,
    struct span at, const char *format, ...)
{
	struct diagnostic_edit *edit;
	va_list arguments;

	if (diagnostic->arena == NULL || !span_is_set(at))
		return;
	edit = arena_alloc(diagnostic->arena, sizeof *edit);
	edit->at = at;
	va_start(arguments, format);
	edit->text = arena_vprintf(diagnostic->arena, format, arguments);
	va_end(arguments);
	*diagnostic->last_edit = edit;
	diagnostic->last_edit = &edit->next;
	if (safety > diagnostic->safety)
		diagnostic->safety = safety;
}

size_t
diagnostics_count(const struct diagnostics *diagnostics, enum severity severity)
{
	return diagnostics->counts[severity];
}

static int
compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* By place, then id, then text; equal ones in the order of adding. */
static int
compare(const void *left, const void *right)
{
	const struct diagnostic *a = *(const struct diagnostic *const *)left;
	const struct diagnostic *b = *(const struct diagnostic *const *)right;
	int order = compare_numbers(a->at.file, b->at.file);

	/* As lines and columns do, and nobody has to work them out. */
	if (order == 0)
		order = compare_numbers(a->at.begin, b->at.begin);
	if (order == 0)
		order =
		    strcmp(check_info(a->id)->name, check_info(b->id)->name);
	if (order == 0)
		order = strcmp(a->text, b->text);
	if (order == 0)
		order = compare_numbers(a->serial, b->serial);
	return order;
}

static struct location
locate(const struct sources *sources, struct span at)
{
	if (!span_is_set(at) || at.begin == UINT32_MAX)
		return (struct location){ 0, 0 };
	return source_locate(sources, at.file, at.begin);
}

static void
locate_all(const struct sources *sources, struct diagnostic *diagnostic)
{
	assert(diagnostic != NULL);
	diagnostic->location = locate(sources, diagnostic->at);
	for (struct diagnostic_place *place = diagnostic->places; place;
	     place = place->next)
		place->location = locate(sources, place->at);
}

static struct diagnostic **
sort(const struct diagnostics *diagnostics, bool are_allowed, size_t *n)
{
	struct diagnostic **sorted = arena_array(diagnostics->arena,
	    diagnostics->n + 1, sizeof(struct diagnostic *));
	size_t kept = 0;

	size_t told = 0;

	for (size_t i = 0; i < diagnostics->n; i++)
		if (!diagnostics->items[i]->is_forgotten &&
		    (diagnostics->items[i]->allowed != NULL) == are_allowed)
			sorted[told++] = diagnostics->items[i];
	if (told > 0)
		qsort(sorted, told, sizeof(struct diagnostic *), compare);
	for (size_t i = 0; i < told; i++) {
		const struct diagnostic *last = kept ? sorted[kept - 1] : NULL;

		if (last != NULL && last->id == sorted[i]->id &&
		    last->at.file == sorted[i]->at.file &&
		    last->at.begin == sorted[i]->at.begin &&
		    strcmp(last->text, sorted[i]->text) == 0)
			continue;
		sorted[kept++] = sorted[i];
	}
	for (size_t i = 0; i < kept; i++)
		locate_all(diagnostics->sources, sorted[i]);
	*n = kept;
	return sorted;
}

struct diagnostic **
diagnostics_sorted(const struct diagnostics *diagnostics, size_t *n)
{
	return sort(diagnostics, false, n);
}

struct diagnostic **
diagnostics_sorted_allowed(const struct diagnostics *diagnostics, size_t *n)
{
	return sort(diagnostics, true, n);
}

size_t
diagnostics_added(const struct diagnostics *diagnostics)
{
	return diagnostics->n;
}

bool
diagnostics_any(const struct diagnostics *diagnostics,
    struct diagnostics_range range, bool (*is_such)(enum check_id id))
{
	for (size_t i = range.begin; i < range.end; i++)
		if (is_such(diagnostics->items[i]->id))
			return true;
	return false;
}

void
diagnostics_forget(
    struct diagnostics *diagnostics, struct diagnostic *diagnostic)
{
	diagnostic->is_forgotten = true;
	if (diagnostic->allowed != NULL)
		diagnostics->allowed--;
	else
		diagnostics->counts[diagnostic->severity]--;
}

void
diagnostics_keep_new(struct diagnostics *diagnostics,
    struct diagnostics_range before, struct diagnostics_range later,
    enum severity least)
{
	for (size_t i = later.begin; i < later.end; i++) {
		struct diagnostic *new_ = diagnostics->items[i];
		size_t k = before.begin;

		for (; k < before.end; k++) {
			const struct diagnostic *old = diagnostics->items[k];

			/* What was allowed has not been said. */
			if (!old->is_forgotten && old->id == new_->id &&
			    (old->allowed == NULL || new_->allowed != NULL) &&
			    strcmp(old->text, new_->text) == 0)
				break;
		}
		if (k < before.end)
			diagnostics_forget(diagnostics, diagnostics->items[k]);
		if (k < before.end || new_->severity < least)
			diagnostics_forget(diagnostics, new_);
	}
	for (size_t i = before.begin; i < before.end; i++)
		if (!diagnostics->items[i]->is_forgotten)
			diagnostics_forget(diagnostics, diagnostics->items[i]);
}
