/*
 * What a pipeline is made of: its stages, where sources stand, names that are
 * taken. CodePipeline User Guide, "CodePipeline pipeline structure reference".
 */
#include <string.h>

#include "checking.h"

static bool
is_source(const struct action *action)
{
	return action->category == SW_CATEGORY_SOURCE;
}

static void
check_stages(struct checking *c, enum check_id id)
{
	const struct model *model = c->model;
	struct diagnostic *d;

	if (model->stages.n >= 2)
		return;
	d = REPORT(c, id, SCOPE_PIPELINE, place_or(model->name, model->at),
	    model->stages.n == 0 ? "a pipeline without stages"
				 : "a pipeline with only one stage");
	if (model->stages.n == 1)
		diagnostic_also(d,
		    place_or(
			model->stages.items[0].name, model->stages.items[0].at),
		    "the only stage");
	diagnostic_help(d, "let the first stage fetch the sources and add a "
			   "second one for the work");
}

static void
report_empty_stage(
    struct checking *c, enum check_id id, const struct stage *stage)
{
	struct scope scope = { stage, NULL };
	struct diagnostic *d = REPORT(c, id, scope,
	    place_or(stage->name, stage->at), "stage '%s' has no action",
	    stage->name.text != NULL ? stage->name.text : "?");

	diagnostic_help(d, stage == c->model->stages.items
			       ? "add a <source> to it"
			       : "add an action to it, or remove the stage");
}

static void
check_empty_stages(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++)
		if (stages->items[i].actions.n == 0)
			report_empty_stage(c, id, &stages->items[i]);
}

/* All of them are sources, in two stages or more: nothing is done. */
static bool
is_without_work(const struct flow *flow)
{
	const struct stages *stages = &flow->model->stages;

	for (size_t i = 0; i < stages->n; i++)
		if (stages->items[i].actions.n == 0)
			return false;
	for (uint32_t i = 0; i < flow->nactions; i++)
		if (!is_source(flow->actions[i].action))
			return false;
	return stages->n >= 2;
}

static void
check_no_work(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;
	const struct action *action;
	struct diagnostic *d;

	if (!is_without_work(c->flow))
		return;
	d = REPORT(c, id, SCOPE_PIPELINE,
	    place_or(c->model->name, c->model->at),
	    "no stage does any work: all actions are sources");
	for (size_t i = 0; i < stages->n && i < 2; i++) {
		action = &stages->items[i].actions.items[0];
		diagnostic_also(
		    d, place_or(action->name, action->at), "a source too");
	}
	diagnostic_help(d, "add a <build>, <test> or <deploy> behind the "
			   "stage of the sources");
}

static void
report_not_source(struct checking *c, enum check_id id, uint32_t index)
{
	const struct action *action = c->flow->actions[index].action;
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    action->at, "the first stage has an action that is no source");

	diagnostic_label(
	    d, "<%s>, not <source>", category_element(action->category));
	diagnostic_help(d, "move it to a later stage");
}

static void
report_late_source(struct checking *c, enum check_id id, uint32_t index)
{
	const struct stage *first = &c->model->stages.items[0];
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    c->flow->actions[index].action->at,
	    "a source that is not in the first stage");

	diagnostic_label(d, "'%s' is a <source>", action_name(c, index));
	if (first->name.text != NULL)
		diagnostic_also(d, first->name.at, "the first stage");
	diagnostic_help(d, "move it to the first stage: an execution fetches "
			   "its sources once, before anything else");
}

static void
check_sources(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	if (is_without_work(flow))
		return;
	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *place = &flow->actions[i];

		if (place->stage_index == 0 && !is_source(place->action))
			report_not_source(c, id, i);
		if (place->stage_index > 0 && is_source(place->action))
			report_late_source(c, id, i);
	}
}

/* Names of one kind in one scope; each may be given once. */
struct taken {
	struct checking *c;
	enum check_id id;
	struct scope scope;
	struct names *names;
	struct span *firsts;
	uint32_t n;
	const char *what;  /* "a stage", "an action of the stage" */
	bool is_reference; /* the name is somebody else's */
};

static struct taken
taken_begin(struct checking *c, enum check_id id, struct scope scope,
    const char *what, size_t n)
{
	struct taken taken = { c, id, scope, NULL, NULL, 0, what, false };

	if (n > 1) {
		taken.names = names_new(c->arena, n);
		taken.firsts = arena_array(c->arena, n, sizeof(struct span));
	}
	return taken;
}

