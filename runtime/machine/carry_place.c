/*
 * Places of executions as texts: what is decided for a place, once and
 * elsewhere, is found again when an execution is there. Has every field of a
 * state that carry.c judges by, and no other.
 */
#include "carry.h"

#include "layout.h"

static char *
put(char *at, const char *word)
{
	while (*word != '\0')
		*at++ = *word++;
	return at;
}

static char
letter(uint32_t status)
{
	if (is_unfinished(status))
		return 'r';
	switch (status) {
	case SW_STATUS_NONE:
		return '.';
	case SW_STATUS_PENDING:
		return 'w';
	case SW_STATUS_SUCCEEDED:
		return 's';
	default:
		return 'f';
	}
}

static char *
put_rows(char *to, const struct sw_machine *from, const struct sw_state *state,
    uint32_t stage)
{
	const struct sw_stage *row = &from->stages[stage];
	*to++ = ' ';
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		*to++ = letter(status_of(actions_of(from, state)[a]));
	return to;
}

size_t
sw_carry_place(const struct sw_machine *from, const struct sw_state *state,
    uint32_t stage, enum sw_carry_at at, char *text)
{
	static const char *const words[] = {
		[SW_CARRY_WAITS] = "waits",
		[SW_CARRY_HOLDS] = "holds",
		[SW_CARRY_ENDED] = "ended",
	};
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	const bool holds = at == SW_CARRY_HOLDS;
	char *end = put(text, words[at]);
	if (holds && s->status == SW_STATUS_STOPPING)
		end = put(end, " stopping");
	if (at != SW_CARRY_WAITS && s->type == SW_TYPE_ROLLBACK)
		end = put(end, " rollback");
	if (s->queued > 0)
		end = put(end, " crowded");
	if (holds)
		end = put_rows(end, from, state, stage);
	*end = '\0';
	return (size_t)(end - text);
}
