/*
 * Who may let a release pass: that somebody is named, that whoever starts it
 * is not alone with it, that a condition is not for anybody to set aside.
 */
#include <string.h>

#include "checking.h"

/* What not= says of whoever started the execution. */
#define STARTER "starter"

static const char *
given(const struct action *action, const char *name)
{
	const struct parameter *found =
	    parameter_find(&action->parameters, name);

	return found != NULL ? found->value.text : NULL;
}

/* Is the word among those of a list, which blanks or commas part? */
static bool
has_word(const char *list, const char *word)
{
	const size_t length = strlen(word);

	while (list != NULL && *list != '\0') {
		const size_t n = strcspn(list, ", ");

		if (n == length && strncmp(list, word, n) == 0)
			return true;
		list += n + strspn(list + n, ", ");
	}
	return false;
}

static void
check_approvers(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct action *action = flow->actions[i].action;
		const struct span at = place_or(action->name, action->at);
		struct diagnostic *d;

		if (action->category != SW_CATEGORY_APPROVAL)
			continue;
		if (id == CHECK_GATE_NOBODY && given(action, "by") == NULL) {
			d = REPORT(c, id, scope_of_action(flow, i), at,
			    "'%s' names nobody who may approve",
			    action_name(c, i));
			diagnostic_help(d, "name them in by=\"...\"; without "
					   "it, whoever may write to the state "
					   "directory may");
		}
		if (id == CHECK_GATE_ONE_PERSON &&
		    !has_word(given(action, "not"), STARTER)) {
			d = REPORT(c, id, scope_of_action(flow, i), at,
			    "'%s' may be approved by whoever started the "
			    "execution",
			    action_name(c, i));
			diagnostic_help(d, "write not=\"" STARTER "\"");
		}
	}
}

static bool
deploys_to_production(const struct stage *stage)
{
	for (size_t i = 0; i < stage->actions.n; i++)
		if (stage->actions.items[i].category == SW_CATEGORY_DEPLOY &&
		    environment_is_production(
			stage->actions.items[i].environment.text))
			return true;
	return false;
}

static void
report_override(struct checking *c, enum check_id id, const struct stage *stage,
    const struct condition *condition, const char *name)
{
	struct diagnostic *d;

	if (!span_is_set(condition->at))
		return;
	d = REPORT(c, id, ((struct scope){ stage, NULL }), condition->at,
	    "whoever may write to the state directory may set <%s> of '%s' "
	    "aside",
	    name, stage->name.text != NULL ? stage->name.text : "?");
	diagnostic_help(d, "put an <approval> before it if somebody has to "
			   "answer for that, or say in an <allow> who does");
}

static void
check_override(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];

		if (!deploys_to_production(stage))
			continue;
		report_override(
		    c, id, stage, &stage->before_entry, "beforeEntry");
		report_override(c, id, stage, &stage->on_success, "onSuccess");
	}
}

static const struct check table[] = {
	{ CHECK_GATE_NOBODY, check_approvers, NEEDS_PARTS },
	{ CHECK_GATE_ONE_PERSON, check_approvers, NEEDS_PARTS },
	{ CHECK_GATE_OVERRIDE, check_override, NEEDS_PARTS },
};

const struct checks approver_checks = CHECKS(table);
