/*
 * explore_subject list|NUMBER|MODEL.xml DIRECTORY
 *
 * `list` names the subjects. NUMBER or a model explores one with compiler/verify and
 * prints what SPIN is to find:
 *
 *   states 10 transitions 16 dead 2 policy broken
 *
 * and leaves in DIRECTORY its machine in Promela, as NAME.pml, the options for
 * SPIN, as NAME.options, and its policy, as NAME.policy, to stand before it.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/text.h"
#include "compilation.h"
#include "emit/emit.h"
#include "lower/lower.h"
#include "model/model.h"
#include "subjects.h"
#include "tests/unit/built.h"
#include "verify/explore.h"

/* What a visitor counts. */
struct count {
	const struct subject *subject;
	uint64_t alive; /* states that something follows */
	uint64_t broken;
	uint32_t latest; /* state that a step was seen from */
};

static bool
is_held_there(const struct sw_state *state, uint32_t stage)
{
	const uint8_t status = sw_state_stage(state, stage)->status;
	return status == SW_STATUS_IN_PROGRESS || status == SW_STATUS_STOPPING;
}

static bool
is_broken(const struct subject *subject, const struct sw_machine *machine,
    const struct sw_state *state)
{
	switch (subject->policy) {
	case POLICY_HELD_BOTH:
		return is_held_there(state, subject->first) &&
		       is_held_there(state, subject->second);
	case POLICY_RUNS_BEFORE: {
		const enum sw_status first =
		    sw_state_action(machine, state, subject->first);
		return (first == SW_STATUS_IN_PROGRESS ||
			   first == SW_STATUS_UNKNOWN) &&
		       sw_state_action(machine, state, subject->second) !=
			   SW_STATUS_SUCCEEDED;
	}
	case POLICY_NONE:
	default:
		return false;
	}
}

static void
see_step(void *self, const struct explore_step *step)
{
	struct count *count = self;
	if (count->alive == 0 || step->from != count->latest)
		count->alive++;
	count->latest = step->from;
}

static void
see_place(void *self, const struct explore_place *place)
{
	struct count *count = self;
	count->broken +=
	    is_broken(count->subject, place->machine, place->state);
	const char *law = sw_state_broken_law(place->machine, place->state);
	if (law != NULL) {
		fprintf(stderr, "broken law: %s\n", law);
		exit(EXIT_FAILURE);
	}
}

static void
explore_it(const struct subject *subject, const struct sw_machine *machine)
{
	struct count count = { .subject = subject };
	const struct explore_options options = {
		.machine = machine,
		.moves = EXPLORE_RUNS | subject->moves,
		.executions = subject->executions,
		.rollbacks = subject->rollbacks,
		.closings = subject->closings,
		.memory_max = UINT64_C(1) << 30,
		.seconds_max = 60,
		.visitor = { .self = &count,
		    .step = see_step,
		    .place = see_place },
		.is_wary = true,
	};
	struct explore *explore = explore_new(&options);
	if (explore_run(explore) != EXPLORE_COMPLETE) {
		fprintf(stderr, "%s: not explored\n", subject->name);
		exit(EXIT_FAILURE);
	}
	const struct explore_progress counts = explore_counts(explore);
	printf("states %llu transitions %llu dead %llu policy %s\n",
	    (unsigned long long)counts.states,
	    (unsigned long long)counts.transitions,
	    (unsigned long long)(counts.states - count.alive),
	    subject->policy == POLICY_NONE ? "none"
	    : count.broken != 0            ? "broken"
					   : "kept");
	explore_free(explore);
}

