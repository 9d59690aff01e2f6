/* One search of the old machine, and a table of places. */
#include "flight.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/names.h"
#include "compare/compare.h"
#include "lower/lower.h"
#include "machine/carry.h"
#include "machine/words.h"
#include "past.h"
#include "verify/alike.h"
#include "verify/explore.h"

struct judging {
	struct arena *arena;
	struct flight *flight;
	struct sw_carry carry; /* `from`: the machine that is explored */
	struct past *past;
	struct names *seen;   /* places, with what was skipped before them */
	struct names *places; /* to rows */
	size_t nseen;
	size_t max;
	size_t room; /* of rows */
	struct sw_state
	    *crowded; /* the state, with somebody who waits behind */
	char *place;
};

const char *
flight_word(enum flight_what what)
{
	static const char *const words[] = { "carries", "repeats", "old",
		"ends" };
	return words[what];
}

/* Who is judged: at a stage of a state. */
struct subject {
	const struct sw_state *state;
	uint32_t stage;
	enum sw_carry_at at;
};

/* Why it cannot go on where it is, or (`anew`) at the beginning of its stage;
 * NULL: it can. */
static const char *
object(const struct judging *j, const struct subject *s, uint8_t reason,
    uint32_t subject, bool anew)
{
	char text[SW_CARRY_WORDS_MAX];
	if (reason != SW_CARRY_FITS)
		return arena_strdup(
		    j->arena, sw_words_carry(&j->carry,
				  (enum sw_carry_reason)reason, subject, text));
	const struct past_place place = {
		.state = s->state,
		.stage = s->stage,
		.at_begin = anew || s->at == SW_CARRY_WAITS,
		.is_rollback = s->at != SW_CARRY_WAITS &&
			       sw_state_stage(s->state, s->stage)->type ==
				   SW_TYPE_ROLLBACK,
	};
	return past_objection(j->past, &place);
}

static struct flight_row
judge(const struct judging *j, const struct subject *s)
{
	struct flight_row row = { .stage = s->stage, .place = j->place };
	if (s->at == SW_CARRY_ENDED) {
		const struct sw_carry_answer a =
		    sw_carry_judge_past(&j->carry, s->state, s->stage);
		row.why = object(j, s, a.reason, a.subject, true);
		row.what = row.why == NULL ? FLIGHT_CARRIES : FLIGHT_ENDS;
		return row;
	}
	const struct sw_carry_answer a = sw_carry_judge(
	    &j->carry, s->state, s->stage, s->at == SW_CARRY_HOLDS);
	row.why = object(j, s, a.reason, a.subject, false);
	if (row.why == NULL)
		return row;
	const char *against =
	    object(j, s, a.repeat_reason, a.repeat_subject, true);
	row.what = against == NULL ? FLIGHT_REPEATS : FLIGHT_OLD;
	if (against != NULL && strcmp(against, row.why) != 0)
		row.why = arena_printf(j->arena,
		    "%s; its stage cannot begin anew: %s", row.why, against);
	return row;
}

/* What was skipped before the stage is not in the place, but counts. */
static const char *
key_of(const struct judging *j, const struct subject *s)
{
	char *skipped = arena_alloc(j->arena, s->stage + (size_t)1);
	size_t n = 0;
	for (uint32_t i = 0; i < s->stage; i++)
		skipped[n++] =
		    sw_state_stage(s->state, i)->status == SW_STATUS_SKIPPED
			? '1'
			: '0';
	skipped[n] = '\0';
	return arena_printf(
	    j->arena, "%u %s %s", (unsigned)s->stage, j->place, skipped);
}

static void
add_row(struct judging *j, const struct flight_row *row)
{
	struct flight *flight = j->flight;
	const char *name =
	    arena_printf(j->arena, "%u %s", (unsigned)row->stage, row->place);
	const uint32_t i = names_add(j->places, name, (uint32_t)flight->n);
	if (i < flight->n) {
		if (row->what > flight->rows[i].what) {
			flight->rows[i].what = row->what;
			flight->rows[i].why = row->why;
		}
		return;
	}
	if (flight->n == j->room) {
		j->room = j->room == 0 ? 64 : 2 * j->room;
		struct flight_row *rows =
		    arena_array(j->arena, j->room, sizeof *rows);
		for (size_t k = 0; k < flight->n; k++)
			rows[k] = flight->rows[k];
		flight->rows = rows;
	}
	flight->rows[flight->n] = *row;
	flight->rows[flight->n++].place = arena_strdup(j->arena, row->place);
}

static void
look_at(struct judging *j, const struct subject *s)
{
	sw_carry_place(j->carry.from, s->state, s->stage, s->at, j->place);
	const char *key = key_of(j, s);
	if (names_find(j->seen, key) != NAMES_NONE)
		return;
	if (j->nseen == j->max) {
		j->flight->is_complete = false;
		return;
	}
	names_add(j->seen, key, (uint32_t)j->nseen++);
	const struct flight_row row = judge(j, s);
	add_row(j, &row);
}

