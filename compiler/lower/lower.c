/*
 * Model to machine. Takes a checked model; makes the machine's tables in
 * their order (stage, runOrder, document), the identifiers of the generated
 * code, and what each action does with every default filled in. Knows nothing
 * of files or text formats.
 */
#include "lower.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "identifier.h"
#include "model/model.h"
#include "model/provider.h"

/* Names that the header of the generated code has for itself. */
static const char *const own_names[] = { "NSTAGES", "NACTIONS", "GROUP_MAX",
	"H" };
#define NOWN (sizeof own_names / sizeof own_names[0])

static size_t
count_actions(const struct model *model)
{
	size_t n = 0;
	for (size_t i = 0; i < model->stages.n; i++)
		n += model->stages.items[i].actions.n;
	return n;
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

static void
order_actions(struct lowered *lowered, const struct stage *stage, size_t first)
{
	const size_t n = stage->actions.n;
	for (size_t i = 0; i < n; i++)
		lowered->actions[first + i] = &stage->actions.items[i];
	qsort(&lowered->actions[first], n, sizeof(struct action *),
	    compare_actions);
}

static struct sw_action
action_row(const struct action *action, uint32_t stage)
{
	return (struct sw_action){
		.name = action->name.text,
		.stage = stage,
		.run_order = (uint32_t)action->run_order.n,
		.category = (uint8_t)action->category,
	};
}

static struct sw_stage
stage_row(const struct stage *stage, size_t first)
{
	const char *transition = stage->transition.text;
	return (struct sw_stage){
		.name = stage->name.text,
		.first_action = (uint32_t)first,
		.last_action = (uint32_t)(first + stage->actions.n - 1),
		.closed =
		    transition != NULL && strcmp(transition, "closed") == 0,
	};
}

static bool
is_same_group(const struct sw_action *a, const struct sw_action *b)
{
	return a->stage == b->stage && a->run_order == b->run_order;
}

/* Where groups begin and end; returns the size of the largest. */
static uint32_t
bound_groups(struct sw_action *rows, uint32_t n)
{
	uint32_t largest = 0;
	for (uint32_t first = 0, end; first < n; first = end) {
		end = first + 1;
		while (end < n && is_same_group(&rows[end], &rows[first]))
			end++;
		rows[first].bounds |= SW_FIRST;
		rows[end - 1].bounds |= SW_LAST;
		if (end - first > largest)
			largest = end - first;
	}
	return largest;
}

/* The tables: stages, and the actions of each in runOrder. */
static void
lower_tables(struct arena *arena, struct lowered *lowered)
{
	const struct stages *stages = &lowered->model->stages;
	const size_t nactions = count_actions(lowered->model);
	struct sw_stage *stage_rows =
	    arena_array(arena, stages->n, sizeof *stage_rows);
	struct sw_action *action_rows =
	    arena_array(arena, nactions, sizeof *action_rows);
	lowered->stages = arena_array(arena, stages->n, sizeof(void *));
	lowered->actions = arena_array(arena, nactions, sizeof(void *));
	size_t next = 0;
	for (size_t i = 0; i < stages->n; i++) {
		const struct stage *stage = &stages->items[i];
		assert(stage->actions.n > 0);
		lowered->stages[i] = stage;
		stage_rows[i] = stage_row(stage, next);
		order_actions(lowered, stage, next);
		for (size_t k = 0; k < stage->actions.n; k++, next++)
			action_rows[next] =
			    action_row(lowered->actions[next], (uint32_t)i);
	}
	lowered->machine.group_max =
	    bound_groups(action_rows, (uint32_t)nactions);
	lowered->machine.nstages = (uint32_t)stages->n;
	lowered->machine.nactions = (uint32_t)nactions;
	lowered->machine.stages = stage_rows;
	lowered->machine.actions = action_rows;
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

/*
 * The canonical bytes of a machine: texts with their NUL, numbers as four
 * bytes, the lowest first, in the order of the tables. What an action does is
 * not part of it: that may change under executions in flight.
 */
static uint64_t
fingerprint(const struct sw_machine *machine)
{
	uint64_t hash = fnv_text(FNV_OFFSET, "stagewright machine 1");
	hash = fnv_text(hash, machine->name);
	hash = hash_number(hash, machine->mode);
	hash = hash_number(hash, machine->nstages);
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage *s = &machine->stages[i];
		hash = fnv_text(hash, s->name);
		hash = hash_number(hash, s->closed);
		hash = hash_number(hash, s->last_action - s->first_action + 1);
		for (uint32_t k = s->first_action; k <= s->last_action; k++) {
			const struct sw_action *a = &machine->actions[k];
			hash = fnv_text(hash, a->name);
			hash = hash_number(hash, a->run_order);
			hash = hash_number(hash, a->category);
		}
	}
	return hash;
}

/* "Build.Compile" */
static const char *
action_path(struct arena *arena, const struct lowered *lowered, uint32_t action)
{
	const struct sw_action *row = &lowered->machine.actions[action];
	return arena_printf(arena, "%s.%s",
	    lowered->machine.stages[row->stage].name, row->name);
}

/* One name space for stages, actions and what the header itself declares. */
static void
lower_identifiers(struct arena *arena, struct lowered *lowered)
{
	const size_t nstages = lowered->machine.nstages;
	const size_t nactions = lowered->machine.nactions;
	lowered->prefix = identifier_prefix(arena, lowered->machine.name);
	lowered->upper = identifier_upper(arena, lowered->prefix);
	lowered->stage_idents = arena_array(arena, nstages, sizeof(char *));
	lowered->action_idents = arena_array(arena, nactions, sizeof(char *));
	const size_t n = NOWN + nstages + nactions;
	struct identifier_request *requests =
	    arena_array(arena, n, sizeof *requests);
	struct identifier_request *of_stages = requests + NOWN;
	struct identifier_request *of_actions = of_stages + nstages;
	for (size_t i = 0; i < NOWN; i++)
		requests[i].reserved =
		    arena_printf(arena, "%s_%s", lowered->upper, own_names[i]);
	for (size_t i = 0; i < nstages; i++)
		of_stages[i].name = lowered->machine.stages[i].name;
	for (size_t i = 0; i < nactions; i++)
		of_actions[i].name = action_path(arena, lowered, (uint32_t)i);
	identifiers_assign(arena, lowered->upper, requests, n);
	for (size_t i = 0; i < nstages; i++)
		lowered->stage_idents[i] = of_stages[i].out;
	for (size_t i = 0; i < nactions; i++)
		lowered->action_idents[i] = of_actions[i].out;
}

/* The part of the runtime that knows this provider. */
static const char *
runtime_provider(const char *name)
{
	const struct provider_facts *known = provider_facts(name);
	return known != NULL ? known->runtime : "plugin";
}

static const char **
order_inputs(struct arena *arena, const struct action *action)
{
	const size_t n = action->inputs.n;
	if (n == 0)
		return NULL;
	const char **inputs = arena_array(arena, n + 1, sizeof *inputs);
	const char *primary = action->primary.text;
	size_t next = 0;
	for (size_t i = 0; i < n && primary != NULL; i++)
		if (strcmp(action->inputs.items[i].text, primary) == 0)
			inputs[next++] = primary;
	for (size_t i = 0; i < n; i++) {
		const char *name = action->inputs.items[i].text;
		if (primary == NULL || strcmp(name, primary) != 0)
			inputs[next++] = name;
	}
	return inputs;
}

static uint64_t
deadline(const struct action *action)
{
	if (action->timeout_ms.n != 0)
		return action->timeout_ms.n;
	return action->category == SW_CATEGORY_APPROVAL
		   ? LOWER_APPROVAL_TIMEOUT_MS
		   : LOWER_TIMEOUT_MS;
}

static void
lower_work(struct arena *arena, struct lowered *lowered)
{
	const uint32_t n = lowered->machine.nactions;
	lowered->work = arena_array(arena, n, sizeof *lowered->work);
	for (uint32_t i = 0; i < n; i++) {
		const struct action *action = lowered->actions[i];
		const char *shell = action->shell.text;
		lowered->work[i] = (struct lowered_work){
			.provider = runtime_provider(action->provider.text),
			.environment = action->environment.text,
			.inputs = order_inputs(arena, action),
			.timeout_ms = deadline(action),
			.exec = shell != NULL && strcmp(shell, "none") == 0,
		};
		if (strcmp(lowered->work[i].provider, "git") == 0)
			lowered->uses_git = true;
	}
}

/* The source action that a trigger names. */
static uint32_t
trigger_action(const struct lowered *lowered, const struct trigger *trigger)
{
	uint32_t i = 0;
	while (i < lowered->machine.nactions - 1 &&
	       (lowered->actions[i]->category != SW_CATEGORY_SOURCE ||
		   strcmp(lowered->actions[i]->name.text,
		       trigger->source.text) != 0))
		i++;
	return i;
}

static void
lower_triggers(struct arena *arena, struct lowered *lowered)
{
	const struct triggers *triggers = &lowered->model->triggers;
	lowered->ntriggers = triggers->n;
	lowered->triggers =
	    arena_array(arena, triggers->n, sizeof *lowered->triggers);
	for (size_t i = 0; i < triggers->n; i++) {
		const struct trigger *trigger = &triggers->items[i];
		const uint32_t action = trigger_action(lowered, trigger);
		lowered->triggers[i] = (struct lowered_trigger){
			.trigger = trigger,
			.name = action_path(arena, lowered, action),
			.action = action,
		};
	}
}

struct lowered *
lower(struct arena *arena, const struct model *model)
{
	struct lowered *lowered = arena_alloc(arena, sizeof *lowered);
	lowered->model = model;
	lowered->machine.name = model->name.text;
	lowered->machine.mode = (uint8_t)model->mode;
	lower_tables(arena, lowered);
	struct sw_machine *machine = &lowered->machine;
	machine->target_words =
	    machine->mode == SW_MODE_PARALLEL ? 0 : SW_TARGET_WORDS;
	machine->state_size = (uint32_t)sw_state_size(machine);
	machine->fingerprint = fingerprint(machine);
	lower_identifiers(arena, lowered);
	lower_work(arena, lowered);
	lower_triggers(arena, lowered);
	return lowered;
}
