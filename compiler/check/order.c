/*
 * The order of actions: by stage and runOrder. What runs together though one
 * needs the other, and orders that say more or less than they mean.
 */
#include "checking.h"
#include "rule.h"

static void
report_same_slot(struct checking *c, uint32_t reader, uint32_t writer,
    struct span at, const char *what)
{
	const struct flow_action *later = &c->flow->actions[reader];
	const struct action *first = c->flow->actions[writer].action;
	struct diagnostic *d =
	    REPORT(c, CHECK_ORDER_SAME_SLOT, scope_of_action(c->flow, reader),
		at, "'%s' runs together with '%s', which it needs",
		action_name(c, reader), action_name(c, writer));

	diagnostic_label(d, "%s", what);
	diagnostic_also(d,
	    place_or(
		first->run_order.written, place_or(first->name, first->at)),
	    "has runOrder %llu as well",
	    (unsigned long long)first->run_order.n);
	diagnostic_help(d, "give '%s' the runOrder %llu",
	    later->action->name.text != NULL ? later->action->name.text : "?",
	    (unsigned long long)first->run_order.n + 1);
}

static bool
run_together(const struct flow *flow, uint32_t a, uint32_t b)
{
	return a != b && flow->actions[a].rank == flow->actions[b].rank;
}

static void
check_slot_reads(struct checking *c)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nreads; i++) {
		const struct flow_read *read = &flow->reads[i];
		uint32_t writer;

		if (read->reader.action == FLOW_NONE ||
		    read->artifact == FLOW_NONE ||
		    flow->artifacts[read->artifact].nwrites > 1)
			continue;
		writer =
		    flow->writes[flow->artifacts[read->artifact].write].action;
		if (run_together(flow, read->reader.action, writer))
			report_same_slot(c, read->reader.action, writer,
			    read->name->at, "written by it");
	}
}

static void
check_slot_references(struct checking *c)
{
	const struct flow *flow = c->flow;

	for (uint32_t i = 0; i < flow->nreferences; i++) {
		const struct flow_reference *reference = &flow->references[i];

		if (reference->problem == NULL &&
		    reference->kind == FLOW_ACTION &&
		    reference->reader.action != FLOW_NONE &&
		    run_together(
			flow, reference->reader.action, reference->target))
			report_same_slot(c, reference->reader.action,
			    reference->target, reference_at(c, reference),
			    "set by it");
	}
}

static void
check_same_slot(struct checking *c, enum check_id id)
{
	(void)id;
	check_slot_reads(c);
	check_slot_references(c);
}

static void
check_file_order(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];

		for (size_t j = 1; j < stage->actions.n; j++) {
			const struct action *above =
			    &stage->actions.items[j - 1];
			const struct action *action = above + 1;
			struct diagnostic *d;

			if (action->run_order.n >= above->run_order.n)
				continue;
			d = REPORT(c, id, ((struct scope){ stage, action }),
			    place_or(action->run_order.written, action->at),
			    "an action stands below one that runs after it");
			diagnostic_label(d, "runOrder %llu",
			    (unsigned long long)action->run_order.n);
			diagnostic_also(d,
			    place_or(above->run_order.written, above->at),
			    "runOrder %llu",
			    (unsigned long long)above->run_order.n);
			diagnostic_help(d, "write the actions of a stage in "
					   "the order in which they run");
			break;
		}
	}
}

/* The runOrders of the stage of the action of this rank, from 1 without gaps:
 * the order stays what it was. */
static void
close_gaps(const struct flow *flow, uint32_t rank, struct diagnostic *d)
{
	const struct stage *stage = flow->actions[flow->by_rank[rank]].stage;
	uint64_t last = 0, n = 0;

	while (
	    rank > 0 && flow->actions[flow->by_rank[rank - 1]].stage == stage)
		rank--;
	for (; rank < flow->nactions &&
	       flow->actions[flow->by_rank[rank]].stage == stage;
	     rank++) {
		const struct number *order =
		    &flow->actions[flow->by_rank[rank]].action->run_order;

		n += order->n > last;
		last = order->n;
		if (order->n != n)
			diagnostic_edit(d, FIX_SAFE, order->written.at, "%llu",
			    (unsigned long long)n);
	}
}

/* `from` is the runOrder before, 0 at the beginning of a stage. */
static void
report_gap(struct checking *c, enum check_id id, uint32_t rank, uint64_t from)
{
	const uint32_t index = c->flow->by_rank[rank];
	const struct action *action = c->flow->actions[index].action;
	struct diagnostic *d = REPORT(c, id, scope_of_action(c->flow, index),
	    place_or(action->run_order.written, action->at),
	    from == 0 ? "the first runOrder of the stage is %llu"
		      : "no action of the stage has runOrder %llu",
	    (unsigned long long)(from == 0 ? action->run_order.n : from + 1));

	diagnostic_label(d, "runs %s", from == 0 ? "first" : "next");
	diagnostic_help(
	    d, "write runOrder=\"%llu\"", (unsigned long long)from + 1);
	close_gaps(c->flow, rank, d);
}

static void
check_gaps(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	const struct stage *stage = NULL;
	bool is_reported = false;
	uint64_t from = 0;

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *place =
		    &flow->actions[flow->by_rank[i]];

		if (place->stage != stage) {
			stage = place->stage;
			is_reported = false;
			from = 0;
		}
		if (place->action->run_order.n > from + 1 && !is_reported) {
			report_gap(c, id, i, from);
			is_reported = true;
		}
		from = place->action->run_order.n;
	}
}

