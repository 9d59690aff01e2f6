/*
 * Stages, actions and rules to rows, in the machine's order: by stage, and in
 * it the rules of beforeEntry, the actions by runOrder and document, the rules
 * of onSuccess, those of onFailure. The limits of the mode, and a fingerprint
 * of all of it.
 */
#include "table.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fnv.h"
#include "identifier.h"
#include "lower.h"
#include "machine/tables.h"
#include "model/model.h"

static size_t
count_rows(const struct stage *stage)
{
	return stage->before_entry.rules.n + stage->actions.n +
	       stage->on_success.rules.n + stage->on_failure.rules.n;
}

/* Equal runOrders stay as they stand in the document: addresses say how. */
static int
compare_actions(const void *left, const void *right)
{
	const struct action *a = *(const struct action *const *)left;
	const struct action *b = *(const struct action *const *)right;
	if (a->run_order.n != b->run_order.n)
		return a->run_order.n < b->run_order.n ? -1 : 1;
	return a < b ? -1 : a > b;
}

static uint8_t
on_unknown(const struct action *action)
{
	switch (action->on_unknown) {
	case UNKNOWN_FAILS:
		return SW_ON_UNKNOWN_FAIL;
	case UNKNOWN_RETRIES:
		return SW_ON_UNKNOWN_RETRY;
	case UNKNOWN_ASKS:
		break;
	}
	return SW_ON_UNKNOWN_ASK;
}

static struct sw_action
action_row(const struct action *action, uint32_t stage)
{
	assert(action->retries.n <= SW_RETRIES_MAX);
	return (struct sw_action){
		.name = action->name.text,
		.stage = stage,
		.run_order = (uint32_t)action->run_order.n,
		.category = (uint8_t)action->category,
		.retries = (uint8_t)action->retries.n,
		.on_unknown = on_unknown(action),
	};
}

/* The tables that grow row by row. */
struct rows {
	struct lowered *lowered;
	struct sw_action *actions;
	size_t n;
};

static void
add_rules(struct rows *rows, const struct condition *condition, uint32_t stage,
    uint32_t run_order)
{
	for (size_t i = 0; i < condition->rules.n; i++) {
		const struct rule *rule = &condition->rules.items[i];
		rows->lowered->rules[rows->n] = rule;
		rows->actions[rows->n++] = (struct sw_action){
			.name = rule->name.text,
			.stage = stage,
			.run_order = run_order,
			.category = SW_CATEGORY_RULE,
		};
	}
}

static void
add_actions(struct rows *rows, const struct stage *stage, uint32_t number)
{
	const struct action **actions = &rows->lowered->actions[rows->n];
	const size_t n = stage->actions.n;
	for (size_t i = 0; i < n; i++)
		actions[i] = &stage->actions.items[i];
	qsort(actions, n, sizeof(struct action *), compare_actions);
	for (size_t i = 0; i < n; i++)
		rows->actions[rows->n++] = action_row(actions[i], number);
}

static uint8_t
result(const struct condition *condition)
{
	const char *mode = condition->retry_mode.text;
	switch (condition->result) {
	case RESULT_FAIL:
		return SW_RESULT_FAIL;
	case RESULT_SKIP:
		return SW_RESULT_SKIP;
	case RESULT_ROLLBACK:
		return SW_RESULT_ROLLBACK;
	case RESULT_RETRY:
		return mode != NULL && strcmp(mode, "ALL_ACTIONS") == 0
			   ? SW_RESULT_RETRY_ALL
			   : SW_RESULT_RETRY;
	case RESULT_NONE:
		break;
	}
	return SW_RESULT_NONE;
}

static struct sw_stage
stage_row(const struct stage *stage, size_t first)
{
	const char *transition = stage->transition.text;
	const struct condition *failure = &stage->on_failure;
	assert(failure->attempts.n <= SW_ATTEMPTS_MAX);
	return (struct sw_stage){
		.name = stage->name.text,
		.first_action = (uint32_t)first,
		.last_action = (uint32_t)(first + count_rows(stage) - 1),
		.closed =
		    transition != NULL && strcmp(transition, "closed") == 0,
		.before_entry = result(&stage->before_entry),
		.on_success = result(&stage->on_success),
		.on_failure = result(failure),
		.attempts = failure->result == RESULT_RETRY
				? (uint8_t)failure->attempts.n
				: 0,
	};
}

