/*
 * What the actions and rules of a pipeline do, as C: a block of designated
 * initialisers for each, its variables and triggers, and the pipeline that names
 * them all for the runtime. Fields that do not apply are left out. Lists are
 * literals without const: of constant ones gcc -O2 compares each with each
 * (-fipa-icf), which takes minutes for 100,000 actions.
 */
#include "emit.h"

#include <string.h>

#include "base/text.h"
#include "lower/lower.h"
#include "model/model.h"

/* Bytes of a string literal that every C11 compiler takes. */
#define LITERAL_MAX 4095

/* A literal; a long one says to a pedantic compiler that it is meant. */
static void
emit_literal(struct text *text, const char *value)
{
	if (strlen(value) > LITERAL_MAX)
		text_put(text, "__extension__ ");
	TEXT(text, "$value$", CSTR("value", value));
}

/* "\t\t.namespace_ = "Build",\n", if there is one. */
static void
emit_string(struct text *text, const char *field, const char *value)
{
	if (value == NULL)
		return;
	TEXT(text, "\t\t.$field$ = ", IDENT("field", field));
	emit_literal(text, value);
	text_put(text, ",\n");
}

static void
emit_values(struct text *text, const struct values *values)
{
	text_put(text, "(const char *[]){ ");
	for (size_t i = 0; i < values->n; i++) {
		emit_literal(text, values->items[i].text);
		text_put(text, ", ");
	}
	text_put(text, "NULL }");
}

static void
emit_list(struct text *text, const char *field, const struct values *values)
{
	if (values->n == 0)
		return;
	TEXT(text, "\t\t.$field$ = ", IDENT("field", field));
	emit_values(text, values);
	text_put(text, ",\n");
}

/* A literal for each command, which its \0 ends: a command can be lines. */
static void
emit_run(struct text *text, const struct values *run)
{
	size_t size = 0;
	for (size_t i = 0; i < run->n; i++)
		size += strlen(run->items[i].text) + 1;
	if (size == 0)
		return;
	text_put(text, "\t\t.run =");
	if (size > LITERAL_MAX)
		text_put(text, " __extension__");
	for (size_t i = 0; i < run->n; i++) {
		text_put(text, run->n > 1 ? "\n\t\t    " : " ");
		TEXT(text, "\"$command$\\0\"",
		    CPART("command", run->items[i].text));
	}
	text_put(text, ",\n");
}

/* "\t\t.inputs = "code package",\n"; names have no blanks. */
static void
emit_inputs(struct text *text, const char *const *inputs)
{
	if (inputs == NULL)
		return;
	text_put(text, "\t\t.inputs = \"");
	for (size_t i = 0; inputs[i] != NULL; i++)
		TEXT(text, i == 0 ? "$name$" : " $name$",
		    CPART("name", inputs[i]));
	text_put(text, "\",\n");
}

static void
emit_exports(struct text *text, const struct values *exports)
{
	if (exports->n == 0)
		return;
	text_put(text, "\t\t.exports = \"");
	for (size_t i = 0; i < exports->n; i++)
		TEXT(text, i == 0 ? "$name$" : " $name$",
		    CPART("name", exports->items[i].text));
	text_put(text, "\",\n");
}

static void
emit_outputs(struct text *text, const struct outputs *outputs)
{
	if (outputs->n == 0)
		return;
	text_put(text, "\t\t.outputs = (struct sw_artifact[]){\n");
	for (size_t i = 0; i < outputs->n; i++) {
		const struct output *output = &outputs->items[i];
		TEXT(text, "\t\t\t{ .name = $name$",
		    CSTR("name", output->name.text));
		if (output->files.n > 0) {
			text_put(text, ", .files = ");
			emit_values(text, &output->files);
		}
		text_put(text, " },\n");
	}
	text_put(text, "\t\t\t{ .name = NULL },\n\t\t},\n");
}

/* Those alone that have a secret's name for a value, or those that have not. */
static void
emit_parameters(struct text *text, const char *field,
    const struct parameters *parameters, bool of_secrets)
{
	size_t n = 0;
	for (size_t i = 0; i < parameters->n; i++)
		n += (parameters->items[i].secret.text != NULL) == of_secrets;
	if (n == 0)
		return;
	TEXT(text, "\t\t.$field$ = (struct sw_parameter[]){\n",
	    IDENT("field", field));
	for (size_t i = 0; i < parameters->n; i++) {
		const struct parameter *parameter = &parameters->items[i];
		if ((parameter->secret.text != NULL) != of_secrets)
			continue;
		TEXT(text, "\t\t\t{ .name = $name$, .value = ",
		    CSTR("name", parameter->name.text));
		emit_literal(text, of_secrets ? parameter->secret.text
					      : parameter->value.text);
		text_put(text, " },\n");
	}
	text_put(text, "\t\t\t{ .name = NULL },\n\t\t},\n");
}

