/* What a verdict is about, and where. */
#include "story.h"

#include "base/arena.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "policy/policy.h"
#include "story_part.h"

struct story_run
story_run_of(const struct verification *v, const struct verdict *verdict)
{
	return (struct story_run){ v->properties->lowered, verdict->events,
		verdict->nevents };
}

struct span
story_place(const struct verification *v, const struct verdict *verdict)
{
	const struct lowered *lowered = v->properties->lowered;
	const struct breach *b = &verdict->breach;
	const struct properties *p = v->properties;
	if (verdict->property->kind == PROPERTY_ARTIFACTS)
		return p->artifacts[b->other].at;
	if (verdict->property->kind == PROPERTY_VARIABLES)
		return p->variables[b->other].at;
	if (verdict->property->kind == PROPERTY_STALE)
		return p->stale[b->other].at;
	if (verdict->property->kind == PROPERTY_REWRITTEN)
		return p->rewritten[b->other].at;
	if (verdict->property->kind == PROPERTY_FOLLOW)
		return verdict->property->obligation->policy->id.at;
	if (b->action != UINT32_MAX)
		return story__of_action(lowered, b->action);
	return b->stage != UINT32_MAX ? lowered->stages[b->stage]->at
				      : lowered->model->at;
}

/* "'Prod.Ship'", or "stage 'Prod'". */
static const char *
name_breach(
    struct arena *arena, const struct lowered *lowered, const struct breach *b)
{
	char name[SW_WORDS_MAX];
	if (b->action != UINT32_MAX)
		return arena_printf(arena, "'%s'",
		    sw_words_action(&lowered->machine, b->action, name));
	return b->stage == UINT32_MAX
		   ? arena_printf(arena, "execution #%u", b->execution)
		   : arena_printf(arena, "stage '%s'",
			 lowered->machine.stages[b->stage].name);
}

const char *
story__other(
    struct arena *arena, const struct lowered *lowered, const struct breach *b)
{
	char name[SW_WORDS_MAX];
	if (b->other == UINT32_MAX || b->other == b->action)
		return "another execution";
	return arena_printf(
	    arena, "'%s'", sw_words_action(&lowered->machine, b->other, name));
}

/* Of what property_promote.c lists. */
static const char *
promotion_fact(struct arena *arena, const struct verification *v,
    const struct verdict *verdict, const char *who)
{
	const struct properties *p = v->properties;
	const struct breach *b = &verdict->breach;
	switch (verdict->property->kind) {
	case PROPERTY_STALE:
		return arena_printf(arena,
		    "%s can deploy '%s', which was written after the approval "
		    "that was given",
		    who, p->stale[b->other].name);
	case PROPERTY_REWRITTEN:
		return arena_printf(arena,
		    "%s can deploy '%s' as a retry wrote it after its approval",
		    who, p->rewritten[b->other].name);
	case PROPERTY_PULL_REQUEST:
		return arena_printf(arena,
		    "%s can start in production for a pull request", who);
	case PROPERTY_STAGING_FIRST:
		return arena_printf(arena,
		    "%s can start in production before a deploy to '%s' has "
		    "succeeded",
		    who, p->lowered->work[b->other].environment);
	case PROPERTY_ENDLESS_RETRY:
		return "a retry can follow a retry for ever";
	case PROPERTY_STARVES:
		return arena_printf(arena,
		    "whoever waits for stage '%s' can be replaced for as long "
		    "as %s is not answered",
		    p->lowered->machine.stages[b->stage].name, who);
	default:
		return who;
	}
}

const char *
story_fact(struct arena *arena, const struct verification *v,
    const struct verdict *verdict)
{
	const struct lowered *lowered = v->properties->lowered;
	const struct breach *b = &verdict->breach;
	const char *who = name_breach(arena, lowered, b);
	switch (verdict->property->kind) {
	case PROPERTY_LAWS:
		return arena_printf(
		    arena, "the law '%s' of the machine is broken", b->detail);
	case PROPERTY_FAILURE_STOPS:
		return arena_printf(
		    arena, "%s can start though something before failed", who);
	case PROPERTY_STOP_STOPS:
		return arena_printf(arena,
		    "%s can start though its execution was stopped", who);
	case PROPERTY_ROLLBACK_TARGET:
		return arena_printf(arena,
		    "%s can be rolled back to what never succeeded in it", who);
	case PROPERTY_BOUNDED_ATTEMPTS:
		return "there can be more attempts than the model allows";
	case PROPERTY_CLEAN_END:
		return arena_printf(arena,
		    "execution #%u can end and still hold %s", b->execution,
		    who);
	case PROPERTY_DEADLOCK:
		return "a state can be reached in which nothing can happen";
	case PROPERTY_COMPLETE:
		return "a state can be reached from which nothing ends";
	case PROPERTY_DEAD_ACTION:
		return arena_printf(arena, "%s never starts", who);
	case PROPERTY_LIVELOCK:
		return "a run can go on for ever";
	case PROPERTY_NEEDS_OPERATOR:
		return "an execution can wait until an operator helps it";
	case PROPERTY_GATE:
		return arena_printf(arena,
		    "%s can start in production without an approval", who);
	case PROPERTY_ARTIFACTS:
		return arena_printf(arena,
		    "%s can read the artifact '%s' though nobody wrote it", who,
		    v->properties->artifacts[b->other].name);
	case PROPERTY_VARIABLES:
		return arena_printf(arena,
		    "%s can read '#{%s}' though it was never set", who,
		    v->properties->variables[b->other].name);
	case PROPERTY_UNGATED_RETRY:
		return arena_printf(arena,
		    "%s can be tried again by itself on an old approval", who);
	case PROPERTY_ENVIRONMENT:
		return arena_printf(arena,
		    "two executions can deploy to '%s' at once: %s beside %s",
		    lowered->work[b->action].environment, who,
		    story__other(arena, lowered, b));
	case PROPERTY_ROLLBACK_NONE:
		return arena_printf(arena,
		    "%s asks for a rollback and never has anything to go back "
		    "to",
		    who);
	default:
		return verdict->property->obligation != NULL
			   ? story__policy_fact(arena, lowered, verdict, who)
			   : promotion_fact(arena, v, verdict, who);
	}
}
