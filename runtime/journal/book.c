/*
 * The book's life and look-ups. Input: a pipeline's tables; output: an empty
 * book, and answers from a filled one. How rows fill it is in book_row.c.
 */
#include "book.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "machine/words.h"

struct sw_book *
sw__book_new(const struct sw_pipeline *pipeline)
{
	const struct sw_machine *machine = pipeline->machine;
	struct sw_book *book = calloc(1, sizeof *book);
	if (book == NULL)
		return NULL;
	book->pipeline = pipeline;
	book->state = calloc(1, machine->state_size);
	book->current = calloc(machine->nactions, sizeof *book->current);
	book->latest = calloc(machine->nactions, sizeof *book->latest);
	book->stages = calloc(machine->nstages, sizeof *book->stages);
	book->commands =
	    calloc(SW_COMMANDS_MAX(machine->group_max), sizeof *book->commands);
	book->fired =
	    calloc(SW_FIRED_MAX(machine->group_max), sizeof *book->fired);
	book->tips = json_object();
	if (book->state == NULL || book->current == NULL ||
	    book->latest == NULL || book->stages == NULL ||
	    book->commands == NULL || book->fired == NULL ||
	    book->tips == NULL) {
		sw__book_free(book);
		return NULL;
	}
	sw_state_init(machine, book->state);
	return book;
}

static void
free_execution(struct sw_execution *execution)
{
	json_decref(execution->start);
	json_decref(execution->namespaces);
	json_decref(execution->artifacts);
	free(execution->reason);
}

void
sw__book_free(struct sw_book *book)
{
	if (book == NULL)
		return;
	for (uint32_t i = 0; i < book->nexecutions; i++)
		free_execution(&book->executions[i]);
	for (uint32_t i = 0; i < book->ntries; i++) {
		json_decref(book->tries[i].asked);
		json_decref(book->tries[i].result);
	}
	for (uint32_t i = 0;
	     book->stages != NULL && i < book->pipeline->machine->nstages; i++)
		json_decref(book->stages[i].closed);
	json_decref(book->tips);
	free(book->state);
	free(book->executions);
	free(book->tries);
	free(book->current);
	free(book->latest);
	free(book->stages);
	free(book->commands);
	free(book->fired);
	free(book);
}

void
sw__book_digest(const struct sw_book *book, uint8_t digest[SW_DIGEST_BYTES])
{
	_Static_assert(SW_DIGEST_BYTES == crypto_generichash_BYTES, "256 bits");
	crypto_generichash(digest, SW_DIGEST_BYTES,
	    (const unsigned char *)book->state,
	    book->pipeline->machine->state_size, NULL, 0);
}

const struct sw_execution *
sw__book_execution(const struct sw_book *book, uint32_t number)
{
	if (number == 0 || number > book->nexecutions)
		return NULL;
	return &book->executions[number - 1];
}

const struct sw_try *
sw__book_current(const struct sw_book *book, uint32_t action)
{
	assert(action < book->pipeline->machine->nactions);
	const uint32_t index = book->current[action];
	return index == 0 ? NULL : &book->tries[index - 1];
}

struct sw_try *
sw__book_find_try(const struct sw_book *book, const char *id)
{
	const char *dot = strchr(id, '.');
	const unsigned long action =
	    dot == NULL ? ULONG_MAX : strtoul(dot + 1, NULL, 10);
	if (action >= book->pipeline->machine->nactions)
		return NULL;
	/* Nearly always the last one of its action; older ones stand before. */
	for (uint32_t i = book->latest[action]; i > 0; i--)
		if (strcmp(book->tries[i - 1].id, id) == 0)
			return &book->tries[i - 1];
	return NULL;
}

uint32_t
sw__book_next_number(
    const struct sw_book *book, uint32_t action, uint32_t execution)
{
	const uint32_t last = book->latest[action];
	if (last == 0 || book->tries[last - 1].execution != execution)
		return 1;
	return book->tries[last - 1].number + 1;
}

const char *
sw__book_tip(const struct sw_book *book, uint32_t action, const char *ref)
{
	char name[SW_WORDS_MAX];
	char key[2 * SW_WORDS_MAX];
	snprintf(key, sizeof key, "%s %s",
	    sw_words_action(book->pipeline->machine, action, name), ref);
	return json_string_value(json_object_get(book->tips, key));
}

const char *
sw__book_any_tip(const struct sw_book *book, uint32_t action)
{
	char name[SW_WORDS_MAX];
	sw_words_action(book->pipeline->machine, action, name);
	const size_t length = strlen(name);
	const char *key;
	json_t *revision;
	json_object_foreach(book->tips, key, revision) {
		if (strncmp(key, name, length) == 0 && key[length] == ' ')
			return json_string_value(revision);
	}
	return NULL;
}