/* Variables with a value, and those that a secret is given in. */
static void
emit_env(struct text *text, const struct parameters *env)
{
	emit_parameters(text, "env", env, false);
	emit_parameters(text, "secrets", env, true);
}

/* What actions and rules have in common. */
static void
emit_begin(struct text *text, const struct lowered *lowered, uint32_t i,
    const char *provider)
{
	const struct lowered_work *work = &lowered->work[i];
	TEXT(text,
	    "\t[$id$] = {\n"
	    "\t\t.provider = &sw_provider_$provider$,\n",
	    IDENT("id", lowered->action_idents[i]),
	    IDENT("provider", work->provider));
	if (strcmp(work->provider, "plugin") == 0)
		emit_string(text, "plugin", provider);
}

static void
emit_limit(struct text *text, const char *field, uint64_t limit)
{
	if (limit != 0)
		TEXT(text, "\t\t.limits.$field$ = $limit$,\n",
		    IDENT("field", field), NUM("limit", limit));
}

static void
emit_confinement(struct text *text, const struct lowered_work *work)
{
	const struct limits *limits = work->limits;
	if (work->sandbox != NULL)
		TEXT(text, "\t\t.sandbox = SW_SANDBOX_$sandbox$,\n",
		    IDENT("sandbox", strcmp(work->sandbox, "user") == 0
					 ? "USER"
					 : "BUBBLEWRAP"));
	if (work->network)
		text_put(text, "\t\t.network = true,\n");
	emit_limit(text, "memory", limits->memory.n);
	emit_limit(text, "processes", limits->processes.n);
	emit_limit(text, "file_size", limits->file_size.n);
	emit_limit(text, "cpu_time_ms", limits->cpu_time_ms.n);
	emit_limit(text, "open_files", limits->open_files.n);
}

static void
emit_limits(struct text *text, const struct lowered_work *work)
{
	emit_string(text, "environment", work->environment);
	if (work->timeout_ms != SW_TIMEOUT_MS)
		TEXT(text, "\t\t.timeout_ms = $timeout$,\n",
		    NUM("timeout", work->timeout_ms));
	if (work->backoff_ms != 0)
		TEXT(text, "\t\t.backoff_ms = $backoff$,\n",
		    NUM("backoff", work->backoff_ms));
	if (work->exec)
		text_put(text, "\t\t.exec = true,\n");
	emit_confinement(text, work);
}

static void
emit_action(struct text *text, const struct lowered *lowered, uint32_t i)
{
	const struct action *action = lowered->actions[i];
	const struct lowered_work *work = &lowered->work[i];
	emit_begin(text, lowered, i, action->provider.text);
	emit_string(text, "namespace_", action->namespace_.text);
	emit_limits(text, work);
	emit_run(text, &action->run);
	emit_inputs(text, work->inputs);
	emit_outputs(text, &action->outputs);
	emit_exports(text, &action->exports);
	emit_env(text, &action->env);
	emit_parameters(text, "parameters", &action->parameters, false);
	emit_string(text, "text", action->text.text);
	text_put(text, "\t},\n");
}

static void
emit_rule(struct text *text, const struct lowered *lowered, uint32_t i)
{
	const struct rule *rule = lowered->rules[i];
	const struct lowered_work *work = &lowered->work[i];
	emit_begin(text, lowered, i, rule->provider.text);
	emit_limits(text, work);
	emit_run(text, &rule->run);
	emit_inputs(text, work->inputs);
	emit_env(text, &rule->env);
	emit_parameters(text, "parameters", &rule->parameters, false);
	text_put(text, "\t},\n");
}

static void
emit_variables(struct text *text, const struct lowered *lowered)
{
	const struct variables *variables = &lowered->model->variables;
	if (variables->n == 0)
		return;
	TEXT(text, "static const struct sw_variable $p$_variables[] = {\n",
	    IDENT("p", lowered->prefix));
	for (size_t i = 0; i < variables->n; i++) {
		const struct variable *variable = &variables->items[i];
		text_put(text, "\t{\n");
		emit_string(text, "name", variable->name.text);
		emit_string(text, "default_", variable->default_.text);
		emit_string(text, "description", variable->description.text);
		text_put(text, "\t},\n");
	}
	text_put(text, "\t{ .name = NULL },\n};\n\n");
}

