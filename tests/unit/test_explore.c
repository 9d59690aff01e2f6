/*
 * The search against one that is too simple to be wrong: whole states in an
 * array, compared byte by byte, on random machines of every mode.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/tables.h"
#include "tests/differential/chance.h"
#include "verify/alike.h"
#include "verify/bystander.h"
#include "verify/explore.h"

#define MACHINES 60
#define STAGES_MAX 3
#define ROWS_MAX 15
#define STATES_FEW 6000

struct random_machine {
	struct sw_machine machine;
	struct sw_stage stages[STAGES_MAX];
	struct sw_action rows[ROWS_MAX];
};

static void
add_row(struct random_machine *r, uint32_t stage, uint32_t run_order,
    uint8_t category, uint8_t retries)
{
	r->rows[r->machine.nactions++] = (struct sw_action){
		.name = "a",
		.stage = stage,
		.run_order = run_order,
		.category = category,
		.retries = retries,
	};
}

static void
add_condition(struct random_machine *r, struct chance *chance, uint32_t stage,
    uint32_t run_order)
{
	for (uint64_t n = 1 + chance_below(chance, 2); n > 0; n--)
		add_row(r, stage, run_order, SW_CATEGORY_RULE, 0);
}

static void
add_stage(struct random_machine *r, struct chance *chance, uint32_t i)
{
	struct sw_stage *s = &r->stages[i];
	s->name = "s";
	s->first_action = r->machine.nactions;
	if (chance_below(chance, 5) == 0) {
		s->before_entry =
		    chance_below(chance, 2) ? SW_RESULT_FAIL : SW_RESULT_SKIP;
		add_condition(r, chance, i, SW_BEFORE_ENTRY);
	}
	for (uint32_t order = 1; order <= 1 + chance_below(chance, 2); order++)
		for (uint64_t n = 1 + chance_below(chance, 2); n > 0; n--)
			add_row(r, i, order,
			    chance_below(chance, 3) ? SW_CATEGORY_BUILD
						    : SW_CATEGORY_APPROVAL,
			    chance_below(chance, 6) == 0);
	if (chance_below(chance, 6) == 0) {
		s->on_success = SW_RESULT_FAIL;
		add_condition(r, chance, i, SW_ON_SUCCESS);
	}
	if (chance_below(chance, 4) == 0) {
		s->on_failure =
		    (uint8_t)(SW_RESULT_ROLLBACK + chance_below(chance, 3));
		s->attempts = s->on_failure != SW_RESULT_ROLLBACK;
		if (chance_below(chance, 2))
			add_condition(r, chance, i, SW_ON_FAILURE);
	}
	s->closed = chance_below(chance, 8) == 0;
	s->last_action = r->machine.nactions - 1;
}

static void
random_machine(struct random_machine *r, uint64_t number)
{
	struct chance chance = chance_new(number);
	memset(r, 0, sizeof *r);
	struct sw_machine *m = &r->machine;
	m->name = "random";
	m->mode = (uint8_t)chance_below(&chance, SW_NMODES);
	m->stages = r->stages;
	m->actions = r->rows;
	m->nstages = 1 + (uint32_t)chance_below(&chance, 2);
	for (uint32_t i = 0; i < m->nstages; i++)
		add_stage(r, &chance, i);
	if (m->mode == SW_MODE_PARALLEL)
		for (uint32_t i = 0; i < m->nstages; i++)
			r->stages[i].closed = 0;
	m->group_max = sw_tables_bound(r->rows, m->nactions);
	m->running_max = (uint32_t)chance_below(&chance, 3);
	m->in_flight_max = m->mode == SW_MODE_SUPERSEDED ? 0 : 50;
	m->target_words = m->mode == SW_MODE_PARALLEL ? 0 : SW_TARGET_WORDS;
	m->queue_max = m->mode == SW_MODE_QUEUED
			   ? SW_QUEUE_MAX(m->nstages, m->in_flight_max)
			   : 0;
	m->state_size = (uint32_t)sw_state_size(m);
}

/* Whole states, and what the bounds count beside them. */
struct simple {
	const struct explore_options *options;
	const struct sw_machine *machine;
	size_t size; /* of a state and the two counts */
	uint8_t *states;
	size_t n;
	uint64_t transitions;
};

