/*
 * What the journal tells of a machine's actions beside the machine: how long
 * they wait, and under which name their outputs are known. A program may have
 * the same machine and tell otherwise; rows mean what was told before them.
 */
#include <stdlib.h>

#include "book_part.h"

static uint32_t
count(const struct sw_json_value *stages)
{
	const struct sw_json_value *stage = NULL;
	uint32_t n = 0;
	while ((stage = sw__json_next(stages, stage)) != NULL) {
		const struct sw_json_value *actions =
		    sw__json_in(stage, "actions");
		const struct sw_json_value *action = NULL;
		while ((action = sw__json_next(actions, action)) != NULL)
			n++;
	}
	return n;
}

static void
fill(struct sw_told *told, const struct sw_json_value *stages)
{
	const struct sw_json_value *stage = NULL;
	while ((stage = sw__json_next(stages, stage)) != NULL) {
		const struct sw_json_value *actions =
		    sw__json_in(stage, "actions");
		const struct sw_json_value *action = NULL;
		while ((action = sw__json_next(actions, action)) != NULL) {
			const int64_t ms =
			    sw__json_number_in(action, "backoff");
			*told++ = (struct sw_told){
				.backoff_ms = ms > 0 ? (uint64_t)ms : 0,
				.namespace_ =
				    sw__json_text_in(action, "namespace"),
			};
		}
	}
}

int
sw__book_tell(struct sw_book *book, const struct sw_json_value *tables)
{
	struct sw_body *copy = tables == NULL ? NULL : sw__body_copy(tables);
	const struct sw_json_value *stages = sw__body_in(copy, "stages");
	const uint32_t n = count(stages);
	struct sw_told *told = n == 0 ? NULL : calloc(n, sizeof *told);
	if ((tables != NULL && copy == NULL) || (n != 0 && told == NULL)) {
		sw__body_drop(copy);
		return -1;
	}
	fill(told, stages);
	sw__body_drop(book->tables);
	free(book->told);
	book->tables = copy;
	book->told = told;
	book->ntold = n;
	return 0;
}

struct sw_told
sw__book_told(const struct sw_book *book, uint32_t action)
{
	const struct sw_work *work = &book->pipeline->work[action];
	/* A journal of an early format tells nothing. */
	if (book->ntold != book->pipeline->machine->nactions)
		return (struct sw_told){ work->backoff_ms, work->namespace_ };
	return book->told[action];
}
