/*
 * Triggers: they name sources that can change, their filters can match, and
 * they do not start what starts them. User Guide, "Filter triggers on code
 * push or pull requests".
 */
#include <string.h>

#include "base/correction.h"
#include "checking.h"
#include "notation/glob.h"

/* Sources with triggers that are compared with what is pushed and deployed;
 * more than one or two is rare. */
#define TRIGGERS_COMPARED 16

static const char *
source_candidate(const struct checking *c, uint32_t i)
{
	const struct action *action = c->flow->actions[i].action;

	return action->category == SW_CATEGORY_SOURCE ? action->name.text
						      : NULL;
}

static void
report_no_source(
    struct checking *c, enum check_id id, const struct trigger *trigger)
{
	const char *meant = checking_suggest(
	    c, trigger->source.text, source_candidate, c->flow->nactions);
	struct diagnostic *d = REPORT(c, id, SCOPE_PIPELINE, trigger->source.at,
	    "no source has the name '%s'", trigger->source.text);

	if (meant != NULL)
		correction_meant(d, trigger->source.at, meant);
	for (uint32_t i = 0; meant != NULL && i < c->flow->nactions; i++) {
		const char *name = source_candidate(c, i);

		if (name != NULL && strcmp(name, meant) == 0) {
			diagnostic_also(d, c->flow->actions[i].action->name.at,
			    "declared here");
			break;
		}
	}
	if (meant == NULL)
		diagnostic_help(
		    d, "write the name of a <source> of the first stage");
}

/* Why nothing of this action can start an execution; NULL: it can. */
static const char *
why_never(const struct action *action)
{
	if (action->category != SW_CATEGORY_SOURCE)
		return "is no source";
	if (action->provider.text == NULL)
		return NULL;
	if (strcmp(action->provider.text, "Git") != 0)
		return "is not watched: its provider is not 'Git'";
	if (parameter_find(&action->parameters, "commit") != NULL)
		return "is fixed to a commit, which never changes";
	return NULL;
}

static void
check_trigger_sources(struct checking *c, enum check_id id)
{
	const struct triggers *triggers = &c->model->triggers;

	for (size_t i = 0; i < triggers->n; i++) {
		const struct trigger *trigger = &triggers->items[i];
		uint32_t target = c->flow->trigger_actions[i];
		const struct action *action;
		struct diagnostic *d;

		if (trigger->source.text == NULL)
			continue;
		if (target == FLOW_NONE) {
			report_no_source(c, id, trigger);
			continue;
		}
		action = c->flow->actions[target].action;
		if (why_never(action) == NULL)
			continue;
		d = REPORT(c, id, SCOPE_PIPELINE, trigger->source.at,
		    "'%s' cannot trigger", trigger->source.text);
		diagnostic_label(
		    d, "%s %s", action_name(c, target), why_never(action));
		diagnostic_also(
		    d, place_or(action->name, action->at), "declared here");
		diagnostic_help(d, "name a <source> by 'Git' that follows a "
				   "branch, or remove the trigger");
	}
}

static void
check_trigger_duplicates(struct checking *c, enum check_id id)
{
	const struct triggers *triggers = &c->model->triggers;
	struct names *seen = names_new(c->arena, triggers->n);

	for (size_t i = 0; i < triggers->n; i++) {
		const struct value *source = &triggers->items[i].source;
		struct diagnostic *d;
		uint32_t first;

		if (source->text == NULL)
			continue;
		first = names_add(seen, source->text, (uint32_t)i);
		if (first == i)
			continue;
		d = REPORT(c, id, SCOPE_PIPELINE, source->at,
		    "source '%s' has two triggers", source->text);
		diagnostic_also(
		    d, triggers->items[first].source.at, "the first one");
		diagnostic_help(d, "put the filters into one <trigger>: any of "
				   "them is enough to start");
	}
}

/* Is every text that `include` matches matched by `exclude`? False if in
 * doubt. */
