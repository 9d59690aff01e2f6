/*
 * References to variables, #{namespace.name}: well-formed, of something that
 * exists, set before it is read, harmless where it is put. User Guide,
 * "Variables reference".
 */
#include <string.h>

#include "base/correction.h"
#include "checking.h"
#include "model/provider.h"

static const char *
namespace_candidate(const struct checking *c, uint32_t i)
{
	static const char *const reserved[] = { "variables", "codepipeline" };

	return i < 2 ? reserved[i]
		     : c->flow->actions[i - 2].action->namespace_.text;
}

static const char *
variable_candidate(const struct checking *c, uint32_t i)
{
	return c->model->variables.items[i].name.text;
}

static void
check_syntax(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nreferences; i++) {
		const struct flow_reference *reference =
		    &c->flow->references[i];
		struct diagnostic *d;

		if (reference->problem == NULL)
			continue;
		d = REPORT(c, id, scope_of_reader(c->flow, &reference->reader),
		    reference_at(c, reference),
		    "malformed reference to a variable");
		diagnostic_label(d, "%s", reference->problem);
		diagnostic_help(d, "a reference is #{NAMESPACE.NAME}, up to "
				   "256 bytes without blanks");
	}
}

static void
report_no_namespace(struct checking *c, enum check_id id,
    const struct flow_reference *reference)
{
	const char *meant = checking_suggest(c, reference->namespace_,
	    namespace_candidate, c->flow->nactions + 2);
	struct diagnostic *d =
	    REPORT(c, id, scope_of_reader(c->flow, &reference->reader),
		reference_namespace_at(c, reference),
		"no action has the namespace '%s'", reference->namespace_);
	uint32_t owner;

	if (meant == NULL) {
		diagnostic_help(d,
		    "give the action that sets %s namespace=\"%s\"",
		    reference->name, reference->namespace_);
		return;
	}
	correction_meant(d, reference_namespace_at(c, reference), meant);
	owner = names_find(c->flow->namespace_names, meant);
	if (owner != NAMES_NONE)
		diagnostic_also(d,
		    c->flow->actions[owner].action->namespace_.at,
		    "declared here");
}

static void
report_no_variable(struct checking *c, enum check_id id,
    const struct flow_reference *reference)
{
	const char *meant = checking_suggest(c, reference->name,
	    variable_candidate, (uint32_t)c->model->variables.n);
	struct diagnostic *d =
	    REPORT(c, id, scope_of_reader(c->flow, &reference->reader),
		reference_name_at(c, reference),
		"the pipeline has no variable '%s'", reference->name);

	if (meant == NULL) {
		diagnostic_help(d,
		    "add <variable name=\"%s\" default=\"...\"/> "
		    "to the pipeline",
		    reference->name);
		return;
	}
	correction_meant(d, reference_name_at(c, reference), meant);
	diagnostic_also(d,
	    c->model->variables
		.items[names_find(c->flow->variable_names, meant)]
		.name.at,
	    "declared here");
}

static void
check_undefined(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nreferences; i++) {
		const struct flow_reference *reference =
		    &c->flow->references[i];

		if (reference->problem != NULL)
			continue;
		/* #{secrets.NAME} is sec-text's. */
		if (reference->kind == FLOW_UNDEFINED &&
		    strcmp(reference->namespace_, "secrets") != 0)
			report_no_namespace(c, id, reference);
		else if (reference->kind == FLOW_VARIABLES &&
			 reference->target == FLOW_NONE)
			report_no_variable(c, id, reference);
	}
}

