/*
 * What was approved, and what was written since. Of each action that writes
 * what production gets an execution remembers two things: no approval was
 * given since it last wrote (unseen), and one was given when it had written
 * before (seen).
 */
#include "judge_part.h"
#include "parts.h"

static void
give(struct judge *judge, size_t property, const struct property_need *needs,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t by = needs[i].by;
		if (judge->unseen_bits[by] == NO_BIT)
			judge->unseen_bits[by] = judge__take_bit(judge);
		if (judge->seen_bits[by] == NO_BIT)
			judge->seen_bits[by] = judge__take_bit(judge);
		if (judge->seen_bits[by] == NO_BIT)
			judge->breaches[property].is_unsure = true;
	}
	judge->has_writes = true;
}

void
judge__give_writes(struct judge *judge)
{
	const struct properties *p = judge->properties;
	for (uint32_t i = 0; i < judge->lowered->machine.nactions; i++)
		judge->unseen_bits[i] = judge->seen_bits[i] = NO_BIT;
	for (size_t i = 0; i < p->n; i++) {
		if (!is_judged(judge, i))
			continue;
		if (p->items[i].kind == PROPERTY_STALE)
			give(judge, i, p->stale, p->nstale);
		else if (p->items[i].kind == PROPERTY_REWRITTEN)
			give(judge, i, p->rewritten, p->nrewritten);
	}
}

uint64_t
judge__writes(const struct judge *judge, const struct explore_step *step,
    uint64_t observed)
{
	for (uint32_t i = 0; i < step->out->nfired; i++) {
		const struct sw_fired *f = &step->out->fired[i];
		if (f->rule == SW_RULE_ACTION_SUCCEEDED)
			observed |= bit_of(judge, f->execution,
			    judge->unseen_bits[f->subject]);
		if (f->rule != SW_RULE_APPROVAL_APPROVED)
			continue;
		for (uint32_t k = 0; k < step->machine->nactions; k++) {
			const uint64_t unseen =
			    bit_of(judge, f->execution, judge->unseen_bits[k]);
			if ((observed & unseen) == 0)
				continue;
			observed &= ~unseen;
			observed |=
			    bit_of(judge, f->execution, judge->seen_bits[k]);
		}
	}
	return observed;
}

size_t
judge__written_since(const struct judge *judge,
    const struct property_need *needs, size_t n, uint32_t action,
    uint32_t execution, bool was_seen)
{
	for (size_t i = 0; i < n; i++) {
		const uint32_t by = needs[i].by;
		const uint64_t unseen =
		    bit_of(judge, execution, judge->unseen_bits[by]);
		const uint64_t seen =
		    bit_of(judge, execution, judge->seen_bits[by]);
		if (needs[i].what == action && (judge->after & unseen) != 0 &&
		    ((judge->after & seen) != 0) == was_seen)
			return i;
	}
	return n;
}
