/*
 * What a model has that scenarios should go through: for each stage and
 * action the ways that it can end, and the rules of the machine that can fire
 * for it at all. A way was gone when one of its rules fired for that subject.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "coverage_table.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"

/* What an element is to its scenarios. */
enum path_of {
	OF_STAGE,
	OF_GATE,     /* a stage whose transition is closed at the start */
	OF_SKIPPED,  /* a stage whose beforeEntry says SKIP */
	OF_RETRIED,  /* a stage whose onFailure says RETRY */
	OF_ROLLBACK, /* a stage with a condition that says ROLLBACK */
	OF_ACTION,
	OF_AGAIN, /* an action with retries of its own */
	OF_APPROVAL,
	OF_RULE /* of a condition */
};

/* One way that an element can go, and the rules that say it did. */
struct path {
	enum path_of of;
	const char *never;
	enum sw_rule rules[2];
};

/* NOLINTNEXTLINE(bugprone-macro-parentheses): initialisers */
#define ONLY(rule)                                                             \
	{                                                                      \
		rule, rule                                                     \
	}

static const struct path paths[] = {
	{ OF_STAGE, "never entered",
	    { SW_RULE_ARRIVE_ENTERS, SW_RULE_RELEASE_ENTERS } },
	{ OF_GATE, "never opened", ONLY(SW_RULE_TRANSITION_OPENED) },
	{ OF_SKIPPED, "never skipped", ONLY(SW_RULE_STAGE_SKIPPED) },
	{ OF_RETRIED, "never retried by itself", ONLY(SW_RULE_STAGE_RETRIES) },
	{ OF_ROLLBACK, "never rolled back by itself",
	    ONLY(SW_RULE_ROLLBACK_STARTED) },
	{ OF_ACTION, "never succeeds", ONLY(SW_RULE_ACTION_SUCCEEDED) },
	{ OF_ACTION, "never fails",
	    { SW_RULE_ACTION_FAILED, SW_RULE_ACTION_RETRIED } },
	{ OF_AGAIN, "never fails for good", ONLY(SW_RULE_ACTION_FAILED) },
	{ OF_APPROVAL, "never approved", ONLY(SW_RULE_APPROVAL_APPROVED) },
	{ OF_APPROVAL, "never rejected", ONLY(SW_RULE_APPROVAL_REJECTED) },
	{ OF_RULE, "never passes", ONLY(SW_RULE_RULE_PASSED) },
	{ OF_RULE, "never fails", ONLY(SW_RULE_RULE_FAILED) },
};
#define NPATHS (sizeof paths / sizeof *paths)

/* A stage or an action, as a walk through the model meets it. */
struct element {
	bool is_action;
	uint32_t i;
};

static bool
stage_has_path(const struct sw_stage *stage, enum path_of of)
{
	switch (of) {
	case OF_STAGE:
		return true;
	case OF_GATE:
		return stage->closed;
	case OF_SKIPPED:
		return stage->before_entry == SW_RESULT_SKIP;
	case OF_RETRIED:
		return stage->on_failure == SW_RESULT_RETRY ||
		       stage->on_failure == SW_RESULT_RETRY_ALL;
	case OF_ROLLBACK:
		return stage->on_success == SW_RESULT_ROLLBACK ||
		       stage->on_failure == SW_RESULT_ROLLBACK;
	default:
		return false;
	}
}

static bool
action_has_path(const struct sw_action *action, enum path_of of)
{
	switch (of) {
	case OF_ACTION:
		return action->category != SW_CATEGORY_APPROVAL &&
		       action->category != SW_CATEGORY_RULE;
	case OF_AGAIN:
		return action->retries > 0;
	case OF_APPROVAL:
		return action->category == SW_CATEGORY_APPROVAL;
	case OF_RULE:
		return action->category == SW_CATEGORY_RULE;
	default:
		return false;
	}
}

static bool
has_path(const struct coverage *c, struct element e, const struct path *path)
{
	const struct sw_machine *machine = &c->lowered->machine;

	return e.is_action ? action_has_path(&machine->actions[e.i], path->of)
			   : stage_has_path(&machine->stages[e.i], path->of);
}

