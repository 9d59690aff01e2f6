/*
 * Open addressing over a power of two of slots, at most half full. Input:
 * strings; output: the numbers given with them. Knows nothing of the model.
 */
#include "names.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"

struct slot {
	const char *name; /* NULL: free */
	uint32_t hash;
	uint32_t number;
};

struct names {
	struct slot *slots;
	size_t mask;
	size_t free; /* names that may still be added */
};

struct names *
names_new(struct arena *arena, size_t capacity)
{
	struct names *names = arena_alloc(arena, sizeof(*names));
	size_t size = 4;

	while (size / 2 < capacity)
		size *= 2;
	names->slots = arena_array(arena, size, sizeof(*names->slots));
	names->mask = size - 1;
	names->free = capacity;
	return names;
}

/* FNV-1a, its upper half mixed into the bits that the mask keeps. */
static uint32_t
hash_of(const char *text, size_t length)
{
	uint64_t value = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		value = (value ^ (unsigned char)text[i]) * 0x100000001b3u;
	return (uint32_t)(value ^ value >> 32);
}

static bool
is_name(const struct slot *slot, const char *text, size_t length)
{
	return strncmp(slot->name, text, length) == 0 &&
	       slot->name[length] == '\0';
}

/* The slot of a name, or the free one where it belongs. */
static struct slot *
find_slot(
    const struct names *names, const char *text, size_t length, uint32_t hash)
{
	size_t i = hash & names->mask;

	for (;; i = (i + 1) & names->mask) {
		struct slot *slot = &names->slots[i];

		if (slot->name == NULL ||
		    (slot->hash == hash && is_name(slot, text, length)))
			return slot;
	}
}

uint32_t
names_add(struct names *names, const char *name, uint32_t number)
{
	struct slot *slot;
	size_t length;
	uint32_t hash;

	assert(name != NULL);
	assert(number != NAMES_NONE);
	length = strlen(name);
	hash = hash_of(name, length);
	slot = find_slot(names, name, length, hash);
	if (slot->name != NULL)
		return slot->number;
	assert(names->free > 0);
	names->free--;
	*slot = (struct slot){ name, hash, number };
	return number;
}

uint32_t
names_find_span(const struct names *names, const char *text, size_t length)
{
	const struct slot *slot =
	    find_slot(names, text, length, hash_of(text, length));

	return slot->name != NULL ? slot->number : NAMES_NONE;
}

uint32_t
names_find(const struct names *names, const char *name)
{
	return names_find_span(names, name, strlen(name));
}
