/*
 * The book as documents. Input: a book; output: JSON (checkpoint.h has its
 * form), written in one pass, members in the order of their names. Changes
 * nothing.
 */
#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "book_part.h"
#include "json_write.h"
#include "machine/words.h"

/* A stage or an action by its name. */
struct named {
	char *name;
	uint32_t index;
};

/* Several documents of one book. */
struct writing {
	const struct sw_book *book;
	const struct sw_machine *machine;
	struct named *stages;  /* all of the machine, in the order of their */
	struct named *actions; /* names */
	struct sw_json json;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *one = a, *other = b;
	return strcmp(one->name, other->name);
}

static void
finish_writing(struct writing *w)
{
	for (uint32_t i = 0; w->stages != NULL && i < w->machine->nstages; i++)
		free(w->stages[i].name);
	for (uint32_t a = 0; w->actions != NULL && a < w->machine->nactions;
	     a++)
		free(w->actions[a].name);
	free(w->stages);
	free(w->actions);
	sw__json_release(&w->json);
}

static bool
copy_name(struct named *named, uint32_t index, const char *name)
{
	*named = (struct named){ strdup(name), index };
	return named->name != NULL;
}

static int
begin_writing(struct writing *w, const struct sw_book *book)
{
	const struct sw_machine *m = book->pipeline->machine;
	char name[SW_WORDS_MAX];
	*w = (struct writing){ .book = book, .machine = m };
	w->stages = calloc(m->nstages, sizeof *w->stages);
	w->actions = calloc(m->nactions, sizeof *w->actions);
	bool is_whole = w->stages != NULL && w->actions != NULL;
	for (uint32_t i = 0; i < m->nstages && is_whole; i++)
		is_whole = copy_name(&w->stages[i], i, m->stages[i].name);
	for (uint32_t a = 0; a < m->nactions && is_whole; a++)
		is_whole =
		    copy_name(&w->actions[a], a, sw_words_action(m, a, name));
	if (!is_whole)
		return -1;
	qsort(w->stages, m->nstages, sizeof *w->stages, by_name);
	qsort(w->actions, m->nactions, sizeof *w->actions, by_name);
	return 0;
}

static void
put_int(struct writing *w, const char *name, int64_t n)
{
	sw__json_name(&w->json, name);
	sw__json_number(&w->json, n);
}

/* What is 0 is not said. */
static void
put_number(struct writing *w, const char *name, uint64_t n)
{
	if (n != 0)
		put_int(w, name, (int64_t)n);
}

static void
put_text(struct writing *w, const char *name, const char *text)
{
	if (text == NULL)
		return;
	sw__json_name(&w->json, name);
	sw__json_text(&w->json, text);
}

static void
put_body(struct writing *w, const char *name, const struct sw_body *body)
{
	const struct sw_json_value *value = sw__body_value(body);
	if (value == NULL)
		return;
	sw__json_name(&w->json, name);
	sw__json_raw(&w->json, value->source, value->length);
}

static void
put_members(
    struct writing *w, const char *name, const struct sw_members *members)
{
	sw__json_name(&w->json, name);
	sw__members_write(members, &w->json);
}

static void
open_member(struct writing *w, const char *name, char bracket)
{
	sw__json_name(&w->json, name);
	sw__json_open(&w->json, bracket);
}

static void
write_queue(struct writing *w, const struct sw_scene *scene, uint32_t stage)
{
	uint32_t who = sw_state_waiting(w->machine, scene->state, stage, 0);
	if (who == 0)
		return;
	open_member(w, "queue", '[');
	for (uint32_t i = 1; who != 0; i++) {
		sw__json_number(&w->json, who);
		who = sw_state_waiting(w->machine, scene->state, stage, i);
	}
	sw__json_close(&w->json, ']');
}

