/*
 * Changes as findings, for programs that know findings alone. A forge shows
 * what is in a file as it is now: what is gone stands at what is nearest of
 * what is still there.
 */
#include "base/arena.h"
#include "change_set.h"
#include "compare/compare.h"
#include "compilation.h"
#include "model/model.h"
#include "report/element_path.h"
#include "report/report.h"
#include "review/run.h"

static const enum severity levels[] = {
	[WEIGHT_DECISION] = SEVERITY_ERROR,
	[WEIGHT_SHOWN] = SEVERITY_NOTE,
};

/* One of each, for all findings of its kind. */
static const struct report_rule *
new_rules(struct arena *arena)
{
	struct report_rule *rules = arena_array(arena, NCHANGES, sizeof *rules);

	for (unsigned i = 0; i < NCHANGES; i++) {
		const struct change_info *info = change_info((enum change_id)i);
		rules[i].id = info->name;
		rules[i].title = info->title;
		rules[i].level = info->weight == WEIGHT_FOLDED
				     ? SEVERITY_NOTE
				     : levels[info->weight];
	}
	return rules;
}

/* Where it stood: names of elements, by which it is looked for, and known. */
static const char *
old_path(const struct change_set *set, const struct change *change)
{
	return element_walk_path(
	    element_walk_new(set->c->arena, set->c->sources), change->old_at);
}

/* The action or stage that this is now, or what it concerns; not set: neither
 * is there. */
static struct span
counterpart(const struct change_pair *pair, const struct change_of *of)
{
	const struct comparison *c = pair->comparison;
	const struct matching *m = c->matching;

	if (of->old_action != MATCH_NONE &&
	    m->actions[of->old_action] != MATCH_NONE)
		return c->new_->actions[m->actions[of->old_action]].action->at;
	if (of->old_stage != MATCH_NONE &&
	    m->stages[of->old_stage] != MATCH_NONE)
		return pair->models[1]
		    ->stages.items[m->stages[of->old_stage]]
		    .at;
	if (of->new_action != MATCH_NONE)
		return c->new_->actions[of->new_action].action->at;
	return (struct span){ 0, 0, 0 };
}

static struct span
place_now(const struct change_set *set, const struct change_pair *pair,
    const struct change *change)
{
	struct span at = change->new_at;

	if (span_is_set(at))
		return at;
	if (pair->models[1] == NULL)
		return span_of_file(change->old_at.file);
	at = counterpart(pair, &change->of);
	if (!span_is_set(at))
		at = element_find(set->c->arena, set->c->sources,
		    pair->models[1]->at.file, old_path(set, change));
	return span_is_set(at) ? at : pair->models[1]->at;
}

/* Step by step, for outputs that show it so. */
static void
add_run(const struct change_set *set, const struct review_run *run,
    struct report *report, struct finding *finding)
{
	const struct story *story = story_new(set->c->arena, &run->run, false);

	finding->run =
	    arena_array(set->c->arena, story->n, sizeof *finding->run);
	for (size_t i = 0; i < story->n; i++) {
		const struct story_line *l = &story->lines[i];
		finding->run[finding->nsteps++] = (struct report_step){
			.text = report_plain(
			    set->c->arena, story_line_text(set->c->arena, l)),
			.place = report_place(report, l->at, NULL),
			.is_decision = l->is_decision,
		};
	}
}

static void
add_change(const struct change_set *set, const struct change_pair *pair,
    const struct change *change, const struct report_rule *rule,
    struct report *report)
{
	struct finding *finding;

	if (change->weight == WEIGHT_FOLDED)
		return;
	finding = report_add(report, rule, levels[change->weight],
	    place_now(set, pair, change), change->text);
	if (finding == NULL)
		return;
	if (change->run != NULL)
		add_run(set, change->run, report, finding);
	/* Several things may be gone of one place. */
	finding->subject =
	    span_is_set(change->new_at) ? change->what : old_path(set, change);
}

const struct report *
change_report(const void *self)
{
	const struct change_set *set = self;
	struct arena *arena = set->c->arena;
	struct report *report =
	    report_new(arena, set->c->sources, set->command);
	const struct report_rule *rules = new_rules(arena);

	report->top = set->top;
	for (size_t i = 0; i < set->n; i++) {
		const struct change_pair *pair = &set->pairs[i];
		for (size_t k = 0; k < pair->comparison->n; k++) {
			const struct change *change =
			    &pair->comparison->changes[k];
			add_change(
			    set, pair, change, &rules[change->id], report);
		}
	}
	report_diagnostics(report, set->c->diagnostics);
	report_name_findings(report);
	return report;
}
