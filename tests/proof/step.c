/*
 * For Frama-C's Eva (make prove): sw_step on any state and any event, for a
 * machine that has everything, with any results, retries and limits, in the
 * mode MODE. Each field of the state is anything its type can say, which is
 * more than the laws allow (semantics.md, section 7); of the queues the
 * lengths are told apart.
 */
#include <stdint.h>

#include <__fc_builtin.h>

#include <stagewright/machine.h>

#include "machine/tables.h"

enum {
	NSTAGES = 3,
	NROWS = 11,
	NWORDS = 1,
	NPLACES = 8, /* of the queue; the last is never taken */
	GROUP_MAX = 3
};

static struct sw_action rows[NROWS] = {
	{ .name = "Fetch", .stage = 0, .run_order = 1 },
	{ .name = "Window", .stage = 1, .run_order = SW_BEFORE_ENTRY },
	{ .name = "Vars", .stage = 1, .run_order = SW_BEFORE_ENTRY },
	{ .name = "A", .stage = 1, .run_order = 1 },
	{ .name = "B", .stage = 1, .run_order = 2 },
	{ .name = "C", .stage = 1, .run_order = 2 },
	{ .name = "D", .stage = 1, .run_order = 2 },
	{ .name = "Probe", .stage = 1, .run_order = SW_ON_SUCCESS },
	{ .name = "Alarm", .stage = 1, .run_order = SW_ON_FAILURE },
	{ .name = "End", .stage = 2, .run_order = 1 },
	{ .name = "Ask", .stage = 2, .run_order = 3 },
};

static struct sw_stage stages[NSTAGES] = {
	{ .name = "Source", .first_action = 0, .last_action = 0 },
	{ .name = "Ship", .first_action = 1, .last_action = 8 },
	{ .name = "Last", .first_action = 9, .last_action = 10 },
};

static struct sw_machine machine = {
	.name = "all",
	.fingerprint = 1,
	.nstages = NSTAGES,
	.nactions = NROWS,
	.group_max = GROUP_MAX,
	.target_words = NWORDS,
	.queue_max = NPLACES,
	.stages = stages,
	.actions = rows,
};

static struct {
	struct sw_state head;
	struct sw_stage_state stage[NSTAGES];
	uint8_t
	    action[SW_ACTION_BYTES(NSTAGES, NSTAGES *NWORDS + NPLACES, NROWS)];
	uint32_t target[NSTAGES][NWORDS];
	uint32_t queue[NPLACES];
} state;

static struct sw_command commands[SW_COMMANDS_MAX(GROUP_MAX)];
static struct sw_fired fired[SW_FIRED_MAX(GROUP_MAX)];

static uint8_t
any_byte(int max)
{
	return (uint8_t)Frama_C_interval(0, max);
}

static uint32_t
any_number(void)
{
	return Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

/* Any conditions, retries and limits. */
static void
make_tables(uint8_t mode)
{
	for (uint32_t i = 0; i < NROWS; i++) {
		const uint32_t order = rows[i].run_order;
		rows[i].category =
		    order == SW_BEFORE_ENTRY || order >= SW_ON_SUCCESS
			? SW_CATEGORY_RULE
			: any_byte(SW_CATEGORY_COMPUTE);
		rows[i].retries = any_byte(SW_RETRIES_MAX);
		rows[i].on_unknown = any_byte(SW_NON_UNKNOWNS - 1);
	}
	machine.group_max = sw_tables_bound(rows, NROWS);
	for (uint32_t i = 0; i < NSTAGES; i++) {
		stages[i].closed = any_byte(1);
		stages[i].before_entry = any_byte(SW_NRESULTS - 1);
		stages[i].on_success = any_byte(SW_NRESULTS - 1);
		stages[i].on_failure = any_byte(SW_NRESULTS - 1);
		stages[i].attempts = any_byte(SW_ATTEMPTS_MAX);
	}
	machine.mode = mode;
	machine.in_flight_max = any_number();
	machine.running_max = any_number();
}

/* How many wait behind the first of each stage: told apart. */
static const uint8_t queues[][NSTAGES] = {
	{ 0, 0, 0 },
	{ 1, 0, 1 },
	{ 2, 1, 0 },
	{ 1, 2, 2 },
};
enum {
	NQUEUES = sizeof queues / sizeof queues[0]
};

/* Any state, lawful or not, but for the queues: as many wait as is said, and
 * there is room. */
static void
make_state(const uint8_t *queued)
{
	state.head.fingerprint = 1;
	state.head.executions = any_number();
	for (uint32_t i = 0; i < NSTAGES; i++) {
		struct sw_stage_state *s = &state.stage[i];
		s->execution = any_number();
		s->waiting = any_number();
		s->succeeded = any_number();
		s->queued = queued[i];
		s->status = any_byte(SW_NSTATUSES - 1);
		s->closed = any_byte(1);
		s->type = any_byte(SW_NTYPES - 1);
		s->overridden = any_byte(3);
		s->retries = any_byte(SW_ATTEMPTS_MAX);
		state.target[i][0] = any_number();
	}
	for (uint32_t i = 0; i < NROWS; i++)
		state.action[i] = any_byte(UINT8_MAX);
	for (uint32_t i = 0; i < NPLACES; i++)
		state.queue[i] = i + 2 < NPLACES ? any_number() : 0;
}

static void
step(uint32_t kind, uint32_t subject, const uint8_t *queued)
{
	struct sw_output out = { .commands = commands, .fired = fired };
	struct sw_event event = {
		.kind = kind, .subject = subject, .target = any_number()
	};
	make_state(queued);
	(void)sw_step(&machine, &state.head, event, &out);
}

/* Any event, its subject told apart where it is a row or a stage. */
static void
step_all(const uint8_t *queued)
{
	for (uint32_t kind = 0; kind <= SW_NEVENTS; kind++) {
		for (uint32_t i = 0; i <= NROWS; i++)
			step(kind, i, queued);
		step(kind, Frama_C_unsigned_int_interval(NROWS, UINT32_MAX),
		    queued);
	}
}

int
main(void)
{
	make_tables(MODE);
	for (uint32_t i = 0; i < (MODE == SW_MODE_QUEUED ? NQUEUES : 1); i++)
		step_all(queues[i]);
	return 0;
}