static void
taken_add(struct taken *taken, const struct value *name)
{
	struct diagnostic *d;
	uint32_t number;

	/* An empty name has been reported: two of them are no second fault. */
	if (taken->names == NULL || name->text == NULL || *name->text == '\0')
		return;
	taken->firsts[taken->n] = name->at;
	number = names_add(taken->names, name->text, taken->n);
	if (number == taken->n) {
		taken->n++;
		return;
	}
	d = REPORT(taken->c, taken->id, taken->scope, name->at,
	    "%s with the name '%s' is already there", taken->what, name->text);
	diagnostic_also(d, taken->firsts[number], "the first one");
	diagnostic_help(d, taken->is_reference
			       ? "remove one of them"
			       : "give one of them another name");
}

static void
taken_values(struct checking *c, enum check_id id, struct scope scope,
    const char *what, const struct values *values)
{
	struct taken taken = taken_begin(c, id, scope, what, values->n);

	taken.is_reference = true;
	for (size_t i = 0; i < values->n; i++)
		taken_add(&taken, &values->items[i]);
}

static void
taken_parameters(struct checking *c, enum check_id id, struct scope scope,
    const char *what, const struct parameters *parameters)
{
	struct taken taken = taken_begin(c, id, scope, what, parameters->n);

	for (size_t i = 0; i < parameters->n; i++)
		taken_add(&taken, &parameters->items[i].name);
}

/* Rules share the names of their stage with its actions: events and logs call
 * both "Build.Compile". */
static void
check_condition_duplicates(struct checking *c, enum check_id id,
    const struct stage *stage, const struct condition *condition,
    struct taken *taken)
{
	struct scope scope = { stage, NULL };

	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];

		taken_add(taken, &rule->name);
		taken_values(
		    c, id, scope, "an input of the rule", &rule->inputs);
		taken_parameters(c, id, scope, "an <env>", &rule->env);
		taken_parameters(
		    c, id, scope, "a parameter of the rule", &rule->parameters);
	}
}

static void
check_action_duplicates(struct checking *c, enum check_id id,
    const struct stage *stage, const struct action *action)
{
	struct scope scope = { stage, action };

	taken_values(c, id, scope, "an input of the action", &action->inputs);
	taken_values(c, id, scope, "an <export>", &action->exports);
	taken_parameters(c, id, scope, "an <env>", &action->env);
	taken_parameters(
	    c, id, scope, "a parameter of the action", &action->parameters);
}

static void
check_stage_duplicates(
    struct checking *c, enum check_id id, const struct stage *stage)
{
	const struct condition *const conditions[] = { &stage->before_entry,
		&stage->on_success, &stage->on_failure };
	size_t n = stage->actions.n;
	struct taken names;

	for (int i = 0; i < 3; i++)
		n += conditions[i]->rules.n;
	names = taken_begin(
	    c, id, (struct scope){ stage, NULL }, "an action of the stage", n);
	for (size_t i = 0; i < stage->actions.n; i++) {
		taken_add(&names, &stage->actions.items[i].name);
		check_action_duplicates(c, id, stage, &stage->actions.items[i]);
	}
	names.what = "an action or a rule of the stage";
	for (int i = 0; i < 3; i++)
		check_condition_duplicates(c, id, stage, conditions[i], &names);
}

/*
 * Stages, actions and rules as events, logs and drawings call them: "Build"
 * and "Build.Compile". Names may have dots, so that stage 'a.b' and action 'b'
 * of stage 'a' would share a path.
 */
struct named {
	const struct stage *stage;
	const struct action *action; /* NULL: the stage, or its rule */
	const struct rule *rule;
};

struct paths {
	struct names *names; /* to numbers of what they name */
	struct named *named;
	uint32_t n;
};

static bool
has_dotted_stage(const struct stages *stages)
{
	for (size_t i = 0; i < stages->n; i++)
		if (stages->items[i].name.text != NULL &&
		    strchr(stages->items[i].name.text, '.') != NULL)
			return true;
	return false;
}

static const struct value *
name_of(const struct named *named)
{
	if (named->action != NULL)
		return &named->action->name;
	return named->rule != NULL ? &named->rule->name : &named->stage->name;
}

static const char *
describe(struct checking *c, const struct named *named)
{
	if (named->action == NULL && named->rule == NULL)
		return "a stage";
	return arena_printf(c->arena, "%s '%s' of stage '%s'",
	    named->rule != NULL ? "rule" : "action", name_of(named)->text,
	    named->stage->name.text);
}