/*
 * Whether an action could run together with its like: it builds, tests or
 * computes in a workspace of its own and touches no environment.
 */
static bool
is_alone_in_its_workspace(const struct flow_action *place)
{
	enum sw_category category = place->action->category;

	return place->action->environment.text == NULL &&
	       (category == SW_CATEGORY_BUILD || category == SW_CATEGORY_TEST ||
		   category == SW_CATEGORY_COMPUTE);
}

/* For each rank: the kind of work that all its actions do, else none. */
struct group {
	bool is_uniform;
	bool needs_last; /* something of the group right before it */
	enum sw_category category;
	uint32_t first; /* action */
	uint32_t stage_index;
};

static void
mark_need(const struct flow *flow, struct group *groups,
    const struct flow_reader *reader, uint32_t needed)
{
	if (reader->action == FLOW_NONE || needed == FLOW_NONE)
		return;
	if (flow->actions[needed].rank + 1 == reader->rank)
		groups[reader->rank].needs_last = true;
}

static struct group *
find_groups(struct checking *c, uint32_t *nranks)
{
	const struct flow *flow = c->flow;
	uint32_t last =
	    flow->nactions > 0
		? flow->actions[flow->by_rank[flow->nactions - 1]].rank
		: 0;
	struct group *groups = arena_array(c->arena, last + 1, sizeof(*groups));

	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct flow_action *place =
		    &flow->actions[flow->by_rank[i]];
		struct group *group = &groups[place->rank];
		bool begins =
		    i == 0 ||
		    flow->actions[flow->by_rank[i - 1]].rank != place->rank;

		if (begins)
			*group = (struct group){ true, false,
				place->action->category, flow->by_rank[i],
				place->stage_index };
		group->is_uniform = group->is_uniform &&
				    is_alone_in_its_workspace(place) &&
				    place->action->category == group->category;
	}
	*nranks = last + 1;
	return groups;
}

static void
report_serial(struct checking *c, enum check_id id, const struct group *group,
    const struct group *before)
{
	const struct action *action = c->flow->actions[group->first].action;
	const struct action *first = c->flow->actions[before->first].action;
	struct diagnostic *d =
	    REPORT(c, id, scope_of_action(c->flow, group->first),
		place_or(action->run_order.written, action->at),
		"'%s' waits for '%s' and needs nothing of it",
		action_name(c, group->first), action_name(c, before->first));

	diagnostic_also(d, place_or(first->name, first->at), "runs before");
	diagnostic_help(d, "give both the runOrder %llu: they can run together",
	    (unsigned long long)first->run_order.n);
}

static void
check_serial(struct checking *c, enum check_id id)
{
	const struct flow *flow = c->flow;
	uint32_t nranks;
	struct group *groups = find_groups(c, &nranks);

	for (uint32_t i = 0; i < flow->nreads; i++)
		if (flow->reads[i].artifact != FLOW_NONE)
			mark_need(flow, groups, &flow->reads[i].reader,
			    flow->writes
				[flow->artifacts[flow->reads[i].artifact].write]
				    .action);
	for (uint32_t i = 0; i < flow->nreferences; i++)
		if (flow->references[i].problem == NULL &&
		    flow->references[i].kind == FLOW_ACTION)
			mark_need(flow, groups, &flow->references[i].reader,
			    flow->references[i].target);
	for (uint32_t i = 1; i < nranks; i++) {
		const struct group *group = &groups[i], *before = group - 1;

		if (group->is_uniform && before->is_uniform &&
		    group->stage_index == before->stage_index &&
		    group->category == before->category && !group->needs_last)
			report_serial(c, id, group, before);
	}
}

static void
check_unreachable(struct checking *c, enum check_id id)
{
	const struct stages *stages = &c->model->stages;

	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];
		const struct condition *entry = &stage->before_entry;

		for (size_t j = 0; j < entry->rules.n; j++) {
			const struct rule *rule = &entry->rules.items[j];
			struct diagnostic *d;

			if (rule->provider.text == NULL ||
			    foregone_outcome(c, rule) != FOREGONE_FAILS)
				continue;
			d = REPORT(c, id, ((struct scope){ stage, NULL }),
			    foregone_place(rule),
			    "no execution can enter stage '%s'",
			    stage->name.text != NULL ? stage->name.text : "?");
			diagnostic_label(d, "this rule never passes");
			if (entry->result != RESULT_SKIP && i + 1 < stages->n)
				diagnostic_also(d,
				    place_or(stages->items[i + 1].name,
					stages->items[i + 1].at),
				    "and none gets here");
			diagnostic_help(
			    d, "correct the rule, or remove the stage");
			break;
		}
	}
}

static const struct check table[] = {
	{ CHECK_ORDER_SAME_SLOT, check_same_slot, NEEDS_PARTS },
	{ CHECK_ORDER_FILE, check_file_order, NEEDS_PARTS },
	{ CHECK_ORDER_GAP, check_gaps, NEEDS_WHOLE },
	{ CHECK_ORDER_SERIAL, check_serial, NEEDS_WHOLE },
	{ CHECK_ORDER_UNREACHABLE, check_unreachable, NEEDS_PARTS },
};

const struct checks order_checks = CHECKS(table);
