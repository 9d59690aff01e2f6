/*
 * What starts an execution, more or less of it than before. Patterns are
 * compared by what they cover: one covers another if it matches an example of
 * it in which every wildcard stands for some letters; a pattern with classes
 * or alternatives is covered by its equal alone, which may call a trigger
 * wider that is not, and never the other way round.
 */
#include <string.h>

#include "comparing.h"
#include "notation/glob.h"

#define EXAMPLE_MAX ((size_t)4 * SW_GLOB_MAX)

/* "release/ ** /x*" becomes "release/qz/qz/xqz". False: it has no one example. */
static bool
write_example(const char *pattern, char out[EXAMPLE_MAX])
{
	size_t n = 0;
	for (const char *p = pattern; *p != '\0'; p++) {
		if (n + 8 > EXAMPLE_MAX || strchr("[]{}\\", *p) != NULL)
			return false;
		if (p[0] == '*' && p[1] == '*') {
			memcpy(out + n, "qz/qz", 5);
			n += 5;
			p++;
		} else if (*p == '*') {
			memcpy(out + n, "qz", 2);
			n += 2;
		} else {
			out[n] = *p;
			if (*p == '?')
				out[n] = 'q';
			n++;
		}
	}
	out[n] = '\0';
	return true;
}

static bool
covers(const char *pattern, const char *other)
{
	char example[EXAMPLE_MAX];
	return strcmp(pattern, other) == 0 || strcmp(pattern, "**") == 0 ||
	       (write_example(other, example) &&
		   sw_glob_match(pattern, example));
}

/* Is each of these covered by one of those? */
static bool
are_covered(const struct values *these, const struct values *those)
{
	for (size_t i = 0; i < these->n; i++) {
		bool is = false;
		for (size_t k = 0; k < those->n && !is; k++)
			is = covers(those->items[k].text, these->items[i].text);
		if (!is)
			return false;
	}
	return true;
}

/* Does all that passes `a` pass `b`? No pattern: everything passes. */
static bool
is_within(const struct filter_patterns *a, const struct filter_patterns *b)
{
	const bool includes =
	    b->includes.n == 0 ||
	    (a->includes.n != 0 && are_covered(&a->includes, &b->includes));
	return includes && are_covered(&b->excludes, &a->excludes);
}

static bool
has_event(const struct filter *filter, const char *event)
{
	if (filter->events.n == 0)
		return true;
	for (size_t i = 0; i < filter->events.n; i++)
		if (strcmp(filter->events.items[i].text, event) == 0)
			return true;
	return false;
}

static bool
is_filter_within(const struct filter *a, const struct filter *b)
{
	static const char *const events[] = { "OPEN", "UPDATED", "CLOSED" };
	if (a->is_pull_request != b->is_pull_request)
		return false;
	for (size_t i = 0; a->is_pull_request && i < 3; i++)
		if (has_event(a, events[i]) && !has_event(b, events[i]))
			return false;
	return is_within(&a->branches, &b->branches) &&
	       is_within(&a->paths, &b->paths) && is_within(&a->tags, &b->tags);
}

/* A trigger without filters takes new tips of the source's own branch; what
 * that is, the source says. */
static bool
is_trigger_within(const struct trigger *a, const struct trigger *b)
{
	if (a->filters.n == 0 || b->filters.n == 0)
		return a->filters.n == b->filters.n;
	for (size_t i = 0; i < a->filters.n; i++) {
		bool is = false;
		for (size_t k = 0; k < b->filters.n && !is; k++)
			is = is_filter_within(
			    &a->filters.items[i], &b->filters.items[k]);
		if (!is)
			return false;
	}
	return true;
}

static uint32_t
source_of(const struct flow *flow, uint32_t trigger)
{
	return flow->trigger_actions[trigger];
}

static uint32_t
counterpart(const struct comparing *c, uint32_t new_)
{
	const uint32_t source = source_of(c->new_, new_);
	for (uint32_t i = 0; i < c->old->model->triggers.n; i++) {
		const uint32_t old = source_of(c->old, i);
		if (source != FLOW_NONE && old != FLOW_NONE &&
		    c->m->actions[old] == source)
			return i;
	}
	return MATCH_NONE;
}

/* The attributes of a filter. */
struct part {
	const char *name;
	const struct values *values;
};

#define NPARTS 7

