/*
 * Where production's artifacts come from: whether a test has seen them,
 * whether an approver could have, which sources are in them. What is judged
 * are deploys to production (model.h says which environments are). Facts about
 * artifacts are handed on from inputs to outputs in the order of ranks, so
 * one pass over the actions settles each.
 */
#include "checking.h"

/* What is handed on with an artifact. */
struct history {
	uint32_t tested; /* rank of the first test that has seen it */
	uint32_t origin; /* the source action in it; NO_ORIGIN, MANY_ORIGINS */
};

#define NOT_TESTED UINT32_MAX
#define NO_ORIGIN UINT32_MAX
#define MANY_ORIGINS (UINT32_MAX - 1)

static void
tested_at(struct history *history, uint32_t rank)
{
	if (rank < history->tested)
		history->tested = rank;
}

static void
add_origin(uint32_t *origin, uint32_t other)
{
	if (other == NO_ORIGIN || *origin == other)
		return;
	*origin = *origin == NO_ORIGIN ? other : MANY_ORIGINS;
}

/* The rank of the next test behind a deploy, by stage and by environment. */
struct next_tests {
	const struct flow *flow;
	struct names *environments; /* to indices of ranks */
	uint32_t *ranks;
	uint32_t stage_index;
	uint32_t in_stage;
};

static uint32_t *
rank_of_environment(struct next_tests *next, const char *environment)
{
	uint32_t i;

	if (environment == NULL)
		return NULL;
	i = names_find(next->environments, environment);
	return &next->ranks[i];
}

/* A deploy has shown its inputs to the next test of what it deployed to. */
static void
see_deployed(struct next_tests *next, const struct flow_action *deploy,
    struct history *histories)
{
	const struct flow *flow = next->flow;
	const uint32_t *rank =
	    rank_of_environment(next, deploy->action->environment.text);

	for (uint32_t i = 0; i < deploy->nreads; i++) {
		uint32_t artifact =
		    flow->reads[deploy->first_read + i].artifact;

		if (artifact == FLOW_NONE)
			continue;
		if (next->stage_index == deploy->stage_index)
			tested_at(&histories[artifact], next->in_stage);
		if (rank != NULL)
			tested_at(&histories[artifact], *rank);
	}
}

/* A test that can be skipped has not been run for sure. */
static bool
is_sure_test(const struct flow_action *place)
{
	return place->action->category == SW_CATEGORY_TEST &&
	       !flow_is_skippable(place->stage);
}

/* From the last rank to the first: tests behind deploys. */
static void
see_deploys(struct checking *c, struct history *histories)
{
	const struct flow *flow = c->flow;
	struct next_tests next = {
		.flow = flow, .in_stage = NOT_TESTED, .stage_index = UINT32_MAX
	};
	uint32_t n = 0, end;

	next.environments = names_new(c->arena, flow->nactions);
	next.ranks = arena_array(c->arena, flow->nactions, sizeof(*next.ranks));
	for (uint32_t i = 0; i < flow->nactions; i++) {
		const char *name = flow->actions[i].action->environment.text;

		next.ranks[i] = NOT_TESTED;
		if (name != NULL && names_add(next.environments, name, n) == n)
			n++;
	}
	for (uint32_t begin = flow->nactions; begin > 0; begin = end) {
		const struct flow_action *last =
		    &flow->actions[flow->by_rank[begin - 1]];

		/* [end, begin) is a group: its deploys see what is behind. */
		for (end = begin;
		     end > 0 &&
		     flow->actions[flow->by_rank[end - 1]].rank == last->rank;
		     end--) {
			const struct flow_action *place =
			    &flow->actions[flow->by_rank[end - 1]];

			if (place->action->category == SW_CATEGORY_DEPLOY)
				see_deployed(&next, place, histories);
		}
		if (next.stage_index != last->stage_index)
			next.in_stage = NOT_TESTED;
		next.stage_index = last->stage_index;
		for (uint32_t i = end; i < begin; i++) {
			const struct flow_action *place =
			    &flow->actions[flow->by_rank[i]];
			uint32_t *rank;

			if (!is_sure_test(place))
				continue;
			next.in_stage = place->rank;
			rank = rank_of_environment(
			    &next, place->action->environment.text);
			if (rank != NULL)
				*rank = place->rank;
		}
	}
}

