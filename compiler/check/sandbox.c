/*
 * Sandboxes: does what an action or rule says of its own have an effect?
 */
#include <string.h>

#include "rule.h"

const char *
confinement_given(const struct confinement *confinement, struct span *at)
{
	if (confinement->sandbox.text != NULL) {
		*at = confinement->sandbox.at;
		return "'sandbox'";
	}
	if (confinement->network.text != NULL) {
		*at = confinement->network.at;
		return "'network'";
	}
	*at = confinement->limits.at;
	return span_is_set(*at) ? "<limits>" : NULL;
}

/* What has no sandbox at all is provider.c's and rule.c's to report. */
static void
judge_network(struct checking *c, enum check_id id, struct scope scope,
    const struct confinement *confinement)
{
	struct diagnostic *d;

	if (confinement->network.text == NULL ||
	    confinement->sandbox.text == NULL ||
	    strcmp(confinement->sandbox.text, "bubblewrap") == 0)
		return;
	d = REPORT(c, id, scope, confinement->network.at,
	    "sandbox '%s' keeps nothing from the network",
	    confinement->sandbox.text);
	diagnostic_help(d, "add sandbox=\"bubblewrap\", or remove 'network'");
}

static void
judge_rule(
    struct checking *c, enum check_id id, const struct checked_rule *place)
{
	judge_network(c, id, (struct scope){ place->stage, NULL },
	    &place->rule->confinement);
}

static void
check_network(struct checking *c, enum check_id id)
{
	for (uint32_t i = 0; i < c->flow->nactions; i++)
		judge_network(c, id, scope_of_action(c->flow, i),
		    &c->flow->actions[i].action->confinement);
	for_each_rule(c, id, judge_rule);
}

static const struct check table[] = {
	{ CHECK_SANDBOX_NETWORK, check_network, NEEDS_PARTS },
};

const struct checks sandbox_checks = CHECKS(table);
