/*
 * What selectors pick, and why one picks nothing.
 */
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "selector_part.h"

static bool
compares(const struct test *test, const char *text)
{
	size_t length = strlen(text), wanted = strlen(test->value);
	uint64_t number;

	switch (test->op) {
	case OP_GIVEN:
		return true;
	case OP_EQUAL:
	case OP_NOT_EQUAL:
		if (test->is_number)
			return attribute_number(
				   test->attribute.kind, text, &number) &&
			       number == test->number;
		return strcmp(text, test->value) == 0;
	case OP_PREFIX:
		return strncmp(text, test->value, wanted) == 0;
	case OP_SUFFIX:
		return length >= wanted &&
		       strcmp(text + length - wanted, test->value) == 0;
	case OP_PART:
		return strstr(text, test->value) != NULL;
	}
	return false;
}

static bool
passes(struct arena *arena, const struct test *test, struct member member)
{
	struct values values =
	    attribute_values(arena, member, &test->attribute);

	for (size_t i = 0; i < values.n; i++)
		if (test->op == OP_GIVEN ||
		    compares(test, values.items[i].text))
			return test->op != OP_NOT_EQUAL;
	return test->op == OP_NOT_EQUAL;
}

static bool
is_on_path(const char *path, struct member member)
{
	const char *stage = member.stage->name.text;
	const char *name =
	    member.action != NULL ? member.action->name.text : stage;
	size_t length;

	if (name == NULL || stage == NULL)
		return false;
	if (strcmp(path, name) == 0)
		return true;
	length = strlen(stage);
	return member.action != NULL && strncmp(path, stage, length) == 0 &&
	       path[length] == '.' && strcmp(path + length + 1, name) == 0;
}

static bool
is_headed(const struct part *part, struct member member)
{
	if (member.action == NULL)
		return part->head == HEAD_STAGE;
	return part->head == HEAD_ACTION ||
	       (part->head == HEAD_CATEGORY &&
		   part->category == member.action->category);
}

static bool
is_picked(
    struct arena *arena, const struct selector *selector, struct member member)
{
	for (size_t i = 0; i < selector->nparts; i++) {
		const struct part *part = &selector->parts[i];
		size_t passed = 0;

		if (!is_headed(part, member) ||
		    (part->path != NULL && !is_on_path(part->path, member)))
			continue;
		while (passed < part->ntests &&
		       passes(arena, &part->tests[passed], member))
			passed++;
		if (passed == part->ntests)
			return true;
	}
	return false;
}

typedef struct member (*member_of)(const struct roster *roster, uint32_t i);

/* The numbers of those that are picked, up to n; *picked of them. */
static uint32_t *
pick(struct arena *arena, const struct roster *roster,
    const struct selector *selector, member_of member, uint32_t n,
    uint32_t *picked)
{
	struct arena *scratch = arena_new();
	uint32_t *numbers = arena_array(scratch, n, sizeof *numbers);
	uint32_t *kept;

	*picked = 0;
	for (uint32_t i = 0; i < n; i++)
		if (is_picked(scratch, selector, member(roster, i)))
			numbers[(*picked)++] = i;
	kept = arena_array(arena, *picked, sizeof *kept);
	if (*picked > 0)
		memcpy(kept, numbers, *picked * sizeof *kept);
	arena_free(scratch);
	return kept;
}

size_t
selector_looks(const struct selector *selector, const struct roster *roster)
{
	size_t heads = roster->nactions + roster->model->stages.n;
	size_t looks = selector->nparts * heads;

	for (size_t i = 0; i < selector->nparts; i++)
		looks += selector->parts[i].ntests * roster->weight;
	return looks;
}

struct picked
selector_pick(struct arena *arena, const struct roster *roster,
    const struct selector *selector)
{
	struct picked picked = { 0 };

	picked.actions = pick(arena, roster, selector, roster_action,
	    roster->nactions, &picked.nactions);
	picked.stages = pick(arena, roster, selector, roster_stage,
	    (uint32_t)roster->model->stages.n, &picked.nstages);
	for (size_t i = 0; i < selector->nparts; i++)
		if (selector->parts[i].head == HEAD_ROLLBACK)
			picked.has_rollback = true;
	return picked;
}

