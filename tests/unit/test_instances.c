/*
 * The states of a pipeline: what they are given when memory is short, and
 * that all of it is given back. The linker puts the functions below in front
 * of the C library's. What the states mean is in test_step_parallel.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "built.h"
#include "machine/instances.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static int held;      /* allocations that were not given back */
static int left = -1; /* allocations until one fails; negative: none does */

static bool
has_memory(void)
{
	return left < 0 || left-- != 0;
}

void *
__wrap_malloc(size_t size)
{
	if (!has_memory())
		return NULL;
	held++;
	return __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	if (!has_memory())
		return NULL;
	held++;
	return __real_calloc(n, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
	if (!has_memory())
		return NULL;
	held += memory == NULL;
	return __real_realloc(memory, size);
}

void
__wrap_free(void *memory)
{
	held -= memory != NULL;
	__real_free(memory);
}

static int
step(struct sw_instances *instances, enum sw_event_kind kind, uint32_t subject,
    uint32_t execution)
{
	struct sw_command commands[64];
	struct sw_fired fired[64];
	struct sw_output out = { .commands = commands, .fired = fired };
	const struct sw_event event = { .kind = kind, .subject = subject };
	return sw_instances_step(instances,
	    (struct sw_addressed){ .execution = execution, .event = event },
	    &out);
}

static void
instances_new__without_memory_makes_nothing(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "Source: Fetch\n");
	for (int i = 0; i < 3; i++) {
		left = i;
		assert_null(sw_instances_new(&built.machine));
		assert_int_equal(held, 0);
	}
	left = 3;
	struct sw_instances *instances = sw_instances_new(&built.machine);
	assert_non_null(instances);
	sw_instances_free(instances);
	assert_int_equal(held, 0);
	left = -1;
}

static void
instances_step__without_memory_starts_nothing(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL\nSource: Fetch\n");
	struct sw_instances *instances = sw_instances_new(&built.machine);
	for (left = 0; left <= 1; left++) {
		const int until = left;
		assert_int_equal(step(instances, SW_EVENT_START, 0, 0), -1);
		assert_int_equal(sw_instances_executions(instances), 0);
		left = until;
	}
	left = -1;
	assert_int_equal(step(instances, SW_EVENT_START, 0, 0), SW_ACCEPTED);
	assert_int_equal(sw_instances_executions(instances), 1);
	sw_instances_free(instances);
	assert_int_equal(held, 0);
}

static void
instances__give_back_what_they_were_lent(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL 40\nSource: Fetch\n");
	struct sw_instances *instances = sw_instances_new(&built.machine);
	const int before = held;
	for (uint32_t i = 1; i <= 40; i++)
		assert_int_equal(
		    step(instances, SW_EVENT_START, 0, 0), SW_ACCEPTED);
	assert_int_equal(held, before + 1 + 40);
	assert_int_equal(
	    step(instances, SW_EVENT_START, 0, 0), SW_REFUSED_IN_FLIGHT);
	assert_int_equal(held, before + 1 + 40);
	assert_int_equal(step(instances, SW_EVENT_SUCCEED, 0, 7), SW_ACCEPTED);
	sw_instances_forget(instances, 7);
	assert_int_equal(held, before + 1 + 39);
	sw_instances_free(instances);
	assert_int_equal(held, 0);
	sw_instances_free(NULL);
	assert_int_equal(held, 0);
}

/* Nothing that was asked of one that is forgotten is left for the next. */
static void
instances__refuse_each_forgotten_one_as_itself(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL\nSource: Fetch\n");
	struct sw_instances *instances = sw_instances_new(&built.machine);
	for (uint32_t i = 1; i <= 3; i++) {
		(void)step(instances, SW_EVENT_START, 0, 0);
		(void)step(instances, SW_EVENT_SUCCEED, 0, i);
		sw_instances_forget(instances, i);
	}
	for (uint32_t i = 3; i >= 1; i--) {
		assert_int_equal(step(instances, SW_EVENT_STOP, i, i),
		    SW_REFUSED_NOT_STOPPABLE);
		assert_int_equal(step(instances, SW_EVENT_STOP, i + 1, i),
		    SW_REFUSED_EXECUTION);
	}
	sw_instances_free(instances);
	assert_int_equal(held, 0);
}