/* "B_R": a row by the names in the words, in capitals, made unique. */
static const char *
ident_of(struct arena *arena, const struct sw_machine *m, uint32_t stage,
    const char *row)
{
	char *ident =
	    row == NULL
		? arena_printf(arena, "M_%s", m->stages[stage].name)
		: arena_printf(arena, "M_%s_%s", m->stages[stage].name, row);
	for (char *c = ident; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return ident;
}

static void
write_promela(const struct subject *subject, FILE *stream)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	struct model model = { .name = { .text = subject->name } };
	struct built built;
	build_machine(&built, subject->words);
	const struct sw_machine *machine = &built.machine;
	struct lowered lowered = { .machine = *machine, .model = &model };
	const char *stages[BUILT_STAGES_MAX];
	const char *rows[BUILT_ROWS_MAX];
	lowered.machine.name = subject->name;
	model.at.file = source_add(sources, "subjects.c", "", 0);
	for (uint32_t i = 0; i < machine->nstages; i++)
		stages[i] = ident_of(arena, machine, i, NULL);
	for (uint32_t i = 0; i < machine->nactions; i++)
		rows[i] = ident_of(arena, machine, machine->actions[i].stage,
		    machine->actions[i].name);
	lowered.stage_idents = stages;
	lowered.action_idents = rows;
	struct text *text = text_new(stream);
	emit_promela(text, &lowered, sources);
	if (text_close(text) != 0)
		exit(EXIT_FAILURE);
	arena_free(arena);
}

static int
has(const struct subject *subject, unsigned move)
{
	return (subject->moves & move) != 0;
}

static void
write_options(const struct subject *s, FILE *stream)
{
	fprintf(stream,
	    "-DEXECUTIONS=%u -DROLLBACKS=%u -DCLOSINGS=%u -DSTOPS=%d "
	    "-DRETRIES=%d -DTRANSITIONS=%d -DOVERRIDES=%d -DUNKNOWNS=%d\n",
	    s->executions, s->rollbacks, s->closings, has(s, EXPLORE_STOPS),
	    has(s, EXPLORE_RETRIES), has(s, EXPLORE_TRANSITIONS),
	    has(s, EXPLORE_OVERRIDES), has(s, EXPLORE_UNKNOWN));
}

static void
write_policy(const struct subject *s, FILE *stream)
{
	if (s->policy == POLICY_HELD_BOTH)
		fprintf(stream, "#define POLICY !(held(%u) && held(%u))\n",
		    s->first, s->second);
	else
		fprintf(stream,
		    "#define POLICY !(unfinished(%u) && action[%u] != "
		    "Succeeded)\n",
		    s->first, s->second);
}

static void
write_file(const struct subject *s, const char *directory, const char *suffix,
    void (*write)(const struct subject *s, FILE *stream))
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s%s", directory, s->name, suffix);
	FILE *stream = fopen(path, "w");
	if (stream == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	write(s, stream);
	if (fclose(stream) != 0)
		exit(EXIT_FAILURE);
}

/* A model in a file: two executions, and operators who stop and retry. */
static int
explore_file(const char *path, const char *directory)
{
	struct compilation c;
	compilation_init(&c);
	const struct subject subject = { .name = "model",
		.executions = 2,
		.moves = EXPLORE_STOPS | EXPLORE_RETRIES | EXPLORE_OVERRIDES };
	if (!compilation_lower(&c, path))
		return EXIT_FAILURE;
	write_file(&subject, directory, ".options", write_options);
	explore_it(&subject, &c.lowered->machine);
	compilation_release(&c);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		for (size_t i = 0; i < nsubjects; i++)
			puts(subjects[i].name);
		return 0;
	}
	if (argc == 3 && strstr(argv[1], ".xml") != NULL)
		return explore_file(argv[1], argv[2]);
	const size_t i = argc == 3 ? (size_t)atoi(argv[1]) : nsubjects;
	if (i >= nsubjects) {
		fputs(
		    "usage: explore_subject list|NUMBER|MODEL.xml DIRECTORY\n",
		    stderr);
		return 2;
	}
	const struct subject *subject = &subjects[i];
	struct built built;
	build_machine(&built, subject->words);
	write_file(subject, argv[2], ".pml", write_promela);
	write_file(subject, argv[2], ".options", write_options);
	if (subject->policy != POLICY_NONE)
		write_file(subject, argv[2], ".policy", write_policy);
	explore_it(subject, &built.machine);
	return 0;
}
