/* Broken policies in words: what they say, not how it is written. */
#include "story_part.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "policy/policy.h"
#include "story.h"

/* Bytes of a selector in words; a longer one is quoted. */
#define SELECTOR_WORDS_MAX 256

/* "deploy[environment=production]" is "deploy to 'production'"; what has no
 * such words is quoted as it is written. */
static const char *
part_words(struct arena *arena, const char *part, size_t n)
{
	char kind[32] = "", key[32] = "", name[128] = "";
	char *text = arena_alloc(arena, n + 1);
	int used = 0;
	memcpy(text, part, n);
	text[n] = '\0';
	if (strcmp(text, "*") == 0)
		return "action";
	if (strspn(text, "abcdefghijklmnopqrstuvwxyz") == n)
		return text;
	if (sscanf(text, "%31[a-z]#%127[A-Za-z0-9_.-]%n", kind, name, &used) ==
		2 &&
	    (size_t)used == n)
		return arena_printf(arena, "%s '%s'", kind, name);
	used = 0;
	if (sscanf(text, "%31[a-z][%31[a-z]=%127[A-Za-z0-9_.-]]%n", kind, key,
		name, &used) == 3 &&
	    (size_t)used == n) {
		if (strcmp(key, "name") == 0)
			return arena_printf(arena, "%s '%s'", kind, name);
		if (strcmp(key, "environment") == 0)
			return arena_printf(arena, "%s to '%s'", kind, name);
		if (strcmp(key, "stage") == 0)
			return arena_printf(arena, "%s of '%s'", kind, name);
	}
	return arena_printf(arena, "'%s'", text);
}

/* "approval or test" */
static const char *
selector_words(struct arena *arena, const char *selector)
{
	char words[SELECTOR_WORDS_MAX] = "";
	size_t used = 0;
	/* A bar can stand in a quoted value, too. */
	if (strpbrk(selector, "\"'") != NULL)
		return arena_printf(arena, "'%s'", selector);
	for (const char *part = selector; part != NULL;) {
		const char *bar = strchr(part, '|');
		const char *end = bar != NULL ? bar : part + strlen(part);
		while (*part == ' ')
			part++;
		while (end > part && end[-1] == ' ')
			end--;
		used += (size_t)snprintf(words + used, sizeof words - used,
		    "%s%s", used == 0 ? "" : " or ",
		    part_words(arena, part, (size_t)(end - part)));
		if (used >= sizeof words)
			return arena_printf(arena, "'%s'", selector);
		part = bar != NULL ? bar + 1 : NULL;
	}
	return arena_strdup(arena, words);
}

/* Is it one thing that has a name, "test 'Unit'"? */
static bool
is_named(const char *words)
{
	return strchr(words, '\'') != NULL && strstr(words, " to '") == NULL &&
	       strstr(words, " of '") == NULL;
}

/* "any approval or test", "test 'Unit'" */
static const char *
with_any(struct arena *arena, const char *words)
{
	return is_named(words) ? words : arena_printf(arena, "any %s", words);
}

/* "a test", "an approval", "test 'Unit'" */
static const char *
with_article(struct arena *arena, const char *words)
{
	if (is_named(words))
		return words;
	return arena_printf(arena, "%s %s",
	    strchr("aeiou", *words) != NULL ? "an" : "a", words);
}

static const struct need *
missed_need(const struct verdict *verdict)
{
	return &verdict->property->obligation->needs[verdict->breach.other];
}

static const char *
precede_fact(
    struct arena *arena, const struct verdict *verdict, const char *who)
{
	const struct policy *policy = verdict->property->obligation->policy;
	const char *artifact = missed_need(verdict)->artifact;
	const char *saw = artifact == NULL
			      ? ""
			      : arena_printf(arena, " that saw '%s'", artifact);
	const char *by = selector_words(arena, policy->by.text);
	return policy->count.n > 1
		   ? arena_printf(arena, "%s can start before %u of '%s'%s",
			 who, (unsigned)policy->count.n, policy->by.text, saw)
		   : arena_printf(arena, "%s can start before %s%s", who,
			 with_any(arena, by), saw);
}