static void
add_path(
    struct checking *c, enum check_id id, struct paths *paths, struct named new)
{
	const struct value *name = name_of(&new);
	const struct named *first;
	const char *path = name->text;
	struct diagnostic *d;
	uint32_t number;

	if (name->text == NULL || new.stage->name.text == NULL)
		return;
	if (name != &new.stage->name)
		path = arena_printf(
		    c->arena, "%s.%s", new.stage->name.text, name->text);
	number = names_add(paths->names, path, paths->n);
	if (number == paths->n) {
		paths->named[paths->n++] = new;
		return;
	}
	first = &paths->named[number];
	/* One name given twice has been said. */
	if (strcmp(first->stage->name.text, new.stage->name.text) == 0)
		return;
	d = REPORT(c, id, ((struct scope){ new.stage, new.action }), name->at,
	    "the path '%s' means two things in events and drawings", path);
	diagnostic_label(d, "%s", describe(c, &new));
	diagnostic_also(d, name_of(first)->at, "%s", describe(c, first));
	diagnostic_help(d, "give one of them a name without the dot");
}

static void
add_rule_paths(struct checking *c, enum check_id id, struct paths *paths,
    const struct stage *stage)
{
	const struct condition *const conditions[] = { &stage->before_entry,
		&stage->on_success, &stage->on_failure };

	for (int i = 0; i < 3; i++)
		for (size_t j = 0; j < conditions[i]->rules.n; j++)
			add_path(c, id, paths,
			    (struct named){
				stage, NULL, &conditions[i]->rules.items[j] });
}

static void
check_paths(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;
	size_t n = stages->n + c->flow->nactions;
	struct paths paths;

	if (!has_dotted_stage(stages))
		return;
	for (size_t i = 0; i < stages->n; i++)
		n += stages->items[i].before_entry.rules.n +
		     stages->items[i].on_success.rules.n +
		     stages->items[i].on_failure.rules.n;
	paths = (struct paths){ names_new(c->arena, n),
		arena_array(c->arena, n, sizeof(struct named)), 0 };
	for (size_t i = 0; i < stages->n; i++)
		add_path(c, id, &paths,
		    (struct named){ &stages->items[i], NULL, NULL });
	for (uint32_t i = 0; i < c->flow->nactions; i++)
		add_path(c, id, &paths,
		    (struct named){ c->flow->actions[i].stage,
			c->flow->actions[i].action, NULL });
	for (size_t i = 0; i < stages->n; i++)
		add_rule_paths(c, id, &paths, &stages->items[i]);
}

static void
check_duplicates(struct checking *c, enum check_id id)
{
	const struct model *model = c->model;
	struct taken stages =
	    taken_begin(c, id, SCOPE_PIPELINE, "a stage", model->stages.n);
	struct taken variables = taken_begin(
	    c, id, SCOPE_PIPELINE, "a variable", model->variables.n);
	struct taken secrets =
	    taken_begin(c, id, SCOPE_PIPELINE, "a secret", model->secrets.n);
	struct taken scenarios = taken_begin(
	    c, id, SCOPE_PIPELINE, "a scenario", model->scenarios.n);

	for (size_t i = 0; i < model->stages.n; i++) {
		taken_add(&stages, &model->stages.items[i].name);
		check_stage_duplicates(c, id, &model->stages.items[i]);
	}
	for (size_t i = 0; i < model->variables.n; i++)
		taken_add(&variables, &model->variables.items[i].name);
	for (size_t i = 0; i < model->secrets.n; i++)
		taken_add(&secrets, &model->secrets.items[i].name);
	for (size_t i = 0; i < model->scenarios.n; i++)
		taken_add(&scenarios, &model->scenarios.items[i].name);
	check_paths(c, id);
}

static const struct check table[] = {
	{ CHECK_STRUCT_STAGES, check_stages, NEEDS_WHOLE },
	{ CHECK_STRUCT_EMPTY_STAGE, check_empty_stages, NEEDS_WHOLE },
	{ CHECK_STRUCT_NO_WORK, check_no_work, NEEDS_WHOLE },
	{ CHECK_STRUCT_SOURCE, check_sources, NEEDS_WHOLE },
	{ CHECK_STRUCT_DUPLICATE, check_duplicates, NEEDS_PARTS },
};

const struct checks structure_checks = CHECKS(table);
