/*
 * Secrets: each that is named is there and each that is there is named, none
 * gets where it is kept or where everybody can read it. Values that are in the
 * model are literal.c's.
 */
#include <string.h>

#include "base/correction.h"
#include "checking.h"
#include "shell.h"

/* The secrets of the pipeline. */
struct known {
	struct names *names; /* to their indices */
	bool *is_used;       /* one for each */
};

static struct known
know(struct checking *c)
{
	const struct secrets *secrets = &c->model->secrets;
	struct known known = { names_new(c->arena, secrets->n + 1),
		arena_array(c->arena, secrets->n + 1, sizeof(bool)) };

	for (size_t i = 0; i < secrets->n; i++)
		if (secrets->items[i].name.text != NULL)
			names_add(known.names, secrets->items[i].name.text,
			    (uint32_t)i);
	return known;
}

/* What can be given secrets: an action, or a rule. */
struct holder {
	struct known *known;
	struct scope scope;
	const struct parameters *env;
	const struct values *run;
	const struct values *exports; /* NULL: a rule's */
	bool has_shell;
	uint32_t action; /* of a rule: the first of its stage */
};

typedef void (*holder_fn)(
    struct checking *c, enum check_id id, const struct holder *holder);

static void
look_at_rules(struct checking *c, enum check_id id, holder_fn look,
    const struct stage *stage, struct holder holder)
{
	const struct condition *const conditions[] = { &stage->before_entry,
		&stage->on_success, &stage->on_failure };

	for (int k = 0; k < 3; k++)
		for (size_t i = 0; i < conditions[k]->rules.n; i++) {
			holder.env = &conditions[k]->rules.items[i].env;
			holder.run = &conditions[k]->rules.items[i].run;
			look(c, id, &holder);
		}
}

static void
for_each_holder(
    struct checking *c, enum check_id id, holder_fn look, struct known *known)
{
	uint32_t first = 0;

	for (size_t s = 0; s < c->model->stages.n; s++) {
		const struct stage *stage = &c->model->stages.items[s];
		struct holder holder = { .known = known };

		for (size_t i = 0; i < stage->actions.n; i++) {
			const struct action *action = &stage->actions.items[i];

			holder.scope = (struct scope){ stage, action };
			holder.env = &action->env;
			holder.run = &action->run;
			holder.exports = &action->exports;
			holder.has_shell =
			    action->shell.text == NULL ||
			    strcmp(action->shell.text, "none") != 0;
			holder.action = first + (uint32_t)i;
			look(c, id, &holder);
		}
		holder = (struct holder){ .known = known,
			.scope = { stage, NULL },
			.has_shell = true,
			.action = first };
		look_at_rules(c, id, look, stage, holder);
		first += (uint32_t)stage->actions.n;
	}
}

static uint32_t
find_secret(const struct holder *holder, const char *name)
{
	return name == NULL ? NAMES_NONE
			    : names_find(holder->known->names, name);
}

static const char *
secret_candidate(const struct checking *c, uint32_t i)
{
	return c->model->secrets.items[i].name.text;
}

static void
look_for_undefined(
    struct checking *c, enum check_id id, const struct holder *holder)
{
	for (size_t i = 0; i < holder->env->n; i++) {
		const struct value *name = &holder->env->items[i].secret;
		const char *meant;
		struct diagnostic *d;

		if (name->text == NULL ||
		    find_secret(holder, name->text) != NAMES_NONE)
			continue;
		meant = checking_suggest(c, name->text, secret_candidate,
		    (uint32_t)c->model->secrets.n);
		d = REPORT(c, id, holder->scope, name->at,
		    "the pipeline has no secret '%s'", name->text);
		if (meant == NULL) {
			diagnostic_help(d,
			    "add <secret name=\"%s\"/> to the pipeline",
			    name->text);
			continue;
		}
		correction_meant(d, name->at, meant);
		diagnostic_also(d,
		    c->model->secrets.items[find_secret(holder, meant)].name.at,
		    "declared here");
	}
}

static void
check_undefined(struct checking *c, enum check_id id)
{
	struct known known = know(c);

	for_each_holder(c, id, look_for_undefined, &known);
}

static void
mark_used(struct checking *c, enum check_id id, const struct holder *holder)
{
	(void)c;
	(void)id;
	for (size_t i = 0; i < holder->env->n; i++) {
		const uint32_t secret =
		    find_secret(holder, holder->env->items[i].secret.text);

		if (secret != NAMES_NONE)
			holder->known->is_used[secret] = true;
	}
}

static void
check_unused(struct checking *c, enum check_id id)
{
	const struct secrets *secrets = &c->model->secrets;
	struct known known = know(c);

	for_each_holder(c, id, mark_used, &known);
	for (size_t i = 0; i < secrets->n; i++) {
		const struct value *name = &secrets->items[i].name;
		struct diagnostic *d;

		/* The second of two of a name is struct-duplicate's. */
		if (name->text == NULL || known.is_used[i] ||
		    names_find(known.names, name->text) != i)
			continue;
		d = REPORT(c, id, SCOPE_PIPELINE, name->at,
		    "no action names the secret '%s'", name->text);
		correction_remove_element(d, FIX_UNSAFE, name->at);
		diagnostic_help(d,
		    "remove it, or give it to an action: <env name=\"...\" "
		    "secret=\"%s\"/>",
		    name->text);
	}
}

static void
look_for_values(
    struct checking *c, enum check_id id, const struct holder *holder)
{
	for (size_t i = 0; i < holder->env->n; i++) {
		const struct parameter *env = &holder->env->items[i];
		const bool has_text =
		    env->value.text != NULL && *env->value.text != '\0';
		struct diagnostic *d;

		if (env->secret.text == NULL ||
		    (!has_text && env->type.text == NULL))
			continue;
		d = REPORT(c, id, holder->scope,
		    has_text ? env->value.at : env->type.at,
		    "'%s' has the value of a secret, and another one",
		    env->name.text == NULL ? "?" : env->name.text);
		diagnostic_also(d, env->secret.at, "the secret");
		diagnostic_help(d, "remove one of them");
	}
}