/* Does anything have this path, or begin like the part? */
static bool
has_path(const struct roster *roster, const struct part *part)
{
	struct part head = { .head = part->head, .category = part->category };

	for (uint32_t i = 0; i < roster->nactions; i++)
		if (is_headed(&head, roster_action(roster, i)) &&
		    is_on_path(part->path, roster_action(roster, i)))
			return true;
	for (uint32_t i = 0; i < roster->model->stages.n; i++)
		if (is_headed(&head, roster_stage(roster, i)) &&
		    is_on_path(part->path, roster_stage(roster, i)))
			return true;
	return false;
}

/* The path that a misspelt one was meant to be, or NULL. */
static const char *
meant_path(
    struct arena *arena, const struct roster *roster, const struct part *part)
{
	const struct stages *stages = &roster->model->stages;
	const struct part stage = { .head = HEAD_STAGE, .path = part->path };
	size_t n = 0, capacity = stages->n + 2 * (size_t)roster->nactions;
	const char **names = arena_array(arena, capacity, sizeof(char *));

	if (part->head == HEAD_ACTION && has_path(roster, &stage))
		return arena_printf(arena, "stage#%s", part->path);
	for (uint32_t i = 0; i < roster->nactions; i++) {
		struct member member = roster_action(roster, i);

		if (!is_headed(part, member) || !member.action->name.text ||
		    !member.stage->name.text)
			continue;
		names[n++] = member.action->name.text;
		names[n++] = arena_printf(arena, "%s.%s",
		    member.stage->name.text, member.action->name.text);
	}
	for (size_t i = 0; part->head == HEAD_STAGE && i < stages->n; i++)
		if (stages->items[i].name.text != NULL)
			names[n++] = stages->items[i].name.text;
	return did_you_mean(part->path, names, n);
}

/* The value of a test that somebody has, and that nobody's was meant to be. */
static const char *
meant_value(struct arena *arena, const struct roster *roster,
    const struct part *part, const struct test *test, bool *is_had)
{
	size_t n = 0, stages = roster->model->stages.n, capacity = 64;
	const char **known = arena_array(arena, capacity, sizeof(char *));

	*is_had = false;
	for (size_t i = 0; i < roster->nactions + stages; i++) {
		struct member member =
		    i < roster->nactions
			? roster_action(roster, (uint32_t)i)
			: roster_stage(
			      roster, (uint32_t)(i - roster->nactions));
		struct values values = { NULL, 0 };

		if (is_headed(part, member))
			values =
			    attribute_values(arena, member, &test->attribute);
		for (size_t k = 0; k < values.n; k++) {
			if (compares(test, values.items[k].text))
				*is_had = true;
			if (n < capacity)
				known[n++] = values.items[k].text;
		}
	}
	return did_you_mean(test->value, known, n);
}

struct span
selector_miss(struct arena *arena, const struct roster *roster,
    const struct selector *selector, const struct sources *sources,
    const char **meant)
{
	const struct value *text = selector->text;
	const struct part *part = &selector->parts[0];

	*meant = NULL;
	if (selector->nparts > 1 || !roster_suggests(roster))
		return text->at;
	if (part->path != NULL && !has_path(roster, part)) {
		*meant = meant_path(arena, roster, part);
		return value_part(
		    sources, text, part->path_at.offset, part->path_at.length);
	}
	for (size_t i = 0; i < part->ntests; i++) {
		const struct test *test = &part->tests[i];
		bool is_had;

		if (test->op != OP_EQUAL)
			continue;
		*meant = meant_value(arena, roster, part, test, &is_had);
		if (!is_had)
			return value_part(
			    sources, text, test->at.offset, test->at.length);
	}
	*meant = NULL;
	return text->at;
}
