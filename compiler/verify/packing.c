/*
 * The packed form: stage after stage, each the fields of its head and then
 * those of its actions, and last what belongs to no stage. Fields do not
 * straddle words; a stage begins a new word if it does not fit into the rest
 * of one. A value that does not fit its field is a bug of the bounds, and an
 * assertion.
 */
#include "packing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "parts.h"

#define WORD_BITS 64

/* Where a stage stands, or what is no stage's. */
struct place {
	uint32_t word;
	uint8_t shift;
	bool has_words; /* of its own: it is longer than one */
	uint64_t mask;
};

struct packing {
	const struct sw_machine *machine;
	struct parts parts;
	struct packing_bounds bounds;
	uint32_t nwords;
	uint8_t execution_bits;
	uint8_t started_bits;
	uint8_t rolled_bits;
	uint8_t queued_bits;
	uint8_t closed_bits;
	uint8_t type_bits;
	uint8_t stage_status_bits;
	uint8_t action_status_bits;
	uint8_t target_bits;
	uint8_t *retries_bits; /* of each action */
	struct place *places;  /* of each stage, then of the rest */
	const uint32_t *alike;
	bool *has_alike;        /* stages with something to sort */
	uint32_t *before_alike; /* the one before an action, or itself */
};

/* Statuses by how often they come: those of a search without operators need
 * two bits. */
static const uint8_t action_codes[SW_NSTATUSES] = {
	[SW_STATUS_NONE] = 0,
	[SW_STATUS_IN_PROGRESS] = 1,
	[SW_STATUS_SUCCEEDED] = 2,
	[SW_STATUS_FAILED] = 3,
	[SW_STATUS_ABANDONED] = 4,
	[SW_STATUS_UNKNOWN] = 5,
	[SW_STATUS_PENDING] = 6,
};
static const uint8_t action_statuses[8] = { SW_STATUS_NONE,
	SW_STATUS_IN_PROGRESS, SW_STATUS_SUCCEEDED, SW_STATUS_FAILED,
	SW_STATUS_ABANDONED, SW_STATUS_UNKNOWN, SW_STATUS_PENDING };
static const uint8_t stage_codes[SW_NSTATUSES] = {
	[SW_STATUS_NONE] = 0,
	[SW_STATUS_IN_PROGRESS] = 1,
	[SW_STATUS_SUCCEEDED] = 2,
	[SW_STATUS_FAILED] = 3,
	[SW_STATUS_STOPPING] = 4,
	[SW_STATUS_STOPPED] = 5,
	[SW_STATUS_SKIPPED] = 6,
};
static const uint8_t stage_statuses[8] = { SW_STATUS_NONE,
	SW_STATUS_IN_PROGRESS, SW_STATUS_SUCCEEDED, SW_STATUS_FAILED,
	SW_STATUS_STOPPING, SW_STATUS_STOPPED, SW_STATUS_SKIPPED };

/* Bits of a number up to `max`. */
static uint8_t
bits_for(uint64_t max)
{
	uint8_t bits = 0;
	while (bits < WORD_BITS && max >> bits != 0)
		bits++;
	return bits;
}

/* Fields are written into, and read from, words one after the other. */
struct cursor {
	uint64_t *words;
	uint64_t word;
	unsigned bits;
};

static inline void
put(struct cursor *c, uint64_t value, unsigned bits)
{
	assert(bits == WORD_BITS || value >> bits == 0);
	if (c->bits + bits > WORD_BITS) {
		*c->words++ = c->word;
		c->word = 0;
		c->bits = 0;
	}
	if (bits != 0)
		c->word |= value << c->bits;
	c->bits += bits;
}

static inline uint64_t
get(const uint64_t **words, unsigned *at, unsigned bits)
{
	if (*at + bits > WORD_BITS) {
		++*words;
		*at = 0;
	}
	if (bits == 0)
		return 0;
	const uint64_t value =
	    **words >> *at & (UINT64_MAX >> (WORD_BITS - bits));
	*at += bits;
	return value;
}

static unsigned
overridden_bits(const struct sw_stage *row)
{
	return row->before_entry == SW_RESULT_FAIL ||
		       row->on_success != SW_RESULT_NONE
		   ? 2
		   : 0;
}

