/*
 * The table of an upgrade. Input: a book in the terms of the old machine, and
 * this program's own; output: a document, an execution a row. Judges by
 * machine/carry.h, and puts its reasons in words.
 */
#include "plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/carry.h"
#include "machine/words.h"
#include "needs.h"
#include "past.h"

struct planning {
	const struct sw_book *book;
	bool has_old;
	struct sw_carry carry;
	uint32_t *indices;
	uint8_t *repeats; /* of each old stage, in the state at hand */
	struct sw_state *state;
	struct sw_output scratch;
	char *place; /* of whoever is judged: sw_carry_place */
	json_t *rows;
	json_t *numbers;                  /* whose stage begins anew */
	json_t *ends;                     /* who cannot be retried */
	const struct sw_planned *planned; /* or NULL */
	bool drains;
	bool is_unplanned;
};

static bool
is_held(const struct sw_stage_state *s)
{
	return s->status == SW_STATUS_IN_PROGRESS ||
	       s->status == SW_STATUS_STOPPING;
}

static json_t *
explain(const struct planning *p, enum sw_carry_reason reason, uint32_t subject)
{
	char text[SW_CARRY_WORDS_MAX];
	return json_string(sw_words_carry(&p->carry, reason, subject, text));
}

/* A row of the table. */
struct place {
	uint32_t execution;
	uint32_t stage; /* of the old machine */
	bool holds;
};

/* Takes `why`. */
static void
add_row(
    struct planning *p, const struct place *at, const char *what, json_t *why)
{
	const struct sw_execution *x =
	    sw__book_execution(p->book, at->execution);
	const bool is_person = strcmp(what, "person") == 0;
	json_array_append_new(p->rows,
	    json_pack("{s:I, s:s, s:s, s:b, s:s, s:s, s:o, s:o}", "execution",
		(json_int_t)at->execution, "status",
		x == NULL ? "?" : sw_words_status(x->status), "stage",
		p->carry.from->stages[at->stage].name, "holds", (int)at->holds,
		"place", p->place, "what", what, "why",
		why == NULL ? json_null() : why, "type",
		is_person ? json_sprintf(
				"stop '#%" PRIu32 "' --abandon", at->execution)
			  : json_null()));
}

/* What can be proved of an execution in flight. */
struct proof {
	const char *what;
	json_t *why;     /* or NULL */
	bool can_repeat; /* its stage can begin anew */
};

/* Why it cannot go on where it is, or (`anew`) with its stage begun anew; NULL:
 * it can. */
static json_t *
object(const struct planning *p, const struct place *at,
    const struct sw_carry_answer *a, bool anew)
{
	const uint8_t reason = anew ? a->repeat_reason : a->reason;
	const struct sw_execution *x =
	    sw__book_execution(p->book, at->execution);
	const bool at_begin = anew || !at->holds;
	char text[SW_NEED_MAX];
	if (reason != SW_CARRY_FITS)
		return explain(p, (enum sw_carry_reason)reason,
		    anew ? a->repeat_subject : a->subject);
	if (x == NULL)
		return json_string("its record cannot be read");
	if (x->target == 0 && sw__past_differs(p->book, &p->carry,
				  at->execution, at->stage, at_begin, text))
		return json_string(text);
	if (sw__needs(p->book, &p->carry, at->execution,
		p->carry.stages[at->stage], at_begin, text))
		return json_string(text);
	return NULL;
}

static struct proof
prove(const struct planning *p, const struct sw_scene *scene,
    const struct place *at)
{
	const struct sw_carry_answer a =
	    sw_carry_judge(&p->carry, scene->state, at->stage, at->holds);
	struct proof proof = { .why = object(p, at, &a, false) };
	json_t *against = object(p, at, &a, true);
	proof.can_repeat = at->holds && against == NULL;
	proof.what = proof.why == NULL ? "carries"
		     : against == NULL ? "repeats"
				       : "old";
	if (against != NULL && proof.why != NULL &&
	    !json_equal(against, proof.why)) {
		json_t *both = json_sprintf(
		    "%s; its stage cannot begin anew: %s",
		    json_string_value(proof.why), json_string_value(against));
		json_decref(proof.why);
		proof.why = both;
	}
	json_decref(against);
	return proof;
}

