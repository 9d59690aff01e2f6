/*
 * Which rules fired for whom, as one table of bytes: a row for each rule of
 * the machine, a column for each stage or action. What it means for elements
 * is in coverage_paths.c.
 */
#include "coverage.h"

#include "base/arena.h"
#include "coverage_table.h"
#include "lower/lower.h"
#include "session.h"

struct coverage *
coverage_new(struct arena *arena, const struct lowered *lowered)
{
	struct coverage *coverage = arena_alloc(arena, sizeof *coverage);
	const struct sw_machine *machine = &lowered->machine;

	*coverage = (struct coverage){
		.arena = arena,
		.lowered = lowered,
		.nsubjects = machine->nactions > machine->nstages
				 ? machine->nactions
				 : machine->nstages,
	};
	coverage->fired = arena_array(
	    arena, (size_t)SW_NRULES * coverage->nsubjects, sizeof(uint8_t));
	return coverage;
}

void
coverage_watch(
    void *context, const struct session *session, const struct step *step)
{
	struct coverage *coverage = context;
	const struct sw_output *output = &session->output;

	(void)step;
	for (uint32_t i = 0; i < output->nfired; i++) {
		const struct sw_fired *fired = &output->fired[i];

		if (fired->rule == SW_RULE_ROLLBACK_STARTED &&
		    session->event.event.kind == SW_EVENT_ROLLBACK) {
			coverage->by_hand = true;
			continue;
		}
		coverage->fired[(size_t)fired->rule * coverage->nsubjects +
				fired->subject] = 1;
	}
}
