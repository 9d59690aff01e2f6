/*
 * Model to machine. Takes a checked model; makes the machine's tables, the
 * identifiers of the generated code, and what each action and rule does with
 * every default filled in. Knows nothing of files or text formats.
 */
#include "lower.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "identifier.h"
#include "model/model.h"
#include "model/provider.h"
#include "table.h"

/* Names that the header of the generated code has for itself. */
static const char *const own_names[] = { "NSTAGES", "NACTIONS", "GROUP_MAX",
	"IN_FLIGHT_MAX", "QUEUE_MAX", "H" };
#define NOWN (sizeof own_names / sizeof own_names[0])

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
order_inputs(
    struct arena *arena, const struct values *given, const char *primary)
{
	const size_t n = given->n;
	if (n == 0)
		return NULL;
	const char **inputs = arena_array(arena, n + 1, sizeof *inputs);
	size_t next = 0;
	for (size_t i = 0; i < n && primary != NULL; i++)
		if (strcmp(given->items[i].text, primary) == 0)
			inputs[next++] = primary;
	for (size_t i = 0; i < n; i++) {
		const char *name = given->items[i].text;
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
		   : SW_TIMEOUT_MS;
}

static void
confine(struct lowered_work *work, const struct confinement *given)
{
	const char *sandbox = given->sandbox.text;
	const char *network = given->network.text;
	if (sandbox != NULL && strcmp(sandbox, "none") != 0)
		work->sandbox = sandbox;
	work->network = network != NULL && strcmp(network, "true") == 0;
	work->limits = &given->limits;
}

static struct lowered_work
action_work(struct arena *arena, const struct action *action)
{
	const char *shell = action->shell.text;
	struct lowered_work work = {
		.provider = runtime_provider(action->provider.text),
		.environment = action->environment.text,
		.inputs =
		    order_inputs(arena, &action->inputs, action->primary.text),
		.timeout_ms = deadline(action),
		.backoff_ms = action->retries.n > 0 ? action->backoff_ms.n : 0,
		.exec = shell != NULL && strcmp(shell, "none") == 0,
	};
	confine(&work, &action->confinement);
	return work;
}

static struct lowered_work
rule_work(
    struct arena *arena, const struct rule *rule, const struct stage *stage)
{
	const char *provider = runtime_provider(rule->provider.text);
	uint64_t timeout_ms = rule->timeout_ms.n;
	if (timeout_ms == 0)
		timeout_ms = strcmp(provider, "deployment_window") == 0
				 ? LOWER_WINDOW_TIMEOUT_MS
				 : SW_TIMEOUT_MS;
	struct lowered_work work = {
		.provider = provider,
		.environment = stage->environment.text,
		.inputs = order_inputs(arena, &rule->inputs, NULL),
		.timeout_ms = timeout_ms,
	};
	confine(&work, &rule->confinement);
	return work;
}

static void
lower_work(struct arena *arena, struct lowered *lowered)
{
	const uint32_t n = lowered->machine.nactions;
	lowered->work = arena_array(arena, n, sizeof *lowered->work);
	for (uint32_t i = 0; i < n; i++) {
		const struct action *action = lowered->actions[i];
		const uint32_t stage = lowered->machine.actions[i].stage;
		lowered->work[i] = action != NULL
				       ? action_work(arena, action)
				       : rule_work(arena, lowered->rules[i],
					     lowered->stages[stage]);
		if (strcmp(lowered->work[i].provider, "git") == 0)
			lowered->uses_git = true;
	}
}

/* The source action that a trigger names. */
static uint32_t
trigger_action(const struct lowered *lowered, const struct trigger *trigger)
{
	uint32_t i = 0;
	const struct sw_action *rows = lowered->machine.actions;
	while (i < lowered->machine.nactions - 1 &&
	       (rows[i].category != SW_CATEGORY_SOURCE ||
		   strcmp(rows[i].name, trigger->source.text) != 0))
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
	lower_tables(arena, lowered);
	lower_identifiers(arena, lowered);
	lower_work(arena, lowered);
	lower_triggers(arena, lowered);
	return lowered;
}
