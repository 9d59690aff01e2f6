/*
 * A pipeline for a simulation: a random model (tests/differential), with names
 * that can be said, lowered in memory. Nobody does what its actions say.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "lower/lower.h"
#include "model/model.h"
#include "part.h"
#include "provider/provider.h"
#include "tests/differential/random_model.h"

/* Between the seeds of two versions. */
#define VERSIONS UINT64_C(1000000007)

static int
perform(const struct sw_job *job)
{
	(void)job;
	abort();
}

static const struct sw_provider nobody = {
	.name = "Nobody",
	.perform = perform,
};

struct pipeline {
	struct sw_pipeline pipeline; /* first: it is what others hold */
	struct arena *arena;
};

static void
name_rules(struct arena *arena, struct condition *condition, const char *prefix)
{
	for (size_t i = 0; i < condition->rules.n; i++)
		condition->rules.items[i].name.text =
		    arena_printf(arena, "%s%zu", prefix, i);
}

static void
name_all(struct arena *arena, const struct model *model)
{
	for (size_t i = 0; i < model->stages.n; i++) {
		struct stage *stage = &model->stages.items[i];
		stage->name.text = arena_printf(arena, "S%zu", i);
		for (size_t k = 0; k < stage->actions.n; k++)
			stage->actions.items[k].name.text =
			    arena_printf(arena, "A%zu", k);
		name_rules(arena, &stage->before_entry, "B");
		name_rules(arena, &stage->on_success, "O");
		name_rules(arena, &stage->on_failure, "F");
	}
}

/* Every other action writes an artifact; one in a later stage reads two at
 * most of those before it. */
static void
pass_on(struct arena *arena, struct chance *chance,
    const struct sw_machine *machine, struct sw_work *work)
{
	for (uint32_t a = 0; a < machine->nactions; a++) {
		const uint32_t stage = machine->actions[a].stage;
		const char *inputs = NULL;
		if (work[a].provider != &nobody ||
		    machine->actions[a].category == SW_CATEGORY_RULE)
			continue;
		for (uint32_t i = 0, n = 0; i < a && n < 2; i++) {
			if (machine->actions[i].stage == stage ||
			    work[i].outputs == NULL ||
			    chance_below(chance, 3) != 0)
				continue;
			n++;
			inputs = arena_printf(arena, "%s%sa%u",
			    inputs == NULL ? "" : inputs,
			    inputs == NULL ? "" : " ", i);
		}
		work[a].inputs = inputs;
		work[a].namespace_ = arena_printf(arena, "n%u", a);
		if (chance_below(chance, 2) != 0)
			continue;
		struct sw_artifact *out = arena_array(arena, 2, sizeof *out);
		out[0].name = arena_printf(arena, "a%u", a);
		work[a].outputs = out;
	}
}

/* Less of it than there was, or something else altogether. */
static struct model *
model_of(struct arena *arena, uint64_t number, uint32_t version)
{
	struct chance chance = chance_new(number + version * VERSIONS);
	const uint32_t dice = version == 0 ? 0 : chance_below(&chance, 8);
	struct model *model = random_model(
	    arena, dice == 7 ? number + version * VERSIONS : number);
	struct stage *last = &model->stages.items[model->stages.n - 1];
	if ((dice == 1 || dice == 2) && model->stages.n > 1)
		model->stages.n--;
	else if ((dice == 3 || dice == 4) && last->actions.n > 1)
		last->actions.n--;
	else if (dice == 5 || dice == 6)
		model->mode = model->mode == SW_MODE_QUEUED ? SW_MODE_SUPERSEDED
							    : model->mode;
	model->name.text =
	    arena_printf(arena, "m%llu", (unsigned long long)number);
	return model;
}

const struct sw_pipeline *
sim_pipeline(uint64_t number, uint32_t version)
{
	static const char nothing[] = "\0";
	static const struct sw_secret secrets[] = { { "word", NULL }, { 0 } };
	struct chance chance = chance_new(number + version * VERSIONS);
	struct arena *arena = arena_new();
	struct model *model = model_of(arena, number, version);
	name_all(arena, model);
	const struct lowered *lowered = lower(arena, model);
	const struct sw_machine *machine = &lowered->machine;
	struct sw_work *work =
	    arena_array(arena, machine->nactions, sizeof *work);
	for (uint32_t a = 0; a < machine->nactions; a++)
		work[a] = (struct sw_work){
			.provider =
			    machine->actions[a].category == SW_CATEGORY_APPROVAL
				? &sw_provider_manual
				: &nobody,
			/* A minute to four days; of an hour for who runs. */
			.timeout_ms = UINT64_C(60000)
				      << chance_below(&chance, 13),
			.backoff_ms = lowered->work[a].backoff_ms
				      << chance_below(&chance, 12),
			.run = nothing,
			.text = "?",
		};
	pass_on(arena, &chance, machine, work);
	struct pipeline *out = arena_alloc(arena, sizeof *out);
	*out = (struct pipeline){
		.pipeline = {
			.name = model->name.text,
			.version = arena_printf(arena, "%u", version),
			.machine = machine,
			.work = work,
			.secrets = secrets,
		},
		.arena = arena,
	};
	return &out->pipeline;
}

void
sim_pipeline_free(const struct sw_pipeline *pipeline)
{
	arena_free(((const struct pipeline *)pipeline)->arena);
}
