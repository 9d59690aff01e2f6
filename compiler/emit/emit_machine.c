/*
 * The machine as text for people, in the order of its tables: what
 * `compile --dump=machine` prints. Names are JSON strings where they are not
 * plain words.
 */
#include "emit.h"

#include <string.h>

#include "base/text.h"
#include "lower/lower.h"
#include "machine/words.h"

static bool
is_plain(const char *name)
{
	return name[0] != '\0' &&
	       strspn(name,
		   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "abcdefghijklmnopqrstuvwxyz0123456789@._-") == strlen(name);
}

static void
emit_name(struct text *text, const char *name)
{
	if (is_plain(name))
		text_put(text, name);
	else
		TEXT(text, "$name$", JSTR("name", name));
}

static void
emit_mode(struct text *text, uint8_t mode)
{
	static const char *const words[] = {
		[SW_MODE_SUPERSEDED] = "SUPERSEDED",
		[SW_MODE_QUEUED] = "QUEUED",
		[SW_MODE_PARALLEL] = "PARALLEL",
	};
	_Static_assert(sizeof words / sizeof words[0] == SW_NMODES, "one each");
	text_put(text, words[mode]);
}

static void
emit_limits(struct text *text, const struct sw_machine *machine)
{
	if (machine->in_flight_max != 0)
		TEXT(text, ", at most $n$ executions in flight",
		    NUM("n", machine->in_flight_max));
	if (machine->running_max != 0)
		TEXT(text, ", at most $n$ actions of one at a time",
		    NUM("n", machine->running_max));
}

/* What comes after a failure of the action, if anything does. */
static void
emit_attempts(struct text *text, const struct sw_action *action)
{
	if (action->retries > 0)
		TEXT(text, "  retries $n$", NUM("n", action->retries));
	if (action->on_unknown == SW_ON_UNKNOWN_FAIL)
		text_put(text, "  unknown: fail");
	else if (action->on_unknown == SW_ON_UNKNOWN_RETRY)
		text_put(text, "  unknown: retry");
}

static void
emit_action(struct text *text, const struct lowered *lowered, uint32_t i)
{
	const struct sw_action *action = &lowered->machine.actions[i];
	text_put(text, "\t\t");
	emit_name(text, action->name);
	TEXT(text, "  $category$  $id$ = $i$",
	    IDENT("category",
		sw_words_category((enum sw_category)action->category)),
	    IDENT("id", lowered->action_idents[i]), NUM("i", i));
	emit_attempts(text, action);
	text_put(text, "\n");
}

static const char *
result_word(uint8_t result)
{
	static const char *const words[] = {
		[SW_RESULT_NONE] = "none",
		[SW_RESULT_FAIL] = "FAIL",
		[SW_RESULT_SKIP] = "SKIP",
		[SW_RESULT_ROLLBACK] = "ROLLBACK",
		[SW_RESULT_RETRY] = "RETRY FAILED_ACTIONS",
		[SW_RESULT_RETRY_ALL] = "RETRY ALL_ACTIONS",
	};
	_Static_assert(
	    sizeof words / sizeof words[0] == SW_NRESULTS, "one each");
	return words[result];
}

/* "onFailure RETRY FAILED_ACTIONS, 3 attempts" */
static void
emit_condition(
    struct text *text, const struct sw_stage *stage, uint32_t run_order)
{
	const uint8_t result = run_order == SW_BEFORE_ENTRY
				   ? stage->before_entry
			       : run_order == SW_ON_SUCCESS ? stage->on_success
							    : stage->on_failure;
	TEXT(text, "\t$condition$ ",
	    IDENT("condition", sw_words_condition(run_order)));
	text_put(text, result_word(result));
	if (run_order == SW_ON_FAILURE && stage->attempts > 0)
		TEXT(text, ", attempts $n$", NUM("n", stage->attempts));
	text_put(text, "\n");
}

static void
emit_group(struct text *text, const struct sw_stage *stage, uint32_t run_order)
{
	if (sw_words_condition(run_order) != NULL)
		emit_condition(text, stage, run_order);
	else
		TEXT(text, "\trunOrder $order$\n", NUM("order", run_order));
}

static void
emit_stage(struct text *text, const struct lowered *lowered, uint32_t i)
{
	const struct sw_stage *stage = &lowered->machine.stages[i];
	const struct sw_action *actions = lowered->machine.actions;
	text_put(text, "\nstage ");
	emit_name(text, stage->name);
	TEXT(text, "  $id$ = $i$\n", IDENT("id", lowered->stage_idents[i]),
	    NUM("i", i));
	if (stage->closed)
		text_put(text, "\tthe transition starts closed\n");
	for (uint32_t a = stage->first_action; a <= stage->last_action; a++) {
		if (a == stage->first_action ||
		    actions[a - 1].run_order != actions[a].run_order)
			emit_group(text, stage, actions[a].run_order);
		emit_action(text, lowered, a);
	}
	if (stage->on_failure != SW_RESULT_NONE &&
	    actions[stage->last_action].run_order != SW_ON_FAILURE)
		emit_condition(text, stage, SW_ON_FAILURE);
}

void
emit_machine(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	text_put(text, "machine ");
	emit_name(text, machine->name);
	text_put(text, "\nmode ");
	emit_mode(text, machine->mode);
	emit_limits(text, machine);
	TEXT(text,
	    "\nfingerprint $fingerprint$\n"
	    "$stages$ stages, $actions$ actions and rules, at most $group$ at "
	    "a time\n"
	    "a state takes $size$ bytes\n",
	    HEX64("fingerprint", machine->fingerprint),
	    NUM("stages", machine->nstages), NUM("actions", machine->nactions),
	    NUM("group", machine->group_max), NUM("size", machine->state_size));
	for (uint32_t i = 0; i < machine->nstages; i++)
		emit_stage(text, lowered, i);
}
