/* Why a property does not hold, beyond what its run shows, and what to do. */
#include "base/arena.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "story.h"
#include "story_part.h"

const char *
story__skipped(
    struct arena *arena, const struct lowered *lowered, uint32_t action)
{
	char name[SW_WORDS_MAX];
	return arena_printf(arena,
	    "'%s' is in stage '%s', which its beforeEntry can skip",
	    sw_words_action(&lowered->machine, action, name),
	    lowered->machine.stages[lowered->machine.actions[action].stage]
		.name);
}

/* The approval that comes after it is written, and was passed over. */
static const char *
why_stale(struct arena *arena, const struct properties *p,
    const struct property_need *need)
{
	const struct sw_machine *machine = &p->lowered->machine;
	for (uint32_t i = 0; i < machine->nactions; i++) {
		const struct sw_action *row = &machine->actions[i];
		if (properties_is_approval_before(p->lowered, i, need->what) &&
		    row->stage > machine->actions[need->by].stage &&
		    p->is_skippable[row->stage])
			return story__skipped(arena, p->lowered, i);
	}
	return NULL;
}

static const char *
why_rewritten(struct arena *arena, const struct properties *p,
    const struct property_need *need)
{
	char name[SW_WORDS_MAX];
	return arena_printf(arena,
	    "a retry runs '%s' again, and the approval of its stage does not "
	    "wait for that",
	    sw_words_action(&p->lowered->machine, need->by, name));
}

const char *
story__pull_request(struct arena *arena, const struct model *model)
{
	for (size_t i = 0; i < model->triggers.n; i++) {
		const struct trigger *t = &model->triggers.items[i];
		for (size_t k = 0; k < t->filters.n; k++)
			if (t->filters.items[k].is_pull_request)
				return arena_printf(arena,
				    "the trigger of '%s' takes pull requests",
				    t->source.text != NULL ? t->source.text
							   : "");
	}
	return NULL;
}

static const char *
why_staging(
    struct arena *arena, const struct properties *p, const struct breach *b)
{
	char staging[SW_WORDS_MAX], production[SW_WORDS_MAX];
	const struct sw_machine *machine = &p->lowered->machine;
	if (machine->actions[b->other].stage < b->stage)
		return story__skipped(arena, p->lowered, b->other);
	return arena_printf(arena, "'%s' does not come before '%s'",
	    sw_words_action(machine, b->other, staging),
	    sw_words_action(machine, b->action, production));
}

const char *
story_why(struct arena *arena, const struct verification *v,
    const struct verdict *verdict)
{
	const struct properties *p = v->properties;
	const struct lowered *lowered = p->lowered;
	const struct breach *b = &verdict->breach;
	switch (verdict->property->kind) {
	case PROPERTY_ARTIFACTS:
		return story__skipped(
		    arena, lowered, p->artifacts[b->other].by);
	case PROPERTY_VARIABLES:
		return story__skipped(
		    arena, lowered, p->variables[b->other].by);
	case PROPERTY_GATE:
		return story__skipped(arena, lowered, b->other);
	case PROPERTY_STALE:
		return why_stale(arena, p, &p->stale[b->other]);
	case PROPERTY_REWRITTEN:
		return why_rewritten(arena, p, &p->rewritten[b->other]);
	case PROPERTY_PULL_REQUEST:
		return story__pull_request(arena, lowered->model);
	case PROPERTY_STAGING_FIRST:
		return why_staging(arena, p, b);
	case PROPERTY_STARVES:
		return "in mode SUPERSEDED whoever arrives takes the place of "
		       "the one that waits";
	default:
		return verdict->property->obligation != NULL
			   ? story__policy_why(arena, p, verdict)
			   : NULL;
	}
}

const char *
story_help(const struct verdict *verdict)
{
	switch (verdict->property->kind) {
	case PROPERTY_GATE:
		return "let beforeEntry say result=\"FAIL\", or ask in the "
		       "stage that deploys";
	case PROPERTY_ARTIFACTS:
	case PROPERTY_VARIABLES:
		return "let beforeEntry say result=\"FAIL\", or put the "
		       "condition on the reader's stage too";
	case PROPERTY_UNGATED_RETRY:
		return "put the approval into the stage and say "
		       "retryMode=\"ALL_ACTIONS\"";
	case PROPERTY_ENVIRONMENT:
		return "deploy to an environment in one stage alone, or in "
		       "another mode than PARALLEL";
	case PROPERTY_NEEDS_OPERATOR:
		return "let the transition begin open, or say who opens it";
	case PROPERTY_STALE:
		return "let beforeEntry say result=\"FAIL\", or ask in the "
		       "stage that deploys";
	case PROPERTY_REWRITTEN:
		return "give the approval a higher runOrder than the action "
		       "that writes";
	case PROPERTY_PULL_REQUEST:
		return "let a pipeline of its own, which ends before "
		       "production, take the pull requests";
	case PROPERTY_STAGING_FIRST:
		return "put the deploy to staging into an earlier stage that "
		       "nothing skips";
	case PROPERTY_STARVES:
		return "give the approval a timeout, or say "
		       "executionMode=\"QUEUED\"";
	default:
		return NULL;
	}
}
