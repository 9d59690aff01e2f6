/*
 * States of a machine in few bits: each field has as many as the tables and
 * the bounds of a search can fill. A stage stands in one word, if it fits, so
 * that a step that changed two stages changes two places.
 *
 * Actions of a group that nothing tells apart can be made interchangeable:
 * what is packed then says how many of them have which status, and not which
 * ones (see alike.h).
 */
#ifndef COMPILER_VERIFY_PACKING_H
#define COMPILER_VERIFY_PACKING_H

#include <stdbool.h>
#include <stdint.h>

#include <stagewright/machine.h>

/* Bits that an observer may keep beside a state. */
#define PACKING_OBSERVED_MAX 64
/* Interchangeable actions of one stage that are counted; more are not. */
#define PACKING_ALIKE_MAX 256

/* What a search bounds, and so how large a field can be. */
struct packing_bounds {
	uint32_t executions; /* numbers that are given, rollbacks included */
	uint32_t started;    /* STANDARD ones */
	uint32_t rolled;     /* rollbacks by hand */
	uint32_t nobserved;  /* bits */
	bool has_closing;    /* transitions open and close */
	bool has_abandoned;  /* actions can be Abandoned or Unknown */
	bool has_stopping;   /* executions can be stopped */
};

/* What stands beside the state. */
struct packing_extra {
	uint32_t started;
	uint32_t rolled;
	uint64_t observed;
};

struct packing;

/*
 * For a machine, borrowed. `alike` (NULL: none) has a number for each action;
 * those of a stage with the same number, unless it is their own index, are
 * interchangeable.
 */
struct packing *packing_new(const struct sw_machine *machine,
    const struct packing_bounds *bounds, const uint32_t *alike);
void packing_free(struct packing *packing);

uint32_t packing_words(const struct packing *packing);

/* Packs all of it. */
void packing_pack(const struct packing *packing, const struct sw_state *state,
    const struct packing_extra *extra, uint64_t *words);
/* One stage, the rest of the words as they are. */
void packing_pack_stage(const struct packing *packing,
    const struct sw_state *state, uint32_t stage, uint64_t *words);
/* What is no stage's. */
void packing_pack_rest(const struct packing *packing,
    const struct sw_state *state, const struct packing_extra *extra,
    uint64_t *words);
/* `before`: the words that *state is now, whose equal stages stay as they are;
 * NULL: it is not known what it is. */
void packing_unpack(const struct packing *packing, const uint64_t *words,
    const uint64_t *before, struct sw_state *state,
    struct packing_extra *extra);

#endif