static void
simple_add(struct simple *s, const uint8_t *state)
{
	for (size_t i = 0; i < s->n; i++)
		if (memcmp(s->states + i * s->size, state, s->size) == 0)
			return;
	if (s->n < STATES_FEW)
		memcpy(s->states + s->n * s->size, state, s->size);
	s->n += s->n < STATES_FEW;
}

static bool
simple_wants(const struct simple *s, const uint8_t *state, struct sw_event e)
{
	const uint8_t *counts = state + s->machine->state_size;
	uint32_t closed = 0;
	for (uint32_t i = 0; i < s->machine->nstages; i++)
		closed += sw_state_stage((const void *)state, i)->closed &&
			  !s->machine->stages[i].closed;
	return (s->options->moves & (unsigned)explore_mover(e.kind)) != 0 &&
	       (e.kind != SW_EVENT_START ||
		   counts[0] < s->options->executions) &&
	       (e.kind != SW_EVENT_ROLLBACK ||
		   counts[1] < s->options->rollbacks) &&
	       (e.kind != SW_EVENT_CLOSE ||
		   s->machine->stages[e.subject].closed ||
		   closed < s->options->closings);
}

static void
simple_expand(struct simple *s, size_t number)
{
	struct sw_event events[200];
	struct sw_command commands[SW_COMMANDS_MAX(4)];
	struct sw_fired fired[SW_FIRED_MAX(4)];
	struct sw_output out = { .commands = commands, .fired = fired };
	uint64_t before[200];
	uint64_t after[200];
	memcpy(before, s->states + number * s->size, s->size);
	const uint32_t n =
	    sw_candidates(s->machine, (void *)before, events, 200);
	assert_true(n <= 200);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t *counts = (uint8_t *)after + s->machine->state_size;
		memcpy(after, before, s->size);
		if (!simple_wants(s, (void *)before, events[i]) ||
		    sw_step(s->machine, (void *)after, events[i], &out) !=
			SW_ACCEPTED)
			continue;
		counts[0] =
		    (uint8_t)(counts[0] + (events[i].kind == SW_EVENT_START));
		counts[1] = (uint8_t)(counts[1] +
				      (events[i].kind == SW_EVENT_ROLLBACK));
		s->transitions++;
		simple_add(s, (void *)after);
	}
}

/* False: there are too many states for it. */
static bool
simple_search(struct simple *s)
{
	uint64_t start[200] = { 0 };
	if (s->machine->mode == SW_MODE_PARALLEL)
		sw_state_init_execution(s->machine, (void *)start, 1);
	else
		sw_state_init(s->machine, (void *)start);
	s->size = s->machine->state_size + 8;
	assert_true(s->size <= sizeof start);
	s->states = malloc(STATES_FEW * s->size);
	simple_add(s, (void *)start);
	for (size_t i = 0; i < s->n && s->n < STATES_FEW; i++)
		simple_expand(s, i);
	return s->n < STATES_FEW;
}

static void
each_random_machine(void (*judge)(const struct explore_options *options,
    struct explore *explore, enum explore_outcome outcome))
{
	unsigned judged = 0;
	for (uint64_t i = 0; i < MACHINES; i++) {
		struct random_machine r;
		random_machine(&r, i);
		const struct explore_options options = {
			.machine = &r.machine,
			.moves = i % 4 == 0   ? EXPLORE_RUNS
				 : i % 4 == 1 ? 127u
					      : 127u - EXPLORE_UNKNOWN,
			.executions = 1 + i % 2,
			.rollbacks = i % 3 == 0,
			.closings = 1,
			.memory_max = 1u << 20,
			.seconds_max = 60,
			.is_wary = true,
		};
		struct explore *explore = explore_new(&options);
		const enum explore_outcome outcome = explore_run(explore);
		if (outcome == EXPLORE_COMPLETE &&
		    explore_counts(explore).states < STATES_FEW) {
			judge(&options, explore, outcome);
			judged++;
		}
		explore_free(explore);
	}
	assert_true(judged > MACHINES / 3);
}