/* Names of the variables that an action gives; NULL: nobody knows them. */
static const char **
keys_of(struct checking *c, const struct action *action, size_t *n)
{
	const struct provider_facts *known =
	    action->provider.text != NULL
		? provider_facts(action->provider.text)
		: NULL;
	const char **keys;
	size_t nkeys = 0;

	if (known == NULL && action->exports.n == 0)
		return NULL;
	while (known != NULL && known->keys[nkeys] != NULL)
		nkeys++;
	keys =
	    arena_array(c->arena, nkeys + action->exports.n + 1, sizeof(*keys));
	for (*n = 0; *n < nkeys; (*n)++)
		keys[*n] = known->keys[*n];
	for (size_t i = 0; i < action->exports.n; i++)
		if (action->exports.items[i].text != NULL)
			keys[(*n)++] = action->exports.items[i].text;
	return keys;
}

static bool
has_key(const struct action *action, const char *name)
{
	const struct provider_facts *known =
	    action->provider.text != NULL
		? provider_facts(action->provider.text)
		: NULL;

	if (known == NULL && action->exports.n == 0)
		return true;
	for (size_t i = 0; known != NULL && known->keys[i] != NULL; i++)
		if (strcmp(known->keys[i], name) == 0)
			return true;
	for (size_t i = 0; i < action->exports.n; i++)
		if (action->exports.items[i].text != NULL &&
		    strcmp(action->exports.items[i].text, name) == 0)
			return true;
	return false;
}

static void
report_unknown_key(struct checking *c, enum check_id id,
    const struct flow_reference *reference)
{
	const struct action *action =
	    c->flow->actions[reference->target].action;
	size_t n = 0;
	const char **keys = keys_of(c, action, &n);
	const char *meant = NULL, *list = "";
	struct diagnostic *d;

	if (c->suggestions > 0) {
		c->suggestions--;
		meant = did_you_mean(reference->name, keys, n);
	}
	d = REPORT(c, id, scope_of_reader(c->flow, &reference->reader),
	    reference_name_at(c, reference), "'%s' sets no variable '%s'",
	    action_name(c, reference->target), reference->name);
	if (meant != NULL)
		correction_meant(d, reference_name_at(c, reference), meant);
	diagnostic_also(d, action->namespace_.at, "the namespace of '%s'",
	    action_name(c, reference->target));
	for (size_t i = 0; i < n && i < 8; i++)
		list = arena_printf(
		    c->arena, "%s%s%s", list, i > 0 ? ", " : "", keys[i]);
	if (n == 0)
		diagnostic_help(
		    d, "add <export>%s</export> to it", reference->name);
	else
		diagnostic_help(
		    d, "it sets %s%s", list, n > 8 ? " and more" : "");
}

static void
check_unknown_keys(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nreferences; i++) {
		const struct flow_reference *reference =
		    &c->flow->references[i];
		const struct flow_action *setter;
		struct diagnostic *d;

		if (reference->problem != NULL)
			continue;
		if (reference->kind == FLOW_CODEPIPELINE &&
		    strcmp(reference->name, "PipelineExecutionId") != 0) {
			d = REPORT(c, id,
			    scope_of_reader(c->flow, &reference->reader),
			    reference_name_at(c, reference),
			    "namespace 'codepipeline' has no variable '%s'",
			    reference->name);
			diagnostic_help(d, "it has PipelineExecutionId");
		}
		if (reference->kind != FLOW_ACTION)
			continue;
		setter = &c->flow->actions[reference->target];
		if (!setter->is_namespace_shared &&
		    !has_key(setter->action, reference->name))
			report_unknown_key(c, id, reference);
	}
}

static void
report_order(struct checking *c, enum check_id id,
    const struct flow_reference *reference)
{
	const struct flow_reader *reader = &reference->reader;
	const struct flow_action *setter = &c->flow->actions[reference->target];
	struct diagnostic *d = REPORT(c, id, scope_of_reader(c->flow, reader),
	    reference_at(c, reference),
	    "variable '%s.%s' is read before it is set", reference->namespace_,
	    reference->name);

	if (reader->action == reference->target) {
		diagnostic_label(
		    d, "%s reads what it sets itself", reader_name(c, reader));
		diagnostic_help(d, "set it in an earlier action");
		return;
	}
	diagnostic_label(d, "read by %s", reader_name(c, reader));
	diagnostic_also(d, setter->action->namespace_.at, "set by %s%s",
	    action_name(c, reference->target),
	    setter->stage == reader->stage ? "" : ", in a later stage");
	diagnostic_help(d, "let %s run after %s", reader_name(c, reader),
	    action_name(c, reference->target));
}