static const char *
never_fact(
    struct arena *arena, const struct obligation *obligation, const char *who)
{
	static const char *const when[] = {
		[WHEN_ALWAYS] = "",
		[WHEN_PULL_REQUEST] =
		    " in an execution that a pull request started",
		[WHEN_PUSH] = " in an execution that a push started",
		[WHEN_MANUAL] = " in an execution that was started by hand",
		[WHEN_ROLLBACK] = " in a rollback",
	};
	return arena_printf(
	    arena, "%s can start%s", who, when[obligation->when]);
}

static const char *
follow_fact(struct arena *arena, const struct policy *policy, const char *who)
{
	const char *what =
	    with_article(arena, selector_words(arena, policy->what.text));
	return arena_printf(arena, "%s can end without any %s after %s %s", who,
	    selector_words(arena, policy->by.text), what,
	    policy->on == ON_SUCCEEDED ? "succeeded"
	    : policy->on == ON_END     ? "ended"
				       : "failed");
}

const char *
story__policy_fact(struct arena *arena, const struct lowered *lowered,
    const struct verdict *verdict, const char *who)
{
	const struct obligation *o = verdict->property->obligation;
	switch (verdict->property->kind) {
	case PROPERTY_PRECEDE:
		return precede_fact(arena, verdict, who);
	case PROPERTY_NEVER:
		return never_fact(arena, o, who);
	case PROPERTY_FOLLOW:
		return follow_fact(arena, o->policy, who);
	default:
		return arena_printf(arena, "%s can run beside %s", who,
		    story__other(arena, lowered, &verdict->breach));
	}
}

/* Why nothing of the need counts: the first that a run passes over, else the
 * first that does not come before. */
static const char *
precede_why(struct arena *arena, const struct properties *p,
    const struct verdict *verdict)
{
	const struct policy *policy = verdict->property->obligation->policy;
	const struct need *need = missed_need(verdict);
	const struct sw_machine *machine = &p->lowered->machine;
	const struct sw_action *rows = machine->actions;
	const uint32_t stage = verdict->breach.stage;
	uint32_t late = UINT32_MAX;
	char name[SW_WORDS_MAX];
	if (need->by.nactions == 0 && need->artifact != NULL)
		return arena_printf(arena, "no %s sees '%s'",
		    selector_words(arena, policy->by.text), need->artifact);
	for (uint32_t i = 0; i < need->by.nactions; i++) {
		const uint32_t by = need->by.actions[i];
		if (rows[by].stage < stage && p->is_skippable[rows[by].stage])
			return story__skipped(arena, p->lowered, by);
		if (rows[by].stage >= stage && late == UINT32_MAX)
			late = by;
	}
	for (uint32_t i = 0; i < need->by.nstages; i++)
		if (need->by.stages[i] < stage &&
		    p->is_skippable[need->by.stages[i]])
			return arena_printf(arena,
			    "the beforeEntry of stage '%s' can skip it",
			    machine->stages[need->by.stages[i]].name);
	return late == UINT32_MAX
		   ? NULL
		   : arena_printf(arena, "'%s' does not come before it",
			 sw_words_action(machine, late, name));
}

const char *
story__policy_why(struct arena *arena, const struct properties *p,
    const struct verdict *verdict)
{
	const struct obligation *o = verdict->property->obligation;
	if (verdict->property->kind == PROPERTY_PRECEDE)
		return precede_why(arena, p, verdict);
	if (verdict->property->kind != PROPERTY_NEVER)
		return NULL;
	switch (o->when) {
	case WHEN_PULL_REQUEST:
		return story__pull_request(arena, p->lowered->model);
	case WHEN_PUSH:
		return "a trigger starts executions by pushes";
	case WHEN_MANUAL:
		return "every pipeline can be started by hand";
	default:
		return NULL;
	}
}
