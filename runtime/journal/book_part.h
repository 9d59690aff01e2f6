/* Inside the book: a row being taken in, and scenes. Shared by the book*.c
 * files alone. */
#ifndef RUNTIME_BOOK_PART_H
#define RUNTIME_BOOK_PART_H

#include <assert.h>

#include "book.h"
#include "checkpoint.h"

/* One without a state as yet; NULL without memory. */
struct sw_scene *sw__scene_new(const struct sw_machine *machine);
/* Its state is the instances'. NULL is fine. */
void sw__scene_free(const struct sw_machine *machine, struct sw_scene *scene);

/* Executions by their numbers. */
struct sw_memory {
	struct sw_book *book;
	struct sw_execution **executions;
	uint32_t n;
	uint32_t room;
	sw_book_fetch_fn fetch; /* the others; or NULL */
	void *payload;
	uint8_t stored_hash[SW_DIGEST_BYTES]; /* of the checkpoint that was
						 read; or zeros */
	uint32_t nguests; /* that are at hand as they are put away */
};

/* book_store.c */
struct sw_book *sw__book_mutable(const struct sw_book *book);
const char *sw__book_mode(const struct sw_machine *machine); /* static */
/* Something can happen to it, or somebody asks for it all the time. */
bool sw__book_is_live(
    const struct sw_book *book, const struct sw_execution *execution);
/* Lets go of all that are not live: they were stored. */
void sw__book_put_away(struct sw_book *book);
/* It is not any more as it was put away. */
void sw__book_change(struct sw_book *book, struct sw_execution *execution);
/* One that was put away, as a guest: 1; 0: there is none such; an error: it
 * cannot be read. */
int sw__book_fetch(const struct sw_book *book, uint32_t number,
    struct sw_execution **out, struct sw_error *err);

/* book_row.c: is it this pipeline's, and (unless NULL) this machine's? */
int sw__book_check_owner(const struct sw_book *book, const char *pipeline,
    const char *machine, struct sw_error *err);

/* book_memory.c. Makes room for one more; -1 without memory. */
int sw__memory_reserve(struct sw_memory *memory);
struct sw_execution *sw__memory_find(
    const struct sw_memory *memory, uint32_t number);
/* There is room for it; it is the memory's from now on. */
void sw__memory_add(struct sw_memory *memory, struct sw_execution *execution);
/* Frees an execution and all that is its own. NULL is fine. */
void sw__execution_free(
    const struct sw_machine *machine, struct sw_execution *execution);
void sw__try_free(struct sw_try *try_);

/* The row being taken in. */
struct entry {
	struct sw_book *book;
	const struct sw_machine *machine;
	const struct sw_row *row;
	struct sw_output *out;
	struct sw_error *err;
	struct sw_scene *scene;    /* where its event happens */
	struct sw_execution *next; /* room for one that is started */
};

static inline const struct sw_json_value *
value_of(const struct entry *e, const char *key)
{
	return sw__body_in(e->row->body, key);
}

/* One that is an object; NULL: it is missing or is none. */
static inline const struct sw_json_value *
object_of(const struct entry *e, const char *key)
{
	const struct sw_json_value *v = value_of(e, key);
	return v != NULL && v->kind == SW_JSON_OBJECT ? v : NULL;
}

static inline const char *
text_of(const struct entry *e, const char *key)
{
	return sw__body_text(e->row->body, key);
}

/* A number that fits; 0 if it is missing or is none. */
static inline uint32_t
number_of(const struct entry *e, const char *key)
{
	const int64_t n = sw__body_number(e->row->body, key);
	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* What the clock said when the row was written. */
static inline uint64_t
clock_of(const struct entry *e)
{
	const int64_t ms = sw__body_number(e->row->body, "clock_ms");
	return ms > 0 ? (uint64_t)ms : e->row->time_ms;
}

/* One that is at hand. */
static inline struct sw_execution *
execution_at(const struct sw_book *book, uint32_t number)
{
	struct sw_execution *execution = sw__memory_find(book->memory, number);
	assert(execution != NULL);
	return execution;
}

static inline bool
is_parallel(const struct entry *e)
{
	return e->machine->mode == SW_MODE_PARALLEL;
}

/* book_follow.c: the machine took the row's event; the book follows. There is
 * room for one more execution. */
void sw__entry_follow(struct entry *e, struct sw_event event);

/* book_told.c. The tables of the machine from here on; NULL: none are told.
 * -1 without memory. */
int sw__book_tell(struct sw_book *book, const struct sw_json_value *tables);
/* What they say of an action. */
struct sw_told sw__book_told(const struct sw_book *book, uint32_t action);

/* book_prune.c: a row `prune`. */
int sw__book_apply_prune(struct entry *e);
/* That a row cannot have been written, and why. */
int sw__entry_corrupt(const struct entry *e, const char *what);

/* book_era.c: an empty book of this program's machine becomes one of the
 * machine that a document tells of. */
int sw__book_switch(struct sw_book *book, const struct sw_json_value *document,
    struct sw_error *err);
/* The same book, in the terms of the machine that the row tells of. */
int sw__book_apply_upgrade(struct entry *e);

/* Whether an execution is one of those in flight, by its status. */
void sw__book_count_flight(
    struct sw_book *book, struct sw_execution *execution);

#endif
