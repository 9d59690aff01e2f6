/* Two machines for tests, and what is carried from one to the other. */
#include "carried.h"

#include <string.h>

void
pair_build(struct pair *pair, const char *from, const char *to)
{
	rig_build(&pair->old, &pair->from, from);
	rig_build(&pair->now, &pair->to, to);
	pair->to.machine.fingerprint = 0xca441;
	pair->carry = (struct sw_carry){ &pair->from.machine, &pair->to.machine,
		pair->stages, pair->actions, pair->old_stages,
		pair->old_actions };
	sw_carry_by_names(&pair->carry);
}

struct sw_carry_answer
pair_judge(struct pair *pair, uint32_t stage)
{
	const struct sw_stage_state *s =
	    sw_state_stage(rig_state(&pair->old), stage);
	const int holds = s->status == SW_STATUS_IN_PROGRESS ||
			  s->status == SW_STATUS_STOPPING;
	return sw_carry_judge(
	    &pair->carry, rig_state(&pair->old), stage, holds);
}

const char *
pair_carry(struct pair *pair, const uint8_t *repeats)
{
	const uint8_t none[BUILT_STAGES_MAX] = { 0 };
	const uint64_t filler = 0xa5a5a5a5a5a5a5a5;
	for (size_t i = 0; i < sizeof pair->now.state; i += sizeof filler)
		memcpy(pair->now.state + i, &filler, sizeof filler);
	return sw_carry_state(&pair->carry, rig_state(&pair->old),
	    repeats == NULL ? none : repeats, &pair->now.out,
	    (struct sw_state *)(void *)pair->now.state);
}

void
pair_changed(struct pair *pair, const char *to)
{
	pair_build(pair, SHOP, to);
	rig_do(&pair->old, "start; succeed Source.Fetch; succeed Build.Make; "
			   "succeed Build.Unit; succeed Build.Lint; "
			   "start; succeed Source.Fetch; succeed Build.Make");
}

void
pair_rolled_back(struct pair *pair, const char *from, const char *to)
{
	pair_build(pair, from, to);
	rig_do(&pair->old, "start; succeed S.Fetch; pass Prod.R; succeed "
			   "Prod.Put; "
			   "succeed Prod.Smoke; pass Prod.H; "
			   "start; succeed S.Fetch; pass Prod.R; succeed "
			   "Prod.Put; "
			   "succeed Prod.Smoke; pass Prod.H; rollback Prod #1");
}