static void
see_inputs(const struct flow *flow, struct history *histories)
{
	for (uint32_t i = 0; i < flow->nreads; i++) {
		const struct flow_read *read = &flow->reads[i];

		if (read->artifact != FLOW_NONE &&
		    read->reader.action != FLOW_NONE &&
		    is_sure_test(&flow->actions[read->reader.action]))
			tested_at(
			    &histories[read->artifact], read->reader.rank);
	}
}

/* What is made of a thing has its history. */
static void
hand_on(const struct flow *flow, struct history *histories)
{
	for (uint32_t i = 0; i < flow->nactions; i++) {
		uint32_t index = flow->by_rank[i];
		const struct flow_action *place = &flow->actions[index];
		struct history all = { NOT_TESTED, NO_ORIGIN };

		if (place->action->category == SW_CATEGORY_SOURCE)
			all.origin = index;
		for (uint32_t j = 0; j < place->nreads; j++) {
			uint32_t artifact =
			    flow->reads[place->first_read + j].artifact;

			if (artifact == FLOW_NONE)
				continue;
			tested_at(&all, histories[artifact].tested);
			add_origin(&all.origin, histories[artifact].origin);
		}
		for (uint32_t j = 0; j < place->nwrites; j++) {
			struct history *history =
			    &histories[flow->writes[place->first_write + j]
					   .artifact];

			tested_at(history, all.tested);
			add_origin(&history->origin, all.origin);
		}
	}
}

static struct history *
write_histories(struct checking *c)
{
	const struct flow *flow = c->flow;
	struct history *histories =
	    arena_array(c->arena, flow->nartifacts, sizeof(*histories));

	for (uint32_t i = 0; i < flow->nartifacts; i++)
		histories[i] = (struct history){ NOT_TESTED, NO_ORIGIN };
	see_inputs(flow, histories);
	see_deploys(c, histories);
	hand_on(flow, histories);
	return histories;
}

/* Its one writer, if that ends before the action starts; else NULL: what is
 * wrong with it is said by others. */
static const struct flow_write *
sound_write(const struct flow *flow, const struct flow_read *read)
{
	const struct flow_write *write;

	if (read->artifact == FLOW_NONE ||
	    flow->artifacts[read->artifact].nwrites > 1)
		return NULL;
	write = &flow->writes[flow->artifacts[read->artifact].write];
	return flow->actions[write->action].rank < read->reader.rank ? write
								     : NULL;
}

static void
report_untested(struct checking *c, enum check_id id,
    const struct flow_read *read, const struct flow_write *write)
{
	uint32_t deploy = read->reader.action;
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, deploy),
	    read->name->at, "no test has seen '%s' before it reaches '%s'",
	    read->name->text,
	    c->flow->actions[deploy].action->environment.text);

	diagnostic_label(d, "deployed by %s", action_name(c, deploy));
	diagnostic_also(d, write->output->name.at, "written by %s",
	    action_name(c, write->action));
	diagnostic_help(d, "let a <test> have it as <input>, or test where it "
			   "was deployed before");
}

static void
check_untested(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	struct history *histories = NULL;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *deploy = &flow->actions[i];

		if (!is_production_deploy(deploy))
			continue;
		if (histories == NULL)
			histories = write_histories(c);
		for (uint32_t j = 0; j < deploy->nreads; j++) {
			const struct flow_read *read =
			    &flow->reads[deploy->first_read + j];
			const struct flow_write *write =
			    sound_write(flow, read);

			if (write != NULL &&
			    histories[read->artifact].tested >= deploy->rank)
				report_untested(c, id, read, write);
		}
	}
}