static void
write_targets(struct writing *w, const struct sw_scene *scene, uint32_t stage)
{
	const uint32_t latest = sw_state_stage(scene->state, stage)->succeeded;
	const uint32_t reach = 32 * w->machine->target_words;
	bool is_open = false;
	for (uint32_t n = latest >= reach ? latest - reach + 1 : 1; n <= latest;
	     n++) {
		if (!sw_state_is_target(w->machine, scene->state, stage, n))
			continue;
		if (!is_open)
			open_member(w, "targets", '[');
		is_open = true;
		sw__json_number(&w->json, n);
	}
	if (is_open)
		sw__json_close(&w->json, ']');
}

static void
write_stage(struct writing *w, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(scene->state, stage);
	const struct sw_stage_times *times = &scene->stages[stage];
	open_member(w, w->machine->stages[stage].name, '{');
	if (s->closed != 0) {
		sw__json_name(&w->json, "closed");
		sw__json_bool(&w->json, true);
	}
	put_number(w, "closed_ms", times->closed_ms);
	put_body(w, "closing", times->closed);
	put_number(w, "entered", times->entered_ms);
	put_number(w, "execution", s->execution);
	put_number(w, "left", times->left_ms);
	put_number(w, "overridden", s->overridden);
	write_queue(w, scene, stage);
	put_number(w, "retries", s->retries);
	put_text(w, "status", sw_words_status((enum sw_status)s->status));
	put_number(w, "succeeded", s->succeeded);
	write_targets(w, scene, stage);
	if (s->type == SW_TYPE_ROLLBACK)
		put_text(w, "type", "ROLLBACK");
	sw__json_close(&w->json, '}');
}

/* Who has nothing to say is not there. Returns whether it was. */
static bool
write_action(struct writing *w, const struct sw_scene *scene,
    const struct named *action, bool is_first)
{
	const uint32_t a = action->index;
	const struct sw_try *try_ = scene->current[a];
	const uint32_t retries = sw_state_retries(w->machine, scene->state, a);
	const char *status =
	    sw_words_status(sw_state_action(w->machine, scene->state, a));
	if (status == NULL && retries == 0 && try_ == NULL &&
	    scene->next_ms[a] == 0)
		return false;
	if (is_first)
		open_member(w, "actions", '{');
	open_member(w, action->name, '{');
	put_number(w, "next", scene->next_ms[a]);
	put_number(w, "retries", retries);
	put_text(w, "status", status);
	put_text(w, "try", try_ == NULL ? NULL : try_->id);
	sw__json_close(&w->json, '}');
	return true;
}

static void
write_scene(struct writing *w, const struct sw_scene *scene)
{
	bool has_actions = false;
	open_member(w, "scene", '{');
	for (uint32_t a = 0; a < w->machine->nactions; a++)
		has_actions |=
		    write_action(w, scene, &w->actions[a], !has_actions);
	if (has_actions)
		sw__json_close(&w->json, '}');
	put_number(w, "executions", scene->state->executions);
	open_member(w, "stages", '{');
	for (uint32_t i = 0; i < w->machine->nstages; i++)
		write_stage(w, scene, w->stages[i].index);
	sw__json_close(&w->json, '}');
	sw__json_close(&w->json, '}');
}

static void
write_try(struct writing *w, const struct sw_try *try_)
{
	char name[SW_WORDS_MAX];
	sw__json_open(&w->json, '{');
	put_body(w, "abandoned", try_->abandoned);
	if (try_->action != UINT32_MAX)
		put_text(w, "action",
		    sw_words_action(w->machine, try_->action, name));
	put_body(w, "asked", try_->asked);
	put_number(w, "due", try_->due_ms);
	put_number(w, "ended", try_->ended_ms);
	put_number(w, "ended_seq", try_->ended_seq);
	sw__json_name(&w->json, "has_ended");
	sw__json_bool(&w->json, try_->has_ended);
	put_text(w, "id", try_->id);
	put_number(w, "number", try_->number);
	put_body(w, "result", try_->result);
	put_number(w, "started", try_->started_ms);
	put_text(w, "status", sw_words_status(try_->status));
	sw__json_close(&w->json, '}');
}

