/*
 * The executions that the book has at hand. Input: executions; output: the one
 * with a number. Knows nothing of rows.
 */
#include <stdlib.h>

#include "book_part.h"

int
sw__memory_reserve(struct sw_memory *memory)
{
	if (memory->n < memory->room)
		return 0;
	const uint32_t room = memory->room == 0 ? 16 : 2 * memory->room;
	struct sw_execution **grown =
	    realloc(memory->executions, room * sizeof(struct sw_execution *));
	if (grown == NULL)
		return -1;
	memory->executions = grown;
	memory->room = room;
	return 0;
}

/* Where a number is, or would be. */
static uint32_t
place_of(const struct sw_memory *memory, uint32_t number)
{
	uint32_t low = 0, high = memory->n;
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		if (memory->executions[middle]->number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct sw_execution *
sw__memory_find(const struct sw_memory *memory, uint32_t number)
{
	const uint32_t at = place_of(memory, number);
	return at < memory->n && memory->executions[at]->number == number
		   ? memory->executions[at]
		   : NULL;
}

void
sw__memory_add(struct sw_memory *memory, struct sw_execution *execution)
{
	uint32_t at = memory->n++;
	assert(at < memory->room);
	for (; at > 0 && memory->executions[at - 1]->number > execution->number;
	     at--)
		memory->executions[at] = memory->executions[at - 1];
	memory->executions[at] = execution;
}

void
sw__try_free(struct sw_try *try_)
{
	sw__body_drop(try_->asked);
	sw__body_drop(try_->result);
	sw__body_drop(try_->abandoned);
	free(try_);
}

void
sw__execution_free(
    const struct sw_machine *machine, struct sw_execution *execution)
{
	if (execution == NULL)
		return;
	for (struct sw_try *t = execution->last_try, *before; t != NULL;
	     t = before) {
		before = t->before;
		sw__try_free(t);
	}
	sw__body_drop(execution->start);
	sw__members_free(&execution->namespaces);
	sw__members_free(&execution->artifacts);
	free(execution->reason);
	sw__scene_free(machine, execution->scene);
	free(execution);
}