static struct sw_state *
new_state(const struct built *built, uint32_t execution)
{
	struct sw_state *state = __wrap_malloc(built->machine.state_size);
	sw_state_init_execution(&built->machine, state, execution);
	return state;
}

static void
instances_resume__has_room_for_all_that_were_started(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL 2\nSource: Fetch\n");
	struct sw_instances *instances = sw_instances_new(&built.machine);
	assert_int_equal(sw_instances_resume(instances, 0), 0);
	left = 0;
	assert_int_equal(sw_instances_resume(instances, 3), -1);
	/* Room for states that a start left behind is given back. */
	left = 1;
	assert_int_equal(step(instances, SW_EVENT_START, 0, 0), -1);
	left = -1;
	assert_int_equal(sw_instances_resume(instances, 3), 0);
	assert_int_equal(sw_instances_executions(instances), 3);
	/* Nobody has said anything of them: they are over. */
	assert_int_not_equal(
	    step(instances, SW_EVENT_SUCCEED, 0, 2), SW_ACCEPTED);
	sw_instances_free(instances);
	assert_int_equal(held, 0);
	build_machine(&built, "Source: Fetch\n");
	instances = sw_instances_new(&built.machine);
	assert_int_equal(sw_instances_resume(instances, 3), 0);
	assert_int_equal(sw_instances_executions(instances), 0);
	sw_instances_free(instances);
}

static void
instances_put__takes_each_state_once(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "PARALLEL 2\nSource: Fetch\n");
	struct sw_instances *instances = sw_instances_new(&built.machine);
	assert_int_equal(sw_instances_resume(instances, 3), 0);
	struct sw_state *state = new_state(&built, 2);
	struct sw_command commands[64];
	struct sw_fired fired[64];
	struct sw_output out = { .commands = commands, .fired = fired };
	const struct sw_event start = { .kind = SW_EVENT_START };
	assert_int_equal(
	    sw_step(&built.machine, state, start, &out), SW_ACCEPTED);
	assert_int_equal(sw_instances_put(instances, 0, state), -1);
	assert_int_equal(sw_instances_put(instances, 4, state), -1);
	assert_int_equal(sw_instances_put(instances, 2, state), 0);
	assert_ptr_equal(sw_instances_state(instances, 2), state);
	assert_int_equal(sw_instances_put(instances, 2, state), -1);
	/* It counts among those in flight. */
	assert_int_equal(step(instances, SW_EVENT_START, 0, 0), SW_ACCEPTED);
	assert_int_equal(
	    step(instances, SW_EVENT_START, 0, 0), SW_REFUSED_IN_FLIGHT);
	assert_int_equal(step(instances, SW_EVENT_SUCCEED, 0, 2), SW_ACCEPTED);
	assert_int_equal(step(instances, SW_EVENT_START, 0, 0), SW_ACCEPTED);
	sw_instances_free(instances);
	assert_int_equal(held, 0);
}

/* A state that is read from elsewhere is the one that goes on. */
static void
instances_shared_mutable__is_the_state_that_is_stepped(void **unused)
{
	(void)unused;
	struct built built;
	build_machine(&built, "Source: Fetch\n");
	struct sw_instances *instances = sw_instances_new(&built.machine);
	sw_instances_shared_mutable(instances)->executions = 41;
	assert_int_equal(step(instances, SW_EVENT_START, 0, 0), SW_ACCEPTED);
	assert_int_equal(sw_instances_executions(instances), 42);
	sw_instances_free(instances);
	assert_int_equal(held, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instances_new__without_memory_makes_nothing),
		cmocka_unit_test(instances_step__without_memory_starts_nothing),
		cmocka_unit_test(instances__give_back_what_they_were_lent),
		cmocka_unit_test(
		    instances__refuse_each_forgotten_one_as_itself),
		cmocka_unit_test(
		    instances_resume__has_room_for_all_that_were_started),
		cmocka_unit_test(instances_put__takes_each_state_once),
		cmocka_unit_test(
		    instances_shared_mutable__is_the_state_that_is_stepped),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("instances", tests, NULL, NULL);
}