static void
lower_rows(struct arena *arena, struct lowered *lowered)
{
	const struct stages *stages = &lowered->model->stages;
	struct sw_stage *stage_rows =
	    arena_array(arena, stages->n, sizeof *stage_rows);
	size_t n = 0;
	for (size_t i = 0; i < stages->n; i++)
		n += count_rows(&stages->items[i]);
	struct rows rows = {
		.lowered = lowered,
		.actions = arena_array(arena, n, sizeof *rows.actions),
	};
	lowered->stages = arena_array(arena, stages->n, sizeof(void *));
	lowered->actions = arena_array(arena, n, sizeof(void *));
	lowered->rules = arena_array(arena, n, sizeof(void *));
	for (uint32_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];
		assert(stage->actions.n > 0);
		lowered->stages[i] = stage;
		stage_rows[i] = stage_row(stage, rows.n);
		add_rules(&rows, &stage->before_entry, i, SW_BEFORE_ENTRY);
		add_actions(&rows, stage, i);
		add_rules(&rows, &stage->on_success, i, SW_ON_SUCCESS);
		add_rules(&rows, &stage->on_failure, i, SW_ON_FAILURE);
	}
	lowered->machine.group_max = sw_tables_bound(rows.actions, (uint32_t)n);
	lowered->machine.nstages = (uint32_t)stages->n;
	lowered->machine.nactions = (uint32_t)n;
	lowered->machine.stages = stage_rows;
	lowered->machine.actions = rows.actions;
}

/* What bounds the executions: SUPERSEDED bounds itself, nothing waits and
 * nobody goes back in PARALLEL. */
static void
lower_limits(struct lowered *lowered)
{
	const struct model *model = lowered->model;
	struct sw_machine *machine = &lowered->machine;
	machine->mode = (uint8_t)model->mode;
	machine->running_max = (uint32_t)model->max_actions.n;
	if (model->mode != SW_MODE_SUPERSEDED)
		machine->in_flight_max = model->max_executions.n != 0
					     ? (uint32_t)model->max_executions.n
					     : SW_IN_FLIGHT_DEFAULT;
	if (model->mode == SW_MODE_QUEUED)
		machine->queue_max =
		    SW_QUEUE_MAX(machine->nstages, machine->in_flight_max);
	if (model->mode != SW_MODE_PARALLEL)
		machine->target_words = SW_TARGET_WORDS;
}

static uint64_t
hash_number(uint64_t hash, uint32_t number)
{
	const unsigned char bytes[4] = {
		(unsigned char)(number & 0xff),
		(unsigned char)(number >> 8 & 0xff),
		(unsigned char)(number >> 16 & 0xff),
		(unsigned char)(number >> 24 & 0xff),
	};
	return fnv_bytes(hash, bytes, sizeof bytes);
}

static uint64_t
hash_action(uint64_t hash, const struct sw_action *action)
{
	hash = fnv_text(hash, action->name);
	hash = hash_number(hash, action->run_order);
	hash = hash_number(hash, action->category);
	hash = hash_number(hash, action->retries);
	return hash_number(hash, action->on_unknown);
}

static uint64_t
hash_stage(uint64_t hash, const struct sw_stage *stage)
{
	hash = fnv_text(hash, stage->name);
	hash = hash_number(hash, stage->closed);
	hash = hash_number(hash, stage->before_entry);
	hash = hash_number(hash, stage->on_success);
	hash = hash_number(hash, stage->on_failure);
	hash = hash_number(hash, stage->attempts);
	return hash_number(hash, stage->last_action - stage->first_action + 1);
}

/*
 * The canonical bytes of a machine: texts with their NUL, numbers as four
 * bytes, the lowest first, in the order of the tables. What an action does is
 * not part of it: that may change under executions in flight.
 */
static uint64_t
fingerprint(const struct sw_machine *machine)
{
	uint64_t hash = fnv_text(FNV_OFFSET, "stagewright machine 2");
	hash = fnv_text(hash, machine->name);
	hash = hash_number(hash, machine->mode);
	hash = hash_number(hash, machine->in_flight_max);
	hash = hash_number(hash, machine->running_max);
	hash = hash_number(hash, machine->target_words);
	hash = hash_number(hash, machine->nstages);
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage *s = &machine->stages[i];
		hash = hash_stage(hash, s);
		for (uint32_t k = s->first_action; k <= s->last_action; k++)
			hash = hash_action(hash, &machine->actions[k]);
	}
	return hash;
}

void
lower_tables(struct arena *arena, struct lowered *lowered)
{
	struct sw_machine *machine = &lowered->machine;
	machine->name = lowered->model->name.text;
	lower_rows(arena, lowered);
	lower_limits(lowered);
	machine->state_size = (uint32_t)sw_state_size(machine);
	machine->fingerprint = fingerprint(machine);
}
