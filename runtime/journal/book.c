/*
 * The book's life and look-ups. Input: a pipeline's tables; output: an empty
 * book, and answers from a filled one. How rows fill it is in book_row.c.
 */
#include "book_part.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "era.h"
#include "machine/words.h"

void
sw__uuid_write(const uint8_t bits[16], unsigned version, char out[SW_UUID_MAX])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t b[16];
	memcpy(b, bits, sizeof b);
	b[6] = (uint8_t)((b[6] & 0x0f) | version << 4);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof b; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	*out = '\0';
}

struct sw_scene *
sw__scene_new(const struct sw_machine *machine)
{
	struct sw_scene *scene = calloc(1, sizeof *scene);
	if (scene == NULL)
		return NULL;
	scene->current = calloc(machine->nactions, sizeof(struct sw_try *));
	scene->next_ms = calloc(machine->nactions, sizeof *scene->next_ms);
	scene->stages = calloc(machine->nstages, sizeof *scene->stages);
	if (scene->current != NULL && scene->next_ms != NULL &&
	    scene->stages != NULL)
		return scene;
	sw__scene_free(machine, scene);
	return NULL;
}

void
sw__scene_free(const struct sw_machine *machine, struct sw_scene *scene)
{
	if (scene == NULL)
		return;
	for (uint32_t i = 0; scene->stages != NULL && i < machine->nstages; i++)
		sw__body_drop(scene->stages[i].closed);
	free(scene->current);
	free(scene->next_ms);
	free(scene->stages);
	free(scene);
}

struct sw_book *
sw__book_new(const struct sw_pipeline *pipeline)
{
	const struct sw_machine *machine = pipeline->machine;
	struct sw_book *book = calloc(1, sizeof *book);
	if (book == NULL)
		return NULL;
	book->own = book->pipeline = pipeline;
	book->instances = sw_instances_new(machine);
	book->shared = sw__scene_new(machine);
	book->memory = calloc(1, sizeof *book->memory);
	book->commands =
	    calloc(SW_COMMANDS_MAX(machine->group_max), sizeof *book->commands);
	book->fired =
	    calloc(SW_FIRED_MAX(machine->group_max), sizeof *book->fired);
	if (book->instances == NULL || book->shared == NULL ||
	    book->memory == NULL || book->commands == NULL ||
	    book->fired == NULL) {
		sw__book_free(book);
		return NULL;
	}
	book->memory->book = book;
	book->shared->state = sw_instances_shared(book->instances);
	return book;
}

void
sw__book_free(struct sw_book *book)
{
	if (book == NULL)
		return;
	const struct sw_machine *machine = book->pipeline->machine;
	for (uint32_t i = 0; book->memory != NULL && i < book->memory->n; i++)
		sw__execution_free(machine, book->memory->executions[i]);
	if (book->memory != NULL)
		free(book->memory->executions);
	free(book->memory);
	sw__members_free(&book->tips);
	sw__scene_free(machine, book->shared);
	sw_instances_free(book->instances);
	free(book->commands);
	free(book->fired);
	sw__digests_free(&book->digests);
	sw__ranges_free(&book->pruned);
	sw__era_free(book->era);
	sw__body_drop(book->tables);
	free(book->told);
	free(book);
}

/* Half of all rows are facts, which leave the states as they are. */
void
sw__book_digest(const struct sw_book *book, uint8_t digest[SW_DIGEST_BYTES])
{
	const struct sw_machine *machine = book->pipeline->machine;
	struct sw_book *known = sw__book_mutable(book);
	if (book->has_digest)
		;
	else if (machine->mode == SW_MODE_PARALLEL)
		sw__digests_root(
		    &book->digests, book->nexecutions, known->digest);
	else
		sw__digest(
		    known->digest, book->shared->state, machine->state_size);
	known->has_digest = true;
	memcpy(digest, book->digest, SW_DIGEST_BYTES);
}

int
sw__book_find(const struct sw_book *book, uint32_t number,
    const struct sw_execution **out, struct sw_error *err)
{
	struct sw_execution *x = sw__memory_find(book->memory, number);
	const int status =
	    x == NULL ? sw__book_fetch(book, number, &x, err) : 1;
	*out = status == 1 ? x : NULL;
	return status;
}

const struct sw_execution *
sw__book_execution(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *x;
	struct sw_error err;
	return sw__book_find(book, number, &x, &err) == 1 ? x : NULL;
}

const struct sw_execution *
sw__book_at_hand(const struct sw_book *book, uint32_t *at)
{
	return *at < book->memory->n ? book->memory->executions[(*at)++] : NULL;
}

