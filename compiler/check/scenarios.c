/*
 * Scenarios, as far as they can be judged without playing them: do the names
 * in their steps exist, does each step say what it needs, can the event or
 * the status that it tells of ever be? What happens is the machine's to say,
 * when `simulate` plays them.
 */
#include <inttypes.h>
#include <string.h>

#include "base/correction.h"
#include "checking.h"
#include "machine/words.h"

/* What a name in a step may stand for; several are OR'ed. */
enum thing_kind {
	THING_STAGE = 1,
	THING_ACTION = 2,
	THING_RULE = 4
};

struct thing {
	enum thing_kind kind;
	const char *path; /* "Build", "Build.Compile" */
	const struct stage *stage;
	const struct action *action;
	const struct condition *condition; /* of a rule */
};

/* Everything of a model that steps can name. A rule may have the path of an
 * action, so that there are two tables. */
struct things {
	struct thing *items;
	uint32_t n;
	struct names *places; /* stages and actions */
	struct names *rules;
};

/* One check that goes through all steps. */
struct walk {
	struct checking *c;
	enum check_id id;
	struct things things;
	const struct step *step;
	uint64_t started; /* executions there can be at most, before the step */
	bool automatic;   /* rollbacks may start more of them */
};

static void
add_thing(struct checking *c, struct things *things, struct names *names,
    struct thing thing, const char *name)
{
	if (thing.stage->name.text == NULL || name == NULL)
		return;
	thing.path =
	    thing.kind == THING_STAGE
		? name
		: arena_printf(c->arena, "%s.%s", thing.stage->name.text, name);
	if (names_add(names, thing.path, things->n) == things->n)
		things->items[things->n++] = thing;
}

static const struct condition *
condition_of(const struct stage *stage, int i)
{
	const struct condition *conditions[] = { &stage->before_entry,
		&stage->on_success, &stage->on_failure };

	return conditions[i];
}

static void
add_stage(struct checking *c, struct things *things, const struct stage *stage)
{
	struct thing thing = { THING_STAGE, NULL, stage, NULL, NULL };

	add_thing(c, things, things->places, thing, stage->name.text);
	thing.kind = THING_ACTION;
	for (size_t i = 0; i < stage->actions.n; i++) {
		thing.action = &stage->actions.items[i];
		add_thing(
		    c, things, things->places, thing, thing.action->name.text);
	}
	thing.kind = THING_RULE;
	thing.action = NULL;
	for (int i = 0; i < 3; i++) {
		thing.condition = condition_of(stage, i);
		for (size_t j = 0; j < thing.condition->rules.n; j++)
			add_thing(c, things, things->rules, thing,
			    thing.condition->rules.items[j].name.text);
	}
}

static struct things
find_things(struct checking *c)
{
	const struct stages *stages = &c->model->stages;
	size_t n = stages->n + c->flow->nactions, nrules = 0;
	struct things things;

	for (size_t i = 0; i < stages->n; i++)
		for (int j = 0; j < 3; j++)
			nrules += condition_of(&stages->items[i], j)->rules.n;
	things = (struct things){
		.items =
		    arena_array(c->arena, n + nrules, sizeof(struct thing)),
		.places = names_new(c->arena, n),
		.rules = names_new(c->arena, nrules + 1),
	};
	for (size_t i = 0; i < stages->n; i++)
		add_stage(c, &things, &stages->items[i]);
	return things;
}

/* The thing that a value names; NULL: none, or no value. */
static const struct thing *
find_thing(
    const struct things *things, const struct value *name, unsigned kinds)
{
	uint32_t i = NAMES_NONE;

	if (name->text == NULL)
		return NULL;
	if (kinds & (THING_STAGE | THING_ACTION))
		i = names_find(things->places, name->text);
	if (i != NAMES_NONE && things->items[i].kind & kinds)
		return &things->items[i];
	if (kinds & THING_RULE)
		i = names_find(things->rules, name->text);
	return i != NAMES_NONE && things->items[i].kind & kinds
		   ? &things->items[i]
		   : NULL;
}