/* The oldest first; the book has them the other way round. */
static void
write_tries(struct writing *w, const struct sw_execution *execution)
{
	size_t n = 0;
	for (const struct sw_try *t = execution->last_try; t != NULL;
	     t = t->before)
		n++;
	if (n == 0)
		return;
	const struct sw_try **tries = calloc(n, sizeof(struct sw_try *));
	if (tries == NULL) {
		w->json.has_failed = true;
		return;
	}
	size_t at = n;
	for (const struct sw_try *t = execution->last_try; t != NULL;
	     t = t->before)
		tries[--at] = t;
	open_member(w, "tries", '[');
	for (; at < n; at++)
		write_try(w, tries[at]);
	sw__json_close(&w->json, ']');
	free(tries);
}

static void
write_execution(struct writing *w, const struct sw_execution *execution)
{
	sw__json_open(&w->json, '{');
	put_members(w, "artifacts", &execution->artifacts);
	put_number(w, "cause", execution->cause);
	put_number(w, "ended", execution->ended_ms);
	put_number(w, "era", w->book->neras);
	put_text(w, "id", execution->id);
	put_members(w, "namespaces", &execution->namespaces);
	put_number(w, "number", execution->number);
	put_number(w, "pruned", execution->pruned_ms);
	put_text(w, "reason", execution->reason);
	if (execution->scene != NULL)
		write_scene(w, execution->scene);
	put_body(w, "start", execution->start);
	put_number(w, "started", execution->started_ms);
	put_text(w, "status", sw_words_status(execution->status));
	put_number(w, "target", execution->target);
	write_tries(w, execution);
	sw__json_close(&w->json, '}');
}

/* Of those whose state is hashed and not in the checkpoint: `number`, and all
 * whose digits begin with its, which is the order of their names. */
static void
write_leaves_from(struct writing *w, uint64_t number)
{
	const struct sw_book *book = w->book;
	if (number > book->nexecutions)
		return;
	const uint32_t n = (uint32_t)number;
	const uint8_t *leaf = sw__digests_leaf(&book->digests, n);
	const struct sw_execution *x = sw__memory_find(book->memory, n);
	if (leaf != NULL && (x == NULL || !sw__book_is_live(book, x))) {
		char key[16];
		char hex[2 * SW_DIGEST_BYTES + 1];
		snprintf(key, sizeof key, "%" PRIu32, n);
		sodium_bin2hex(hex, sizeof hex, leaf, SW_DIGEST_BYTES);
		put_text(w, key, hex);
	}
	for (uint64_t digit = 0; digit < 10; digit++)
		write_leaves_from(w, 10 * number + digit);
}

static void
write_leaves(struct writing *w)
{
	open_member(w, "leaves", '{');
	for (uint64_t n = 1; n < 10; n++)
		if (w->machine->mode == SW_MODE_PARALLEL)
			write_leaves_from(w, n);
	sw__json_close(&w->json, '}');
}

static void
write_flight(struct writing *w)
{
	const struct sw_execution *x = NULL;
	open_member(w, "flight", '[');
	while ((x = sw__book_next_in_flight(w->book, x)) != NULL)
		sw__json_number(&w->json, x->number);
	sw__json_close(&w->json, ']');
}

static void
write_live(struct writing *w)
{
	const struct sw_execution *x;
	open_member(w, "live", '[');
	for (uint32_t at = 0; (x = sw__book_at_hand(w->book, &at)) != NULL;)
		if (sw__book_is_live(w->book, x))
			write_execution(w, x);
	sw__json_close(&w->json, ']');
}

static void
write_pruned(struct writing *w)
{
	const struct sw_ranges *pruned = &w->book->pruned;
	if (pruned->n == 0)
		return;
	open_member(w, "pruned", '[');
	for (uint32_t i = 0; i < pruned->n; i++) {
		sw__json_open(&w->json, '[');
		sw__json_number(&w->json, pruned->items[i].first);
		sw__json_number(&w->json, pruned->items[i].last);
		sw__json_close(&w->json, ']');
	}
	sw__json_close(&w->json, ']');
}