static void
put_head(const struct packing *p, struct cursor *c,
    const struct sw_state *state, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(state, stage);
	const struct sw_stage *row = &p->machine->stages[stage];
	put(c, s->execution, p->execution_bits);
	put(c, s->waiting, p->execution_bits);
	put(c, stage_codes[s->status], p->stage_status_bits);
	put(c, s->closed, p->closed_bits);
	put(c, s->type, p->type_bits);
	put(c, s->overridden, overridden_bits(row));
	if (row->attempts != 0)
		put(c, s->retries, bits_for(row->attempts));
	put(c, s->queued, p->queued_bits);
	if (p->target_bits != 0)
		put(c, targets_at(&p->parts, state)[stage], p->target_bits);
}

static uint32_t
action_code(const struct packing *p, uint8_t byte)
{
	return action_codes[status_of(byte)] | retries_of(byte)
						   << p->action_status_bits;
}

/* Of the actions that are alike, the first ones get the smallest codes. They
 * had them before the step, so few are out of their order. */
static void
sort_alike(const struct packing *p, const struct sw_stage *row, uint32_t *codes)
{
	const uint32_t first = row->first_action;
	for (uint32_t a = first; a <= row->last_action; a++) {
		const uint32_t code = codes[a - first];
		uint32_t at = a;
		uint32_t before = p->before_alike[at];
		while (before != at && codes[before - first] > code) {
			codes[at - first] = codes[before - first];
			at = before;
			before = p->before_alike[at];
		}
		codes[at - first] = code;
	}
}

static void
put_actions(const struct packing *p, struct cursor *c,
    const struct sw_state *state, uint32_t stage)
{
	const struct sw_stage *row = &p->machine->stages[stage];
	const uint8_t *bytes = actions_at(&p->parts, state);
	if (p->has_alike == NULL || !p->has_alike[stage]) {
		for (uint32_t a = row->first_action; a <= row->last_action; a++)
			put(c, action_code(p, bytes[a]),
			    p->action_status_bits + p->retries_bits[a]);
		return;
	}
	uint32_t codes[PACKING_ALIKE_MAX];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		codes[a - row->first_action] = action_code(p, bytes[a]);
	sort_alike(p, row, codes);
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		put(c, codes[a - row->first_action],
		    p->action_status_bits + p->retries_bits[a]);
}

static void
replace(const struct place *place, struct cursor *c, uint64_t *words)
{
	if (place->has_words)
		*c->words = c->word;
	else
		words[place->word] = (words[place->word] & ~place->mask) |
				     c->word << place->shift;
}

void
packing_pack_stage(const struct packing *p, const struct sw_state *state,
    uint32_t stage, uint64_t *words)
{
	const struct place *place = &p->places[stage];
	struct cursor c = { words + place->word, 0, 0 };
	put_head(p, &c, state, stage);
	put_actions(p, &c, state, stage);
	replace(place, &c, words);
}

void
packing_pack_rest(const struct packing *p, const struct sw_state *state,
    const struct packing_extra *extra, uint64_t *words)
{
	const struct place *place = &p->places[p->machine->nstages];
	struct cursor c = { words + place->word, 0, 0 };
	put(&c, state->executions, p->execution_bits);
	put(&c, extra->started, p->started_bits);
	put(&c, extra->rolled, p->rolled_bits);
	for (uint32_t i = 0; i < p->machine->queue_max; i++)
		put(&c, queue_at(&p->parts, state)[i], p->execution_bits);
	put(&c, extra->observed, p->bounds.nobserved);
	replace(place, &c, words);
}

void
packing_pack(const struct packing *p, const struct sw_state *state,
    const struct packing_extra *extra, uint64_t *words)
{
	memset(words, 0, p->nwords * sizeof *words);
	for (uint32_t i = 0; i < p->machine->nstages; i++)
		packing_pack_stage(p, state, i, words);
	packing_pack_rest(p, state, extra, words);
}

/* Does a stage say in both what it says in one? Only one of one word is looked
 * at: a longer one is said to differ. */
static inline bool
is_same(const struct place *place, const uint64_t *a, const uint64_t *b)
{
	return !place->has_words &&
	       ((a[place->word] ^ b[place->word]) & place->mask) == 0;
}

