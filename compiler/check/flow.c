/*
 * Builds the flow: ranks first, then names, then who reads and writes, each in
 * one pass over the model. Input: a model as the reader left it, with holes
 * where something was wrong; output: struct flow. Reports nothing.
 */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "model/model.h"
#include "notation/reference.h"

struct builder {
	struct arena *arena;
	struct flow *flow;
	uint32_t reference_capacity;
};

/* An action in the order of ranks. */
struct ordered {
	uint64_t run_order;
	uint32_t index;
};

static int
compare_ordered(const void *left, const void *right)
{
	const struct ordered *a = left;
	const struct ordered *b = right;

	if (a->run_order != b->run_order)
		return a->run_order < b->run_order ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

/* Ranks of the actions of a stage whose first has index `first`. */
static uint32_t
rank_stage(struct flow *flow, const struct stage *stage, uint32_t first,
    uint32_t rank, struct ordered *scratch)
{
	bool is_sorted = true;

	for (size_t i = 0; i < stage->actions.n; i++) {
		scratch[i].run_order = stage->actions.items[i].run_order.n;
		scratch[i].index = first + (uint32_t)i;
		is_sorted =
		    is_sorted && (i == 0 || scratch[i].run_order >=
						scratch[i - 1].run_order);
	}
	if (!is_sorted)
		qsort(scratch, stage->actions.n, sizeof(*scratch),
		    compare_ordered);
	for (size_t i = 0; i < stage->actions.n; i++) {
		if (i == 0 || scratch[i].run_order != scratch[i - 1].run_order)
			rank++;
		flow->actions[scratch[i].index].rank = rank;
		flow->by_rank[first + i] = scratch[i].index;
	}
	return rank;
}

static void
rank_actions(struct builder *builder)
{
	struct flow *flow = builder->flow;
	const struct stages *stages = &flow->model->stages;
	struct ordered *scratch;
	uint32_t index = 0, rank = 0;

	for (size_t i = 0; i < stages->n; i++)
		flow->nactions += (uint32_t)stages->items[i].actions.n;
	flow->actions =
	    arena_array(builder->arena, flow->nactions, sizeof(*flow->actions));
	flow->by_rank =
	    arena_array(builder->arena, flow->nactions, sizeof(*flow->by_rank));
	flow->entry_ranks =
	    arena_array(builder->arena, stages->n, sizeof(*flow->entry_ranks));
	scratch = arena_array(builder->arena, flow->nactions, sizeof(*scratch));
	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];
		uint32_t first = index;

		for (size_t j = 0; j < stage->actions.n; j++)
			flow->actions[index++] = (struct flow_action){
				.action = &stage->actions.items[j],
				.stage = stage,
				.stage_index = (uint32_t)i,
			};
		flow->entry_ranks[i] = ++rank;
		rank = rank_stage(flow, stage, first, rank, scratch) + 1;
	}
}

static void
name_variables(struct builder *builder)
{
	struct flow *flow = builder->flow;
	const struct variables *variables = &flow->model->variables;

	flow->variable_names = names_new(builder->arena, variables->n);
	for (size_t i = 0; i < variables->n; i++)
		if (variables->items[i].name.text != NULL)
			names_add(flow->variable_names,
			    variables->items[i].name.text, (uint32_t)i);
}

static void
name_namespaces(struct builder *builder)
{
	struct flow *flow = builder->flow;

	flow->namespace_names = names_new(builder->arena, flow->nactions);
	for (uint32_t i = 0; i < flow->nactions; i++) {
		const char *name = flow->actions[i].action->namespace_.text;
		uint32_t first;

		if (name == NULL)
			continue;
		first = names_add(flow->namespace_names, name, i);
		if (first != i)
			flow->actions[first].is_namespace_shared = true;
	}
}

static void
resolve_triggers(struct builder *builder)
{
	struct flow *flow = builder->flow;
	const struct triggers *triggers = &flow->model->triggers;
	struct names *names;

	if (triggers->n == 0)
		return;
	names = names_new(builder->arena, flow->nactions);
	flow->trigger_actions = arena_array(
	    builder->arena, triggers->n, sizeof(*flow->trigger_actions));
	for (int others = 0; others < 2; others++)
		for (uint32_t i = 0; i < flow->nactions; i++) {
			const struct action *action = flow->actions[i].action;
			bool is_other = action->category != SW_CATEGORY_SOURCE;

			if (action->name.text != NULL && is_other == others)
				names_add(names, action->name.text, i);
		}
	for (size_t i = 0; i < triggers->n; i++)
		flow->trigger_actions[i] =
		    triggers->items[i].source.text != NULL
			? names_find(names, triggers->items[i].source.text)
			: FLOW_NONE;
}

