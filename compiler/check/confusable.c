/*
 * Names that differ and look the same: by case, by 0 and O, 1 and l, rn and m,
 * hyphen and underscore; and controls that turn text round, in names and in
 * what is run (Unicode Technical Report 36, 2.2 and 2.5). Each name is reduced
 * to a skeleton; two names with one skeleton are confusable.
 */
#include <string.h>

#include "base/utf8.h"
#include "checking.h"

/* What a reader remembers of the character, in `out`; bytes that it used. */
static size_t
put_skeleton(const char *text, char *out)
{
	static const struct {
		const char *seen;
		char as;
	} pairs[] = { { "rn", 'm' }, { "vv", 'w' } };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (strncmp(text, pairs[i].seen, 2) == 0) {
			*out = pairs[i].as;
			return 2;
		}
	switch (*text) {
	case 'I':
	case '1':
		*out = 'l';
		break;
	case '0':
	case 'O':
		*out = 'o';
		break;
	case '_':
		*out = '-';
		break;
	default:
		*out = *text;
		if (*text >= 'A' && *text <= 'Z')
			*out = (char)(*text - 'A' + 'a');
	}
	return 1;
}

static const char *
skeleton(struct arena *arena, const char *name)
{
	char *bytes = arena_alloc(arena, strlen(name) + 1);
	size_t n = 0;

	while (*name != '\0')
		name += put_skeleton(name, &bytes[n++]);
	return bytes;
}

/* Names of one kind: a table of skeletons to the first name with each. */
struct seen {
	struct checking *c;
	enum check_id id;
	struct scope scope;
	const char *what; /* "stage", "artifact" */
	struct names *skeletons;
	const struct value **firsts;
	uint32_t n;
};

static struct seen
seen_begin(struct checking *c, enum check_id id, struct scope scope,
    const char *what, size_t n)
{
	struct seen seen = { c, id, scope, what, NULL, NULL, 0 };

	if (n > 1) {
		seen.skeletons = names_new(c->arena, n);
		seen.firsts =
		    arena_array(c->arena, n, sizeof(const struct value *));
	}
	return seen;
}

static void
seen_add(struct seen *seen, const struct value *name)
{
	const struct value *first;
	struct diagnostic *d;
	uint32_t number;

	if (seen->skeletons == NULL || name->text == NULL)
		return;
	seen->firsts[seen->n] = name;
	number = names_add(
	    seen->skeletons, skeleton(seen->c->arena, name->text), seen->n);
	if (number == seen->n) {
		seen->n++;
		return;
	}
	first = seen->firsts[number];
	/* Equal names are struct-duplicate's and others'. */
	if (strcmp(first->text, name->text) == 0)
		return;
	d = REPORT(seen->c, seen->id, seen->scope, name->at,
	    "%s '%s' is easily taken for '%s'", seen->what, name->text,
	    first->text);
	diagnostic_also(d, first->at, "the other one");
	diagnostic_help(d, "give one of them a name that differs in sound");
}

static void
check_alike(struct checking *c, enum check_id id)
{
	const struct model *model = c->model;
	const struct flow *flow = c->flow;
	size_t nnamespaces = 0;
	struct seen seen =
	    seen_begin(c, id, SCOPE_PIPELINE, "stage", model->stages.n);

	for (size_t i = 0; i < model->stages.n; i++)
		seen_add(&seen, &model->stages.items[i].name);
	for (size_t i = 0; i < model->stages.n; i++) {
		const struct stage *stage = &model->stages.items[i];

		seen = seen_begin(c, id, (struct scope){ stage, NULL },
		    "action", stage->actions.n);
		for (size_t j = 0; j < stage->actions.n; j++)
			seen_add(&seen, &stage->actions.items[j].name);
	}
	seen =
	    seen_begin(c, id, SCOPE_PIPELINE, "variable", model->variables.n);
	for (size_t i = 0; i < model->variables.n; i++)
		seen_add(&seen, &model->variables.items[i].name);
	seen = seen_begin(c, id, SCOPE_PIPELINE, "secret", model->secrets.n);
	for (size_t i = 0; i < model->secrets.n; i++)
		seen_add(&seen, &model->secrets.items[i].name);
	seen = seen_begin(c, id, SCOPE_PIPELINE, "artifact", flow->nwrites);
	for (uint32_t i = 0; i < flow->nwrites; i++)
		seen_add(&seen, &flow->writes[i].output->name);
	for (uint32_t i = 0; i < flow->nactions; i++)
		nnamespaces += flow->actions[i].action->namespace_.text != NULL;
	seen = seen_begin(c, id, SCOPE_PIPELINE, "namespace", nnamespaces);
	for (uint32_t i = 0; i < flow->nactions; i++)
		seen_add(&seen, &flow->actions[i].action->namespace_);
}

static void
look_for_turns(struct checking *c, enum check_id id, struct scope scope,
    const char *what, const struct value *value)
{
	struct diagnostic *d;

	if (value->text == NULL)
		return;
	for (const char *at = value->text; *at != '\0'; at++) {
		if (!utf8_turns(at))
			continue;
		d = REPORT(c, id, scope,
		    value_part(diagnostics_sources(c->diagnostics), value,
			(size_t)(at - value->text), 3),
		    "%s has a character that turns the direction of text",
		    what);
		diagnostic_label(d, "what you see is not what is there");
		diagnostic_help(d, "remove it");
		return;
	}
}

static void
look_in_commands(struct checking *c, enum check_id id, struct scope scope,
    const struct values *run, const struct parameters *env)
{
	for (size_t i = 0; i < run->n; i++)
		look_for_turns(c, id, scope, "a command", &run->items[i]);
	for (size_t i = 0; i < env->n; i++)
		look_for_turns(c, id, scope, "an <env>", &env->items[i].value);
}

static void
look_in_parameters(struct checking *c, enum check_id id, struct scope scope,
    const struct parameters *parameters)
{
	for (size_t i = 0; i < parameters->n; i++)
		look_for_turns(
		    c, id, scope, "a parameter", &parameters->items[i].value);
}

static void
look_in_condition(struct checking *c, enum check_id id,
    const struct stage *stage, const struct condition *condition)
{
	struct scope scope = { stage, NULL };

	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];

		look_in_commands(c, id, scope, &rule->run, &rule->env);
		look_in_parameters(c, id, scope, &rule->parameters);
	}
}

/* In what is run or asked; names have no such characters. */
static void
check_turning(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;

	for (uint32_t i = 0; i < c->flow->nactions; i++) {
		const struct action *action = c->flow->actions[i].action;
		struct scope scope = scope_of_action(c->flow, i);

		look_for_turns(c, id, scope, "a text", &action->text);
		look_in_commands(c, id, scope, &action->run, &action->env);
		look_in_parameters(c, id, scope, &action->parameters);
	}
	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];

		look_in_condition(c, id, stage, &stage->before_entry);
		look_in_condition(c, id, stage, &stage->on_success);
		look_in_condition(c, id, stage, &stage->on_failure);
	}
}

static void
check_confusable(struct checking *c, enum check_id id)
{
	check_alike(c, id);
	check_turning(c, id);
}

static const struct check table[] = {
	{ CHECK_STRUCT_CONFUSABLE, check_confusable, NEEDS_PARTS },
};

const struct checks name_checks = CHECKS(table);
