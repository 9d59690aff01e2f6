/*
 * What may be the case at one time: the laws, what runs beside each other,
 * whether anything can happen. In PARALLEL every execution has a state of its
 * own (semantics.md, section 10): whatever one can be in, two can be in at
 * once, if so many may be in flight.
 */
#include "judge_part.h"
#include "parts.h"

static void
breach(struct judge *judge, size_t property, const struct explore_place *place,
    uint32_t action, uint32_t other)
{
	judge->breaches[property] = (struct breach){
		.is_found = true,
		.state = place->number,
		.event = { .kind = SW_NEVENTS },
		.action = action,
		.other = other,
		.stage = action == UINT32_MAX
			     ? UINT32_MAX
			     : place->machine->actions[action].stage,
	};
}

static bool
runs(const struct explore_place *place, uint32_t action)
{
	return is_unfinished(
	    (uint32_t)sw_state_action(place->machine, place->state, action));
}

/* May two executions of PARALLEL be in flight? */
static bool
has_twins(const struct judge *judge)
{
	const struct sw_machine *machine = &judge->lowered->machine;
	return machine->mode == SW_MODE_PARALLEL && machine->in_flight_max != 1;
}

/* One that runs, in the group of one that was seen before, or with a twin. */
static bool
is_second(
    const struct judge *judge, uint32_t *first, uint32_t group, uint32_t member)
{
	if (first[group] != UINT32_MAX || has_twins(judge))
		return true;
	first[group] = member;
	return false;
}

static void
judge_alone(
    struct judge *judge, size_t property, const struct explore_place *place)
{
	const struct obligation *o =
	    judge->properties->items[property].obligation;
	const struct picked *what = &o->what;
	uint32_t few[16];
	uint32_t *first = few;
	if (o->ngroups > 16)
		first = calloc(o->ngroups, sizeof *first);
	if (first == NULL)
		return;
	for (uint32_t i = 0; i < o->ngroups; i++)
		first[i] = UINT32_MAX;
	for (uint32_t i = 0; i < what->nactions; i++)
		if (runs(place, what->actions[i]) &&
		    is_second(judge, first, o->groups[i], what->actions[i])) {
			breach(judge, property, place, what->actions[i],
			    first[o->groups[i]]);
			break;
		}
	for (uint32_t i = 0;
	     i < what->nstages && !judge->breaches[property].is_found; i++) {
		const uint32_t stage = what->stages[i];
		const struct sw_stage *row = &place->machine->stages[stage];
		if (is_held(sw_state_stage(place->state, stage)) &&
		    is_second(judge, first, o->groups[what->nactions + i],
			row->first_action)) {
			breach(judge, property, place, UINT32_MAX, UINT32_MAX);
			judge->breaches[property].stage = stage;
		}
	}
	if (first != few)
		free(first);
}

static void
judge_environment(
    struct judge *judge, size_t property, const struct explore_place *place)
{
	const uint32_t *environments = judge->properties->environments;
	const uint32_t n = place->machine->nactions;
	for (uint32_t i = 0; i < n; i++) {
		if (environments[i] == 0 || !runs(place, i))
			continue;
		if (has_twins(judge)) {
			breach(judge, property, place, i, i);
			return;
		}
		for (uint32_t k = 0; k < i; k++)
			if (environments[k] == environments[i] &&
			    place->machine->actions[k].stage !=
				place->machine->actions[i].stage &&
			    runs(place, k)) {
				breach(judge, property, place, i, k);
				return;
			}
	}
}

static void
judge_law(
    struct judge *judge, size_t property, const struct explore_place *place)
{
	const char *law = sw_state_broken_law(place->machine, place->state);
	if (law == NULL)
		return;
	breach(judge, property, place, UINT32_MAX, UINT32_MAX);
	judge->breaches[property].detail = law;
}

/* L2, and its weaker sister: who is in flight waits for an operator. */
static void
judge_going_on(
    struct judge *judge, size_t property, const struct explore_place *place)
{
	if (place->nruns == 0 && place->nhelps == 0 &&
	    sw_state_in_flight(place->machine, place->state) != 0) {
		breach(judge, property, place, UINT32_MAX, UINT32_MAX);
		for (uint32_t i = 0; i < place->machine->nstages; i++)
			if (sw_state_stage(place->state, i)->waiting != 0)
				judge->breaches[property].stage = i;
	}
}

void
judge__place(struct judge *judge, const struct explore_place *place)
{
	const bool has_operators = (judge->moves & EXPLORE_OPERATORS) != 0;
	for (size_t i = 0; i < judge->properties->n; i++) {
		if (!is_judged(judge, i))
			continue;
		switch (judge->properties->items[i].kind) {
		case PROPERTY_LAWS:
			judge_law(judge, i, place);
			break;
		case PROPERTY_DEADLOCK:
			if (has_operators)
				judge_going_on(judge, i, place);
			break;
		case PROPERTY_NEEDS_OPERATOR:
			judge_going_on(judge, i, place);
			break;
		case PROPERTY_ENVIRONMENT:
			judge_environment(judge, i, place);
			break;
		case PROPERTY_ALONE:
			judge_alone(judge, i, place);
			break;
		default:
			break;
		}
	}
}
