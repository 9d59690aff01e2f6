/*
 * The past of an execution against the new machine. Input: a book, two
 * machines, a place; output: the first thing that no run of the new one does.
 *
 * An execution is past a stage by Succeeding in it, or by being skipped. So it
 * is enough to look for each action of an earlier stage: there is a try of it
 * that Succeeded, or the new machine has a beforeEntry that skips that stage.
 * What a stage ran before it was retried makes no difference: the new machine
 * can be retried, too.
 */
#include "past.h"

#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "provider/work.h"

struct looking {
	const struct sw_book *book;
	const struct sw_carry *carry;
	uint32_t row; /* of the new machine */
	char *what;
};

static bool
is_rule(const struct looking *l)
{
	return l->carry->to->actions[l->row].category == SW_CATEGORY_RULE;
}

static const char *
or_none(const char *text)
{
	return text == NULL ? "none" : text;
}

static bool
say(const struct looking *l, const char *text)
{
	char name[SW_WORDS_MAX];
	snprintf(l->what, SW_NEED_MAX, "'%.150s' %s",
	    sw_words_action(l->carry->to, l->row, name), text);
	return true;
}

/* Policies know actions by these, too. */
static bool
is_other(const struct looking *l)
{
	const uint32_t old = l->carry->old_actions[l->row];
	const struct sw_work *was = &l->book->pipeline->work[old];
	const struct sw_work *is = &l->book->own->work[l->row];
	char text[SW_NEED_MAX / 2];
	const char *from = or_none(was->environment);
	const char *to = or_none(is->environment);
	const char *kind = "environment";
	if (strcmp(from, to) == 0) {
		from = or_none(sw__work_provider(was));
		to = or_none(sw__work_provider(is));
		kind = "provider";
	}
	if (strcmp(from, to) == 0)
		return false;
	snprintf(text, sizeof text,
	    "ran for it with %s '%.60s', which is '%.60s' now", kind, from, to);
	return say(l, text);
}

static bool
is_missing(const struct looking *l, uint32_t execution)
{
	const struct sw_machine *to = l->carry->to;
	const struct sw_stage *stage = &to->stages[to->actions[l->row].stage];
	const struct sw_try *last =
	    sw__book_last(l->book, l->carry->old_actions[l->row], execution);
	if (last != NULL && last->status == SW_STATUS_SUCCEEDED)
		return is_other(l);
	return stage->before_entry != SW_RESULT_SKIP &&
	       say(l, "was skipped for it, and the new version skips it for "
		      "nobody");
}

bool
sw__past_differs(const struct sw_book *book, const struct sw_carry *carry,
    uint32_t execution, uint32_t stage, bool anew, char *what)
{
	const struct sw_scene *scene = sw__book_scene(book, execution);
	const struct sw_stage *at = &carry->to->stages[carry->stages[stage]];
	struct looking l = { .book = book, .carry = carry };
	l.what = what;
	for (; l.row < at->first_action; l.row++)
		if (!is_rule(&l) && is_missing(&l, execution))
			return true;
	for (; l.row <= at->last_action && !anew; l.row++) {
		const uint32_t old = carry->old_actions[l.row];
		if (!is_rule(&l) && old != SW_NOWHERE &&
		    sw_state_action(carry->from, scene->state, old) !=
			SW_STATUS_NONE &&
		    is_other(&l))
			return true;
	}
	return false;
}