static void
write_book(struct writing *w)
{
	const struct sw_book *book = w->book;
	char fingerprint[17];
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    w->machine->fingerprint);
	sw__json_open(&w->json, '{');
	put_text(w, "boot", book->clocks.boot);
	put_int(w, "eras", book->neras);
	put_int(w, "executions", book->nexecutions);
	write_flight(w);
	put_int(w, "format", 1);
	put_int(w, "lead_ms", book->clocks.lead_ms);
	write_leaves(w);
	write_live(w);
	put_text(w, "machine", fingerprint);
	put_text(w, "mode", sw__book_mode(w->machine));
	put_text(w, "pipeline", book->pipeline->name);
	put_text(w, "program", book->program);
	write_pruned(w);
	write_scene(w, book->shared);
	put_int(w, "seq", (int64_t)book->seq);
	put_body(w, "tables", book->tables);
	put_int(w, "time", (int64_t)book->time_ms);
	put_members(w, "tips", &book->tips);
	sw__json_close(&w->json, '}');
}

/* Those that are put away now and were not before. */
static int
make_records(struct sw_checkpoint *out, struct writing *w)
{
	const struct sw_book *book = w->book;
	const struct sw_execution *x;
	out->records = calloc(book->memory->n + 1, sizeof *out->records);
	if (out->records == NULL)
		return -1;
	for (uint32_t at = 0; (x = sw__book_at_hand(book, &at)) != NULL;) {
		if (x->is_stored || sw__book_is_live(book, x))
			continue;
		struct sw_record *record = &out->records[out->nrecords++];
		record->number = x->number;
		write_execution(w, x);
		record->body = sw__json_take(&w->json);
		if (record->body == NULL)
			return -1;
		out->bytes += strlen(record->body);
	}
	return 0;
}

static void
put_hash(struct writing *w, const char *name, const uint8_t *hash)
{
	char hex[2 * SW_DIGEST_BYTES + 1];
	sodium_bin2hex(hex, sizeof hex, hash, SW_DIGEST_BYTES);
	put_text(w, name, hex);
}

static struct sw_body *
row_of(const struct sw_checkpoint *checkpoint, struct writing *w)
{
	uint8_t hash[SW_DIGEST_BYTES];
	uint8_t records[SW_DIGEST_BYTES];
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof records);
	for (uint32_t i = 0; i < checkpoint->nrecords; i++)
		crypto_generichash_update(&state,
		    (const uint8_t *)checkpoint->records[i].body,
		    strlen(checkpoint->records[i].body) + 1);
	crypto_generichash_final(&state, records, sizeof records);
	sw__digest(hash, checkpoint->body, strlen(checkpoint->body));
	sw__json_open(&w->json, '{');
	put_hash(w, "hash", hash);
	put_int(w, "records", checkpoint->nrecords);
	put_hash(w, "records_hash", records);
	put_int(w, "seq", (int64_t)checkpoint->seq);
	sw__json_close(&w->json, '}');
	return sw__body_take(&w->json);
}

int
sw__checkpoint_make(
    struct sw_checkpoint *out, const struct sw_book *book, struct sw_error *err)
{
	struct writing w;
	*out = (struct sw_checkpoint){ .seq = book->seq };
	if (begin_writing(&w, book) == 0) {
		write_book(&w);
		out->body = sw__json_take(&w.json);
	}
	if (out->body != NULL && make_records(out, &w) == 0) {
		out->bytes += strlen(out->body);
		out->row = row_of(out, &w);
	}
	finish_writing(&w);
	if (out->row != NULL)
		return 0;
	sw__checkpoint_release(out);
	return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
}

void
sw__checkpoint_release(struct sw_checkpoint *checkpoint)
{
	for (uint32_t i = 0; i < checkpoint->nrecords; i++)
		free(checkpoint->records[i].body);
	free(checkpoint->records);
	free(checkpoint->body);
	sw__body_drop(checkpoint->row);
	*checkpoint = (struct sw_checkpoint){ 0 };
}