/* A finding in a step. */
#define SAY(walk, at, ...)                                                     \
	REPORT((walk)->c, (walk)->id, SCOPE_PIPELINE, at, __VA_ARGS__)

/* The name of these kinds that was meant, or NULL. */
static const char *
suggest(struct walk *w, const char *name, unsigned kinds)
{
	const struct things *things = &w->things;
	const char **candidates;
	size_t n = 0;

	if (w->c->suggestions == 0)
		return NULL;
	w->c->suggestions--;
	candidates =
	    arena_array(w->c->arena, things->n + 1, sizeof *candidates);
	for (uint32_t i = 0; i < things->n; i++)
		if (things->items[i].kind & kinds)
			candidates[n++] = things->items[i].path;
	return did_you_mean(name, candidates, n);
}

static void
check_name(
    struct walk *w, const struct value *name, unsigned kinds, const char *noun)
{
	struct diagnostic *d;
	const char *meant;

	/* What has no dot is no path, and that has been said. */
	if (name->text == NULL || strcmp(name->text, "none") == 0 ||
	    (!(kinds & THING_STAGE) && strchr(name->text, '.') == NULL) ||
	    find_thing(&w->things, name, kinds) != NULL)
		return;
	d = SAY(w, name->at, "no %s '%s'", noun, name->text);
	meant = suggest(w, name->text, kinds);
	if (meant != NULL)
		correction_meant(d, name->at, meant);
	else
		diagnostic_help(d, "name one of the model");
}

/* A word of the machine's own: a refusal, a rule of rules.def. */
static void
check_word(struct walk *w, const struct value *name, const char *noun,
    const char *(*word)(uint32_t i), uint32_t n)
{
	const char *words[256];
	const char *meant;
	struct diagnostic *d;

	if (name->text == NULL)
		return;
	for (uint32_t i = 0; i < n && i < 256; i++) {
		words[i] = word(i);
		if (strcmp(words[i], name->text) == 0)
			return;
	}
	d = SAY(w, name->at, "no %s '%s'", noun, name->text);
	meant = did_you_mean(name->text, words, n);
	if (meant != NULL)
		correction_meant(d, name->at, meant);
	else
		diagnostic_help(d, "'stagewright simulate MODEL --events FILE' "
				   "says what the machine answers");
}

static const char *
refusal_word(uint32_t i)
{
	return sw_words_refusal((enum sw_refusal)(i + 1));
}

static const char *
rule_word(uint32_t i)
{
	return sw_words_rule((enum sw_rule)i);
}

static void
check_execution(struct walk *w)
{
	const struct number *execution = &w->step->execution;
	struct diagnostic *d;

	/* That there is no such execution may be what is to be shown. */
	if (execution->n <= w->started || w->automatic ||
	    w->step->refused.text != NULL)
		return;
	d = SAY(w, execution->written.at,
	    "execution '%s' is not started before this step",
	    execution->written.text);
	if (w->started == 0)
		diagnostic_help(d, "write <start/> before it");
	else
		diagnostic_help(d,
		    "the last one is #%" PRIu64 ": executions are numbered as "
		    "they start",
		    w->started);
}

static void
check_step_names(struct walk *w)
{
	const struct step *step = w->step;
	const unsigned either = THING_ACTION | THING_RULE;

	check_name(w, &step->stage, THING_STAGE, "stage");
	check_name(w, &step->place, THING_STAGE, "stage");
	check_name(w, &step->action, THING_ACTION, "action");
	check_name(w, &step->rule, THING_RULE, "rule");
	check_name(w, &step->to, either, "action or rule");
	check_name(w, &step->starts, either, "action or rule");
	check_name(w, &step->cancels, either, "action or rule");
	check_word(
	    w, &step->refused, "refusal", refusal_word, SW_NREFUSALS - 1);
	check_word(
	    w, &step->decides, "rule of the machine", rule_word, SW_NRULES);
	check_execution(w);
}

