/*
 * Merges two compared models into one, lowers that, and marks its rows. The
 * stages and actions of the new model stand where they stand; what is gone is
 * put where it stood: into the group of those that it ran with, or in place of
 * what is new there, or into a column of its own.
 */
#include "change.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "compare/compare.h"
#include "drawing.h"
#include "lower/lower.h"
#include "model/model.h"

/* A stage of both. */
struct merged_stage {
	uint32_t old; /* MATCH_NONE: it is new */
	uint32_t new_;
	struct marked *actions; /* as the merged stage's */
};

struct merging {
	struct arena *arena;
	const struct comparison *c;
	struct model *model; /* of both */
	struct merged_stage *stages;
	struct marked *stage_marks;
	struct marked *entries;
	struct marked *successes;
	struct marked *failures;
	uint32_t count[NMARKS];
};

/* "timeout 20m → 1h", "was Unit", "! without Approve" */
static const char *
words_of(const struct merging *m, const struct change *change)
{
	const struct comparison *c = m->c;
	const uint32_t old = change->of.old_action;
	const char *what = change->what != NULL ? change->what : "";
	const char *gap = *what != '\0' ? " " : "";

	switch (change->id) {
	case CHANGE_RENAME:
		return arena_printf(m->arena, "was %s",
		    old != MATCH_NONE
			? c->old->actions[old].action->name.text
			: c->old->model->stages.items[change->of.old_stage]
			      .name.text);
	case CHANGE_MOVED:
		return arena_printf(m->arena, "was in %s",
		    c->old->actions[old].stage->name.text);
	case CHANGE_GATE_REMOVED:
	case CHANGE_TEST_REMOVED:
		if (old != MATCH_NONE &&
		    c->matching->actions[old] != change->of.new_action)
			return arena_printf(m->arena, "! without %s",
			    c->old->actions[old].action->name.text);
		break;
	default:
		break;
	}
	if (change->before != NULL && change->after != NULL)
		return arena_printf(m->arena, "%s%s%s → %s", what, gap,
		    change->before, change->after);
	if (change->after != NULL)
		return arena_printf(
		    m->arena, "+ %s%s%s", what, gap, change->after);
	if (change->before != NULL)
		return arena_printf(
		    m->arena, "− %s%s%s", what, gap, change->before);
	return change_info(change->id)->word;
}

/* Whose changes are asked for: an action, or a stage's part. */
struct wanted {
	uint32_t stage;  /* new */
	uint32_t action; /* new; MATCH_NONE: the stage's */
	const char *part;
};

static bool
is_wanted(const struct change *change, const struct wanted *w)
{
	const char *part = change->of.part;

	return change->of.new_stage == w->stage &&
	       change->of.new_action == w->action &&
	       (part == NULL) == (w->part == NULL) &&
	       (part == NULL || strcmp(part, w->part) == 0);
}

/* What is there before and after: changed, renamed or the same. */
static struct marked
mark_kept(struct merging *m, const struct wanted *w)
{
	struct marked marked = { MARK_SAME, NULL };
	uint32_t n = 0;

	for (size_t i = 0; i < m->c->n; i++) {
		const struct change *change = &m->c->changes[i];
		if (!is_wanted(change, w))
			continue;
		if (change->id != CHANGE_RENAME && change->id != CHANGE_MOVED)
			marked.mark = MARK_CHANGED;
		else if (marked.mark == MARK_SAME)
			marked.mark = MARK_RENAMED;
		if (n++ >= CHANGE_WORDS_MAX)
			continue;
		const char *words = drawing_cut_to(
		    m->arena, words_of(m, change), CHANGE_WORDS_CUT);
		marked.words =
		    marked.words == NULL
			? words
			: arena_printf(m->arena, "%s, %s", marked.words, words);
	}
	if (n > CHANGE_WORDS_MAX)
		marked.words = arena_printf(
		    m->arena, "%s +%u", marked.words, n - CHANGE_WORDS_MAX);
	return marked;
}

static bool
is_there(const struct condition *condition)
{
	return condition->at.file != 0;
}

