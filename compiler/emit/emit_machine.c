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
emit_action(struct text *text, const struct lowered *lowered, uint32_t i)
{
	const struct sw_action *action = &lowered->machine.actions[i];
	text_put(text, "\t\t");
	emit_name(text, action->name);
	TEXT(text, "  $category$  $id$ = $i$\n",
	    IDENT("category",
		sw_words_category((enum sw_category)action->category)),
	    IDENT("id", lowered->action_idents[i]), NUM("i", i));
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
			TEXT(text, "\trunOrder $order$\n",
			    NUM("order", actions[a].run_order));
		emit_action(text, lowered, a);
	}
}

void
emit_machine(struct text *text, const struct lowered *lowered)
{
	const struct sw_machine *machine = &lowered->machine;
	text_put(text, "machine ");
	emit_name(text, machine->name);
	text_put(text, "\nmode ");
	emit_mode(text, machine->mode);
	TEXT(text,
	    "\nfingerprint $fingerprint$\n"
	    "$stages$ stages, $actions$ actions, at most $group$ at a time\n"
	    "a state takes $size$ bytes\n",
	    HEX64("fingerprint", machine->fingerprint),
	    NUM("stages", machine->nstages), NUM("actions", machine->nactions),
	    NUM("group", machine->group_max), NUM("size", machine->state_size));
	for (uint32_t i = 0; i < machine->nstages; i++)
		emit_stage(text, lowered, i);
}
