/*
 * The table of an upgrade. Input: a book in the terms of the old machine, and
 * this program's own; output: a document, an execution a row. Judges by
 * machine/carry.h, and puts its reasons in words.
 */
#include "plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine/carry.h"
#include "machine/words.h"
#include "needs.h"

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
	json_t *numbers; /* whose stage begins anew */
	bool drains;
};

static bool
is_held(const struct sw_stage_state *s)
{
	return s->status == SW_STATUS_IN_PROGRESS ||
	       s->status == SW_STATUS_STOPPING;
}

static const char *
mode_word(uint8_t mode)
{
	static const char *const words[SW_NMODES] = {
		[SW_MODE_SUPERSEDED] = "SUPERSEDED",
		[SW_MODE_QUEUED] = "QUEUED",
		[SW_MODE_PARALLEL] = "PARALLEL",
	};
	return words[mode];
}

/* A reason of carry.h in words: what is said of its subject, if it has one. */
static const char *
sentence(enum sw_carry_reason reason)
{
	static const char *const sentences[SW_NCARRY_REASONS] = {
		[SW_CARRY_FITS] = "",
		[SW_CARRY_STAGE_GONE] = " is where it is, and not in the new "
					"version",
		[SW_CARRY_ROW_GONE] = " runs and is not in the new version",
		[SW_CARRY_BEHIND] = " is new and behind it: it would go on "
				    "without",
		[SW_CARRY_AGAIN] = " has run and would run once more",
		[SW_CARRY_ORDER] = " stands elsewhere among the actions of its "
				   "stage",
		[SW_CARRY_STOPPING] = "it is Stopping, and nothing starts any "
				      "more",
		[SW_CARRY_ROLLBACK] = "it is a rollback",
		[SW_CARRY_EFFECT] = " has begun and may not run twice",
	};
	return sentences[reason];
}

static json_t *
explain(const struct planning *p, enum sw_carry_reason reason, uint32_t subject)
{
	const struct sw_machine *from = p->carry.from;
	const struct sw_machine *to = p->carry.to;
	char name[SW_WORDS_MAX];
	switch (reason) {
	case SW_CARRY_MODE:
		return json_sprintf("the mode changes from %s to %s",
		    mode_word(from->mode), mode_word(to->mode));
	case SW_CARRY_STOPPING:
	case SW_CARRY_ROLLBACK:
		return json_string(sentence(reason));
	case SW_CARRY_STAGE_GONE:
		return json_sprintf("stage '%s'%s", from->stages[subject].name,
		    sentence(reason));
	default:
		return json_sprintf("'%s'%s",
		    sw_words_action(
			reason == SW_CARRY_BEHIND ? to : from, subject, name),
		    sentence(reason));
	}
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
	const bool is_person = what[0] == 'p';
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

static void
stay(struct planning *p, const struct place *at, json_t *why)
{
	p->drains = true;
	add_row(p, at, p->has_old ? "old" : "person", why);
}

/* It fits the machine: does it have what the rest of it reads? */
static void
go_on(struct planning *p, const struct place *at, bool anew, json_t *why)
{
	char lacks[SW_NEED_MAX];
	if (sw__needs(p->book, &p->carry, at->execution,
		p->carry.stages[at->stage], anew || !at->holds, lacks)) {
		json_decref(why);
		stay(p, at, json_string(lacks));
		return;
	}
	add_row(p, at, anew ? "repeats" : "carries", why);
	if (!anew)
		return;
	p->repeats[at->stage] = 1;
	json_array_append_new(
	    p->numbers, json_integer((json_int_t)at->execution));
}

static void
judge(struct planning *p, const struct sw_scene *scene, const struct place *at)
{
	const struct sw_carry_answer a =
	    sw_carry_judge(&p->carry, scene->state, at->stage, at->holds);
	if (a.way == SW_CARRY_OVER) {
		go_on(p, at, false, NULL);
		return;
	}
	json_t *why = explain(p, (enum sw_carry_reason)a.reason, a.subject);
	if (a.way == SW_CARRY_REPEAT) {
		go_on(p, at, true, why);
		return;
	}
	if (a.repeat_reason != a.reason) {
		json_t *more = explain(
		    p, (enum sw_carry_reason)a.repeat_reason, a.repeat_subject);
		json_t *both =
		    json_sprintf("%s; its stage cannot begin anew: %s",
			json_string_value(why), json_string_value(more));
		json_decref(more);
		json_decref(why);
		why = both;
	}
	stay(p, at, why);
}

/* It has ended; could it be retried still? */
static void
judge_past(
    struct planning *p, const struct sw_scene *scene, const struct place *at)
{
	const struct sw_carry_answer a =
	    sw_carry_judge_past(&p->carry, scene->state, at->stage);
	if (a.way != SW_CARRY_OVER)
		add_row(p, at, "ends",
		    explain(p, (enum sw_carry_reason)a.reason, a.subject));
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

/* What each fits may not fit together: whoever is in flight stays. */
static void
check_laws(struct planning *p, const struct sw_scene *scene)
{
	const bool was = p->carry.from->mode == SW_MODE_PARALLEL;
	if (p->drains || was != (p->carry.to->mode == SW_MODE_PARALLEL))
		return;
	const char *law = sw_carry_state(
	    &p->carry, scene->state, p->repeats, &p->scratch, p->state);
	if (law == NULL)
		return;
	p->drains = true;
	for (size_t i = 0; i < json_array_size(p->rows); i++) {
		json_t *row = json_array_get(p->rows, i);
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
	for (uint32_t s = 0; s < n; s++)
		p->repeats[s] = 0;
	/* As people look: the furthest first. */
	for (uint32_t s = n; s-- > 0;)
		judge_stage(p, scene, s);
	check_laws(p, scene);
}

static bool
open_planning(struct planning *p, const struct sw_book *book)
{
	const struct sw_machine *from = book->pipeline->machine;
	const struct sw_machine *to = book->own->machine;
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
	if (at == NULL || p->repeats == NULL || p->state == NULL ||
	    p->place == NULL || p->scratch.commands == NULL ||
	    p->scratch.fired == NULL || p->rows == NULL || p->numbers == NULL)
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
}

json_t *
sw__upgrade_plan(const struct sw_book *book, bool has_old)
{
	struct planning p = { .book = book, .has_old = has_old };
	json_t *plan = NULL;
	const bool is_same = book->pipeline == book->own;
	char from[17], to[17];
	uint32_t at = 0;
	if (open_planning(&p, book)) {
		for (const struct sw_scene *scene;
		     !is_same && (scene = sw__book_each(book, &at)) != NULL;)
			judge_scene(&p, scene);
		snprintf(from, sizeof from, "%016" PRIx64,
		    p.carry.from->fingerprint);
		snprintf(to, sizeof to, "%016" PRIx64, p.carry.to->fingerprint);
		plan = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:O, s:O}",
		    "format", "stagewright upgrade 1", "pipeline",
		    book->own->name, "from", from, "to", to, "way",
		    is_same    ? "none"
		    : p.drains ? "drain"
			       : "in-place",
		    "harmless", !p.drains && json_array_size(p.numbers) == 0,
		    "repeats", p.numbers, "executions", p.rows);
	}
	close_planning(&p);
	return plan;
}
