/*
 * The book in the terms of another machine: the first row may be of one, and
 * an `upgrade` goes from one to the next. Input: a row; output: the book with
 * all that it knew, where the new machine has a place for it. Whether it may
 * is judged before (runtime/upgrade/); what cannot be is refused here.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_part.h"
#include "era.h"
#include "machine/carry.h"

static int
out_of_memory(const struct entry *e)
{
	return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
}

/* An empty book of the machine that a document tells of: this program's own,
 * if it is that. */
static int
new_book(const struct sw_pipeline *own, const struct sw_json_value *document,
    struct sw_book **out, struct sw_error *err)
{
	const char *fingerprint = sw__json_text_in(document, "fingerprint");
	struct sw_era *era = NULL;
	char mine[17];
	snprintf(mine, sizeof mine, "%016" PRIx64, own->machine->fingerprint);
	if (fingerprint == NULL || strcmp(fingerprint, mine) != 0) {
		json_t *machine = sw__body_document(document);
		const int status = sw__era_read(&era, machine, err);
		json_decref(machine);
		if (status != 0)
			return status;
		own = sw__era_pipeline(era);
	}
	*out = sw__book_new(own);
	if (*out == NULL) {
		sw__era_free(era);
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	}
	(*out)->era = era;
	return 0;
}

/* Exchanges what belongs to a machine. */
static void
swap(struct sw_book *a, struct sw_book *b)
{
	const struct sw_book was = *a;
	a->pipeline = b->pipeline;
	a->era = b->era;
	a->instances = b->instances;
	a->shared = b->shared;
	a->digests = b->digests;
	a->commands = b->commands;
	a->fired = b->fired;
	b->pipeline = was.pipeline;
	b->era = was.era;
	b->instances = was.instances;
	b->shared = was.shared;
	b->digests = was.digests;
	b->commands = was.commands;
	b->fired = was.fired;
}

int
sw__book_switch(struct sw_book *book, const struct sw_json_value *document,
    struct sw_error *err)
{
	struct sw_book *fresh = NULL;
	const int status = new_book(book->own, document, &fresh, err);
	if (fresh == NULL)
		return status;
	swap(book, fresh);
	sw__book_free(fresh);
	return 0;
}

/* The way from one machine to the next. */
struct passage {
	struct entry *e;
	struct sw_book *fresh; /* of the new machine */
	struct sw_carry carry;
	uint32_t *indices;        /* all four arrays of carry */
	uint8_t *repeats;         /* of each old stage, in the state at hand */
	struct sw_state *state;   /* of the new machine, in the making */
	struct sw_scene **scenes; /* PARALLEL: of each execution at hand */
};

static int
passage_open(struct passage *p, struct entry *e)
{
	const struct sw_machine *from = e->machine;
	*p = (struct passage){ .e = e };
	sw__book_forget_guests(e->book);
	const int status =
	    new_book(e->book->own, value_of(e, "machine"), &p->fresh, e->err);
	if (p->fresh == NULL) {
		assert(status != 0);
		return status;
	}
	const struct sw_machine *to = p->fresh->pipeline->machine;
	const size_t n =
	    (size_t)from->nstages + from->nactions + to->nstages + to->nactions;
	p->indices = calloc(n, sizeof *p->indices);
	p->repeats = calloc(from->nstages, 1);
	p->state = calloc(1, to->state_size);
	p->scenes = calloc(e->book->memory->n + 1, sizeof(struct sw_scene *));
	if (p->indices == NULL || p->repeats == NULL || p->state == NULL ||
	    p->scenes == NULL)
		return out_of_memory(e);
	uint32_t *at = p->indices;
	p->carry = (struct sw_carry){ .from = from, .to = to, .stages = at };
	p->carry.actions = at += from->nstages;
	p->carry.old_stages = at += from->nactions;
	p->carry.old_actions = at + to->nstages;
	sw_carry_by_names(&p->carry);
	return 0;
}

