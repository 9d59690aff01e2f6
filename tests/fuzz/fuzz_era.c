/*
 * A machine as a journal tells of it, from bytes: what is not one is refused,
 * what is is written as it was read, and lives: it is stepped at random and
 * keeps the laws, and its states carry over to itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "journal/era.h"
#include "machine/carry.h"

/* Larger ones say nothing new. */
#define ROWS_MAX 64
#define STATE_MAX 65536
#define STEPS 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(int holds)
{
	if (!holds)
		abort();
}

/* What is written of it says the same machine. */
static void
read_again(const struct sw_pipeline *pipeline)
{
	struct sw_error err;
	struct sw_era *era = NULL;
	json_t *first = sw__era_write(pipeline);
	demand(first != NULL && sw__era_read(&era, first, &err) == 0);
	json_t *second = sw__era_write(sw__era_pipeline(era));
	demand(json_equal(first, second));
	json_decref(first);
	json_decref(second);
	sw__era_free(era);
}

struct life {
	const struct sw_machine *machine;
	struct sw_state *state;
	struct sw_state *carried;
	struct sw_output out;
	uint8_t repeats[ROWS_MAX];
	uint32_t indices[4 * ROWS_MAX];
};

/* To itself: the same bytes. */
static void
carry(struct life *life)
{
	const struct sw_machine *m = life->machine;
	struct sw_carry carry = { m, m, life->indices, life->indices + ROWS_MAX,
		life->indices + (size_t)2 * ROWS_MAX,
		life->indices + (size_t)3 * ROWS_MAX };
	sw_carry_by_names(&carry);
	/* Names that stand twice are another machine's. */
	for (uint32_t a = 0; a < m->nactions; a++)
		if (carry.actions[a] != a)
			return;
	demand(sw_carry_state(&carry, life->state, life->repeats, &life->out,
		   life->carried) == NULL);
	demand(memcmp(life->state, life->carried, m->state_size) == 0);
}

static void
live(struct life *life, const uint8_t *data, size_t size)
{
	const struct sw_machine *m = life->machine;
	struct sw_event events[512];
	sw_state_init(m, life->state);
	if (m->mode == SW_MODE_PARALLEL)
		sw_state_init_execution(m, life->state, 1);
	for (size_t i = 0; i < STEPS; i++) {
		const uint32_t n = sw_candidates(m, life->state, events, 512);
		if (n == 0)
			break;
		const uint32_t at = (uint32_t)(data[i % size] * 31u + i) % n;
		sw_step(m, life->state, events[at], &life->out);
		demand(sw_state_broken_law(m, life->state) == NULL);
		if (i % 16 == 0)
			carry(life);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_error err;
	struct sw_era *era = NULL;
	json_t *document =
	    json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	if (document != NULL && sw__era_read(&era, document, &err) == 0) {
		const struct sw_pipeline *pipeline = sw__era_pipeline(era);
		const struct sw_machine *m = pipeline->machine;
		read_again(pipeline);
		if (m->nactions <= ROWS_MAX && m->state_size <= STATE_MAX) {
			struct life life = { .machine = m };
			life.state = calloc(1, m->state_size);
			life.carried = calloc(1, m->state_size);
			life.out.commands =
			    calloc(SW_COMMANDS_MAX(m->group_max),
				sizeof *life.out.commands);
			life.out.fired = calloc(
			    SW_FIRED_MAX(m->group_max), sizeof *life.out.fired);
			live(&life, data, size);
			free(life.state);
			free(life.carried);
			free(life.out.commands);
			free(life.out.fired);
		}
		sw__era_free(era);
	}
	json_decref(document);
	return 0;
}
