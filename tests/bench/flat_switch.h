/*
 * The baseline, written by hand: one execution, ten stages that are idle, run,
 * wait for approval or have failed: a flat machine of 41 states as nested
 * switches. It knows no second execution, no parallel actions, no reasons.
 */
#ifndef BENCH_FLAT_SWITCH_H
#define BENCH_FLAT_SWITCH_H

#include <stdint.h>

enum flat_event {
	FLAT_GO,
	FLAT_OK,
	FLAT_FAIL,
	FLAT_APPROVE,
	FLAT_REJECT,
	FLAT_RETRY,
	FLAT_STOP,
	FLAT_RESET,
	FLAT_NEVENTS
};

enum flat_phase {
	FLAT_IDLE,
	FLAT_RUN,
	FLAT_WAIT,
	FLAT_BAD
};

#define FLAT_STAGES 10
#define FLAT_DONE (FLAT_STAGES * 4)

/* Returns the command: 0 none, 1 start, 2 ask, 3 failed, 4 stopped, 5 done. */
static inline int
flat_step(uint8_t *state, enum flat_event event)
{
	const uint8_t stage = *state / 4;
	if (*state == FLAT_DONE) {
		if (event != FLAT_RESET)
			return 0;
		*state = 0;
		return 4;
	}
	switch ((enum flat_phase)(*state % 4)) {
	case FLAT_IDLE:
		if (event != FLAT_GO)
			return 0;
		*state = (uint8_t)(stage * 4 + FLAT_RUN);
		return 1;
	case FLAT_RUN:
		switch (event) {
		case FLAT_OK:
			*state = (uint8_t)(stage * 4 + FLAT_WAIT);
			return 2;
		case FLAT_FAIL:
			*state = (uint8_t)(stage * 4 + FLAT_BAD);
			return 3;
		case FLAT_STOP:
			*state = (uint8_t)(stage * 4 + FLAT_IDLE);
			return 4;
		default:
			return 0;
		}
	case FLAT_WAIT:
		switch (event) {
		case FLAT_APPROVE:
			*state = (uint8_t)(stage * 4 + 4);
			return 5;
		case FLAT_REJECT:
			*state = (uint8_t)(stage * 4 + FLAT_BAD);
			return 3;
		default:
			return 0;
		}
	case FLAT_BAD:
		if (event == FLAT_RETRY) {
			*state = (uint8_t)(stage * 4 + FLAT_RUN);
			return 1;
		}
		if (event == FLAT_RESET) {
			*state = 0;
			return 4;
		}
		return 0;
	}
	return 0;
}

#endif