static void
check_order(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nreferences; i++) {
		const struct flow_reference *reference = &flow->references[i];
		const struct flow_action *setter;

		if (reference->problem != NULL ||
		    reference->kind != FLOW_ACTION)
			continue;
		setter = &flow->actions[reference->target];
		if (setter->is_namespace_shared ||
		    setter->rank < reference->reader.rank)
			continue;
		/* The same slot is order-same-slot's. */
		if (setter->rank == reference->reader.rank &&
		    reference->reader.action != FLOW_NONE &&
		    reference->reader.action != reference->target)
			continue;
		report_order(c, id, reference);
	}
}

static void
check_namespaces(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct value *name = &flow->actions[i].action->namespace_;
		struct scope scope = scope_of_action(flow, i);
		struct diagnostic *d;
		uint32_t other;

		if (name->text == NULL)
			continue;
		other = names_find(flow->namespace_names, name->text);
		if (other != i) {
			d = REPORT(c, id, scope, name->at,
			    "namespace '%s' is taken", name->text);
			diagnostic_also(d,
			    flow->actions[other].action->namespace_.at, "by %s",
			    action_name(c, other));
			diagnostic_help(d, "give one of them another name");
		} else if (strcmp(name->text, "variables") == 0 ||
			   strcmp(name->text, "codepipeline") == 0) {
			d = REPORT(c, id, scope, name->at,
			    "namespace '%s' is reserved", name->text);
			diagnostic_label(d, "%s",
			    *name->text == 'v'
				? "for the variables of the pipeline"
				: "for facts of the execution");
			diagnostic_help(d, "give it another name");
		}
		other = names_find(flow->artifact_names, name->text);
		if (other == NAMES_NONE)
			continue;
		d = REPORT(c, id, scope, name->at,
		    "namespace '%s' is the name of an artifact too",
		    name->text);
		diagnostic_also(d,
		    flow->writes[flow->artifacts[other].write].output->name.at,
		    "the artifact");
		diagnostic_help(d, "give one of them another name");
	}
}

static void
check_in_source(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nreferences; i++) {
		const struct flow_reference *reference =
		    &c->flow->references[i];
		struct diagnostic *d;

		if (reference->problem != NULL ||
		    reference->kind != FLOW_VARIABLES ||
		    reference->target == FLOW_NONE ||
		    reference->reader.action == FLOW_NONE ||
		    c->flow->actions[reference->reader.action]
			    .action->category != SW_CATEGORY_SOURCE)
			continue;
		d = REPORT(c, id, scope_of_reader(c->flow, &reference->reader),
		    reference_at(c, reference),
		    "a source cannot read the variables of the pipeline");
		diagnostic_label(
		    d, "read by %s", reader_name(c, &reference->reader));
		diagnostic_help(d,
		    "write the value itself: what a source watches is the same "
		    "for all executions");
	}
}

static void
check_no_default(struct checking *c, enum check_id id)
{
	const struct variables *variables = &c->model->variables;
	const struct triggers *triggers = &c->model->triggers;

	for (size_t i = 0; triggers->n > 0 && i < variables->n; i++) {
		const struct variable *variable = &variables->items[i];
		struct diagnostic *d;

		if (variable->default_.text != NULL ||
		    variable->name.text == NULL)
			continue;
		d = REPORT(c, id, SCOPE_PIPELINE, variable->name.at,
		    "variable '%s' has no default, and a trigger cannot give "
		    "it a value",
		    variable->name.text);
		diagnostic_also(d, triggers->items[0].at,
		    "starts executions without asking");
		diagnostic_help(d, "add default=\"...\"");
	}
}

