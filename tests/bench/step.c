/*
 * How long a step takes. Compiled twice by tests/bench/step: with the
 * pipeline's linked code and with its amalgamation; prints ns an event.
 * A sequence of events is drawn once, by walking, and then replayed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include PIPELINE

#include <tests/differential/chance.h>

#define NEVENTS 1000000
#define ROUNDS 20

static struct sw_event events[NEVENTS];
static struct ten_state state;
static struct ten_output output;

static uint32_t
running_action(struct chance *chance)
{
	const uint32_t from = chance_below(chance, TEN_NACTIONS);
	for (uint32_t i = 0; i < TEN_NACTIONS; i++) {
		const uint32_t a = (from + i) % TEN_NACTIONS;
		if (state.action[a] == SW_STATUS_IN_PROGRESS)
			return a;
	}
	return from;
}

static uint32_t
failed_stage(struct chance *chance)
{
	const uint32_t from = chance_below(chance, TEN_NSTAGES);
	for (uint32_t i = 0; i < TEN_NSTAGES; i++) {
		const uint32_t s = (from + i) % TEN_NSTAGES;
		if (state.stage[s].status == SW_STATUS_FAILED)
			return s;
	}
	return from;
}

static struct sw_event
end_of(uint32_t action, int good)
{
	const int is_approval =
	    ten_machine.actions[action].category == SW_CATEGORY_APPROVAL;
	if (is_approval)
		return (struct sw_event){
			good ? SW_EVENT_APPROVE : SW_EVENT_REJECT, action
		};
	return (struct sw_event){ good ? SW_EVENT_SUCCEED : SW_EVENT_FAIL,
		action, 0 };
}

/* One execution after the other, nothing fails. */
static struct sw_event
draw_happy(struct chance *chance)
{
	(void)chance;
	for (uint32_t a = 0; a < TEN_NACTIONS; a++)
		if (state.action[a] == SW_STATUS_IN_PROGRESS)
			return end_of(a, 1);
	return (struct sw_event){ SW_EVENT_START, 0, 0 };
}

/* One of eight is junk; of the ends of actions, one of seven a failure. */
static struct sw_event
draw_mixed(struct chance *chance)
{
	const uint32_t dice = chance_below(chance, 80);
	if (dice < 10)
		return (struct sw_event){ SW_EVENT_APPROVE,
			chance_below(chance, TEN_NACTIONS), 0 };
	if (dice < 16)
		return (struct sw_event){ SW_EVENT_START, 0, 0 };
	if (dice < 20)
		return (
		    struct sw_event){ SW_EVENT_RETRY, failed_stage(chance), 0 };
	return end_of(running_action(chance), dice >= 28);
}

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
measure(const char *mix, struct sw_event (*draw)(struct chance *chance))
{
	struct chance chance = chance_new(1);
	unsigned long accepted = 0;
	unsigned long commands = 0;
	ten_init(&state);
	for (size_t i = 0; i < NEVENTS; i++) {
		events[i] = draw(&chance);
		accepted += ten_step(&state, events[i], &output) == SW_ACCEPTED;
		commands += output.ncommands;
	}
	double best = 1e30;
	for (int round = 0; round < ROUNDS; round++) {
		const double begin = now();
		ten_init(&state);
		for (size_t i = 0; i < NEVENTS; i++)
			ten_step(&state, events[i], &output);
		const double took = (now() - begin) / NEVENTS;
		best = took < best ? took : best;
	}
	printf("%-24s %-6s %6.2f ns an event (%lu%% accepted, %.2f commands "
	       "each)\n",
	    VARIANT, mix, best, accepted * 100 / NEVENTS,
	    (double)commands / NEVENTS);
}

int
main(void)
{
	measure("happy", draw_happy);
	measure("mixed", draw_mixed);
	return 0;
}