static void
report_after_approval(struct checking *c, enum check_id id,
    const struct flow_read *read, uint32_t gate, const struct flow_write *write)
{
	uint32_t deploy = read->reader.action;
	const struct action *approval = c->flow->actions[gate].action;
	struct diagnostic *d =
	    REPORT(c, id, scope_of_action(c->flow, deploy), read->name->at,
		"'%s' is written after its approval", read->name->text);

	diagnostic_label(d, "deployed by %s", action_name(c, deploy));
	diagnostic_also(d, place_or(approval->name, approval->at),
	    "%s cannot see it", action_name(c, gate));
	diagnostic_also(d, write->output->name.at, "written by %s",
	    action_name(c, write->action));
	diagnostic_help(d, "let %s run before %s",
	    action_name(c, write->action), action_name(c, gate));
}

static void
check_after_approval(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	/* The last approval so far, and the last before the present rank. */
	uint32_t last = FLOW_NONE, gate = FLOW_NONE, rank = 0;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		uint32_t index = flow->by_rank[i];
		const struct flow_action *place = &flow->actions[index];

		if (place->rank != rank)
			gate = last;
		rank = place->rank;
		if (place->action->category == SW_CATEGORY_APPROVAL)
			last = index;
		if (gate == FLOW_NONE || !is_production_deploy(place))
			continue;
		for (uint32_t j = 0; j < place->nreads; j++) {
			const struct flow_read *read =
			    &flow->reads[place->first_read + j];
			const struct flow_write *write =
			    sound_write(flow, read);

			if (write != NULL &&
			    flow->actions[write->action].rank >=
				flow->actions[gate].rank)
				report_after_approval(c, id, read, gate, write);
		}
	}
}

static void
report_many_sources(struct checking *c, enum check_id id, uint32_t index,
    const struct history *histories)
{
	const struct flow *flow = c->flow;
	const struct flow_action *deploy = &flow->actions[index];
	struct diagnostic *d = REPORT(c, id, scope_of_action(flow, index),
	    deploy->action->at, "'%s' joins artifacts of several sources",
	    action_name(c, index));

	for (uint32_t j = 0; j < deploy->nreads; j++) {
		const struct flow_read *read =
		    &flow->reads[deploy->first_read + j];
		uint32_t origin = read->artifact != FLOW_NONE
				      ? histories[read->artifact].origin
				      : NO_ORIGIN;

		if (origin == NO_ORIGIN)
			continue;
		diagnostic_also(d, read->name->at, "comes from %s",
		    origin == MANY_ORIGINS ? "several sources"
					   : action_name(c, origin));
	}
	diagnostic_help(d, "join them in a <build>: its one output records "
			   "which went together");
}

static void
check_many_sources(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	struct history *histories = NULL;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *deploy = &flow->actions[i];
		uint32_t origin = NO_ORIGIN;

		if (deploy->action->category != SW_CATEGORY_DEPLOY ||
		    deploy->nreads < 2)
			continue;
		if (histories == NULL)
			histories = write_histories(c);
		for (uint32_t j = 0; j < deploy->nreads; j++) {
			uint32_t artifact =
			    flow->reads[deploy->first_read + j].artifact;

			if (artifact != FLOW_NONE)
				add_origin(&origin, histories[artifact].origin);
		}
		if (origin == MANY_ORIGINS)
			report_many_sources(c, id, i, histories);
	}
}

static const struct check table[] = {
	{ CHECK_ART_UNTESTED, check_untested, NEEDS_WHOLE },
	{ CHECK_ART_AFTER_APPROVAL, check_after_approval, NEEDS_WHOLE },
	{ CHECK_ART_MANY_SOURCES, check_many_sources, NEEDS_WHOLE },
};

const struct checks provenance_checks = CHECKS(table);