/* A condition of a merged stage: what is gone is shown as it was. */
static struct marked
merge_condition(struct merging *m, struct condition *now,
    const struct condition *old, const struct wanted *w)
{
	struct marked marked = { MARK_SAME, NULL };

	if (is_there(now) && !is_there(old)) {
		marked.mark = MARK_ADDED;
	} else if (!is_there(now) && is_there(old)) {
		*now = *old;
		marked.mark = MARK_REMOVED;
	} else if (is_there(now)) {
		marked = mark_kept(m, w);
	}
	if (is_there(now))
		m->count[marked.mark]++;
	return marked;
}

static void
merge_conditions(struct merging *m, uint32_t at, struct stage *stage)
{
	static const struct condition none;
	const struct merged_stage *of = &m->stages[at];
	const struct stage *old =
	    of->old == MATCH_NONE ? NULL
				  : &m->c->old->model->stages.items[of->old];
	struct wanted w = { of->new_, MATCH_NONE, "beforeEntry" };
	struct condition nothing = none;

	if (of->new_ == MATCH_NONE) { /* the stage is gone, with all of it */
		m->entries[at].mark = MARK_REMOVED;
		m->successes[at].mark = MARK_REMOVED;
		m->failures[at].mark = MARK_REMOVED;
		return;
	}
	m->entries[at] = merge_condition(m, &stage->before_entry,
	    old != NULL ? &old->before_entry : &nothing, &w);
	w.part = "onSuccess";
	m->successes[at] = merge_condition(m, &stage->on_success,
	    old != NULL ? &old->on_success : &nothing, &w);
	w.part = "onFailure";
	m->failures[at] = merge_condition(m, &stage->on_failure,
	    old != NULL ? &old->on_failure : &nothing, &w);
}

/* One stage, while its actions are put in order. */
struct grouping {
	const struct merging *m;
	const struct merged_stage *of;
	uint32_t step; /* from a group to the next: room for what is gone */
};

/* The group of a new action in its stage, from 1. */
static uint32_t
group_of(const struct grouping *g, uint32_t action)
{
	const struct flow *flow = g->m->c->new_;
	uint32_t lowest = flow->actions[action].rank;

	for (uint32_t i = 0; i < flow->nactions; i++)
		if (flow->actions[i].stage_index == g->of->new_ &&
		    flow->actions[i].rank < lowest)
			lowest = flow->actions[i].rank;
	return flow->actions[action].rank - lowest + 1;
}

/* Is everything in this group of the stage new? */
static bool
is_group_new(const struct grouping *g, uint32_t group)
{
	const struct comparison *c = g->m->c;
	bool is_any = false;

	for (uint32_t i = 0; i < c->new_->nactions; i++) {
		if (c->new_->actions[i].stage_index != g->of->new_ ||
		    group_of(g, i) != group)
			continue;
		if (c->matching->actions_back[i] != MATCH_NONE)
			return false;
		is_any = true;
	}
	return is_any;
}

/* Where an action that is gone stood, in terms of the new groups. */
static uint32_t
order_of_removed(const struct grouping *g, uint32_t action)
{
	const struct comparison *c = g->m->c;
	const struct flow *old = c->old;
	const uint32_t rank = old->actions[action].rank;
	uint32_t before = 0;  /* the last group that it followed */
	uint32_t between = 1; /* groups that are gone since then */
	uint32_t last = 0;

	for (uint32_t i = 0; i < old->nactions; i++) {
		const uint32_t now = c->matching->actions[i];
		if (old->actions[i].stage_index != g->of->old ||
		    old->actions[i].rank > rank)
			continue;
		if (now == MATCH_NONE ||
		    c->new_->actions[now].stage_index != g->of->new_)
			continue;
		if (old->actions[i].rank == rank)
			return group_of(g, now) * g->step;
		if (group_of(g, now) >= before) {
			before = group_of(g, now);
			last = old->actions[i].rank;
		}
	}
	if (is_group_new(g, before + 1))
		return (before + 1) * g->step;
	for (uint32_t r = last + 1; last != 0 && r < rank; r++)
		between++;
	return before * g->step + (between < g->step ? between : g->step - 1);
}