static bool
is_given(const struct value *value)
{
	return value->text != NULL;
}

static void
check_fail_form(struct walk *w)
{
	const struct step *step = w->step;
	struct diagnostic *d;

	if (is_given(&step->action) != is_given(&step->rule))
		return;
	d = SAY(w, step->at,
	    is_given(&step->action) ? "<%s> has both an action and a rule"
				    : "<%s> says neither an action nor a rule",
	    step->element.text);
	diagnostic_help(d, "write action=\"...\" or rule=\"...\"");
}

/* What an <expect> looks at: one thing, and something about it. */
static const char *
expect_problem(const struct step *step)
{
	const int subjects = is_given(&step->stage) + is_given(&step->action) +
			     is_given(&step->rule);
	const int follows = is_given(&step->starts) + is_given(&step->cancels) +
			    is_given(&step->decides);
	const bool about_stage = is_given(&step->open) ||
				 is_given(&step->waiting) ||
				 is_given(&step->condition);

	if (subjects > 1)
		return "make an <expect> for each of them";
	if (about_stage && !is_given(&step->stage))
		return "add stage=\"...\": condition, open and waiting are "
		       "said of a stage";
	if (is_given(&step->place) && (subjects > 0 || step->execution.n == 0))
		return "write at=\"...\" beside an execution alone";
	if (is_given(&step->condition) && !is_given(&step->status))
		return "add status=\"...\": of a condition only that is known";
	if (subjects == 0 && step->execution.n == 0)
		return follows > 0 && !is_given(&step->status)
			   ? NULL
			   : "name a stage, an action, a rule or an execution";
	if (is_given(&step->status) || is_given(&step->open) ||
	    is_given(&step->waiting) || is_given(&step->place) || follows > 0)
		return NULL;
	return subjects > 0 && step->execution.n > 0 ? NULL
						     : "add status=\"...\"";
}

/* Is the event of a step about a stage, an action or a rule of one execution,
 * where each has its own? */
static bool
is_of_execution(enum step_kind kind)
{
	switch (kind) {
	case STEP_SUCCEED:
	case STEP_FAIL:
	case STEP_UNKNOWN:
	case STEP_APPROVE:
	case STEP_REJECT:
	case STEP_PASS:
	case STEP_RETRY:
	case STEP_OVERRIDE:
		return true;
	default:
		return false;
	}
}

/* Whose an event is, is said in mode PARALLEL and nowhere else. */
static void
check_owner_form(struct walk *w)
{
	const struct step *step = w->step;
	const bool is_parallel = w->c->model->mode == SW_MODE_PARALLEL;
	struct diagnostic *d;

	if (!is_of_execution(step->kind) ||
	    is_parallel == (step->execution.n != 0) ||
	    (step->execution.n == 0 && step->execution.written.text != NULL))
		return;
	if (is_parallel) {
		d = SAY(w, step->at, "<%s> does not say whose it is",
		    step->element.text);
		diagnostic_help(d, "add execution=\"#1\": in mode PARALLEL "
				   "each execution is on its own");
	} else {
		d = SAY(w, step->execution.written.at,
		    "whose it is, is said in mode PARALLEL alone");
		diagnostic_help(
		    d, "remove it: a stage is of one execution at a time");
	}
}

static void
check_step_form(struct walk *w)
{
	const char *help;

	check_owner_form(w);
	if (w->step->kind == STEP_FAIL)
		check_fail_form(w);
	if (w->step->kind != STEP_EXPECT)
		return;
	help = expect_problem(w->step);
	if (help != NULL)
		diagnostic_help(
		    SAY(w, w->step->at, "<%s> does not say what is expected",
			w->step->element.text),
		    "%s", help);
}

