/*
 * Names of a model to C identifiers, unique and quiet: see identifier.h.
 * A hash table from identifier to the request that owns it; no order but the
 * names' own plays a part.
 */
#include "identifier.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fnv.h"

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_letter_or_digit(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char
to_upper(char c)
{
	if (is_lower(c))
		return (char)(c - 'a' + 'A');
	return c;
}

static char
to_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

/* Does a word begin with the capital at `p`, as in "signOff"? */
static bool
begins_word(const char *name, const char *p)
{
	return p > name && *p >= 'A' && *p <= 'Z' &&
	       (is_lower(p[-1]) || (p[-1] >= '0' && p[-1] <= '9'));
}

/*
 * "signOff" to "sign_off"; what C does not allow becomes one _ a run. Writes
 * twice the length of the name and a NUL at most.
 */
static void
translate(char *out, const char *name, char (*fold)(char))
{
	size_t n = 0;
	for (const char *p = name; *p != '\0'; p++) {
		const bool good = is_letter_or_digit(*p);
		if ((!good || begins_word(name, p)) &&
		    (n == 0 || out[n - 1] != '_'))
			out[n++] = '_';
		if (good)
			out[n++] = fold(*p);
	}
	out[n] = '\0';
}

/*
 * Is the first word, without digits behind it, one that <stdint.h>, the C
 * library or a library of the runtime has names with?
 */
static bool
is_owned(const char *prefix)
{
	static const char *const words[] = { "int", "uint", "intptr", "uintptr",
		"intmax", "uintmax", "size", "ptrdiff", "wchar", "wint", "sig",
		"sw", "sem", "pthread", "sodium", "uv", "json", "git" };
	size_t length = strcspn(prefix, "_");
	while (length > 0 && prefix[length - 1] >= '0' &&
	       prefix[length - 1] <= '9')
		length--;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i]) == length &&
		    memcmp(words[i], prefix, length) == 0)
			return true;
	return false;
}

char *
identifier_prefix(struct arena *arena, const char *name)
{
	char *prefix = arena_alloc(arena, 2 * strlen(name) + 1);
	translate(prefix, name, to_lower);
	if (!is_lower(prefix[0]))
		return arena_printf(arena, "pipeline_%s", prefix);
	if (is_owned(prefix))
		return arena_printf(arena, "%s_pipeline", prefix);
	return prefix;
}

char *
identifier_upper(struct arena *arena, const char *identifier)
{
	char *upper = arena_strdup(arena, identifier);
	for (char *p = upper; *p != '\0'; p++)
		*p = to_upper(*p);
	return upper;
}

/* Requests by their identifier; open addressing, a power of two of slots. */
struct owners {
	struct identifier_request **slots;
	size_t mask;
};

static struct identifier_request **
find_owner(const struct owners *owners, const char *identifier)
{
	size_t i = (size_t)fnv_text(FNV_OFFSET, identifier) & owners->mask;
	while (owners->slots[i] != NULL &&
	       strcmp(owners->slots[i]->out, identifier) != 0)
		i = (i + 1) & owners->mask;
	return &owners->slots[i];
}

static struct owners
owners_new(struct arena *arena, size_t n)
{
	size_t size = 8;
	while (size < 2 * n)
		size *= 2;
	return (struct owners){
		.slots = arena_array(arena, size, sizeof(void *)),
		.mask = size - 1,
	};
}

static const char *
plain_identifier(struct arena *arena, const char *prefix,
    const struct identifier_request *request)
{
	if (request->reserved != NULL)
		return request->reserved;
	const size_t length = strlen(prefix);
	char *out = arena_alloc(arena, length + 2 * strlen(request->name) + 2);
	memcpy(out, prefix, length + 1);
	out[length] = '_';
	translate(out + length + 1, request->name, to_upper);
	return out;
}

static bool
has_letter_or_digit(const char *name)
{
	while (*name != '\0' && !is_letter_or_digit(*name))
		name++;
	return *name != '\0';
}

/* Does `a` keep the identifier that both would get? */
static bool
goes_first(
    const struct identifier_request *a, const struct identifier_request *b)
{
	if ((a->reserved != NULL) != (b->reserved != NULL))
		return a->reserved != NULL;
	if (has_letter_or_digit(a->name) != has_letter_or_digit(b->name))
		return has_letter_or_digit(a->name);
	return strcmp(a->name, b->name) < 0;
}

/* The hash of the name, and once more if that is taken, too. */
static const char *
hashed_identifier(struct arena *arena, const struct owners *owners,
    const struct identifier_request *request)
{
	uint64_t hash = FNV_OFFSET;
	const char *out;
	do {
		hash = fnv_text(hash, request->name);
		out = arena_printf(arena, "%s_%08X", request->out,
		    (unsigned int)(hash & 0xffffffffu));
	} while (*find_owner(owners, out) != NULL);
	return out;
}

void
identifiers_assign(struct arena *arena, const char *prefix,
    struct identifier_request *requests, size_t n)
{
	const struct owners owners = owners_new(arena, n);
	for (size_t i = 0; i < n; i++) {
		struct identifier_request *request = &requests[i];
		request->out = plain_identifier(arena, prefix, request);
		struct identifier_request **owner =
		    find_owner(&owners, request->out);
		if (*owner == NULL || goes_first(request, *owner))
			*owner = request;
	}
	for (size_t i = 0; i < n; i++) {
		struct identifier_request *request = &requests[i];
		if (*find_owner(&owners, request->out) == request)
			continue;
		assert(request->reserved == NULL);
		request->out = hashed_identifier(arena, &owners, request);
		*find_owner(&owners, request->out) = request;
	}
}