static bool
covers(const char *exclude, const char *include)
{
	static const char special[] = "*?[{\\";
	size_t literal = strcspn(exclude, special);
	size_t offset;

	if (sw_glob_check(exclude, &offset) != NULL)
		return false;
	if (strcmp(exclude, include) == 0)
		return true;
	/* A literal beginning and then anything. */
	if (strcmp(exclude + literal, "**") == 0 &&
	    strncmp(exclude, include, literal) == 0 &&
	    strcspn(include, special) >= literal)
		return true;
	if (include[strcspn(include, special)] != '\0')
		return strcmp(exclude, "*") == 0 &&
		       strpbrk(include, "/{\\") == NULL &&
		       strstr(include, "**") == NULL;
	return sw_glob_match(exclude, include);
}

/* Is all that the include matches excluded? False if in doubt. */
static bool
is_covered(
    struct checking *c, const char *include, const struct values *excludes)
{
	if (include == NULL)
		return false;
	for (size_t i = 0; i < excludes->n; i++) {
		if (c->comparisons == 0)
			return false;
		c->comparisons--;
		if (excludes->items[i].text != NULL &&
		    covers(excludes->items[i].text, include))
			return true;
	}
	return false;
}

/* Is there an include that no exclude covers? */
static bool
can_match(struct checking *c, const struct filter_patterns *patterns)
{
	/* Without includes, everything is included. */
	if (patterns->includes.n == 0)
		return !is_covered(c, "**", &patterns->excludes);
	for (size_t i = 0; i < patterns->includes.n; i++)
		if (!is_covered(c, patterns->includes.items[i].text,
			&patterns->excludes))
			return true;
	return false;
}

static void
check_covered(struct checking *c, enum check_id id, const char *what,
    const struct filter_patterns *patterns)
{
	struct diagnostic *d;

	if (patterns->excludes.n == 0 || can_match(c, patterns))
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, patterns->excludes.items[0].at,
	    "a filter that never matches");
	diagnostic_label(d, "excludes all %s that are included", what);
	if (patterns->includes.n > 0)
		diagnostic_also(
		    d, patterns->includes.items[0].at, "included here");
	diagnostic_help(d, "an exclude wins over an include: exclude less");
}

static bool
is_given(const struct filter_patterns *patterns)
{
	return patterns->includes.n > 0 || patterns->excludes.n > 0;
}

static struct span
place_of_patterns(const struct filter_patterns *patterns)
{
	return patterns->includes.n > 0 ? patterns->includes.items[0].at
					: patterns->excludes.items[0].at;
}

/* A push is of a branch or of a tag, and a tag has no changed files. */
static void
check_combination(
    struct checking *c, enum check_id id, const struct filter *filter)
{
	const struct filter_patterns *other =
	    is_given(&filter->branches) ? &filter->branches : &filter->paths;
	bool is_branch = other == &filter->branches;
	struct diagnostic *d;

	if (!is_given(&filter->tags) || !is_given(other))
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, place_of_patterns(&filter->tags),
	    "a filter that never matches");
	diagnostic_label(d, "%s",
	    is_branch ? "a push is of a tag or of a branch, never of both"
		      : "a tag has no changed files");
	diagnostic_also(d, place_of_patterns(other), "given too");
	diagnostic_help(d, "make two <push> of it: any of them is enough to "
			   "start");
}

static void
check_empty_filters(struct checking *c, enum check_id id)
{
	const struct triggers *triggers = &c->model->triggers;

	for (size_t i = 0; i < triggers->n; i++)
		for (size_t j = 0; j < triggers->items[i].filters.n; j++) {
			const struct filter *filter =
			    &triggers->items[i].filters.items[j];

			check_covered(c, id, "branches", &filter->branches);
			check_covered(c, id, "paths", &filter->paths);
			check_covered(c, id, "tags", &filter->tags);
			check_combination(c, id, filter);
		}
}

