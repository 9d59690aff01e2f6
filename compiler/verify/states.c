/* madvise(2), where there is one: the table is looked at everywhere at once,
 * which large pages make bearable. */
#define _DEFAULT_SOURCE
/*
 * The set of states: an array of them, and a table of their numbers with open
 * addressing. An entry of the table has the state's number and 32 bits of its
 * hash, the upper ones of which say its place: so the table grows in one
 * sweep from its beginning to its end, in order, without a look at a state.
 */
#include "states.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"

/* Offers under way, and after how many the state itself is asked for. */
#define NOFFERS 32
#define NEARLY 16

#define FIRST_BITS 10
/* States are kept in pieces of so many, which never move. */
#define PIECE_BITS 16
#define PIECE (UINT32_C(1) << PIECE_BITS)
/* A large page. */
#define PAGE ((size_t)2 << 20)

struct offer {
	uint32_t tag;
	uint32_t parent;
	struct sw_event event;
};

struct states {
	uint32_t nwords;
	uint32_t n;
	uint32_t capacity;
	unsigned bits; /* the table has 1 << bits entries */
	uint64_t **pieces;
	uint32_t *parents;
	uint64_t *table; /* tag << 32 | number + 1; 0: free */
	uint64_t memory_max;
	bool is_full;
	states_found found;
	void *self;
	uint64_t next_offer; /* in the ring, modulo NOFFERS */
	uint64_t next_look;
	uint64_t next_settle;
	struct offer offers[NOFFERS];
	uint64_t *offered; /* NOFFERS * nwords */
};

/* In large pages, if it fills some. Not zeroed. */
static uint64_t *
new_words(size_t n)
{
	const size_t size = n * sizeof(uint64_t);
	void *memory = NULL;
	if (size < PAGE)
		return check_memory(malloc(size));
	if (posix_memalign(&memory, PAGE, size) != 0)
		out_of_memory();
#ifdef MADV_HUGEPAGE
	(void)madvise(memory, size, MADV_HUGEPAGE);
#endif
	return memory;
}

static uint64_t *
new_table(unsigned bits)
{
	const size_t n = (size_t)1 << bits;
	return memset(new_words(n), 0, n * sizeof(uint64_t));
}

struct states *
states_new(uint32_t nwords, uint64_t memory_max, states_found found, void *self)
{
	struct states *states = check_memory(calloc(1, sizeof *states));
	states->nwords = nwords;
	states->memory_max = memory_max;
	states->found = found;
	states->self = self;
	states->bits = FIRST_BITS;
	states->table = new_table(FIRST_BITS);
	states->offered =
	    check_memory(calloc((size_t)NOFFERS * nwords, sizeof(uint64_t)));
	return states;
}

void
states_free(struct states *states)
{
	if (states == NULL)
		return;
	for (uint32_t i = 0; i < states->capacity >> PIECE_BITS; i++)
		free(states->pieces[i]);
	free(states->pieces);
	free(states->parents);
	free(states->table);
	free(states->offered);
	free(states);
}

