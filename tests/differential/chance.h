/* Random numbers that are the same everywhere: splitmix64. */
#ifndef DIFFERENTIAL_CHANCE_H
#define DIFFERENTIAL_CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t state;
};

static inline struct chance
chance_new(uint64_t seed)
{
	return (struct chance){ seed * UINT64_C(0x9e3779b97f4a7c15) + 1 };
}

static inline uint64_t
chance_next(struct chance *chance)
{
	uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* From 0 to n - 1, evenly enough. */
static inline uint32_t
chance_below(struct chance *chance, uint32_t n)
{
	return (uint32_t)((chance_next(chance) >> 32) * n >> 32);
}

#endif