static void
check_patterns(struct checking *c, enum check_id id, struct scope scope,
    const struct values *patterns)
{
	for (size_t i = 0; i < patterns->n; i++) {
		const struct value *pattern = &patterns->items[i];
		const char *problem;
		struct diagnostic *d;
		size_t offset;

		if (pattern->text == NULL)
			continue;
		problem = sw_glob_check(pattern->text, &offset);
		if (problem == NULL)
			continue;
		d = REPORT(c, id, scope,
		    value_part(diagnostics_sources(c->diagnostics), pattern,
			offset, 1),
		    "malformed pattern '%.64s'", pattern->text);
		diagnostic_label(d, "%s", problem);
		diagnostic_help(d, "a pattern has * ** ? [abc] {a,b}; put a "
				   "backslash before what is meant as it is");
	}
}

static void
check_globs(struct checking *c, enum check_id id)
{
	const struct triggers *triggers = &c->model->triggers;
	const struct flow *flow = c->flow;

	for (size_t i = 0; i < triggers->n; i++)
		for (size_t j = 0; j < triggers->items[i].filters.n; j++) {
			const struct filter *filter =
			    &triggers->items[i].filters.items[j];
			const struct values *lists[] = {
				&filter->branches.includes,
				&filter->branches.excludes,
				&filter->paths.includes,
				&filter->paths.excludes, &filter->tags.includes,
				&filter->tags.excludes
			};

			for (size_t k = 0; k < sizeof lists / sizeof lists[0];
			     k++)
				check_patterns(c, id, SCOPE_PIPELINE, lists[k]);
		}
	for (uint32_t i = 0; i < flow->nwrites; i++)
		check_patterns(c, id,
		    scope_of_action(flow, flow->writes[i].action),
		    &flow->writes[i].output->files);
}

/* A deploy to production that no approval is sure to come before, or
 * FLOW_NONE. */
static uint32_t
find_open_deploy(const struct flow *flow)
{
	/* The first approval that cannot be skipped, and the last one. */
	uint32_t sure = FLOW_NONE, last = FLOW_NONE;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		uint32_t index = flow->by_rank[i];
		const struct flow_action *place = &flow->actions[index];

		if (is_production_deploy(place) &&
		    (sure == FLOW_NONE || !flow_dominates(flow, sure, index)) &&
		    (last == FLOW_NONE || !flow_dominates(flow, last, index)))
			return index;
		if (place->action->category != SW_CATEGORY_APPROVAL)
			continue;
		last = index;
		if (sure == FLOW_NONE && !flow_is_skippable(place->stage))
			sure = index;
	}
	return FLOW_NONE;
}

/* The pattern by which a filter lets every branch in, or NULL. One that names
 * no branch is about the source's own. */
static const struct value *
find_every_branch(const struct filter *filter)
{
	const struct values *includes = &filter->branches.includes;

	if (filter->is_pull_request || is_given(&filter->tags) ||
	    filter->branches.excludes.n > 0)
		return NULL;
	for (size_t i = 0; i < includes->n; i++)
		if (includes->items[i].text != NULL &&
		    (strcmp(includes->items[i].text, "**") == 0 ||
			strcmp(includes->items[i].text, "*") == 0))
			return &includes->items[i];
	return NULL;
}

static void
report_every_branch(struct checking *c, enum check_id id,
    const struct value *pattern, uint32_t deploy)
{
	const struct flow_action *place = &c->flow->actions[deploy];
	struct diagnostic *d = REPORT(c, id, SCOPE_PIPELINE, pattern->at,
	    "every branch reaches '%s' without an approval",
	    place->action->environment.text);

	diagnostic_label(d, "%s",
	    strcmp(pattern->text, "*") == 0 ? "every branch without a '/'"
					    : "every branch");
	diagnostic_also(d, place_or(place->action->name, place->action->at),
	    "%s deploys", action_name(c, deploy));
	diagnostic_help(d, "name the branches, as in branches=\"main\"");
}

static void
check_all_branches(struct checking *c, enum check_id id)
{
	const struct triggers *triggers = &c->model->triggers;
	uint32_t deploy = find_open_deploy(c->flow);

	for (size_t i = 0; deploy != FLOW_NONE && i < triggers->n; i++)
		for (size_t j = 0; j < triggers->items[i].filters.n; j++) {
			const struct value *pattern = find_every_branch(
			    &triggers->items[i].filters.items[j]);

			if (pattern != NULL)
				report_every_branch(c, id, pattern, deploy);
		}
}