static void
passage_close(struct passage *p)
{
	for (uint32_t i = 0; p->scenes != NULL && i < p->e->book->memory->n;
	     i++)
		sw__scene_free(p->fresh->pipeline->machine, p->scenes[i]);
	sw__book_free(p->fresh);
	free(p->indices);
	free(p->repeats);
	free(p->state);
	free(p->scenes);
}

static bool
is_named(const struct sw_json_value *numbers, uint32_t execution)
{
	const struct sw_json_value *number = NULL;
	while ((number = sw__json_next(numbers, number)) != NULL)
		if (number->number == execution)
			return true;
	return false;
}

/* Stages that are begun anew: those that the executions named hold; and those
 * where executions failed that cannot be retried any more. */
static void
find_repeats(struct passage *p, const struct sw_state *state)
{
	const struct sw_json_value *repeats = value_of(p->e, "repeats");
	const struct sw_json_value *ends = value_of(p->e, "ends");
	for (uint32_t s = 0; s < p->carry.from->nstages; s++) {
		const struct sw_stage_state *at = sw_state_stage(state, s);
		const bool is_held = at->status == SW_STATUS_IN_PROGRESS ||
				     at->status == SW_STATUS_STOPPING;
		p->repeats[s] =
		    at->execution != 0 &&
		    is_named(is_held ? repeats : ends, at->execution);
	}
}

static int
carry_state(struct passage *p, const struct sw_state *state)
{
	const struct sw_output scratch = { p->fresh->commands, p->fresh->fired,
		0, 0 };
	find_repeats(p, state);
	const char *law =
	    sw_carry_state(&p->carry, state, p->repeats, &scratch, p->state);
	return law == NULL
		   ? 0
		   : sw__error(p->e->err, SW_ERROR_REFUSED,
			 "the state does not carry over to the new machine: "
			 "it would break law '%s'",
			 law);
}

/* Which try a row's status speaks of, and when its next may start. */
static void
carry_current(struct passage *p, const struct sw_scene *from,
    struct sw_scene *to, uint32_t now)
{
	const uint32_t old = p->carry.old_actions[now];
	if (old == SW_NOWHERE ||
	    p->repeats[p->carry.from->actions[old].stage] ||
	    sw_state_action(p->carry.from, from->state, old) ==
		SW_STATUS_PENDING ||
	    sw_state_action(p->carry.to, to->state, now) == SW_STATUS_NONE)
		return;
	to->current[now] = from->current[old];
	to->next_ms[now] = from->next_ms[old];
}

static void
carry_times(struct passage *p, const struct sw_scene *from, struct sw_scene *to,
    uint32_t now)
{
	const uint32_t old = p->carry.old_stages[now];
	if (old == SW_NOWHERE)
		return;
	to->stages[now] = from->stages[old];
	(void)sw__body_hold(to->stages[now].closed);
	if (p->repeats[old] && to->stages[now].left_ms == 0)
		to->stages[now].entered_ms = p->e->row->time_ms;
}

static void
carry_scene(struct passage *p, const struct sw_scene *from, struct sw_scene *to)
{
	for (uint32_t a = 0; a < p->carry.to->nactions; a++)
		carry_current(p, from, to, a);
	for (uint32_t s = 0; s < p->carry.to->nstages; s++)
		carry_times(p, from, to, s);
}

/* What a stage that begins anew had under way is abandoned. Nothing can fail
 * any more. */
static void
abandon_in(struct passage *p, const struct sw_scene *scene)
{
	find_repeats(p, scene->state);
	for (uint32_t a = 0; a < p->carry.from->nactions; a++) {
		struct sw_try *try_ = scene->current[a];
		if (!p->repeats[p->carry.from->actions[a].stage] ||
		    try_ == NULL ||
		    (try_->status != SW_STATUS_IN_PROGRESS &&
			try_->status != SW_STATUS_UNKNOWN))
			continue;
		try_->status = SW_STATUS_ABANDONED;
		try_->ended_ms = p->e->row->time_ms;
		sw__body_drop(try_->abandoned);
		try_->abandoned = sw__body_hold(p->e->row->body);
		if (try_->asked != NULL)
			try_->has_ended = true;
	}
}

