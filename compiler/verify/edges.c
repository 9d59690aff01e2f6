/* Edges as one array of targets, the first one of each state known. */
#include "edges.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define RUN_BIT (UINT32_C(1) << 31)

struct edges {
	uint32_t *to; /* RUN_BIT and the state */
	uint64_t n;
	uint64_t capacity;
	uint64_t max;
	uint64_t *first; /* of each state up to the latest */
	uint64_t nstates;
	uint64_t states_capacity;
	bool is_full;
};

struct edges *
edges_new(uint64_t max)
{
	struct edges *edges = check_memory(calloc(1, sizeof *edges));
	edges->max = max;
	return edges;
}

void
edges_free(struct edges *edges)
{
	if (edges == NULL)
		return;
	free(edges->to);
	free(edges->first);
	free(edges);
}

bool
edges_is_full(const struct edges *edges)
{
	return edges->is_full;
}

static void
begin_states(struct edges *edges, uint64_t state)
{
	while (edges->nstates <= state) {
		if (edges->nstates == edges->states_capacity) {
			edges->states_capacity = edges->nstates * 2 + 1024;
			edges->first = check_memory(realloc(edges->first,
			    edges->states_capacity * sizeof *edges->first));
		}
		edges->first[edges->nstates++] = edges->n;
	}
}

void
edges_add(struct edges *edges, uint32_t from, uint32_t to, bool is_run)
{
	if (edges->is_full || edges->n == edges->max || to >= RUN_BIT) {
		edges->is_full = true;
		return;
	}
	begin_states(edges, from);
	if (edges->n == edges->capacity) {
		edges->capacity = edges->n * 2 + 1024;
		edges->to = check_memory(
		    realloc(edges->to, edges->capacity * sizeof *edges->to));
	}
	edges->to[edges->n++] = to | (is_run ? RUN_BIT : 0);
}

static uint64_t
first_of(const struct edges *edges, uint64_t state)
{
	return state < edges->nstates ? edges->first[state] : edges->n;
}

/* Most edges lead to later states, so a sweep from the last one settles all
 * but few. */
uint32_t
edges_no_way(const struct edges *edges, uint32_t n, const uint8_t *is_end)
{
	uint8_t *good = check_memory(calloc(n, 1));
	bool changes = true;
	while (changes) {
		changes = false;
		for (uint32_t s = n; s-- > 0;) {
			if (good[s])
				continue;
			bool found = is_end[s] != 0;
			const uint64_t end = first_of(edges, s + UINT64_C(1));
			for (uint64_t e = first_of(edges, s); e < end && !found;
			     e++)
				found = good[edges->to[e] & ~RUN_BIT] != 0;
			good[s] = found;
			changes = changes || found;
		}
	}
	uint32_t first = 0;
	while (first < n && good[first])
		first++;
	free(good);
	return first < n ? first : UINT32_MAX;
}

/* Takes away states that no run leads out of, until none is left or all that
 * are left lead round. */
static void
drop_ends(const struct edges *edges, uint32_t n, uint8_t *gone)
{
	bool changes = true;
	while (changes) {
		changes = false;
		for (uint32_t s = n; s-- > 0;) {
			if (gone[s])
				continue;
			bool stays = false;
			const uint64_t end = first_of(edges, s + UINT64_C(1));
			for (uint64_t e = first_of(edges, s); e < end && !stays;
			     e++)
				stays = (edges->to[e] & RUN_BIT) != 0 &&
					!gone[edges->to[e] & ~RUN_BIT];
			gone[s] = !stays;
			changes = changes || !stays;
		}
	}
}

/* Likewise those that no run leads into: the ways to a circle. */
static void
drop_beginnings(const struct edges *edges, uint32_t n, uint8_t *gone)
{
	uint8_t *is_entered = check_memory(malloc(n));
	bool changes = true;
	while (changes) {
		changes = false;
		memset(is_entered, 0, n);
		for (uint32_t s = 0; s < n; s++) {
			const uint64_t end = first_of(edges, s + UINT64_C(1));
			for (uint64_t e = first_of(edges, s);
			     e < end && !gone[s]; e++)
				if ((edges->to[e] & RUN_BIT) != 0)
					is_entered[edges->to[e] & ~RUN_BIT] = 1;
		}
		for (uint32_t s = 0; s < n; s++) {
			changes = changes || (!gone[s] && !is_entered[s]);
			gone[s] = gone[s] || !is_entered[s];
		}
	}
	free(is_entered);
}

uint32_t
edges_circle(const struct edges *edges, uint32_t n)
{
	uint8_t *gone = check_memory(calloc(n, 1));
	drop_ends(edges, n, gone);
	uint32_t first = 0;
	while (first < n && gone[first])
		first++;
	if (first < n)
		drop_beginnings(edges, n, gone);
	while (first < n && gone[first])
		first++;
	free(gone);
	return first < n ? first : UINT32_MAX;
}
