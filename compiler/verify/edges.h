/*
 * The steps between the states of a search, kept in the order in which they
 * were found, and the two questions that need all of them: from where can an
 * end be reached, and is there a way round in a circle.
 */
#ifndef COMPILER_VERIFY_EDGES_H
#define COMPILER_VERIFY_EDGES_H

#include <stdbool.h>
#include <stdint.h>

struct edges;

/* At most `max` of them. */
struct edges *edges_new(uint64_t max);
void edges_free(struct edges *edges);

/* `from` never descends. `is_run`: no operator moves, nothing starts. */
void edges_add(struct edges *edges, uint32_t from, uint32_t to, bool is_run);
/* Were there more than could be kept? */
bool edges_is_full(const struct edges *edges);

/*
 * The first of n states from which none with is_end[] can be reached;
 * UINT32_MAX: there is none.
 */
uint32_t edges_no_way(
    const struct edges *edges, uint32_t n, const uint8_t *is_end);
/* The first state on a circle of runs, or between two; UINT32_MAX: there is
 * no circle. */
uint32_t edges_circle(const struct edges *edges, uint32_t n);

#endif