static void
emit_secrets(struct text *text, const struct lowered *lowered)
{
	const struct secrets *secrets = &lowered->model->secrets;
	if (secrets->n == 0)
		return;
	TEXT(text, "static const struct sw_secret $p$_secrets[] = {\n",
	    IDENT("p", lowered->prefix));
	for (size_t i = 0; i < secrets->n; i++) {
		const struct secret *secret = &secrets->items[i];
		text_put(text, "\t{\n");
		emit_string(text, "name", secret->name.text);
		emit_string(text, "description", secret->description.text);
		text_put(text, "\t},\n");
	}
	text_put(text, "\t{ .name = NULL },\n};\n\n");
}

static void
emit_filter(struct text *text, const struct filter *filter)
{
	text_put(text, "\t{\n");
	emit_list(text, "branches", &filter->branches.includes);
	emit_list(text, "exclude_branches", &filter->branches.excludes);
	emit_list(text, "paths", &filter->paths.includes);
	emit_list(text, "exclude_paths", &filter->paths.excludes);
	emit_list(text, "tags", &filter->tags.includes);
	emit_list(text, "exclude_tags", &filter->tags.excludes);
	text_put(text, "\t\t.is_end = false,\n\t},\n");
}

/* A list of filters for each trigger that has some. */
static void
emit_filters(struct text *text, const struct lowered *lowered)
{
	for (size_t i = 0; i < lowered->ntriggers; i++) {
		const struct lowered_trigger *t = &lowered->triggers[i];
		const struct filters *filters = &t->trigger->filters;
		if (filters->n == 0)
			continue;
		TEXT(text,
		    "/* When $source$ changes. */\n"
		    "static const struct sw_filter $p$_filters_$i$[] = {\n",
		    COMMENT("source", t->name), IDENT("p", lowered->prefix),
		    NUM("i", i));
		for (size_t k = 0; k < filters->n; k++)
			emit_filter(text, &filters->items[k]);
		text_put(text, "\t{ .is_end = true },\n};\n\n");
	}
}

static void
emit_triggers(struct text *text, const struct lowered *lowered)
{
	if (lowered->ntriggers == 0)
		return;
	emit_filters(text, lowered);
	TEXT(text, "static const struct sw_trigger $p$_triggers[] = {\n",
	    IDENT("p", lowered->prefix));
	for (size_t i = 0; i < lowered->ntriggers; i++) {
		const struct lowered_trigger *t = &lowered->triggers[i];
		TEXT(text, "\t{ .name = $name$, .action = $action$",
		    CSTR("name", t->name),
		    IDENT("action", lowered->action_idents[t->action]));
		if (t->trigger->filters.n > 0)
			TEXT(text, ", .filters = $p$_filters_$i$",
			    IDENT("p", lowered->prefix), NUM("i", i));
		text_put(text, " },\n");
	}
	text_put(text, "\t{ .name = NULL },\n};\n\n");
}

void
emit_work(struct text *text, const struct lowered *lowered)
{
	TEXT(text, "static const struct sw_work $p$_work[$P$_NACTIONS] = {\n",
	    IDENT("p", lowered->prefix), IDENT("P", lowered->upper));
	for (uint32_t i = 0; i < lowered->machine.nactions; i++) {
		if (lowered->rules[i] != NULL)
			emit_rule(text, lowered, i);
		else
			emit_action(text, lowered, i);
	}
	text_put(text, "};\n\n");
	emit_variables(text, lowered);
	emit_secrets(text, lowered);
	emit_triggers(text, lowered);
	TEXT(text,
	    "const struct sw_pipeline $p$_pipeline = {\n"
	    "\t.name = $name$,\n"
	    "\t.version = $version$,\n"
	    "\t.machine = &$p$_machine,\n"
	    "\t.work = $p$_work,\n",
	    IDENT("p", lowered->prefix), CSTR("name", lowered->machine.name),
	    CSTR("version", STAGEWRIGHT_VERSION));
	if (lowered->model->variables.n > 0)
		TEXT(text, "\t.variables = $p$_variables,\n",
		    IDENT("p", lowered->prefix));
	if (lowered->model->secrets.n > 0)
		TEXT(text, "\t.secrets = $p$_secrets,\n",
		    IDENT("p", lowered->prefix));
	if (lowered->ntriggers > 0)
		TEXT(text, "\t.triggers = $p$_triggers,\n",
		    IDENT("p", lowered->prefix));
	TEXT(text, "\t.view = &$p$_view,\n};\n", IDENT("p", lowered->prefix));
}