static void
add_write(struct flow *flow, uint32_t action, const struct output *output)
{
	uint32_t artifact;

	if (output->name.text == NULL)
		return;
	artifact = names_add(
	    flow->artifact_names, output->name.text, flow->nartifacts);
	if (artifact == flow->nartifacts)
		flow->artifacts[flow->nartifacts++] = (struct flow_artifact){
			.name = output->name.text,
			.write = flow->nwrites,
		};
	flow->artifacts[artifact].nwrites++;
	flow->writes[flow->nwrites++] =
	    (struct flow_write){ output, action, artifact };
}

static void
collect_writes(struct builder *builder)
{
	struct flow *flow = builder->flow;
	size_t n = 0;

	for (uint32_t i = 0; i < flow->nactions; i++)
		n += flow->actions[i].action->outputs.n;
	flow->writes = arena_array(builder->arena, n, sizeof(*flow->writes));
	flow->artifacts =
	    arena_array(builder->arena, n, sizeof(*flow->artifacts));
	flow->artifact_names = names_new(builder->arena, n);
	for (uint32_t i = 0; i < flow->nactions; i++) {
		const struct outputs *outputs =
		    &flow->actions[i].action->outputs;

		flow->actions[i].first_write = flow->nwrites;
		for (size_t j = 0; j < outputs->n; j++)
			add_write(flow, i, &outputs->items[j]);
		flow->actions[i].nwrites =
		    flow->nwrites - flow->actions[i].first_write;
	}
}

static void
add_reads(struct builder *builder, struct flow_reader reader,
    const struct values *inputs)
{
	struct flow *flow = builder->flow;

	for (size_t i = 0; i < inputs->n; i++) {
		const struct value *name = &inputs->items[i];
		uint32_t artifact;

		if (name->text == NULL)
			continue;
		artifact = names_find(flow->artifact_names, name->text);
		if (artifact != NAMES_NONE)
			flow->artifacts[artifact].nreads++;
		flow->reads[flow->nreads++] =
		    (struct flow_read){ reader, name, artifact };
	}
}

static void
add_reference(struct builder *builder, const struct flow_reference *reference)
{
	struct flow *flow = builder->flow;

	if (flow->nreferences == builder->reference_capacity) {
		uint32_t capacity = builder->reference_capacity * 2 + 16;
		struct flow_reference *grown = arena_array(
		    builder->arena, capacity, sizeof(*flow->references));

		if (flow->nreferences > 0)
			memcpy(grown, flow->references,
			    flow->nreferences * sizeof(*grown));
		flow->references = grown;
		builder->reference_capacity = capacity;
	}
	flow->references[flow->nreferences++] = *reference;
}

/* What the names of a well-formed reference mean. */
static void
resolve(const struct flow *flow, struct flow_reference *reference)
{
	reference->target = FLOW_NONE;
	if (strcmp(reference->namespace_, "variables") == 0) {
		reference->kind = FLOW_VARIABLES;
		reference->target =
		    names_find(flow->variable_names, reference->name);
	} else if (strcmp(reference->namespace_, "codepipeline") == 0) {
		reference->kind = FLOW_CODEPIPELINE;
	} else {
		reference->target =
		    names_find(flow->namespace_names, reference->namespace_);
		if (reference->target != NAMES_NONE)
			reference->kind = FLOW_ACTION;
	}
}

static void
add_references(struct builder *builder, struct flow_reader reader,
    enum flow_text in, const struct value *value)
{
	struct sw_reference found;
	const char *text = value->text;

	if (text == NULL)
		return;
	for (const char *at = text;; at = found.end) {
		struct flow_reference reference = { .reader = reader,
			.in = in };
		const char *problem = sw_reference_next(at, &found);

		if (found.begin == NULL)
			return;
		reference.problem = problem;
		reference.value = value;
		reference.offset = (uint32_t)(found.begin - text);
		reference.length = (uint32_t)(found.end - found.begin);
		if (problem != NULL) {
			add_reference(builder, &reference);
			continue;
		}
		reference.namespace_ = arena_strndup(
		    builder->arena, found.namespace_, found.namespace_length);
		reference.name = arena_strndup(
		    builder->arena, found.name, found.name_length);
		resolve(builder->flow, &reference);
		add_reference(builder, &reference);
	}
}