/* PARALLEL: the state and the scene of an execution that has one. Those that
 * are put away have ended, and are history. */
static int
carry_execution(struct passage *p, uint32_t at)
{
	struct sw_book *fresh = p->fresh;
	const struct sw_execution *x = p->e->book->memory->executions[at];
	const size_t size = p->carry.to->state_size;
	if (x->scene == NULL)
		return 0;
	struct sw_scene *scene = sw__scene_new(p->carry.to);
	p->scenes[at] = scene;
	if (scene == NULL)
		return out_of_memory(p->e);
	if (carry_state(p, x->scene->state) != 0)
		return p->e->err->code;
	struct sw_state *copy = malloc(size);
	if (copy == NULL || sw_instances_put(fresh->instances, x->number,
				memcpy(copy, p->state, size)) != 0) {
		free(copy);
		return out_of_memory(p->e);
	}
	scene->state = copy;
	sw__digests_set(&fresh->digests, x->number, copy, size);
	carry_scene(p, x->scene, scene);
	return 0;
}

/* PARALLEL: room for as many executions as there were. */
static int
resume(struct passage *p)
{
	const uint32_t n = p->e->book->nexecutions;
	return sw__digests_reserve(&p->fresh->digests, n + 1) != 0 ||
		       sw_instances_resume(p->fresh->instances, n) != 0
		   ? out_of_memory(p->e)
		   : 0;
}

static int
carry_each(struct passage *p)
{
	int status = resume(p);
	for (uint32_t i = 0; i < p->e->book->memory->n && status == 0; i++)
		status = carry_execution(p, i);
	return status;
}

/* To PARALLEL or from it goes what is in nobody's state: that all have
 * ended. */
static int
carry_mode(struct passage *p)
{
	if (p->e->book->first_in_flight != 0)
		return sw__error(p->e->err, SW_ERROR_REFUSED,
		    "the execution mode changes while executions are in "
		    "flight");
	if (p->carry.to->mode == SW_MODE_PARALLEL)
		return resume(p);
	sw_instances_shared_mutable(p->fresh->instances)->executions =
	    p->e->book->nexecutions;
	return 0;
}

static int
carry_shared(struct passage *p)
{
	const struct sw_scene *old = p->e->book->shared;
	if (carry_state(p, old->state) != 0)
		return p->e->err->code;
	memcpy(sw_instances_shared_mutable(p->fresh->instances), p->state,
	    p->carry.to->state_size);
	carry_scene(p, old, p->fresh->shared);
	return 0;
}

/* Tries of actions that are gone are history: no action's. */
static void
carry_tries(struct passage *p)
{
	const struct sw_book *book = p->e->book;
	const struct sw_execution *x;
	uint32_t at = 0;
	for (const struct sw_scene *scene;
	     (scene = sw__book_each(book, &at)) != NULL;)
		abandon_in(p, scene);
	at = 0;
	while ((x = sw__book_at_hand(book, &at)) != NULL)
		for (struct sw_try *t = x->last_try; t != NULL; t = t->before)
			if (t->action != SW_NOWHERE)
				t->action = p->carry.actions[t->action];
}

int
sw__book_apply_upgrade(struct entry *e)
{
	struct passage p;
	int status = passage_open(&p, e);
	if (status == 0) {
		assert(p.carry.to != NULL);
		const bool was = e->machine->mode == SW_MODE_PARALLEL;
		const bool is = p.carry.to->mode == SW_MODE_PARALLEL;
		status = was != is ? carry_mode(&p)
			 : is      ? carry_each(&p)
				   : carry_shared(&p);
	}
	if (status == 0) {
		carry_tries(&p);
		for (uint32_t i = 0; i < e->book->memory->n; i++) {
			struct sw_execution *x = e->book->memory->executions[i];
			sw__scene_free(e->machine, x->scene);
			x->scene = p.scenes[i];
			p.scenes[i] = NULL;
		}
		swap(e->book, p.fresh);
		e->book->neras++;
	}
	passage_close(&p);
	e->machine = e->book->pipeline->machine;
	return status;
}