static void
check_event_can_be(struct walk *w)
{
	const struct step *step = w->step;
	const struct thing *thing =
	    find_thing(&w->things, &step->action, THING_ACTION);
	bool is_approval;
	struct diagnostic *d;

	if (thing == NULL || is_given(&step->refused))
		return;
	is_approval = thing->action->category == SW_CATEGORY_APPROVAL;
	if (step->kind == STEP_SUCCEED && is_approval) {
		d = SAY(w, step->action.at,
		    "'%s' is an approval, which does not succeed by itself",
		    step->action.text);
		diagnostic_help(
		    d, "write <approve action=\"%s\"/>", step->action.text);
	} else if ((step->kind == STEP_APPROVE || step->kind == STEP_REJECT) &&
		   !is_approval) {
		d = SAY(w, step->action.at, "'%s' is no approval",
		    step->action.text);
		diagnostic_help(d, "write <%s action=\"%s\"/>",
		    step->kind == STEP_APPROVE ? "succeed" : "fail",
		    step->action.text);
	}
}

static const struct condition *
named_condition(const struct thing *stage, const struct value *name)
{
	static const char *const names[] = { "beforeEntry", "onSuccess",
		"onFailure" };

	for (int i = 0; i < 3; i++)
		if (stage != NULL && is_given(name) &&
		    strcmp(name->text, names[i]) == 0)
			return condition_of(stage->stage, i);
	return NULL;
}

static void
check_condition_can_be(struct walk *w)
{
	const struct step *step = w->step;
	const struct condition *condition =
	    named_condition(find_thing(&w->things, &step->stage, THING_STAGE),
		&step->condition);
	struct diagnostic *d;

	if (condition == NULL || is_given(&step->refused))
		return;
	if (!span_is_set(condition->at)) {
		d = SAY(w, step->condition.at,
		    "stage '%s' has no such condition", step->stage.text);
		diagnostic_help(d, "add <%s> to the stage, or remove the step",
		    step->condition.text);
	} else if (step->kind == STEP_OVERRIDE &&
		   condition->result == RESULT_SKIP) {
		d = SAY(w, step->condition.at,
		    "a condition that skips stage '%s' cannot be overridden",
		    step->stage.text);
		diagnostic_also(d, condition->at, "result SKIP");
		diagnostic_help(d, "expect it: refused=\"%s\"",
		    "ConditionNotOverridableException");
	}
}

/* The statuses that a kind of thing can have: words with blanks around. */
static const char *
statuses_of(const struct step *step)
{
	if (is_given(&step->condition))
		return " none InProgress Succeeded Failed Abandoned "
		       "Overridden ";
	if (is_given(&step->stage))
		return " none InProgress Stopping Succeeded Failed Stopped "
		       "Skipped ";
	if (is_given(&step->action))
		return " none InProgress Succeeded Failed Abandoned Unknown "
		       "Pending ";
	if (is_given(&step->rule))
		return " none InProgress Succeeded Failed Abandoned Unknown ";
	return " InProgress Stopping Succeeded Failed Stopped Superseded ";
}

static void
check_status_can_be(struct walk *w)
{
	const struct step *step = w->step;
	const char *noun = is_given(&step->condition) ? "a condition"
			   : is_given(&step->stage)   ? "a stage"
			   : is_given(&step->action)  ? "an action"
			   : is_given(&step->rule)    ? "a rule"
						      : "an execution";
	const char *list = statuses_of(step);
	struct diagnostic *d;

	if (step->kind != STEP_EXPECT || !is_given(&step->status) ||
	    strstr(list, arena_printf(w->c->arena, " %s ", step->status.text)))
		return;
	d = SAY(w, step->status.at, "%s is never %s", noun, step->status.text);
	diagnostic_help(d, "it can be:%.*s", (int)strlen(list) - 1, list);
}