static void
check_unused(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	const struct variables *variables = &c->model->variables;
	bool *is_read = arena_array(c->arena, variables->n, sizeof(*is_read));

	for (uint32_t i = 0; i < flow->nreferences; i++)
		if (flow->references[i].problem == NULL &&
		    flow->references[i].kind == FLOW_VARIABLES &&
		    flow->references[i].target != FLOW_NONE)
			is_read[flow->references[i].target] = true;
	for (size_t i = 0; i < variables->n; i++) {
		const struct value *name = &variables->items[i].name;
		struct diagnostic *d;

		/* The second of two of a name is struct-duplicate's. */
		if (is_read[i] || name->text == NULL ||
		    names_find(flow->variable_names, name->text) != i)
			continue;
		d = REPORT(c, id, SCOPE_PIPELINE, name->at,
		    "nobody reads the variable '%s'", name->text);
		/* Who starts executions may give it: their command fails. */
		correction_remove_element(d, FIX_UNSAFE, name->at);
		diagnostic_help(
		    d, "remove it, or read it as #{variables.%s}", name->text);
	}
}

/* "COMMIT_MESSAGE" for CommitMessage: a name for <env>. */
static const char *
env_name(struct checking *c, const char *key)
{
	char *name = arena_alloc(c->arena, strlen(key) * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; key[i] != '\0'; i++) {
		bool is_upper = key[i] >= 'A' && key[i] <= 'Z';

		if (is_upper && i > 0)
			name[n++] = '_';
		if (key[i] >= 'a' && key[i] <= 'z')
			name[n++] = (char)(key[i] - 'a' + 'A');
		else
			name[n++] = key[i];
	}
	return name;
}

static bool
goes_through_shell(const struct flow *flow, const struct flow_reader *reader)
{
	const struct action *action;

	if (reader->action == FLOW_NONE)
		return true;
	action = flow->actions[reader->action].action;
	return action->shell.text == NULL ||
	       strcmp(action->shell.text, "none") != 0;
}

static void
check_injection(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nreferences; i++) {
		const struct flow_reference *reference = &flow->references[i];
		struct diagnostic *d;
		const char *env;

		if (reference->problem != NULL || reference->in != FLOW_RUN ||
		    reference->kind != FLOW_ACTION ||
		    flow->actions[reference->target].action->category !=
			SW_CATEGORY_SOURCE ||
		    !provider_key_is_foreign(reference->name) ||
		    !goes_through_shell(flow, &reference->reader))
			continue;
		d = REPORT(c, id, scope_of_reader(flow, &reference->reader),
		    reference_at(c, reference),
		    "text from outside becomes part of a command");
		diagnostic_label(d, "whoever pushes chooses it");
		env = env_name(c, reference->name);
		diagnostic_help(d,
		    "add <env name=\"%s\">#{%s.%s}</env> and write \"$%s\" in "
		    "the command",
		    env, reference->namespace_, reference->name, env);
	}
}

static const struct check table[] = {
	{ CHECK_VAR_SYNTAX, check_syntax, NEEDS_PARTS },
	{ CHECK_VAR_UNDEFINED, check_undefined, NEEDS_WHOLE },
	{ CHECK_VAR_UNKNOWN_KEY, check_unknown_keys, NEEDS_WHOLE },
	{ CHECK_VAR_ORDER, check_order, NEEDS_PARTS },
	{ CHECK_VAR_NAMESPACE, check_namespaces, NEEDS_PARTS },
	{ CHECK_VAR_IN_SOURCE, check_in_source, NEEDS_PARTS },
	{ CHECK_VAR_NO_DEFAULT, check_no_default, NEEDS_PARTS },
	{ CHECK_VAR_UNUSED, check_unused, NEEDS_WHOLE },
	{ CHECK_VAR_INJECTION, check_injection, NEEDS_PARTS },
};

const struct checks variable_checks = CHECKS(table);
