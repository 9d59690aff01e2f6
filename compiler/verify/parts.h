/*
 * Where the parts of a state are, worked out once: a search asks for them
 * hundreds of millions of times.
 */
#ifndef COMPILER_VERIFY_PARTS_H
#define COMPILER_VERIFY_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "machine/layout.h"

/* Bytes from the beginning of a state. */
struct parts {
	size_t actions;
	size_t targets;
	size_t queue;
};

static inline struct parts
parts_of(const struct sw_machine *machine)
{
	static const struct sw_state origin;
	const uintptr_t at = (uintptr_t)&origin;
	return (struct parts){
		.actions = (uintptr_t)actions_of(machine, &origin) - at,
		.targets = (uintptr_t)targets_of(machine, &origin) - at,
		.queue = (uintptr_t)queue_of(machine, &origin) - at,
	};
}

static inline struct sw_stage_state *
stage_in(struct sw_state *state, uint32_t stage)
{
	return (struct sw_stage_state *)(state + 1) + stage;
}

static inline uint8_t *
actions_in(const struct parts *parts, struct sw_state *state)
{
	return (uint8_t *)state + parts->actions;
}

static inline uint32_t *
targets_in(const struct parts *parts, struct sw_state *state)
{
	return (uint32_t *)(void *)((uint8_t *)state + parts->targets);
}

static inline uint32_t *
queue_in(const struct parts *parts, struct sw_state *state)
{
	return (uint32_t *)(void *)((uint8_t *)state + parts->queue);
}

/* The same of a state that is only read. */
static inline const uint8_t *
actions_at(const struct parts *parts, const struct sw_state *state)
{
	return (const uint8_t *)state + parts->actions;
}

static inline const uint32_t *
targets_at(const struct parts *parts, const struct sw_state *state)
{
	return (const uint32_t *)(const void *)((const uint8_t *)state +
						parts->targets);
}

static inline const uint32_t *
queue_at(const struct parts *parts, const struct sw_state *state)
{
	return (const uint32_t *)(const void *)((const uint8_t *)state +
						parts->queue);
}

#endif
