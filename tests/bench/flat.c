/*
 * The baselines of tests/bench/step: a flat machine as a hand-written switch
 * and, with -DRAGEL, as ragel -G2 makes it; ns an event.
 */
#include <stdio.h>
#include <time.h>

#include "flat_switch.h"

#include <tests/differential/chance.h>

#define NEVENTS 1000000
#define ROUNDS 20

static unsigned char events[NEVENTS];
/* Kept, so that no call can be left out. */
static volatile unsigned long commands;

static int
by_switch(int *state, unsigned char event)
{
	uint8_t flat = (uint8_t)*state;
	const int command = flat_step(&flat, (enum flat_event)event);
	*state = flat;
	return command;
}

static enum flat_event
next_of(uint8_t state)
{
	if (state == FLAT_DONE)
		return FLAT_RESET;
	static const enum flat_event next[] = { FLAT_GO, FLAT_OK, FLAT_APPROVE,
		FLAT_RETRY };
	return next[state % 4];
}

/* One of eight is junk; of the ends, one of seven a failure. */
static void
draw(int is_mixed)
{
	struct chance chance = chance_new(1);
	uint8_t state = 0;
	for (size_t i = 0; i < NEVENTS; i++) {
		enum flat_event event = next_of(state);
		const uint32_t dice = chance_below(&chance, 80);
		if (is_mixed && dice < 10)
			event = (enum flat_event)chance_below(
			    &chance, FLAT_NEVENTS);
		else if (is_mixed && dice < 20 && event == FLAT_OK)
			event = FLAT_FAIL;
		else if (is_mixed && dice < 20 && event == FLAT_APPROVE)
			event = FLAT_REJECT;
		events[i] = (unsigned char)event;
		flat_step(&state, event);
	}
}

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
measure(const char *who, const char *mix, int first,
    int (*step)(int *state, unsigned char event))
{
	double best = 1e30;
	for (int round = 0; round < ROUNDS; round++) {
		unsigned long sum = 0;
		int state = first;
		const double begin = now();
		for (size_t i = 0; i < NEVENTS; i++)
			sum += (unsigned long)step(&state, events[i]);
		const double took = (now() - begin) / NEVENTS;
		commands = sum;
		best = took < best ? took : best;
	}
	printf("%-24s %-6s %6.2f ns an event\n", who, mix, best);
}

#ifdef RAGEL
extern const int flat_ragel_start;
int flat_ragel(int *state, unsigned char event);
#endif

int
main(void)
{
	for (int is_mixed = 0; is_mixed < 2; is_mixed++) {
		const char *mix = is_mixed ? "mixed" : "happy";
		draw(is_mixed);
		measure("hand-written switch, flat", mix, 0, by_switch);
#ifdef RAGEL
		const unsigned long expected = commands;
		measure("ragel -G2, flat", mix, flat_ragel_start, flat_ragel);
		if (commands != expected)
			puts("ragel and the switch differ");
#endif
	}
	return 0;
}