static void
check_values(struct checking *c, enum check_id id)
{
	for_each_holder(c, id, look_for_values, NULL);
}

static void
check_texts(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nreferences; i++) {
		const struct flow_reference *reference =
		    &c->flow->references[i];
		struct diagnostic *d;

		if (reference->problem != NULL ||
		    reference->kind != FLOW_UNDEFINED ||
		    strcmp(reference->namespace_, "secrets") != 0)
			continue;
		d = REPORT(c, id, scope_of_reader(c->flow, &reference->reader),
		    reference_at(c, reference),
		    "a secret cannot be put in a text");
		diagnostic_label(d, "texts are kept, shown and executed");
		diagnostic_help(d,
		    "write <env name=\"TOKEN\" secret=\"%s\"/> in the action, "
		    "and read the variable in its commands",
		    reference->name);
	}
}

static void
look_for_exports(
    struct checking *c, enum check_id id, const struct holder *holder)
{
	const size_t n = holder->exports == NULL ? 0 : holder->exports->n;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < holder->env->n; k++) {
			const struct value *export = &holder->exports->items[i];
			const struct parameter *env = &holder->env->items[k];
			struct diagnostic *d;

			if (export->text == NULL || env->name.text == NULL ||
			    env->secret.text == NULL ||
			    strcmp(export->text, env->name.text) != 0)
				continue;
			d = REPORT(c, id, holder->scope, export->at,
			    "the variable '%s' is exported, and a secret",
			    export->text);
			diagnostic_label(
			    d, "what is exported is kept and shown");
			diagnostic_also(d, env->at, "the secret");
			diagnostic_help(d, "remove the <export>");
		}
}

static void
check_exports(struct checking *c, enum check_id id)
{
	for_each_holder(c, id, look_for_exports, NULL);
}

static void
look_for_arguments(
    struct checking *c, enum check_id id, const struct holder *holder)
{
	for (size_t k = 0; holder->has_shell && k < holder->env->n; k++) {
		const struct parameter *env = &holder->env->items[k];

		if (env->secret.text == NULL || env->name.text == NULL)
			continue;
		for (size_t i = 0; i < holder->run->n; i++) {
			const struct value *run = &holder->run->items[i];
			struct shell_use use;
			struct diagnostic *d;

			if (run->text == NULL ||
			    !shell_argument(run->text, env->name.text, &use))
				continue;
			d = REPORT(c, id, holder->scope,
			    value_part(diagnostics_sources(c->diagnostics), run,
				use.offset, use.length),
			    "the secret '%s' becomes an argument of '%.*s'",
			    env->secret.text, (int)use.command_length,
			    use.command);
			diagnostic_label(d, "every user of the machine can "
					    "read it there, with ps");
			diagnostic_help(d,
			    "pass it by standard input or by the environment: "
			    "printf %%s \"$%s\" | ...",
			    env->name.text);
		}
	}
}

static void
check_arguments(struct checking *c, enum check_id id)
{
	for_each_holder(c, id, look_for_arguments, NULL);
}

/* The first filter by pull requests, or NULL. */
static const struct filter *
pull_request(const struct model *model)
{
	for (size_t i = 0; i < model->triggers.n; i++) {
		const struct filters *filters =
		    &model->triggers.items[i].filters;

		for (size_t k = 0; k < filters->n; k++)
			if (filters->items[k].is_pull_request)
				return &filters->items[k];
	}
	return NULL;
}

static bool
is_approved(const struct flow *flow, uint32_t action)
{
	for (uint32_t i = 0; i < flow->nactions; i++)
		if (flow->actions[i].action->category == SW_CATEGORY_APPROVAL &&
		    flow_dominates(flow, i, action))
			return true;
	return false;
}

static void
look_for_untrusted(
    struct checking *c, enum check_id id, const struct holder *holder)
{
	for (size_t i = 0; i < holder->env->n; i++) {
		const struct parameter *env = &holder->env->items[i];
		const struct filter *by = pull_request(c->model);
		struct diagnostic *d;

		if (env->secret.text == NULL ||
		    holder->action >= c->flow->nactions ||
		    is_approved(c->flow, holder->action))
			continue;
		d = REPORT(c, id, holder->scope, env->secret.at,
		    "a pull request is given the secret '%s'",
		    env->secret.text);
		diagnostic_label(d, "whoever proposes a change can print it");
		if (by != NULL)
			diagnostic_also(d, by->at, "starts executions of it");
		diagnostic_help(d, "let an approval stand before it");
	}
}

static void
check_untrusted(struct checking *c, enum check_id id)
{
	if (pull_request(c->model) != NULL)
		for_each_holder(c, id, look_for_untrusted, NULL);
}

static const struct check table[] = {
	{ CHECK_SEC_UNDEFINED, check_undefined, NEEDS_WHOLE },
	{ CHECK_SEC_UNUSED, check_unused, NEEDS_WHOLE },
	{ CHECK_SEC_VALUE, check_values, NEEDS_PARTS },
	{ CHECK_SEC_TEXT, check_texts, NEEDS_WHOLE },
	{ CHECK_SEC_EXPORT, check_exports, NEEDS_PARTS },
	{ CHECK_SEC_ARGUMENT, check_arguments, NEEDS_PARTS },
	{ CHECK_SEC_UNTRUSTED, check_untrusted, NEEDS_WHOLE },
};

const struct checks secret_checks = CHECKS(table);