const struct sw_scene *
sw__book_scene(const struct sw_book *book, uint32_t execution)
{
	if (execution == 0 || book->pipeline->machine->mode != SW_MODE_PARALLEL)
		return book->shared;
	const struct sw_execution *x = sw__book_execution(book, execution);
	return x == NULL ? NULL : x->scene;
}

const struct sw_scene *
sw__book_each(const struct sw_book *book, uint32_t *at)
{
	if (book->pipeline->machine->mode != SW_MODE_PARALLEL)
		return (*at)++ == 0 ? book->shared : NULL;
	const struct sw_execution *x;
	while ((x = sw__book_at_hand(book, at)) != NULL)
		if (x->scene != NULL)
			return x->scene;
	return NULL;
}

const struct sw_execution *
sw__book_next_in_flight(
    const struct sw_book *book, const struct sw_execution *before)
{
	return sw__book_execution(book,
	    before == NULL ? book->first_in_flight : before->later_in_flight);
}

const struct sw_try *
sw__book_current(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t action)
{
	assert(action < book->pipeline->machine->nactions);
	return scene == NULL ? NULL : scene->current[action];
}

struct sw_try *
sw__book_find_try(const struct sw_book *book, const char *id)
{
	const struct sw_execution *x =
	    sw__book_execution(book, (uint32_t)strtoul(id, NULL, 10));
	struct sw_try *t = x == NULL ? NULL : x->last_try;
	while (t != NULL && strcmp(t->id, id) != 0)
		t = t->before;
	return t;
}

void
sw__book_try_id(const struct sw_book *book, uint32_t action, uint32_t execution,
    char id[SW_ATTEMPT_ID_MAX])
{
	const uint32_t number = sw__book_next_number(book, action, execution);
	if (book->neras == 0)
		snprintf(id, SW_ATTEMPT_ID_MAX,
		    "%" PRIu32 ".%" PRIu32 ".%" PRIu32, execution, action,
		    number);
	else
		snprintf(id, SW_ATTEMPT_ID_MAX,
		    "%" PRIu32 ".%" PRIu32 ".%" PRIu32 ".%" PRIu32, execution,
		    action, number, book->neras);
}

const struct sw_try *
sw__book_last(const struct sw_book *book, uint32_t action, uint32_t execution)
{
	const struct sw_execution *x = sw__book_execution(book, execution);
	const struct sw_try *t = x == NULL ? NULL : x->last_try;
	while (t != NULL && t->action != action)
		t = t->before;
	return t;
}

uint32_t
sw__book_next_number(
    const struct sw_book *book, uint32_t action, uint32_t execution)
{
	const struct sw_try *last = sw__book_last(book, action, execution);
	return last == NULL ? 1 : last->number + 1;
}

uint64_t
sw__book_startable(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t action)
{
	if (sw_state_action(book->pipeline->machine, scene->state, action) !=
		SW_STATUS_IN_PROGRESS ||
	    scene->current[action] != 0)
		return UINT64_MAX;
	return scene->next_ms[action];
}

int
sw__book_would(const struct sw_book *book, struct sw_addressed event)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_scene *scene = sw__book_scene(book, event.execution);
	struct sw_output out = { book->commands, book->fired, 0, 0 };
	assert(event.event.kind != SW_EVENT_START);
	/* Nothing is possible in what is forgotten: it may be asked itself. */
	if (scene == NULL)
		return sw_instances_step(book->instances, event, &out);
	struct sw_state *copy = malloc(machine->state_size);
	if (copy == NULL)
		return -1;
	memcpy(copy, scene->state, machine->state_size);
	const enum sw_refusal refusal =
	    sw_step(machine, copy, event.event, &out);
	free(copy);
	return (int)refusal;
}

const char *
sw__book_tip(const struct sw_book *book, uint32_t action, const char *ref)
{
	char name[SW_WORDS_MAX];
	char key[2 * SW_WORDS_MAX];
	snprintf(key, sizeof key, "%s %s",
	    sw_words_action(book->pipeline->machine, action, name), ref);
	return sw__members_text(&book->tips, key);
}

const char *
sw__book_any_tip(const struct sw_book *book, uint32_t action)
{
	char name[SW_WORDS_MAX];
	sw_words_action(book->pipeline->machine, action, name);
	const size_t length = strlen(name);
	for (uint32_t i = 0; i < book->tips.n; i++) {
		const char *key = book->tips.items[i].name;
		if (strncmp(key, name, length) == 0 && key[length] == ' ')
			return sw__body_value(book->tips.items[i].value)->text;
	}
	return NULL;
}
