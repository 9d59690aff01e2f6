/*
 * One hash for the states of many executions, of which one changes at a time:
 * a tree of hashes (Merkle 1979), so that a change costs the logarithm of
 * their number. Its leaves are the executions from 1, BLAKE2b-256 of a state
 * or zeros where there is none; a node is the hash of its two, and of two
 * empty ones it is zeros. The root depends neither on
 * the order of changes nor on how much room there is.
 */
#ifndef RUNTIME_DIGEST_H
#define RUNTIME_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define SW_DIGEST_BYTES 32

/* Zero-initialised it is empty. */
struct sw_digests {
	uint8_t (*nodes)[SW_DIGEST_BYTES]; /* of i: 2 i and 2 i + 1; root 1 */
	uint32_t nleaves;                  /* a power of two, or 0 */
	uint32_t nstates;                  /* leaves that are not empty */
};

void sw__digests_free(struct sw_digests *digests);
/* Makes room for executions 1 to n. Returns -1 without memory. */
int sw__digests_reserve(struct sw_digests *digests, uint32_t n);
/* The state of an execution has changed, or is none any more. */
void sw__digests_set(struct sw_digests *digests, uint32_t execution,
    const void *state, size_t size);
/* The same by its hash, and the hash; NULL: there is none. */
void sw__digests_put(struct sw_digests *digests, uint32_t execution,
    const uint8_t leaf[SW_DIGEST_BYTES]);
const uint8_t *sw__digests_leaf(
    const struct sw_digests *digests, uint32_t execution);
void sw__digests_clear(struct sw_digests *digests, uint32_t execution);
/* Of n executions that were started; there is room for them. */
void sw__digests_root(const struct sw_digests *digests, uint32_t n,
    uint8_t digest[SW_DIGEST_BYTES]);

/* BLAKE2b-256. */
void sw__digest(
    uint8_t digest[SW_DIGEST_BYTES], const void *bytes, size_t size);

#endif