static bool
is_exercised(
    const struct coverage *c, struct element e, const struct path *path)
{
	return coverage_has(c, path->rules[0], e.i) ||
	       coverage_has(c, path->rules[1], e.i);
}

static bool
is_entered(const struct coverage *c, uint32_t stage)
{
	return coverage_has(c, SW_RULE_ARRIVE_ENTERS, stage) ||
	       coverage_has(c, SW_RULE_RELEASE_ENTERS, stage);
}

/* What is missing of an element, joined: "never succeeds, never fails"; NULL:
 * nothing is, or it is said of the stage around it. */
static const char *
missing(const struct coverage *c, struct element e)
{
	const char *words = NULL;
	bool has_ended = false;

	if (e.is_action &&
	    !is_entered(c, c->lowered->machine.actions[e.i].stage))
		return NULL;
	for (size_t i = 0; i < NPATHS; i++) {
		if (!has_path(c, e, &paths[i]))
			continue;
		if (is_exercised(c, e, &paths[i])) {
			has_ended = true;
			continue;
		}
		words = words == NULL ? paths[i].never
				      : arena_printf(c->arena, "%s, %s", words,
					    paths[i].never);
	}
	return e.is_action && !has_ended ? "never ends" : words;
}

const char *
coverage_of_action(const struct coverage *c, uint32_t i)
{
	return missing(c, (struct element){ true, i });
}

const char *
coverage_of_stage(const struct coverage *c, uint32_t i)
{
	return missing(c, (struct element){ false, i });
}

static bool
has_fired(const struct coverage *c, enum sw_rule rule)
{
	for (uint32_t i = 0; i < c->nsubjects; i++)
		if (coverage_has(c, rule, i))
			return true;
	return rule == SW_RULE_ROLLBACK_STARTED && c->by_hand;
}

/* Can it fire for this model at all? */
static bool
can_fire(const struct coverage *c, enum sw_rule rule)
{
	const unsigned needs = coverage_needs(rule);

	return (needs & coverage_features(&c->lowered->machine)) == needs;
}

static void
count_element(
    const struct coverage *c, struct element e, struct coverage_share *share)
{
	for (size_t i = 0; i < NPATHS; i++) {
		if (!has_path(c, e, &paths[i]))
			continue;
		share->paths++;
		share->paths_exercised += is_exercised(c, e, &paths[i]);
	}
}

struct coverage_share
coverage_share(const struct coverage *c)
{
	const struct sw_machine *machine = &c->lowered->machine;
	struct coverage_share share = { 0 };

	for (uint32_t i = 0; i < machine->nstages; i++)
		count_element(c, (struct element){ false, i }, &share);
	for (uint32_t i = 0; i < machine->nactions; i++)
		count_element(c, (struct element){ true, i }, &share);
	for (int i = 0; i < SW_NRULES; i++) {
		share.rules += can_fire(c, (enum sw_rule)i);
		share.rules_exercised += can_fire(c, (enum sw_rule)i) &&
					 has_fired(c, (enum sw_rule)i);
	}
	return share;
}

/* What prints the elements that have something missing. */
struct printing {
	const struct coverage *coverage;
	const struct sources *sources;
	struct text *text;
	bool json;
	bool is_first;
};

/* Where an action stands, or the rule of a condition. */
static struct span
span_of_action(const struct lowered *lowered, uint32_t i)
{
	const struct sw_action *row = &lowered->machine.actions[i];
	const struct stage *stage = lowered->stages[row->stage];
	const struct rules *rules[] = { &stage->before_entry.rules,
		&stage->on_success.rules, &stage->on_failure.rules };

	if (row->category != SW_CATEGORY_RULE)
		return lowered->actions[i]->at;
	for (size_t j = 0; j < 3; j++)
		for (size_t k = 0; k < rules[j]->n; k++)
			if (strcmp(rules[j]->items[k].name.text, row->name) ==
			    0)
				return rules[j]->items[k].at;
	return stage->at;
}