static void
judge_simple(const struct explore_options *options, struct explore *explore,
    enum explore_outcome outcome)
{
	(void)outcome;
	struct simple s = { .options = options,
		.machine = explore_machine(explore) };
	assert_true(simple_search(&s));
	assert_int_equal(s.n, explore_counts(explore).states);
	assert_int_equal(s.transitions, explore_counts(explore).transitions);
	free(s.states);
}

static void
explore_run__finds_what_a_simple_search_finds(void **state)
{
	(void)state;
	each_random_machine(judge_simple);
}

/* How many states are left when all are counted that were told apart. */
static uint32_t
count_alike(struct explore *explore, const struct explore_options *options,
    const uint32_t *alike)
{
	const struct sw_machine *machine = explore_machine(explore);
	const struct packing_bounds bounds = {
		.executions = explore_executions(explore),
		.started = 3,
		.rolled = 3,
		.has_closing = true,
		.has_abandoned = true,
		.has_stopping = true,
	};
	struct packing *packing = packing_new(machine, &bounds, alike);
	struct states *states =
	    states_new(packing_words(packing), UINT64_MAX, NULL, NULL);
	uint64_t state[200];
	uint64_t words[100];
	struct packing_extra extra;
	for (uint32_t i = 0; i < explore_counts(explore).states; i++) {
		explore_state(explore, i, (void *)state, &extra);
		packing_pack(packing, (void *)state, &extra, words);
		states_offer(states, words, 0, (struct sw_event){ 0 });
	}
	states_settle(states);
	const uint32_t n = states_count(states);
	states_free(states);
	packing_free(packing);
	(void)options;
	return n;
}

static void
judge_reduced(const struct explore_options *options, struct explore *explore,
    enum explore_outcome outcome)
{
	uint32_t *alike = alike_find(options->machine, NULL);
	struct explore_options reduced = *options;
	reduced.alike = alike;
	struct explore *other = explore_new(&reduced);
	assert_int_equal(explore_run(other), outcome);
	assert_int_equal(
	    explore_counts(other).states, count_alike(explore, options, alike));
	explore_free(other);
	free(alike);
}

static void
explore_run__counts_what_is_alike(void **state)
{
	(void)state;
	each_random_machine(judge_reduced);
}

#define SEEN_WORDS 40

/* Adds what can be seen of each state: stages and actions that are told
 * apart. */
static void
add_what_is_seen(
    struct states *seen, struct explore *explore, const bool *is_named)
{
	const struct sw_machine *machine = explore_machine(explore);
	uint64_t state[200];
	struct packing_extra extra;
	for (uint32_t i = 0; i < explore_counts(explore).states; i++) {
		uint64_t words[SEEN_WORDS] = { 0 };
		uint8_t *to = (uint8_t *)words;
		explore_state(explore, i, (void *)state, &extra);
		const uint8_t counts[] = { (uint8_t)extra.started,
			(uint8_t)extra.rolled };
		memcpy(to, counts, sizeof counts);
		to += sizeof counts;
		for (uint32_t k = 0; k < machine->nstages; k++) {
			memcpy(to, sw_state_stage((void *)state, k),
			    sizeof(struct sw_stage_state));
			to += sizeof(struct sw_stage_state);
		}
		for (uint32_t a = 0; a < machine->nactions; a++)
			*to++ = !is_named[a] ? 0
					     : (uint8_t)sw_state_action(
						   machine, (void *)state, a);
		assert_true(to <= (uint8_t *)(words + SEEN_WORDS));
		states_offer(seen, words, 0, (struct sw_event){ 0 });
	}
	states_settle(seen);
}

