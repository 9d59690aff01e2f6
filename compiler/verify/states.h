/*
 * The states that a search has seen: each once, numbered in the order in
 * which they were found, with the number of the one that led to it. States
 * are words of 64 bits of which nothing is known here.
 *
 * Looking a state up costs a miss of the cache or two, and there are as many
 * look-ups as transitions. So a state is first offered, its place in the
 * table asked for ahead of time, and looked up when it has a few others
 * behind it. The order of what is found stays that of the offers.
 */
#ifndef COMPILER_VERIFY_STATES_H
#define COMPILER_VERIFY_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

/* The start's parent. */
#define STATES_NONE UINT32_MAX
/* States that can be numbered. */
#define STATES_MAX (UINT32_MAX - 1)

struct states;

/* Who hears where an offer led: `state` is new, or known before. */
typedef void (*states_found)(void *self, uint32_t parent, uint32_t state,
    struct sw_event event, bool is_new);

/*
 * States of nwords words, in at most memory_max bytes. `found` may be NULL.
 * Ends the program when there is no memory at all.
 */
struct states *states_new(
    uint32_t nwords, uint64_t memory_max, states_found found, void *self);
void states_free(struct states *states);

/* Takes a state that `event` leads to from `parent`; copies the words. */
void states_offer(struct states *states, const uint64_t *words, uint32_t parent,
    struct sw_event event);
/* Looks up all that was offered. */
void states_settle(struct states *states);

/* What is found; borrowed until the next offer. */
uint32_t states_count(const struct states *states);
const uint64_t *states_words(const struct states *states, uint32_t state);
uint32_t states_parent(const struct states *states, uint32_t state);
/* The number of these words, or STATES_NONE. Nothing may be on offer. */
uint32_t states_find(const struct states *states, const uint64_t *words);
/* Did a state find no place within memory_max? Then it is not among them. */
bool states_is_full(const struct states *states);
/* Bytes in use. */
uint64_t states_memory(const struct states *states);

#endif