static void
add_action(struct merging *m, struct actions *to, struct marked *marks,
    const struct action *action, struct marked marked)
{
	to->items[to->n] = *action;
	marks[to->n++] = marked;
	m->count[marked.mark]++;
}

/* The actions of a merged stage: the new ones, and behind them the old ones
 * that are gone; runOrder says where each stands. */
static void
merge_actions(struct merging *m, uint32_t at, struct stage *stage)
{
	const struct comparison *c = m->c;
	struct merged_stage *of = &m->stages[at];
	const uint32_t most = c->old->nactions + c->new_->nactions;
	struct grouping g = { m, of, c->old->nactions + 2 };
	struct actions to = { .n = 0 };

	to.items = arena_array(m->arena, most, sizeof *to.items);
	of->actions = arena_array(m->arena, most, sizeof *of->actions);
	for (uint32_t i = 0; i < c->new_->nactions; i++) {
		if (c->new_->actions[i].stage_index != of->new_)
			continue;
		const struct wanted w = { of->new_, i, NULL };
		const bool is_new = c->matching->actions_back[i] == MATCH_NONE;
		add_action(m, &to, of->actions, c->new_->actions[i].action,
		    is_new ? (struct marked){ MARK_ADDED, NULL }
			   : mark_kept(m, &w));
		to.items[to.n - 1].run_order.n = group_of(&g, i) * g.step;
	}
	for (uint32_t i = 0; i < c->old->nactions; i++) {
		if (c->old->actions[i].stage_index != of->old ||
		    c->matching->actions[i] != MATCH_NONE)
			continue;
		add_action(m, &to, of->actions, c->old->actions[i].action,
		    (struct marked){ MARK_REMOVED, NULL });
		to.items[to.n - 1].run_order.n =
		    of->new_ == MATCH_NONE ? c->old->actions[i].rank + 1
					   : order_of_removed(&g, i);
	}
	stage->actions = to;
}

/* Nothing of it changed, and nothing in it is what reviewers look for. */
static bool
can_fold(const struct merging *m, uint32_t at, const struct stage *stage)
{
	const struct merged_stage *of = &m->stages[at];

	if (stage->actions.n < CHANGE_FOLDED_MIN ||
	    m->stage_marks[at].mark != MARK_SAME ||
	    environment_is_production(stage->environment.text))
		return false;
	for (size_t i = 0; i < stage->actions.n; i++) {
		const struct action *action = &stage->actions.items[i];
		if (of->actions[i].mark != MARK_SAME ||
		    action->category == SW_CATEGORY_APPROVAL ||
		    environment_is_production(action->environment.text))
			return false;
	}
	return true;
}

/* One card for all of its actions. */
static void
fold(struct merging *m, uint32_t at, struct stage *stage)
{
	struct actions *actions = &stage->actions;
	const char *names = "";

	for (size_t i = 0; i < actions->n; i++)
		names = arena_printf(m->arena, "%s%s%s", names,
		    i > 0 ? ", " : "", actions->items[i].name.text);
	m->stages[at].actions[0].words =
	    drawing_cut_to(m->arena, names, CHANGE_WORDS_CUT);
	actions->items[0] = (struct action){
		.category = SW_CATEGORY_BUILD,
		.name.text =
		    arena_printf(m->arena, "%zu unchanged", actions->n),
		.provider.text = actions->items[0].provider.text,
		.run_order.n = 1,
		.at = actions->items[0].at,
	};
	actions->n = 1;
}

static void
merge_stage(struct merging *m, uint32_t at)
{
	const struct comparison *c = m->c;
	const struct merged_stage *of = &m->stages[at];
	struct stage *stage = &m->model->stages.items[at];
	const struct wanted w = { of->new_, MATCH_NONE, NULL };

	if (of->new_ == MATCH_NONE)
		m->stage_marks[at].mark = MARK_REMOVED;
	else if (of->old == MATCH_NONE)
		m->stage_marks[at].mark = MARK_ADDED;
	else
		m->stage_marks[at] = mark_kept(m, &w);
	*stage = of->new_ != MATCH_NONE ? c->new_->model->stages.items[of->new_]
					: c->old->model->stages.items[of->old];
	merge_conditions(m, at, stage);
	merge_actions(m, at, stage);
	if (can_fold(m, at, stage))
		fold(m, at, stage);
}