static void
unpack_stage(const struct packing *p, const uint64_t *words,
    struct sw_state *state, uint32_t stage)
{
	const struct sw_stage *row = &p->machine->stages[stage];
	const uint64_t *w = words + p->places[stage].word;
	unsigned at = p->places[stage].shift;
	struct sw_stage_state *s = stage_in(state, stage);
	s->execution = (uint32_t)get(&w, &at, p->execution_bits);
	s->waiting = (uint32_t)get(&w, &at, p->execution_bits);
	s->status = stage_statuses[get(&w, &at, p->stage_status_bits)];
	s->closed = (uint8_t)get(&w, &at, p->closed_bits);
	s->type = (uint8_t)get(&w, &at, p->type_bits);
	s->overridden = (uint8_t)get(&w, &at, overridden_bits(row));
	s->retries = (uint8_t)get(&w, &at, bits_for(row->attempts));
	s->queued = (uint16_t)get(&w, &at, p->queued_bits);
	if (p->target_bits != 0) {
		const uint32_t targets = (uint32_t)get(&w, &at, p->target_bits);
		const uint8_t bits = bits_for(targets);
		targets_in(&p->parts, state)[stage] = targets;
		s->succeeded = bits == 0 ? 0 : bits - 1u;
	}
	uint8_t *bytes = actions_in(&p->parts, state);
	const uint32_t mask = (1u << p->action_status_bits) - 1;
	for (uint32_t a = row->first_action; a <= row->last_action; a++) {
		const uint32_t code = (uint32_t)get(
		    &w, &at, p->action_status_bits + p->retries_bits[a]);
		bytes[a] =
		    (uint8_t)(action_statuses[code & mask] |
			      code >> p->action_status_bits << RETRIES_SHIFT);
	}
}

void
packing_unpack(const struct packing *p, const uint64_t *words,
    const uint64_t *before, struct sw_state *state, struct packing_extra *extra)
{
	const struct sw_machine *machine = p->machine;
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (before == NULL || !is_same(&p->places[i], words, before))
			unpack_stage(p, words, state, i);
	const uint64_t *w = words + p->places[machine->nstages].word;
	unsigned at = p->places[machine->nstages].shift;
	state->fingerprint = machine->fingerprint;
	state->executions = (uint32_t)get(&w, &at, p->execution_bits);
	extra->started = (uint32_t)get(&w, &at, p->started_bits);
	extra->rolled = (uint32_t)get(&w, &at, p->rolled_bits);
	uint32_t *queue = queue_in(&p->parts, state);
	for (uint32_t i = 0; i < machine->queue_max; i++)
		queue[i] = (uint32_t)get(&w, &at, p->execution_bits);
	extra->observed = get(&w, &at, p->bounds.nobserved);
}

static bool
has_result(const struct sw_machine *machine, enum sw_condition_result result)
{
	for (uint32_t i = 0; i < machine->nstages; i++)
		if (machine->stages[i].before_entry == result ||
		    machine->stages[i].on_success == result ||
		    machine->stages[i].on_failure == result)
			return true;
	return false;
}

static void
size_fields(struct packing *p)
{
	const struct sw_machine *machine = p->machine;
	const struct packing_bounds *b = &p->bounds;
	bool closes = b->has_closing;
	for (uint32_t i = 0; i < machine->nstages; i++)
		closes = closes || machine->stages[i].closed != 0;
	const bool rolls =
	    b->rolled != 0 || has_result(machine, SW_RESULT_ROLLBACK);
	p->execution_bits = bits_for(b->executions);
	p->started_bits = bits_for(b->started);
	p->rolled_bits = bits_for(b->rolled);
	p->queued_bits =
	    machine->mode == SW_MODE_QUEUED ? bits_for(b->executions) : 0;
	p->closed_bits = closes;
	p->type_bits = rolls;
	p->target_bits =
	    machine->target_words == 0 ? 0 : (uint8_t)(b->executions + 1);
	p->stage_status_bits =
	    b->has_stopping || has_result(machine, SW_RESULT_SKIP) ? 3 : 2;
	p->action_status_bits =
	    b->has_abandoned || machine->running_max != 0 ? 3 : 2;
	p->retries_bits =
	    check_memory(calloc(machine->nactions, sizeof *p->retries_bits));
	for (uint32_t a = 0; a < machine->nactions; a++)
		p->retries_bits[a] = bits_for(machine->actions[a].retries);
}

