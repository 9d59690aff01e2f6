/* The table of places as changes, and as a plan. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "compare/compare.h"
#include "flight.h"
#include "lower/lower.h"
#include "model/model.h"

/* How many fare as this row does and for its reason; 0: an earlier row has
 * told of them. */
static size_t
count_same(const struct flight *flight, size_t first)
{
	const struct flight_row *row = &flight->rows[first];
	size_t n = 0;
	for (size_t i = 0; i < flight->n; i++) {
		const struct flight_row *other = &flight->rows[i];
		if (other->what != row->what ||
		    strcmp(other->why, row->why) != 0)
			continue;
		if (i < first)
			return 0;
		n++;
	}
	return n;
}

/* "'Build', 'Staging' or 'Production'": where releases fare so. */
static const char *
name_stages(
    struct arena *arena, const struct flight *flight, enum flight_what what)
{
	const struct sw_machine *machine = &flight->lowered[0]->machine;
	bool *is_there = arena_array(arena, machine->nstages, sizeof *is_there);
	uint32_t n = 0;
	for (size_t i = 0; i < flight->n; i++) {
		const struct flight_row *row = &flight->rows[i];
		if (row->what != what)
			continue;
		n += !is_there[row->stage];
		is_there[row->stage] = true;
	}
	const char *text = "";
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (is_there[i])
			text = arena_printf(arena, "%s%s'%s'", text,
			    *text == '\0' ? ""
			    : --n > 1     ? ", "
					  : " or ",
			    machine->stages[i].name);
	return text;
}

static void
place_change(
    struct change *change, const struct comparison *comparison, uint32_t stage)
{
	const uint32_t now = comparison->matching->stages[stage];
	change->old_at = comparison->old->model->stages.items[stage].at;
	if (now != MATCH_NONE)
		change->new_at = comparison->new_->model->stages.items[now].at;
}

/* One change for all that fare so, with the reason that most of them share:
 * there can be dozens, and who decides needs to know that there are some. It
 * is of no one stage. */
static void
tell_fate(struct arena *arena, struct comparison *comparison,
    const struct flight *flight, enum flight_what what)
{
	const struct flight_row *example = NULL;
	size_t n = 0, most = 0, nreasons = 0;
	for (size_t i = 0; i < flight->n; i++) {
		if (flight->rows[i].what != what)
			continue;
		const size_t same = count_same(flight, i);
		n++;
		nreasons += same > 0;
		if (same <= most)
			continue;
		most = same;
		example = &flight->rows[i];
	}
	if (example == NULL)
		return;
	struct change *change =
	    comparison_add(arena, comparison, CHANGE_RUNNING);
	place_change(change, comparison, example->stage);
	change->text =
	    arena_printf(arena, "a release in %s %s at %zu of %zu places: %s",
		name_stages(arena, flight, what),
		what == FLIGHT_REPEATS ? "begins its stage anew"
				       : "ends on the old version",
		n, flight->n, example->why);
	if (nreasons > 1)
		change->text =
		    arena_printf(arena, "%s (%zu reason%s more: --states)",
			change->text, nreasons - 1, nreasons == 2 ? "" : "s");
}

static void
tell_running(struct arena *arena, struct comparison *comparison,
    const struct flight *flight)
{
	tell_fate(arena, comparison, flight, FLIGHT_REPEATS);
	tell_fate(arena, comparison, flight, FLIGHT_OLD);
	if (flight->is_complete)
		return;
	struct change *change =
	    comparison_add(arena, comparison, CHANGE_RUNNING);
	change->new_at = comparison->new_->model->at;
	change->text = "what becomes of releases in flight is not known of "
		       "all places: there are too many";
}

/* A stage without a deploy is hardly rolled back. */
static bool
has_deploy(const struct sw_machine *machine, uint32_t stage)
{
	const struct sw_stage *s = &machine->stages[stage];
	for (uint32_t a = s->first_action; a <= s->last_action; a++)
		if (machine->actions[a].category == SW_CATEGORY_DEPLOY)
			return true;
	return false;
}

static void
tell_rollbacks(struct arena *arena, struct comparison *comparison,
    const struct flight *flight)
{
	const struct sw_machine *from = &flight->lowered[0]->machine;
	for (uint32_t i = 0; i < from->nstages; i++) {
		if (from->mode == SW_MODE_PARALLEL || !has_deploy(from, i) ||
		    !flight->loses_targets[i])
			continue;
		struct change *change =
		    comparison_add(arena, comparison, CHANGE_ROLLBACK_LOST);
		place_change(change, comparison, i);
		change->of.old_stage = i;
		change->of.new_stage = comparison->matching->stages[i];
		change->text = arena_printf(arena,
		    "'%s' cannot be rolled back to a release from before this "
		    "change",
		    from->stages[i].name);
	}
}

void
flight_tell(struct arena *arena, struct comparison *comparison,
    const struct flight *flight)
{
	tell_running(arena, comparison, flight);
	tell_rollbacks(arena, comparison, flight);
	comparison_sort(comparison);
}

void
flight_plan(struct text *text, const struct flight *flight)
{
	const struct sw_machine *from = &flight->lowered[0]->machine;
	char was[17], is[17];
	snprintf(was, sizeof was, "%016" PRIx64, from->fingerprint);
	snprintf(is, sizeof is, "%016" PRIx64,
	    flight->lowered[1]->machine.fingerprint);
	TEXT(text,
	    "{\n  \"format\": \"stagewright upgrade 1\",\n"
	    "  \"pipeline\": $name$,\n  \"from\": $from$,\n"
	    "  \"to\": $to$,\n  \"executions\": [",
	    JSTR("name", flight->lowered[1]->model->name.text),
	    JSTR("from", was), JSTR("to", is));
	for (size_t i = 0; i < flight->n; i++) {
		const struct flight_row *row = &flight->rows[i];
		TEXT(text,
		    "$comma$\n    { \"stage\": $stage$, \"place\": $place$, "
		    "\"what\": $what$, \"why\": $why$ }",
		    CPART("comma", i == 0 ? "" : ","),
		    JSTR("stage", from->stages[row->stage].name),
		    JSTR("place", row->place),
		    JSTR("what", flight_word(row->what)),
		    JSTR("why", row->why));
	}
	text_put(text, "\n  ]\n}\n");
}