/* Did a stage that is gone leave anything that is not elsewhere now? */
static bool
is_missed(const struct comparison *c, uint32_t old)
{
	for (uint32_t i = 0; i < c->old->nactions; i++)
		if (c->old->actions[i].stage_index == old &&
		    c->matching->actions[i] == MATCH_NONE)
			return true;
	return false;
}

/* The stages of both: each that is gone behind the one that it followed. */
static void
merge_stages(struct merging *m)
{
	const struct comparison *c = m->c;
	const struct matching *matching = c->matching;
	const uint32_t nold = (uint32_t)c->old->model->stages.n;
	const uint32_t nnew = (uint32_t)c->new_->model->stages.n;
	uint32_t n = 0;

	m->stages = arena_array(m->arena, nold + nnew, sizeof *m->stages);
	for (uint32_t k = 0; k <= nnew; k++) {
		/* Those behind the stage k - 1; at first, those behind none. */
		uint32_t i = k == 0 ? 0 : matching->stages_back[k - 1];
		i += k > 0 && i != MATCH_NONE;
		for (; i < nold && matching->stages[i] == MATCH_NONE; i++)
			if (is_missed(c, i))
				m->stages[n++] = (struct merged_stage){ i,
					MATCH_NONE, NULL };
		if (k < nnew)
			m->stages[n++] =
			    (struct merged_stage){ matching->stages_back[k], k,
				    NULL };
	}
	m->model->stages.n = n;
	m->model->stages.items =
	    arena_array(m->arena, n, sizeof *m->model->stages.items);
	m->stage_marks = arena_array(m->arena, n, sizeof *m->stage_marks);
	m->entries = arena_array(m->arena, n, sizeof *m->entries);
	m->successes = arena_array(m->arena, n, sizeof *m->successes);
	m->failures = arena_array(m->arena, n, sizeof *m->failures);
	for (uint32_t i = 0; i < n; i++)
		merge_stage(m, i);
}

/* The marks of the machine's rows. */
static struct marked *
row_marks(const struct merging *m, const struct lowered *lowered)
{
	const uint32_t n = lowered->machine.nactions;
	struct marked *marks = arena_array(m->arena, n, sizeof *marks);

	for (uint32_t i = 0; i < n; i++) {
		const uint32_t stage = lowered->machine.actions[i].stage;
		if (lowered->actions[i] != NULL)
			marks[i] =
			    m->stages[stage]
				.actions[lowered->actions[i] -
					 lowered->stages[stage]->actions.items];
	}
	return marks;
}

static const char *
caption(const struct merging *m)
{
	return arena_printf(m->arena,
	    "+ %u added · − %u removed · ~ %u changed · → %u renamed · thin: "
	    "as before",
	    m->count[MARK_ADDED], m->count[MARK_REMOVED],
	    m->count[MARK_CHANGED], m->count[MARK_RENAMED]);
}

bool
drawing_of_change(struct arena *arena, const struct comparison *comparison,
    struct drawing *out)
{
	const struct comparison *c = comparison;

	if (c->old == NULL || c->new_ == NULL ||
	    c->old->nactions + c->new_->nactions > CHANGE_ACTIONS_MAX)
		return false;
	struct merging m = { .arena = arena, .c = c };
	m.model = arena_alloc(arena, sizeof *m.model);
	*m.model = *c->new_->model;
	merge_stages(&m);
	const struct lowered *lowered = lower(arena, m.model);
	struct marks *marks = arena_alloc(arena, sizeof *marks);
	*marks = (struct marks){
		.stages = m.stage_marks,
		.entries = m.entries,
		.successes = m.successes,
		.failures = m.failures,
		.actions = row_marks(&m, lowered),
		.caption = caption(&m),
	};
	*out = (struct drawing){ .lowered = lowered, .marks = marks };
	return true;
}