/* The next place: after `used` bits of word `*word`, words of its own if it is
 * long. `counted`: fields put, which say how many bits they took. */
static void
take_place(struct packing *p, uint32_t i, const struct cursor *end,
    const uint64_t *begin, unsigned *used)
{
	const uint32_t full = (uint32_t)(end->words - begin);
	struct place *place = &p->places[i];
	if (*used != 0 && (full != 0 || *used + end->bits > WORD_BITS)) {
		p->nwords++;
		*used = 0;
	}
	*place = (struct place){ .word = p->nwords,
		.shift = (uint8_t)*used,
		.has_words = full != 0 };
	if (full != 0) {
		p->nwords += full + 1;
	} else if (end->bits != 0) {
		place->mask = UINT64_MAX >> (WORD_BITS - end->bits) << *used;
		*used += end->bits;
	}
	if (*used == WORD_BITS) {
		p->nwords++;
		*used = 0;
	}
}

/* Packs a state once to see how long each stage becomes. */
static void
lay_out(struct packing *p)
{
	const struct sw_machine *machine = p->machine;
	struct sw_state *state = check_memory(calloc(1, machine->state_size));
	uint64_t *scratch = check_memory(
	    calloc(machine->nactions + machine->queue_max + (size_t)16,
		sizeof *scratch));
	unsigned used = 0;
	p->places = check_memory(
	    calloc(machine->nstages + (size_t)1, sizeof *p->places));
	for (uint32_t i = 0; i <= machine->nstages; i++) {
		struct cursor c = { scratch, 0, 0 };
		if (i < machine->nstages) {
			put_head(p, &c, state, i);
			put_actions(p, &c, state, i);
		} else {
			const unsigned fields = p->execution_bits;
			put(&c, 0, fields);
			put(&c, 0, p->started_bits);
			put(&c, 0, p->rolled_bits);
			for (uint32_t k = 0; k < machine->queue_max; k++)
				put(&c, 0, fields);
			put(&c, 0, p->bounds.nobserved);
		}
		take_place(p, i, &c, scratch, &used);
	}
	p->nwords += used != 0;
	free(scratch);
	free(state);
}

/* Chains of what is alike; a stage that is too long is left as it is. */
static void
chain_alike(struct packing *p)
{
	const struct sw_machine *machine = p->machine;
	p->has_alike =
	    check_memory(calloc(machine->nstages, sizeof *p->has_alike));
	p->before_alike =
	    check_memory(calloc(machine->nactions, sizeof *p->before_alike));
	for (uint32_t a = 0; a < machine->nactions; a++) {
		const struct sw_stage *row =
		    &machine->stages[machine->actions[a].stage];
		p->before_alike[a] = a;
		if (row->last_action - row->first_action >= PACKING_ALIKE_MAX)
			continue;
		for (uint32_t b = a; b-- > row->first_action;)
			if (p->alike[b] == p->alike[a]) {
				p->before_alike[a] = b;
				p->has_alike[machine->actions[a].stage] = true;
				break;
			}
	}
}

struct packing *
packing_new(const struct sw_machine *machine,
    const struct packing_bounds *bounds, const uint32_t *alike)
{
	struct packing *p = check_memory(calloc(1, sizeof *p));
	assert(bounds->executions < 32 &&
	       bounds->nobserved <= PACKING_OBSERVED_MAX);
	p->machine = machine;
	p->parts = parts_of(machine);
	p->bounds = *bounds;
	p->alike = alike;
	size_fields(p);
	if (alike != NULL)
		chain_alike(p);
	lay_out(p);
	return p;
}

void
packing_free(struct packing *p)
{
	if (p == NULL)
		return;
	free(p->retries_bits);
	free(p->places);
	free(p->has_alike);
	free(p->before_alike);
	free(p);
}

uint32_t
packing_words(const struct packing *p)
{
	return p->nwords;
}