static void
judge_bystanders(const struct explore_options *options, struct explore *explore,
    enum explore_outcome outcome)
{
	const struct sw_machine *machine = options->machine;
	bool is_named[ROWS_MAX];
	if ((options->moves & EXPLORE_UNKNOWN) != 0)
		return;
	for (uint32_t a = 0; a < machine->nactions; a++)
		is_named[a] =
		    machine->actions[a].category == SW_CATEGORY_RULE ||
		    (machine->nactions + a) % 4 == 0;
	bool *bystanders = bystander_find(machine, is_named);
	struct explore_options reduced = *options;
	reduced.bystanders = bystanders;
	struct explore *other = explore_new(&reduced);
	assert_int_equal(explore_run(other), outcome);
	struct states *seen = states_new(SEEN_WORDS, UINT64_MAX, NULL, NULL);
	add_what_is_seen(seen, other, is_named);
	const uint32_t n = states_count(seen);
	add_what_is_seen(seen, explore, is_named);
	assert_int_equal(states_count(seen), n);
	states_free(seen);
	explore_free(other);
	free(bystanders);
}

static void
explore_run__sees_the_same_without_bystanders(void **state)
{
	(void)state;
	each_random_machine(judge_bystanders);
}

/* Runs to states are runs of the machine with all its actions told apart. */
static void
judge_run(const struct explore_options *options, struct explore *explore,
    enum explore_outcome outcome)
{
	uint32_t *alike = alike_find(options->machine, NULL);
	struct explore_options reduced = *options;
	reduced.alike = alike;
	struct explore *other = explore_new(&reduced);
	assert_int_equal(explore_run(other), outcome);
	assert_true(
	    explore_counts(other).states <= explore_counts(explore).states);
	const struct sw_machine *machine = explore_machine(other);
	struct sw_command commands[SW_COMMANDS_MAX(4)];
	struct sw_fired fired[SW_FIRED_MAX(4)];
	struct sw_output out = { .commands = commands, .fired = fired };
	const uint32_t last = (uint32_t)explore_counts(other).states - 1;
	for (uint32_t i = last; i > 0 && i + 20 > last; i--) {
		struct sw_event *events;
		const size_t n = explore_run_to(
		    other, i, (struct sw_event){ .kind = SW_NEVENTS }, &events);
		uint64_t at[200] = { 0 };
		if (machine->mode == SW_MODE_PARALLEL)
			sw_state_init_execution(machine, (void *)at, 1);
		else
			sw_state_init(machine, (void *)at);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(
			    sw_step(machine, (void *)at, events[k], &out),
			    SW_ACCEPTED);
		free(events);
	}
	explore_free(other);
	free(alike);
}

static void
explore_run_to__is_a_run(void **state)
{
	(void)state;
	each_random_machine(judge_run);
}

static void
explore_run__says_when_memory_is_used_up(void **state)
{
	(void)state;
	struct random_machine r;
	random_machine(&r, 3);
	const struct explore_options options = {
		.machine = &r.machine,
		.moves = EXPLORE_RUNS | EXPLORE_OPERATORS,
		.executions = 3,
		.memory_max = 8500,
		.seconds_max = 60,
	};
	struct explore *explore = explore_new(&options);
	assert_int_equal(explore_run(explore), EXPLORE_NO_MEMORY);
	assert_true(explore_counts(explore).memory <= options.memory_max);
	explore_free(explore);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explore_run__finds_what_a_simple_search_finds),
		cmocka_unit_test(explore_run__counts_what_is_alike),
		cmocka_unit_test(explore_run__sees_the_same_without_bystanders),
		cmocka_unit_test(explore_run_to__is_a_run),
		cmocka_unit_test(explore_run__says_when_memory_is_used_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
