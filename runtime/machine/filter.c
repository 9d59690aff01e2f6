/*
 * Judges pushes by the filters of a trigger; the numbers are the rules of
 * semantics.md, section 11. Input: names and patterns. It must not know where they come from.
 */
#include "filter.h"

#include <assert.h>
#include <string.h>

#include "notation/glob.h"

static bool
any_matches(const char *const *patterns, const char *text) /* rule 3 */
{
	for (; *patterns; patterns++)
		if (sw_glob_match(*patterns, text))
			return true;
	return false;
}

/* Without includes everything is included that is not excluded. */
static bool
passes(
    const char *const *includes, const char *const *excludes, const char *text)
{
	if (excludes && any_matches(excludes, text)) /* rule 4 */
		return false;
	return !includes || any_matches(includes, text);
}

/* The part of a ref behind a prefix, or NULL. */
static const char *
behind(const char *ref, const char *prefix)
{
	const size_t length = strlen(prefix);
	return strncmp(ref, prefix, length) == 0 ? ref + length : NULL;
}

/* Rules 2 and 6, all but the paths. */
static bool
is_about(const struct sw_filter *filter, const struct sw_push *push)
{
	const char *branch = behind(push->ref, "refs/heads/");
	const char *tag = behind(push->ref, "refs/tags/");
	const bool for_branches = filter->branches || filter->exclude_branches;
	const bool for_tags = filter->tags || filter->exclude_tags;
	if (!for_branches && !for_tags)
		return push->is_own;
	if (for_branches && !(branch && passes(filter->branches,
					    filter->exclude_branches, branch)))
		return false;
	return !for_tags ||
	       (tag && passes(filter->tags, filter->exclude_tags, tag));
}

static bool
has_paths(const struct sw_filter *filter)
{
	return filter->paths || filter->exclude_paths;
}

const struct sw_trigger *
sw__filter_trigger(const struct sw_pipeline *pipeline, uint32_t action)
{
	const struct sw_trigger *trigger = pipeline->triggers;
	for (; trigger && trigger->name; trigger++)
		if (trigger->action == action)
			return trigger; /* rule 7 */
	return NULL;
}

enum sw_verdict
sw__filter_judge(const struct sw_trigger *trigger, const struct sw_push *push)
{
	assert(push && push->ref);
	if (!trigger || !trigger->filters)
		return push->is_own ? SW_VERDICT_YES : SW_VERDICT_NO;
	enum sw_verdict verdict = SW_VERDICT_NO; /* rule 8 */
	for (const struct sw_filter *f = trigger->filters; !f->is_end; f++) {
		if (!is_about(f, push))
			continue;
		if (!has_paths(f))
			return SW_VERDICT_YES; /* rule 1 */
		if (!push->is_new)             /* rule 9 */
			verdict = SW_VERDICT_PATHS;
	}
	return verdict;
}

bool
sw__filter_path(const struct sw_trigger *trigger, const struct sw_push *push,
    const char *path)
{
	assert(trigger && trigger->filters && path);
	for (const struct sw_filter *f = trigger->filters; !f->is_end; f++)
		if (is_about(f, push) && has_paths(f) &&
		    passes(f->paths, f->exclude_paths, path)) /* rule 5 */
			return true;
	return false;
}
