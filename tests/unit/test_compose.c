/* A state put together again from its parts: machine/compose.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"
#include "machine/compose.h"
#include "machine/layout.h"

static const struct sw_state *
state_of(const struct rig *rig)
{
	return (const struct sw_state *)(const void *)rig->state;
}

static void
put_stage(const struct sw_machine *machine, const struct sw_state *from,
    uint32_t stage, struct sw_state *to)
{
	const struct sw_stage *row = &machine->stages[stage];
	sw_state_put_stage(to, stage, sw_state_stage(from, stage));
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		sw_state_put_action(machine, to, a,
		    sw_state_action(machine, from, a),
		    retries_of(actions_of(machine, from)[a]));
	for (uint32_t e = 1; e <= from->executions; e++)
		if (sw_state_is_target(machine, from, stage, e))
			sw_state_put_target(machine, to, stage, e);
}

/* Puts the state of a rig together, and compares it byte for byte. */
static void
assert_composed(const struct rig *rig)
{
	_Alignas(8) uint8_t bytes[RIG_STATE_MAX];
	const struct sw_machine *machine = rig->machine;
	const struct sw_state *from = state_of(rig);
	struct sw_state *to = (struct sw_state *)(void *)bytes;
	uint32_t place = 0;
	sw_state_init(machine, to);
	to->executions = from->executions;
	for (uint32_t i = machine->nstages; i-- > 0;) {
		put_stage(machine, from, i, to);
		for (uint32_t k = 1; k <= sw_state_stage(from, i)->queued; k++)
			assert_int_equal(
			    sw_state_put_waiting(machine, to, place++,
				sw_state_waiting(machine, from, i, k)),
			    0);
	}
	assert_memory_equal(bytes, rig->state, machine->state_size);
}

static void
compose__is_the_state_that_its_parts_were_of(void **unused)
{
	(void)unused;
	RIG(shop, "targets 1\nSource: Fetch\nBuild: Make* | Unit Lint\n",
	    "start; succeed Source.Fetch; fail Build.Make; succeed Build.Make; "
	    "succeed Build.Unit; succeed Build.Lint; start; "
	    "succeed Source.Fetch; fail Build.Make");
	assert_composed(&shop);
	RIG(queue, "QUEUED 5\nSource: Fetch\nBuild: Make\n",
	    "start; start; start; succeed Source.Fetch; "
	    "succeed Source.Fetch; succeed Source.Fetch");
	assert_composed(&queue);
	RIG(waiting, "QUEUED 5\nSource: Fetch\nBuild: Make\n",
	    "start; start; start; start");
	assert_composed(&waiting);
}

static void
compose_target__is_left_out_where_none_can_be(void **unused)
{
	(void)unused;
	RIG(shop, "targets 1\nSource: Fetch\nBuild: Make\n",
	    "start; succeed Source.Fetch; succeed Build.Make");
	struct sw_state *state = (struct sw_state *)(void *)shop.state;
	struct sw_stage_state build = *sw_state_stage(state, 1);
	build.succeeded = 40;
	sw_state_put_stage(state, 1, &build);
	sw_state_put_target(shop.machine, state, 1, 0);
	sw_state_put_target(shop.machine, state, 1, 41);
	sw_state_put_target(shop.machine, state, 1, 8);
	sw_state_put_target(shop.machine, state, 1, 9);
	assert_false(sw_state_is_target(shop.machine, state, 1, 41));
	assert_false(sw_state_is_target(shop.machine, state, 1, 8));
	assert_true(sw_state_is_target(shop.machine, state, 1, 9));
}

static void
compose_waiting__has_as_many_places_as_the_queue(void **unused)
{
	(void)unused;
	RIG(queue, "QUEUED 3\nSource: Fetch\n", "start");
	struct sw_state *state = (struct sw_state *)(void *)queue.state;
	const uint32_t places = queue.machine->queue_max;
	assert_int_equal(
	    sw_state_put_waiting(queue.machine, state, places - 1, 2), 0);
	assert_int_equal(
	    sw_state_put_waiting(queue.machine, state, places, 2), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compose__is_the_state_that_its_parts_were_of),
		cmocka_unit_test(compose_target__is_left_out_where_none_can_be),
		cmocka_unit_test(
		    compose_waiting__has_as_many_places_as_the_queue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
