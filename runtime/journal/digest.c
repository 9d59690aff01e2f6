/*
 * A tree of hashes over states. Input: states, one at a time; output: one
 * hash for all. Must not know what is in a state.
 */
#include "digest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define NODES(nleaves) (2 * (size_t)(nleaves))

void
sw__digest(uint8_t digest[SW_DIGEST_BYTES], const void *bytes, size_t size)
{
	_Static_assert(SW_DIGEST_BYTES == crypto_generichash_BYTES, "256 bits");
	crypto_generichash(digest, SW_DIGEST_BYTES, bytes, size, NULL, 0);
}

void
sw__digests_free(struct sw_digests *digests)
{
	free(digests->nodes);
	*digests = (struct sw_digests){ 0 };
}

/* A node anew, from the two below it. */
static void
join(struct sw_digests *digests, size_t node)
{
	static const uint8_t none[2 * SW_DIGEST_BYTES];
	/* They are neighbours. */
	const uint8_t *below = digests->nodes[2 * node];
	if (memcmp(below, none, sizeof none) == 0)
		memset(digests->nodes[node], 0, SW_DIGEST_BYTES);
	else
		sw__digest(digests->nodes[node], below, sizeof none);
}

int
sw__digests_reserve(struct sw_digests *digests, uint32_t n)
{
	size_t nleaves = digests->nleaves == 0 ? 16 : digests->nleaves;
	while (nleaves < n)
		nleaves *= 2;
	if (nleaves == digests->nleaves)
		return 0;
	if (nleaves > UINT32_MAX)
		return -1;
	uint8_t(*nodes)[SW_DIGEST_BYTES] =
	    calloc(NODES(nleaves), sizeof *nodes);
	if (nodes == NULL)
		return -1;
	if (digests->nleaves != 0)
		memcpy(nodes[nleaves], digests->nodes[digests->nleaves],
		    digests->nleaves * sizeof *nodes);
	free(digests->nodes);
	digests->nodes = nodes;
	digests->nleaves = (uint32_t)nleaves;
	for (size_t node = nleaves - 1; node > 0; node--)
		join(digests, node);
	return 0;
}

void
sw__digests_put(struct sw_digests *digests, uint32_t execution,
    const uint8_t leaf[SW_DIGEST_BYTES])
{
	static const uint8_t none[SW_DIGEST_BYTES];
	assert(execution >= 1 && execution <= digests->nleaves);
	size_t node = (size_t)digests->nleaves + execution - 1;
	digests->nstates += memcmp(leaf, none, sizeof none) != 0;
	digests->nstates -=
	    memcmp(digests->nodes[node], none, sizeof none) != 0;
	memcpy(digests->nodes[node], leaf, SW_DIGEST_BYTES);
	while ((node /= 2) > 0)
		join(digests, node);
}

void
sw__digests_set(struct sw_digests *digests, uint32_t execution,
    const void *state, size_t size)
{
	uint8_t leaf[SW_DIGEST_BYTES];
	sw__digest(leaf, state, size);
	sw__digests_put(digests, execution, leaf);
}

void
sw__digests_clear(struct sw_digests *digests, uint32_t execution)
{
	static const uint8_t none[SW_DIGEST_BYTES];
	sw__digests_put(digests, execution, none);
}

const uint8_t *
sw__digests_leaf(const struct sw_digests *digests, uint32_t execution)
{
	static const uint8_t none[SW_DIGEST_BYTES];
	assert(execution >= 1 && execution <= digests->nleaves);
	const uint8_t *leaf =
	    digests->nodes[(size_t)digests->nleaves + execution - 1];
	return memcmp(leaf, none, sizeof none) == 0 ? NULL : leaf;
}

/* Of the smallest tree that has room for n, however much room there is. */
void
sw__digests_root(const struct sw_digests *digests, uint32_t n,
    uint8_t digest[SW_DIGEST_BYTES])
{
	crypto_generichash_state hash;
	size_t node = 1;
	assert(n <= digests->nleaves);
	for (size_t nleaves = digests->nleaves; nleaves / 2 >= n && nleaves > 1;
	     nleaves /= 2)
		node *= 2;
	crypto_generichash_init(&hash, NULL, 0, SW_DIGEST_BYTES);
	crypto_generichash_update(&hash, (const unsigned char *)&n, sizeof n);
	if (n != 0)
		crypto_generichash_update(
		    &hash, digests->nodes[node], SW_DIGEST_BYTES);
	crypto_generichash_final(&hash, digest, SW_DIGEST_BYTES);
}