/* Transitions and rollbacks, where no execution is in another's way. */
static void
check_mode_can_be(struct walk *w)
{
	const struct step *step = w->step;
	const bool is_transition =
	    step->kind == STEP_OPEN || step->kind == STEP_CLOSE;

	if (w->c->model->mode != SW_MODE_PARALLEL || is_given(&step->refused))
		return;
	if (is_transition || step->kind == STEP_ROLLBACK)
		diagnostic_help(
		    SAY(w, step->at, "in mode PARALLEL there are no %s",
			is_transition ? "transitions" : "rollbacks"),
		    "remove it");
}

static void
check_rollback_can_be(struct walk *w)
{
	const struct step *step = w->step;
	const struct thing *stage =
	    find_thing(&w->things, &step->stage, THING_STAGE);

	if (step->kind != STEP_ROLLBACK || stage == NULL ||
	    is_given(&step->refused) ||
	    stage->stage != w->c->model->stages.items)
		return;
	diagnostic_help(
	    SAY(w, step->stage.at, "the first stage is never rolled back"),
	    "expect it: refused=\"UnableToRollbackStageException\"");
}

static void
check_step_can_be(struct walk *w)
{
	check_mode_can_be(w);
	check_rollback_can_be(w);
	check_event_can_be(w);
	check_condition_can_be(w);
	check_status_can_be(w);
}

static bool
may_roll_back(const struct model *model)
{
	for (size_t i = 0; i < model->stages.n; i++)
		for (int j = 0; j < 3; j++)
			if (condition_of(&model->stages.items[i], j)->result ==
			    RESULT_ROLLBACK)
				return true;
	return false;
}

static void
walk_steps(
    struct checking *c, enum check_id id, void (*check)(struct walk *walk))
{
	const struct scenarios *scenarios = &c->model->scenarios;
	struct walk w = { .c = c, .id = id };

	if (scenarios->n == 0)
		return;
	w.things = find_things(c);
	w.automatic = may_roll_back(c->model);
	for (size_t i = 0; i < scenarios->n; i++) {
		const struct steps *steps = &scenarios->items[i].steps;

		w.started = 0;
		for (size_t j = 0; j < steps->n; j++) {
			w.step = &steps->items[j];
			check(&w);
			w.started += w.step->kind == STEP_START ||
				     w.step->kind == STEP_PUSH ||
				     w.step->kind == STEP_ROLLBACK;
		}
	}
}

static void
check_undefined(struct checking *c, enum check_id id)
{
	walk_steps(c, id, check_step_names);
}

static void
check_form(struct checking *c, enum check_id id)
{
	walk_steps(c, id, check_step_form);
}

static void
check_never(struct checking *c, enum check_id id)
{
	walk_steps(c, id, check_step_can_be);
}

/* Can it fail for something else than an event that is refused? */
static bool
is_expecting(const struct step *step)
{
	return step->kind == STEP_EXPECT || is_given(&step->refused) ||
	       is_given(&step->to);
}

static void
check_no_expect(struct checking *c, enum check_id id)
{
	for (size_t i = 0; i < c->model->scenarios.n; i++) {
		const struct scenario *scenario = &c->model->scenarios.items[i];
		bool expects = false;

		for (size_t j = 0; j < scenario->steps.n; j++)
			expects =
			    expects || is_expecting(&scenario->steps.items[j]);
		if (expects)
			continue;
		diagnostic_help(REPORT(c, id, SCOPE_PIPELINE, scenario->at,
				    "the scenario expects nothing"),
		    "end it with <expect .../>: what is to be true then?");
	}
}

static const struct check table[] = {
	{ CHECK_SCEN_UNDEFINED, check_undefined, NEEDS_WHOLE },
	{ CHECK_SCEN_STEP, check_form, NEEDS_PARTS },
	{ CHECK_SCEN_NEVER, check_never, NEEDS_PARTS },
	{ CHECK_SCEN_NO_EXPECT, check_no_expect, NEEDS_WHOLE },
};

const struct checks scenario_checks = CHECKS(table);