static uint32_t
tag_of(const uint64_t *words, uint32_t nwords)
{
	uint64_t hash = nwords;
	for (uint32_t i = 0; i < nwords; i++) {
		hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return (uint32_t)((hash * UINT64_C(0xd6e8feb86659fd93)) >> 32);
}

static size_t
place_of(const struct states *states, uint32_t tag)
{
	return tag >> (32 - states->bits);
}

static size_t
next_place(const struct states *states, size_t place)
{
	return (place + 1) & (((size_t)1 << states->bits) - 1);
}

static uint64_t *
words_of(const struct states *states, size_t number)
{
	return states->pieces[number >> PIECE_BITS] +
	       (number & (PIECE - 1)) * states->nwords;
}

static bool
is_equal(const uint64_t *a, const uint64_t *b, uint32_t nwords)
{
	uint64_t differ = 0;
	for (uint32_t i = 0; i < nwords; i++)
		differ |= a[i] ^ b[i];
	return differ == 0;
}

/* The entry of these words, or the free one where they belong. */
static size_t
look_up(const struct states *states, const uint64_t *words, uint32_t tag)
{
	size_t place = place_of(states, tag);
	uint64_t entry;
	while ((entry = states->table[place]) != 0) {
		const size_t number = (uint32_t)entry - 1;
		if (entry >> 32 == tag &&
		    is_equal(words_of(states, number), words, states->nwords))
			break;
		place = next_place(states, place);
	}
	return place;
}

static uint64_t
size_of(const struct states *states, uint64_t n, unsigned bits)
{
	return n * (states->nwords * sizeof(uint64_t) + sizeof(uint32_t)) +
	       (UINT64_C(1) << bits) * sizeof(uint64_t);
}

uint64_t
states_memory(const struct states *states)
{
	return size_of(states, states->n, states->bits);
}

static void
grow_table(struct states *states)
{
	uint64_t *old = states->table;
	const size_t n = (size_t)1 << states->bits++;
	states->table = new_table(states->bits);
	for (size_t i = 0; i < n; i++) {
		if (old[i] == 0)
			continue;
		size_t place = place_of(states, (uint32_t)(old[i] >> 32));
		while (states->table[place] != 0)
			place = next_place(states, place);
		states->table[place] = old[i];
	}
	free(old);
}

static void
add_piece(struct states *states)
{
	const size_t n = states->capacity >> PIECE_BITS;
	states->pieces = check_memory(
	    realloc(states->pieces, (n + 1) * sizeof *states->pieces));
	states->capacity += PIECE;
	states->parents = check_memory(realloc(
	    states->parents, (size_t)states->capacity * sizeof(uint32_t)));
	states->pieces[n] = new_words((size_t)PIECE * states->nwords);
}

/* Room for one more, three quarters of the table at most in use. */
static bool
make_room(struct states *states)
{
	const uint64_t limit = (UINT64_C(1) << states->bits) / 4 * 3;
	if (states->n == STATES_MAX - PIECE ||
	    size_of(states, states->n + UINT64_C(1),
		states->bits + (states->n >= limit)) > states->memory_max) {
		states->is_full = true;
		return false;
	}
	if (states->n >= limit)
		grow_table(states);
	if (states->n == states->capacity)
		add_piece(states);
	return true;
}

static uint32_t
add(struct states *states, const uint64_t *words, uint32_t tag, uint32_t parent)
{
	if (!make_room(states))
		return STATES_NONE;
	const uint32_t number = states->n++;
	memcpy(
	    words_of(states, number), words, states->nwords * sizeof(uint64_t));
	states->parents[number] = parent;
	const size_t place = look_up(states, words, tag);
	states->table[place] = (uint64_t)tag << 32 | (number + UINT64_C(1));
	return number;
}

/* The state of an offer, if it is known, will be compared: fetch it. */
static void
look_ahead(struct states *states)
{
	const struct offer *offer =
	    &states->offers[states->next_look++ % NOFFERS];
	const uint64_t entry = states->table[place_of(states, offer->tag)];
	if (entry != 0)
		__builtin_prefetch(words_of(states, (uint32_t)entry - 1));
}

static void
settle_one(struct states *states)
{
	const size_t slot = states->next_settle++ % NOFFERS;
	const struct offer *offer = &states->offers[slot];
	const uint64_t *words = states->offered + slot * states->nwords;
	const uint64_t entry =
	    states->table[look_up(states, words, offer->tag)];
	const bool is_new = entry == 0;
	const uint32_t number =
	    is_new ? add(states, words, offer->tag, offer->parent)
		   : (uint32_t)entry - 1;
	if (number != STATES_NONE && states->found != NULL)
		states->found(
		    states->self, offer->parent, number, offer->event, is_new);
}

void
states_offer(struct states *states, const uint64_t *words, uint32_t parent,
    struct sw_event event)
{
	if (states->next_offer - states->next_settle == NOFFERS)
		settle_one(states);
	const size_t slot = states->next_offer++ % NOFFERS;
	const uint32_t tag = tag_of(words, states->nwords);
	__builtin_prefetch(&states->table[place_of(states, tag)]);
	states->offers[slot] = (struct offer){ tag, parent, event };
	uint64_t *copy = states->offered + slot * states->nwords;
	for (uint32_t i = 0; i < states->nwords; i++)
		copy[i] = words[i];
	if (states->next_offer - states->next_look > NEARLY)
		look_ahead(states);
}

void
states_settle(struct states *states)
{
	while (states->next_settle != states->next_offer)
		settle_one(states);
	states->next_look = states->next_offer;
}

uint32_t
states_count(const struct states *states)
{
	return states->n;
}

const uint64_t *
states_words(const struct states *states, uint32_t state)
{
	assert(state < states->n);
	return words_of(states, state);
}

uint32_t
states_parent(const struct states *states, uint32_t state)
{
	assert(state < states->n);
	return states->parents[state];
}

uint32_t
states_find(const struct states *states, const uint64_t *words)
{
	const uint64_t entry =
	    states
		->table[look_up(states, words, tag_of(words, states->nwords))];
	return entry == 0 ? STATES_NONE : (uint32_t)entry - 1;
}

bool
states_is_full(const struct states *states)
{
	return states->is_full;
}