static bool
is_word(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static const char *
what_of(const json_t *row)
{
	return json_string_value(json_object_get(row, "what"));
}

static void
change(struct proof *proof, const char *what, json_t *why)
{
	json_decref(proof->why);
	proof->what = what;
	proof->why = why;
}

/* What a plan that was made before says of it: that is done, if it can be
 * proved, or nothing. */
static void
follow_plan(
    const struct planning *p, const struct place *at, struct proof *proof)
{
	const json_t *row = sw__planned_find(
	    p->planned, p->carry.from->stages[at->stage].name, p->place);
	const char *what = what_of(row);
	json_t *why = json_object_get(row, "why");
	if (row == NULL) {
		change(proof, "unplanned",
		    json_string("the plan says nothing of where it is"));
	} else if (is_word(what, proof->what)) {
		if (json_is_string(why))
			change(proof, proof->what, json_incref(why));
	} else if (is_word(what, "old") || is_word(what, "person") ||
		   (is_word(what, "repeats") && proof->can_repeat)) {
		change(proof, is_word(what, "repeats") ? "repeats" : "old",
		    json_is_string(why) ? json_incref(why)
					: json_string("the plan says so"));
	} else {
		change(proof, "unplanned",
		    json_sprintf("the plan says '%s', which cannot be proved"
				 "%s%s",
			what, proof->why == NULL ? "" : ": ",
			proof->why == NULL ? ""
					   : json_string_value(proof->why)));
	}
}

static void
judge(struct planning *p, const struct sw_scene *scene, const struct place *at)
{
	struct proof proof = prove(p, scene, at);
	if (p->planned != NULL)
		follow_plan(p, at, &proof);
	if (is_word(proof.what, "unplanned"))
		p->is_unplanned = true;
	if (is_word(proof.what, "old")) {
		p->drains = true;
		if (!p->has_old)
			proof.what = "person";
	}
	if (is_word(proof.what, "repeats")) {
		p->repeats[at->stage] = 1;
		json_array_append_new(
		    p->numbers, json_integer((json_int_t)at->execution));
	}
	add_row(p, at, proof.what, proof.why);
}

/* What a plan says of who has ended: nothing more is lost than it says. */
static void
follow_plan_past(
    const struct planning *p, const struct place *at, struct proof *proof)
{
	const json_t *row = sw__planned_find(
	    p->planned, p->carry.from->stages[at->stage].name, p->place);
	if (row == NULL)
		return;
	const bool ends =
	    !is_word(what_of(row), "carries"); /* any other word says so */
	json_t *why = json_object_get(row, "why");
	if (ends && is_word(proof->what, "carries"))
		change(proof, "ends",
		    json_is_string(why) ? json_incref(why)
					: json_string("the plan says so"));
	else if (!ends && is_word(proof->what, "ends"))
		change(proof, "unplanned",
		    json_sprintf("the plan says it can be retried, which "
				 "cannot be proved: %s",
			json_string_value(proof->why)));
}

/* It has ended; could it be retried still? */
static void
judge_past(
    struct planning *p, const struct sw_scene *scene, const struct place *at)
{
	struct sw_carry_answer a =
	    sw_carry_judge_past(&p->carry, scene->state, at->stage);
	a.repeat_reason = a.reason;
	a.repeat_subject = a.subject;
	struct proof proof = { .why = object(p, at, &a, true) };
	proof.what = proof.why == NULL ? "carries" : "ends";
	if (p->planned != NULL)
		follow_plan_past(p, at, &proof);
	if (is_word(proof.what, "carries"))
		return;
	if (is_word(proof.what, "unplanned"))
		p->is_unplanned = true;
	p->repeats[at->stage] = 1;
	json_array_append_new(p->ends, json_integer((json_int_t)at->execution));
	add_row(p, at, proof.what, proof.why);
}

static void
judge_stage(struct planning *p, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_machine *from = p->carry.from;
	const struct sw_stage_state *s = sw_state_stage(scene->state, stage);
	struct place at = { s->execution, stage, true };
	if (is_held(s)) {
		sw_carry_place(
		    from, scene->state, stage, SW_CARRY_HOLDS, p->place);
		judge(p, scene, &at);
	} else if (s->status == SW_STATUS_FAILED ||
		   s->status == SW_STATUS_STOPPED) {
		sw_carry_place(
		    from, scene->state, stage, SW_CARRY_ENDED, p->place);
		judge_past(p, scene, &at);
	}
	at.holds = false;
	sw_carry_place(from, scene->state, stage, SW_CARRY_WAITS, p->place);
	for (uint32_t i = 0; (at.execution = sw_state_waiting(
				  p->carry.from, scene->state, stage, i)) != 0;
	     i++)
		judge(p, scene, &at);
}

/* What each fits may not fit together: whoever is in flight stays. The rows of
 * this scene are those from `first` on. */
static void
check_laws(struct planning *p, const struct sw_scene *scene, size_t first)
{
	const bool was = p->carry.from->mode == SW_MODE_PARALLEL;
	if (p->drains || p->is_unplanned ||
	    was != (p->carry.to->mode == SW_MODE_PARALLEL))
		return;
	const char *law = sw_carry_state(
	    &p->carry, scene->state, p->repeats, &p->scratch, p->state);
	if (law == NULL)
		return;
	p->drains = true;
	for (; first < json_array_size(p->rows); first++) {
		json_t *row = json_array_get(p->rows, first);
		if (is_word(what_of(row), "ends"))
			continue;
		json_object_set_new(
		    row, "what", json_string(p->has_old ? "old" : "person"));
		json_object_set_new(row, "why",
		    json_sprintf("together they would break law '%s'", law));
	}
}

static void
judge_scene(struct planning *p, const struct sw_scene *scene)
{
	const uint32_t n = p->carry.from->nstages;
	const size_t first = json_array_size(p->rows);
	for (uint32_t s = 0; s < n; s++)
		p->repeats[s] = 0;
	/* As people look: the furthest first. */
	for (uint32_t s = n; s-- > 0;)
		judge_stage(p, scene, s);
	check_laws(p, scene, first);
}

static bool
open_planning(struct planning *p)
{
	const struct sw_machine *from = p->book->pipeline->machine;
	const struct sw_machine *to = p->book->own->machine;
	const size_t n =
	    (size_t)from->nstages + from->nactions + to->nstages + to->nactions;
	uint32_t *at = calloc(n, sizeof *at);
	p->indices = at;
	p->repeats = calloc(from->nstages, 1);
	p->state = calloc(1, to->state_size);
	p->place = malloc(SW_CARRY_PLACE_MAX(from->nactions));
	p->scratch.commands =
	    calloc(SW_COMMANDS_MAX(to->group_max), sizeof(struct sw_command));
	p->scratch.fired =
	    calloc(SW_FIRED_MAX(to->group_max), sizeof(struct sw_fired));
	p->rows = json_array();
	p->numbers = json_array();
	p->ends = json_array();
	if (at == NULL || p->repeats == NULL || p->state == NULL ||
	    p->place == NULL || p->scratch.commands == NULL ||
	    p->scratch.fired == NULL || p->rows == NULL || p->numbers == NULL ||
	    p->ends == NULL)
		return false;
	p->carry = (struct sw_carry){ .from = from, .to = to, .stages = at };
	p->carry.actions = at += from->nstages;
	p->carry.old_stages = at += from->nactions;
	p->carry.old_actions = at + to->nstages;
	sw_carry_by_names(&p->carry);
	return true;
}

static void
close_planning(struct planning *p)
{
	free(p->indices);
	free(p->repeats);
	free(p->state);
	free(p->place);
	free(p->scratch.commands);
	free(p->scratch.fired);
	json_decref(p->rows);
	json_decref(p->numbers);
	json_decref(p->ends);
}

static const char *
way_of(const struct planning *p)
{
	if (p->book->pipeline == p->book->own)
		return "none";
	if (p->is_unplanned)
		return "unplanned";
	return p->drains ? "drain" : "in-place";
}

static json_t *
write_plan(const struct planning *p)
{
	const char *way = way_of(p);
	const bool is_harmless =
	    (is_word(way, "none") || is_word(way, "in-place")) &&
	    json_array_size(p->numbers) == 0;
	char from[17], to[17];
	snprintf(from, sizeof from, "%016" PRIx64, p->carry.from->fingerprint);
	snprintf(to, sizeof to, "%016" PRIx64, p->carry.to->fingerprint);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:O, s:O, s:O}",
	    "format", "stagewright upgrade 1", "pipeline", p->book->own->name,
	    "from", from, "to", to, "way", way, "harmless", is_harmless,
	    "repeats", p->numbers, "ends", p->ends, "executions", p->rows);
}

json_t *
sw__upgrade_plan(
    const struct sw_book *book, bool has_old, const struct sw_planned *planned)
{
	struct planning p = {
		.book = book, .has_old = has_old, .planned = planned
	};
	json_t *plan = NULL;
	uint32_t at = 0;
	if (open_planning(&p)) {
		const struct sw_scene *scene;
		while (book->pipeline != book->own &&
		       (scene = sw__book_each(book, &at)) != NULL)
			judge_scene(&p, scene);
		plan = write_plan(&p);
	}
	close_planning(&p);
	return plan;
}