/* What a trigger watches, if that is a place in the file system or a url. */
static const struct parameter *
watched_url(const struct checking *c, size_t trigger)
{
	uint32_t target = c->flow->trigger_actions[trigger];
	const struct action *action;
	const struct parameter *url;

	if (target == FLOW_NONE)
		return NULL;
	action = c->flow->actions[target].action;
	url = why_never(action) == NULL
		  ? parameter_find(&action->parameters, "url")
		  : NULL;
	return url != NULL && url->value.text != NULL ? url : NULL;
}

/* A path without scheme and trailing slashes, as far as it matters here. */
static const char *
path_of(const char *url, size_t *length)
{
	if (strncmp(url, "file://", 7) == 0)
		url += 7;
	while (strncmp(url, "./", 2) == 0)
		url += 2;
	*length = strlen(url);
	while (*length > 1 && url[*length - 1] == '/')
		(*length)--;
	return url;
}

static bool
is_within(const char *path, const char *directory)
{
	size_t length, outer;

	path = path_of(path, &length);
	directory = path_of(directory, &outer);
	return length >= outer && memcmp(path, directory, outer) == 0 &&
	       (length == outer || path[outer] == '/');
}

static bool
mentions(const struct action *action, const char *url)
{
	for (size_t i = 0; i < action->run.n; i++)
		if (action->run.items[i].text != NULL &&
		    strstr(action->run.items[i].text, url) != NULL)
			return true;
	for (size_t i = 0; i < action->env.n; i++)
		if (action->env.items[i].value.text != NULL &&
		    strstr(action->env.items[i].value.text, url) != NULL)
			return true;
	return false;
}

/* The value through which an action changes the repository at `url`. */
static const struct value *
changes(const struct action *action, const char *url)
{
	const struct parameter *path =
	    action->category == SW_CATEGORY_DEPLOY
		? parameter_find(&action->parameters, "path")
		: NULL;

	if (path != NULL && path->value.text != NULL &&
	    is_within(path->value.text, url))
		return &path->value;
	for (size_t i = 0; i < action->run.n; i++)
		if (action->run.items[i].text != NULL &&
		    strstr(action->run.items[i].text, "git push") != NULL &&
		    mentions(action, url))
			return &action->run.items[i];
	return NULL;
}

static void
check_self(struct checking *c, enum check_id id)
{
	size_t n = c->model->triggers.n;

	if (n > TRIGGERS_COMPARED)
		n = TRIGGERS_COMPARED;
	for (size_t i = 0; i < n; i++) {
		const struct parameter *url = watched_url(c, i);

		for (uint32_t j = 0; url != NULL && j < c->flow->nactions;
		     j++) {
			const struct value *by = changes(
			    c->flow->actions[j].action, url->value.text);
			struct diagnostic *d;

			if (by == NULL)
				continue;
			d = REPORT(c, id, scope_of_action(c->flow, j), by->at,
			    "the pipeline changes the repository that starts "
			    "it");
			diagnostic_label(d, "changed by %s", action_name(c, j));
			diagnostic_also(
			    d, url->value.at, "watched by a trigger");
			diagnostic_help(d, "write to another repository, or "
					   "filter what it writes out of the "
					   "trigger");
		}
	}
}

static const struct check table[] = {
	{ CHECK_TRIG_SOURCE, check_trigger_sources, NEEDS_WHOLE },
	{ CHECK_TRIG_DUPLICATE, check_trigger_duplicates, NEEDS_PARTS },
	{ CHECK_TRIG_EMPTY, check_empty_filters, NEEDS_PARTS },
	{ CHECK_TRIG_GLOB, check_globs, NEEDS_PARTS },
	{ CHECK_TRIG_ALL_BRANCHES, check_all_branches, NEEDS_WHOLE },
	{ CHECK_TRIG_SELF, check_self, NEEDS_PARTS },
};

const struct checks trigger_checks = CHECKS(table);