static void
add_texts(struct builder *builder, struct flow_reader reader, enum flow_text in,
    const struct values *values)
{
	for (size_t i = 0; i < values->n; i++)
		add_references(builder, reader, in, &values->items[i]);
}

static void
add_parameters(struct builder *builder, struct flow_reader reader,
    enum flow_text in, const struct parameters *parameters)
{
	for (size_t i = 0; i < parameters->n; i++)
		add_references(
		    builder, reader, in, &parameters->items[i].value);
}

static void
read_action(struct builder *builder, uint32_t index)
{
	struct flow_action *place = &builder->flow->actions[index];
	const struct action *action = place->action;
	struct flow_reader reader = { index, NULL, place->stage, place->rank };

	place->first_read = builder->flow->nreads;
	add_reads(builder, reader, &action->inputs);
	place->nreads = builder->flow->nreads - place->first_read;
	add_texts(builder, reader, FLOW_RUN, &action->run);
	add_parameters(builder, reader, FLOW_ENV, &action->env);
	add_parameters(builder, reader, FLOW_PARAMETER, &action->parameters);
	add_references(builder, reader, FLOW_TEXT, &action->text);
}

static void
read_condition(struct builder *builder, const struct stage *stage,
    const struct condition *condition, uint32_t rank)
{
	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];
		struct flow_reader reader = { FLOW_NONE, rule, stage, rank };

		add_reads(builder, reader, &rule->inputs);
		add_texts(builder, reader, FLOW_RUN, &rule->run);
		add_parameters(builder, reader, FLOW_ENV, &rule->env);
		add_parameters(
		    builder, reader, FLOW_PARAMETER, &rule->parameters);
	}
}

static size_t
count_rule_inputs(const struct condition *condition)
{
	size_t n = 0;

	for (size_t i = 0; i < condition->rules.n; i++)
		n += condition->rules.items[i].inputs.n;
	return n;
}

static void
collect_reads(struct builder *builder)
{
	struct flow *flow = builder->flow;
	const struct stages *stages = &flow->model->stages;
	uint32_t index = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < flow->nactions; i++)
		n += flow->actions[i].action->inputs.n;
	for (size_t i = 0; i < stages->n; i++)
		n += count_rule_inputs(&stages->items[i].before_entry) +
		     count_rule_inputs(&stages->items[i].on_success) +
		     count_rule_inputs(&stages->items[i].on_failure);
	flow->reads = arena_array(builder->arena, n, sizeof(*flow->reads));
	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];
		uint32_t entry = flow->entry_ranks[i];
		uint32_t exit_ =
		    i + 1 < stages->n ? flow->entry_ranks[i + 1] : UINT32_MAX;

		read_condition(builder, stage, &stage->before_entry, entry);
		for (size_t j = 0; j < stage->actions.n; j++)
			read_action(builder, index++);
		read_condition(builder, stage, &stage->on_success, exit_);
		/* After a failure nothing of the stage is guaranteed. */
		read_condition(builder, stage, &stage->on_failure, entry);
	}
}

struct flow *
flow_new(struct arena *arena, const struct model *model)
{
	struct flow *flow = arena_alloc(arena, sizeof(*flow));
	struct builder builder = { arena, flow, 0 };

	flow->model = model;
	rank_actions(&builder);
	name_variables(&builder);
	name_namespaces(&builder);
	resolve_triggers(&builder);
	collect_writes(&builder);
	collect_reads(&builder);
	return flow;
}

bool
flow_is_skippable(const struct stage *stage)
{
	return span_is_set(stage->before_entry.at) &&
	       stage->before_entry.result == RESULT_SKIP;
}

bool
flow_dominates(const struct flow *flow, uint32_t a, uint32_t b)
{
	const struct flow_action *first = &flow->actions[a];
	const struct flow_action *then = &flow->actions[b];

	return first->rank < then->rank &&
	       (first->stage_index == then->stage_index ||
		   !flow_is_skippable(first->stage));
}