static void
print_element(struct printing *p, struct element e, struct span at)
{
	const struct lowered *lowered = p->coverage->lowered;
	const char *words = missing(p->coverage, e);
	char path[SW_WORDS_MAX];
	char line[SW_WORDS_MAX * 2];
	const char *name = e.is_action
			       ? sw_words_action(&lowered->machine, e.i, path)
			       : lowered->machine.stages[e.i].name;
	const struct location place =
	    source_locate(p->sources, at.file, at.begin);
	const char *file = source_name(p->sources, at.file);

	if (words == NULL)
		return;
	if (p->json) {
		TEXT(p->text,
		    "$comma$\n{\"element\":$name$,\"file\":$file$,"
		    "\"line\":$line$,\"missing\":$words$}",
		    XML("comma", p->is_first ? "" : ","), JSTR("name", name),
		    JSTR("file", file), NUM("line", place.line),
		    JSTR("words", words));
	} else {
		snprintf(line, sizeof line, "  %.300s:%u: %s: %s\n", file,
		    place.line, name, words);
		text_put(p->text, line);
	}
	p->is_first = false;
}

static void
print_elements(struct printing *p)
{
	const struct lowered *lowered = p->coverage->lowered;
	const struct sw_machine *machine = &lowered->machine;

	for (uint32_t s = 0; s < machine->nstages; s++) {
		print_element(
		    p, (struct element){ false, s }, lowered->stages[s]->at);
		for (uint32_t a = machine->stages[s].first_action;
		     a <= machine->stages[s].last_action; a++)
			print_element(p, (struct element){ true, a },
			    span_of_action(lowered, a));
	}
}

static void
print_rules(struct printing *p)
{
	for (int i = 0; i < SW_NRULES; i++) {
		const enum sw_rule rule = (enum sw_rule)i;
		char line[SW_WORDS_MAX];

		if (!can_fire(p->coverage, rule) ||
		    has_fired(p->coverage, rule))
			continue;
		if (p->json) {
			TEXT(p->text, "$comma$$rule$",
			    XML("comma", p->is_first ? "" : ","),
			    JSTR("rule", sw_words_rule(rule)));
		} else {
			snprintf(line, sizeof line, "  %-20s %s\n",
			    sw_words_rule(rule), sw_words_rule_sentence(rule));
			text_put(p->text, line);
		}
		p->is_first = false;
	}
}

static size_t
percent(size_t part, size_t whole)
{
	return whole == 0 ? 100 : part * 100 / whole;
}

const char *
coverage_summary(const struct coverage *coverage)
{
	const struct coverage_share s = coverage_share(coverage);

	return arena_printf(coverage->arena,
	    "exercised: %zu of %zu ways (%zu %%), %zu of %zu rules of the "
	    "machine (%zu %%)",
	    s.paths_exercised, s.paths, percent(s.paths_exercised, s.paths),
	    s.rules_exercised, s.rules, percent(s.rules_exercised, s.rules));
}

void
coverage_put(struct text *text, const struct coverage *coverage,
    const struct sources *sources)
{
	const struct coverage_share share = coverage_share(coverage);
	struct printing p = { coverage, sources, text, false, true };

	if (share.paths_exercised < share.paths)
		text_put(text, "in no scenario:\n");
	print_elements(&p);
	if (share.rules_exercised < share.rules)
		text_put(text, "rules of the machine in no scenario:\n");
	print_rules(&p);
	text_put(text, coverage_summary(coverage));
	text_put(text, "\n");
}

void
coverage_put_json(struct text *text, const struct coverage *coverage,
    const struct sources *sources)
{
	const struct coverage_share share = coverage_share(coverage);
	struct printing p = { coverage, sources, text, true, true };

	TEXT(text, "\"coverage\":{\"ways\":$ways$,\"waysExercised\":$gone$,",
	    NUM("ways", share.paths), NUM("gone", share.paths_exercised));
	TEXT(text, "\"rules\":$rules$,\"rulesExercised\":$fired$,",
	    NUM("rules", share.rules), NUM("fired", share.rules_exercised));
	text_put(text, "\"elements\":[");
	print_elements(&p);
	text_put(text, "],\"rulesMissing\":[");
	p.is_first = true;
	print_rules(&p);
	text_put(text, "]}");
}
