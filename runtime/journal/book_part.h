/* Inside the book: a row being taken in, and scenes. Shared by the book*.c
 * files alone. */
#ifndef RUNTIME_BOOK_PART_H
#define RUNTIME_BOOK_PART_H

#include <assert.h>

#include "book.h"

/* One without a state as yet; NULL without memory. */
struct sw_scene *sw__scene_new(const struct sw_machine *machine);
/* Its state is the instances'. NULL is fine. */
void sw__scene_free(const struct sw_machine *machine, struct sw_scene *scene);

/* The row being taken in. */
struct entry {
	struct sw_book *book;
	const struct sw_machine *machine;
	const struct sw_row *row;
	struct sw_output *out;
	struct sw_error *err;
	struct sw_scene *scene; /* where its event happens */
};

static inline const char *
text_of(const struct entry *e, const char *key)
{
	return json_string_value(json_object_get(e->row->body, key));
}

/* A number that fits; 0 if it is missing or is none. */
static inline uint32_t
number_of(const struct entry *e, const char *key)
{
	const json_int_t n =
	    json_integer_value(json_object_get(e->row->body, key));
	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* What the clock said when the row was written. */
static inline uint64_t
clock_of(const struct entry *e)
{
	const json_int_t ms =
	    json_integer_value(json_object_get(e->row->body, "clock_ms"));
	return ms > 0 ? (uint64_t)ms : e->row->time_ms;
}

static inline struct sw_execution *
execution_at(struct sw_book *book, uint32_t number)
{
	assert(number >= 1 && number <= book->nexecutions);
	return &book->executions[number - 1];
}

static inline struct sw_try *
current_of(const struct entry *e, uint32_t action)
{
	const uint32_t index = e->scene->current[action];
	return index == 0 ? NULL : &e->book->tries[index - 1];
}

static inline bool
is_parallel(const struct entry *e)
{
	return e->machine->mode == SW_MODE_PARALLEL;
}

/* book_follow.c: the machine took the row's event; the book follows. There is
 * room for one more execution. */
void sw__entry_follow(struct entry *e, struct sw_event event);

/* Whether an execution is one of those in flight, by its status. */
void sw__book_count_flight(
    struct sw_book *book, struct sw_execution *execution);

#endif