static void
list_parts(const struct filter *filter, struct part parts[NPARTS])
{
	const struct part all[NPARTS] = {
		{ "events", &filter->events },
		{ "branches", &filter->branches.includes },
		{ "excludeBranches", &filter->branches.excludes },
		{ "paths", &filter->paths.includes },
		{ "excludePaths", &filter->paths.excludes },
		{ "tags", &filter->tags.includes },
		{ "excludeTags", &filter->tags.excludes },
	};
	memcpy(parts, all, sizeof all);
}

static bool
are_same(const struct values *a, const struct values *b)
{
	bool is = a->n == b->n;
	for (size_t i = 0; is && i < a->n; i++)
		is = strcmp(a->items[i].text, b->items[i].text) == 0;
	return is;
}

/* "push branches="main"", as the model has it, without what the other filter
 * says, too. */
static const char *
describe_filter(struct comparing *c, const struct filter *filter,
    const struct filter *other)
{
	struct part parts[NPARTS], others[NPARTS];
	const char *kind = filter->is_pull_request ? "pullRequest" : "push";
	const char *text = kind;
	list_parts(filter, parts);
	if (other != NULL)
		list_parts(other, others);
	for (size_t i = 0; i < NPARTS; i++) {
		const struct values *values = parts[i].values;
		if (values->n == 0 ||
		    (other != NULL && are_same(values, others[i].values)))
			continue;
		text = arena_printf(c->arena, "%s %s=\"", text, parts[i].name);
		for (size_t k = 0; k < values->n; k++)
			text = arena_printf(c->arena, "%s%s%s", text,
			    k == 0 ? "" : " ", values->items[k].text);
		text = arena_printf(c->arena, "%s\"", text);
	}
	return text == kind ? arena_printf(c->arena, "any %s", kind) : text;
}

/* What it takes; of two with one filter each, where they differ. */
static const char *
describe_trigger(struct comparing *c, const struct trigger *trigger,
    const struct trigger *other)
{
	const struct filters *filters = &trigger->filters;
	const char *text = "";
	if (filters->n == 0)
		return "the branch of its source";
	const struct filter *beside =
	    filters->n == 1 && other->filters.n == 1 &&
		    filters->items[0].is_pull_request ==
			other->filters.items[0].is_pull_request
		? &other->filters.items[0]
		: NULL;
	for (size_t i = 0; i < filters->n; i++)
		text =
		    arena_printf(c->arena, "%s%s%s", text, i == 0 ? "" : " or ",
			describe_filter(c, &filters->items[i], beside));
	return text;
}

static void
tell(struct comparing *c, enum change_id id, const char *source,
    const char *what, const struct span at[2])
{
	struct change *change = comparing_add(c, id);
	change->old_at = at[0];
	change->new_at = at[1];
	change->text =
	    arena_printf(c->arena, "trigger of '%s' %s", source, what);
}

/* Two triggers of one source. */
static void
compare_trigger(
    struct comparing *c, const struct trigger *a, const struct trigger *b)
{
	const bool is_no_wider = is_trigger_within(b, a);
	const bool is_no_narrower = is_trigger_within(a, b);
	if (is_no_wider && is_no_narrower)
		return;
	const char *was = describe_trigger(c, a, b);
	const char *is = describe_trigger(c, b, a);
	const char *how = is_no_wider      ? "takes less"
			  : is_no_narrower ? "takes more"
					   : "takes something else";
	tell(c, is_no_wider ? CHANGE_TRIGGER_NARROWER : CHANGE_TRIGGER_WIDER,
	    b->source.text,
	    arena_printf(c->arena, "%s: %s is now %s", how, was, is),
	    (struct span[]){ a->at, b->at });
}

void
comparing_triggers(struct comparing *c)
{
	const struct triggers *old = &c->old->model->triggers;
	const struct triggers *new_ = &c->new_->model->triggers;
	bool *is_met = arena_array(c->arena, old->n, sizeof *is_met);
	for (uint32_t k = 0; k < new_->n; k++) {
		const struct trigger *b = &new_->items[k];
		const uint32_t i = counterpart(c, k);
		if (i == MATCH_NONE) {
			tell(c, CHANGE_TRIGGER_WIDER, b->source.text, "is new",
			    (struct span[]){ { 0 }, b->at });
			continue;
		}
		is_met[i] = true;
		compare_trigger(c, &old->items[i], b);
	}
	for (uint32_t i = 0; i < old->n; i++)
		if (!is_met[i])
			tell(c, CHANGE_TRIGGER_NARROWER,
			    old->items[i].source.text, "is gone",
			    (struct span[]){ old->items[i].at, { 0 } });
}