/* Who is at a stage of it, or was; and who waits in front of one has behind it
 * what who holds it had. */
static void
look_at_state(struct judging *j, const struct sw_state *state)
{
	for (uint32_t i = 0; i < j->carry.from->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		struct subject subject = { state, i, SW_CARRY_HOLDS };
		if (s->status == SW_STATUS_FAILED ||
		    s->status == SW_STATUS_STOPPED)
			subject.at = SW_CARRY_ENDED;
		else if (s->status != SW_STATUS_IN_PROGRESS &&
			 s->status != SW_STATUS_STOPPING)
			continue;
		look_at(j, &subject);
		subject.at = SW_CARRY_WAITS;
		if (s->type == SW_TYPE_STANDARD)
			look_at(j, &subject);
	}
}

static void
see_place(void *self, const struct explore_place *place)
{
	struct judging *j = self;
	look_at_state(j, place->state);
	if (place->machine->mode != SW_MODE_QUEUED)
		return;
	memcpy(j->crowded, place->state, place->machine->state_size);
	struct sw_stage_state *stages =
	    (struct sw_stage_state *)(j->crowded + 1);
	for (uint32_t i = 0; i < place->machine->nstages; i++)
		stages[i].queued = 1;
	look_at_state(j, j->crowded);
}

/* Actions are alike if what they are now is, too, and they weigh the same when
 * they would run again. */
static uint64_t *
roles_of(const struct judging *j)
{
	const struct sw_machine *from = j->carry.from;
	uint32_t *now = alike_find(j->carry.to, NULL);
	uint64_t *roles = arena_array(j->arena, from->nactions, sizeof *roles);
	for (uint32_t i = 0; i < from->nactions; i++) {
		const uint32_t row = j->carry.actions[i];
		roles[i] = (uint64_t)from->actions[i].category << 32 |
			   (row == SW_NOWHERE ? 0 : now[row] + 1u);
	}
	free(now);
	return roles;
}

static void
open_carry(struct judging *j, const struct sw_machine *to)
{
	const struct sw_machine *from = j->carry.from;
	uint32_t *at = arena_array(j->arena,
	    (size_t)from->nstages + from->nactions + to->nstages + to->nactions,
	    sizeof *at);
	j->carry.to = to;
	j->carry.stages = at;
	j->carry.actions = at += from->nstages;
	j->carry.old_stages = at += from->nactions;
	j->carry.old_actions = at + to->nstages;
	sw_carry_by_names(&j->carry);
}

static const bool *
find_lost_targets(const struct judging *j)
{
	const uint32_t n = j->carry.from->nstages;
	bool *lost = arena_array(j->arena, n, sizeof *lost);
	for (uint32_t i = 0; i < n; i++)
		lost[i] = j->carry.stages[i] != SW_NOWHERE &&
			  !sw_carry_keeps_targets(&j->carry, i);
	return lost;
}

const struct flight *
flight_judge(struct arena *arena, const struct comparison *comparison,
    const struct lowered *const lowered[2], bool tells_apart)
{
	struct flight *flight = arena_alloc(arena, sizeof *flight);
	struct judging j = { .arena = arena, .flight = flight };
	*flight = (struct flight){ .lowered = lowered, .is_complete = true };
	j.max = tells_apart ? FLIGHT_PLAN_MAX : FLIGHT_PLACES_MAX;
	j.seen = names_new(arena, j.max);
	j.places = names_new(arena, j.max);
	j.carry.from = &lowered[0]->machine;
	open_carry(&j, &lowered[1]->machine);
	flight->loses_targets = find_lost_targets(&j);
	uint32_t *alike =
	    tells_apart ? NULL : alike_find(j.carry.from, roles_of(&j));
	const struct explore_options options = {
		.machine = j.carry.from,
		.moves = EXPLORE_RUNS | EXPLORE_STOPS | EXPLORE_RETRIES |
			 EXPLORE_OVERRIDES | EXPLORE_ROLLBACKS,
		.executions = 1,
		.rollbacks = 1,
		.alike = alike,
		.memory_max = FLIGHT_MEMORY_MAX,
		.seconds_max = FLIGHT_SECONDS_MAX,
		.visitor = { .self = &j, .place = see_place },
		.is_serial = true,
	};
	struct explore *explore = explore_new(&options);
	j.carry.from = explore_machine(explore);
	j.past = past_new(arena, comparison, lowered, &j.carry);
	j.crowded = arena_alloc(arena, j.carry.from->state_size);
	j.place =
	    arena_alloc(arena, SW_CARRY_PLACE_MAX(j.carry.from->nactions));
	if (explore_run(explore) != EXPLORE_COMPLETE)
		flight->is_complete = false;
	explore_free(explore);
	free(alike);
	return flight;
}
