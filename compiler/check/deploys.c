/*
 * How a release gets to where it runs: how many places at once, with what
 * rights, made from what, for how long, and what becomes of one that fails.
 */
#include <string.h>

#include "checking.h"
#include "model/image.h"

/* A stage deploys to at most so many times the regions of all before it. */
#define FANOUT_MAX 3

static bool
is_deploy(const struct action *action)
{
	return action->category == SW_CATEGORY_DEPLOY;
}

static bool
is_same(const struct value *a, const struct value *b)
{
	if (a->text == NULL || b->text == NULL)
		return a->text == b->text;
	return strcmp(a->text, b->text) == 0;
}

static void
check_failure(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *place = &flow->actions[i];
		struct diagnostic *d;

		if (!is_production_deploy(place) ||
		    span_is_set(place->stage->on_failure.at))
			continue;
		d = REPORT(c, id, scope_of_action(flow, i),
		    place_or(place->action->name, place->action->at),
		    "nothing is said of what happens when '%s' fails",
		    action_name(c, i));
		diagnostic_help(d,
		    "write <onFailure result=\"ROLLBACK\"/> or RETRY into the "
		    "stage, or say in an <allow> why neither");
	}
}

static void
check_time(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *place = &flow->actions[i];
		const struct action *action = place->action;
		struct diagnostic *d;

		if ((action->category != SW_CATEGORY_APPROVAL &&
			!is_production_deploy(place)) ||
		    action->timeout_ms.written.text != NULL)
			continue;
		d = REPORT(c, id, scope_of_action(flow, i),
		    place_or(action->name, action->at),
		    "'%s' has no timeout of its own", action_name(c, i));
		diagnostic_help(d, "write timeout=\"...\": how long it may "
				   "take before it is of no use");
	}
}

/* The first deploy of a stage, and the first to elsewhere; NULL: none. */
static void
find_targets(const struct stage *stage, const struct action *targets[2])
{
	targets[0] = targets[1] = NULL;
	for (size_t i = 0; i < stage->actions.n; i++) {
		const struct action *action = &stage->actions.items[i];

		if (!is_deploy(action))
			continue;
		if (targets[0] == NULL)
			targets[0] = action;
		else if (targets[1] == NULL &&
			 (!is_same(
			      &action->environment, &targets[0]->environment) ||
			     !is_same(&action->region, &targets[0]->region)))
			targets[1] = action;
	}
}

static void
check_first(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;
	const struct action *targets[2] = { NULL, NULL };
	const struct stage *stage = NULL;
	struct diagnostic *d;

	for (size_t i = 0; i < stages->n && targets[0] == NULL; i++) {
		stage = &stages->items[i];
		find_targets(stage, targets);
	}
	if (targets[1] == NULL)
		return;
	d = REPORT(c, id, ((struct scope){ stage, targets[1] }),
	    place_or(targets[1]->name, targets[1]->at),
	    "the first stage that deploys has more than one target");
	diagnostic_label(d, "a second one");
	diagnostic_also(
	    d, place_or(targets[0]->name, targets[0]->at), "the first");
	diagnostic_help(d, "deploy to one of them first, and to the others in "
			   "a later stage");
}

/* Regions that were deployed to. */
struct regions {
	const struct value **items;
	size_t n;
};

/* Adds one unless it is there; false: it was. */
static bool
add_region(struct regions *regions, const struct value *region)
{
	for (size_t i = 0; i < regions->n; i++)
		if (is_same(regions->items[i], region))
			return false;
	regions->items[regions->n++] = region;
	return true;
}

static void
check_fanout(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;
	struct regions before = { arena_array(c->arena, c->flow->nactions + 1,
				      sizeof(const struct value *)),
		0 };
	struct regions here = before;
	struct diagnostic *d;

	here.items = arena_array(
	    c->arena, c->flow->nactions + 1, sizeof(const struct value *));
	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];

		here.n = 0;
		for (size_t k = 0; k < stage->actions.n; k++)
			if (is_deploy(&stage->actions.items[k]))
				(void)add_region(
				    &here, &stage->actions.items[k].region);
		if (before.n > 0 && here.n > FANOUT_MAX * before.n) {
			d = REPORT(c, id, ((struct scope){ stage, NULL }),
			    place_or(stage->name, stage->at),
			    "'%s' deploys to %zu regions at once, after %zu",
			    stage->name.text != NULL ? stage->name.text : "?",
			    here.n, before.n);
			diagnostic_help(d,
			    "put a stage before it that deploys to some of "
			    "them: at most %d times as many as before",
			    FANOUT_MAX);
		}
		for (size_t k = 0; k < here.n; k++)
			(void)add_region(&before, here.items[k]);
	}
}

/* The first test with this role; FLOW_NONE: there is none. */
static uint32_t
find_test(const struct flow *flow, const struct value *role)
{
	for (uint32_t i = 0; i < flow->nactions; i++)
		if (flow->actions[i].action->category == SW_CATEGORY_TEST &&
		    is_same(&flow->actions[i].action->role, role))
			return i;
	return FLOW_NONE;
}

static void
check_roles(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct value *role = &flow->actions[i].action->role;
		struct diagnostic *d;
		uint32_t test;

		if (role->text == NULL ||
		    !is_production_deploy(&flow->actions[i]))
			continue;
		test = find_test(flow, role);
		if (test == FLOW_NONE)
			continue;
		d = REPORT(c, id, scope_of_action(flow, i), role->at,
		    "'%s' deploys with the role of the test '%s'",
		    action_name(c, i), action_name(c, test));
		diagnostic_also(
		    d, flow->actions[test].action->role.at, "the same role");
		diagnostic_help(d, "give the test a role that may not deploy");
	}
}

static void
check_pins(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct parameters *parameters =
		    &flow->actions[i].action->parameters;

		for (size_t k = 0; k < parameters->n; k++) {
			const struct parameter *image = &parameters->items[k];
			struct diagnostic *d;

			if (!image_is_mutable(image))
				continue;
			d = REPORT(c, id, scope_of_action(flow, i),
			    image->value.at, "'%s' runs the image '%s'",
			    action_name(c, i), image->value.text);
			diagnostic_label(d, "a tag that can be moved");
			diagnostic_help(d, "name it by its digest: "
					   "NAME@sha256:...");
		}
	}
}

static const struct check table[] = {
	{ CHECK_ROLLBACK_MISSING, check_failure, NEEDS_WHOLE },
	{ CHECK_TIME_MISSING, check_time, NEEDS_WHOLE },
	{ CHECK_ENV_FIRST_MANY, check_first, NEEDS_WHOLE },
	{ CHECK_ENV_FANOUT, check_fanout, NEEDS_WHOLE },
	{ CHECK_ROLE_SHARED, check_roles, NEEDS_WHOLE },
	{ CHECK_PIN_PROVIDER, check_pins, NEEDS_PARTS },
};

const struct checks deploy_checks = CHECKS(table);
