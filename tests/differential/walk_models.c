/* walk-models SEED COUNT EVENTS: random models, stepped in process. */
#include <stdlib.h>

#include "base/arena.h"
#include "lower/lower.h"
#include "random_model.h"
#include "reach.h"
#include "subject.h"

struct own {
	struct sw_output output; /* where the step writes */
	struct reach *reach;
};

static enum sw_refusal
take(const struct subject *subject, void *state, struct sw_event event,
    struct sw_output *out)
{
	const struct own *own = subject->own;
	*out = own->output;
	reach_before(own->reach, state, event);
	const enum sw_refusal refusal =
	    sw_step(subject->machine, state, event, out);
	reach_after(own->reach, state, refusal, out);
	return refusal;
}

static int
walk(uint64_t number, unsigned long events)
{
	struct arena *arena = arena_new();
	const struct lowered *lowered =
	    lower(arena, random_model(arena, number));
	const uint32_t group_max = lowered->machine.group_max;
	/* Exactly as large as promised, so that a sanitizer sees one more. */
	struct own own = {
		.output = {
			.commands = malloc(SW_COMMANDS_MAX(group_max) *
					   sizeof(struct sw_command)),
			.fired = malloc(SW_FIRED_MAX(group_max) *
					sizeof(struct sw_fired)),
		},
		.reach = reach_new(&lowered->machine),
	};
	if (own.output.commands == NULL || own.output.fired == NULL)
		abort();
	const struct subject subject = { &lowered->machine, take, &own };
	const int result = subject_walk(&subject, number, events, stdout);
	reach_free(own.reach);
	free(own.output.fired);
	free(own.output.commands);
	arena_free(arena);
	return result;
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	const uint64_t seed = strtoull(argv[1], NULL, 10);
	const uint64_t count = strtoull(argv[2], NULL, 10);
	const unsigned long events = strtoul(argv[3], NULL, 10);
	for (uint64_t i = 0; i < count; i++)
		if (walk(seed + i, events) < 0)
			return 1;
	return 0;
}
