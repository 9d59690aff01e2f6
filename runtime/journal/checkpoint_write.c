/*
 * The book as documents. Input: a book; output: JSON (checkpoint.h has its
 * form). Changes nothing.
 */
#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "book_part.h"
#include "machine/words.h"

/* What is 0 is not said. */
static void
put_number(json_t *object, const char *key, uint64_t n)
{
	if (n != 0)
		json_object_set_new(object, key, json_integer((json_int_t)n));
}

static void
put_text(json_t *object, const char *key, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, key, json_string(text));
}

static void
put_value(json_t *object, const char *key, json_t *value)
{
	if (value != NULL)
		json_object_set(object, key, value);
}

/* Who has nothing to say is not there. */
static void
put_object(json_t *object, const char *key, json_t *value)
{
	if (json_object_size(value) != 0 || json_array_size(value) != 0)
		json_object_set(object, key, value);
	json_decref(value);
}

static json_t *
queue_document(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	json_t *queue = json_array();
	uint32_t who;
	for (uint32_t i = 0; (who = sw_state_waiting(book->pipeline->machine,
				  scene->state, stage, i)) != 0;
	     i++)
		json_array_append_new(queue, json_integer(who));
	return queue;
}

static json_t *
targets_document(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const uint32_t latest = sw_state_stage(scene->state, stage)->succeeded;
	const uint32_t reach = 32 * machine->target_words;
	json_t *targets = json_array();
	for (uint32_t n = latest >= reach ? latest - reach + 1 : 1; n <= latest;
	     n++)
		if (sw_state_is_target(machine, scene->state, stage, n))
			json_array_append_new(targets, json_integer(n));
	return targets;
}

static json_t *
stage_document(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_stage_state *s = sw_state_stage(scene->state, stage);
	const struct sw_stage_times *times = &scene->stages[stage];
	json_t *out = json_object();
	put_number(out, "execution", s->execution);
	put_text(out, "status", sw_words_status((enum sw_status)s->status));
	if (s->type == SW_TYPE_ROLLBACK)
		put_text(out, "type", "ROLLBACK");
	if (s->closed != 0)
		json_object_set_new(out, "closed", json_true());
	put_number(out, "overridden", s->overridden);
	put_number(out, "retries", s->retries);
	put_number(out, "succeeded", s->succeeded);
	put_object(out, "queue", queue_document(book, scene, stage));
	put_object(out, "targets", targets_document(book, scene, stage));
	put_number(out, "entered", times->entered_ms);
	put_number(out, "left", times->left_ms);
	put_value(out, "closing", times->closed);
	put_number(out, "closed_ms", times->closed_ms);
	return out;
}

static json_t *
action_document(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t action)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_try *try_ = scene->current[action];
	json_t *out = json_object();
	put_text(out, "status",
	    sw_words_status(sw_state_action(machine, scene->state, action)));
	put_number(
	    out, "retries", sw_state_retries(machine, scene->state, action));
	put_text(out, "try", try_ == NULL ? NULL : try_->id);
	put_number(out, "next", scene->next_ms[action]);
	return out;
}

static json_t *
scene_document(const struct sw_book *book, const struct sw_scene *scene)
{
	const struct sw_machine *machine = book->pipeline->machine;
	json_t *out = json_object();
	json_t *stages = json_object();
	json_t *actions = json_object();
	for (uint32_t i = 0; i < machine->nstages; i++)
		json_object_set_new(stages, machine->stages[i].name,
		    stage_document(book, scene, i));
	for (uint32_t a = 0; a < machine->nactions; a++) {
		char name[SW_WORDS_MAX];
		put_object(actions, sw_words_action(machine, a, name),
		    action_document(book, scene, a));
	}
	put_number(out, "executions", scene->state->executions);
	put_object(out, "stages", stages);
	put_object(out, "actions", actions);
	return out;
}

static json_t *
try_document(const struct sw_book *book, const struct sw_try *try_)
{
	char name[SW_WORDS_MAX];
	json_t *out = json_object();
	if (try_->action != UINT32_MAX)
		put_text(out, "action",
		    sw_words_action(
			book->pipeline->machine, try_->action, name));
	put_number(out, "number", try_->number);
	put_text(out, "id", try_->id);
	put_text(out, "status", sw_words_status(try_->status));
	json_object_set_new(out, "has_ended", json_boolean(try_->has_ended));
	put_number(out, "started", try_->started_ms);
	put_number(out, "ended", try_->ended_ms);
	put_number(out, "ended_seq", try_->ended_seq);
	put_number(out, "due", try_->due_ms);
	put_value(out, "asked", try_->asked);
	put_value(out, "result", try_->result);
	put_value(out, "abandoned", try_->abandoned);
	return out;
}

json_t *
sw__record_write(
    const struct sw_book *book, const struct sw_execution *execution)
{
	json_t *out = json_object();
	json_t *tries = json_array();
	for (const struct sw_try *t = execution->last_try; t != NULL;
	     t = t->before)
		json_array_insert_new(tries, 0, try_document(book, t));
	put_number(out, "number", execution->number);
	put_text(out, "id", execution->id);
	put_text(out, "status", sw_words_status(execution->status));
	put_number(out, "started", execution->started_ms);
	put_number(out, "ended", execution->ended_ms);
	put_value(out, "start", execution->start);
	put_value(out, "namespaces", execution->namespaces);
	put_value(out, "artifacts", execution->artifacts);
	put_text(out, "reason", execution->reason);
	put_number(out, "target", execution->target);
	put_number(out, "cause", execution->cause);
	put_number(out, "pruned", execution->pruned_ms);
	put_object(out, "tries", tries);
	put_number(out, "era", book->neras);
	if (execution->scene != NULL)
		put_object(
		    out, "scene", scene_document(book, execution->scene));
	return out;
}

/* Of those whose state is hashed and not in the checkpoint. */
static json_t *
leaves_document(const struct sw_book *book)
{
	json_t *leaves = json_object();
	if (book->pipeline->machine->mode != SW_MODE_PARALLEL)
		return leaves;
	for (uint32_t n = 1; n <= book->nexecutions; n++) {
		const uint8_t *leaf = sw__digests_leaf(&book->digests, n);
		const struct sw_execution *x = sw__memory_find(book->memory, n);
		char key[16];
		char hex[2 * SW_DIGEST_BYTES + 1];
		if (leaf == NULL || (x != NULL && sw__book_is_live(book, x)))
			continue;
		snprintf(key, sizeof key, "%" PRIu32, n);
		sodium_bin2hex(hex, sizeof hex, leaf, SW_DIGEST_BYTES);
		json_object_set_new(leaves, key, json_string(hex));
	}
	return leaves;
}

static json_t *
book_document(const struct sw_book *book)
{
	char fingerprint[17];
	const struct sw_machine *machine = book->pipeline->machine;
	json_t *live = json_array();
	json_t *flight = json_array();
	const struct sw_execution *x = NULL;
	while ((x = sw__book_next_in_flight(book, x)) != NULL)
		json_array_append_new(flight, json_integer(x->number));
	for (uint32_t at = 0; (x = sw__book_at_hand(book, &at)) != NULL;)
		if (sw__book_is_live(book, x))
			json_array_append_new(live, sw__record_write(book, x));
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    machine->fingerprint);
	json_t *out =
	    json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:I, s:O, "
		      "s:o, s:o, s:o, s:o, s:O*, s:I, s:s}",
		"format", 1, "pipeline", book->pipeline->name, "machine",
		fingerprint, "mode", sw__book_mode(machine), "seq",
		(json_int_t)book->seq, "time", (json_int_t)book->time_ms,
		"boot", book->clocks.boot, "lead_ms",
		(json_int_t)book->clocks.lead_ms, "executions",
		(json_int_t)book->nexecutions, "tips", book->tips, "scene",
		scene_document(book, book->shared), "flight", flight, "live",
		live, "leaves", leaves_document(book), "tables", book->tables,
		"eras", (json_int_t)book->neras, "program", book->program);
	if (out != NULL)
		put_object(out, "pruned", sw__ranges_write(&book->pruned));
	return out;
}

static char *
text_of_document(json_t *document)
{
	char *text = document == NULL
			 ? NULL
			 : json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(document);
	return text;
}

/* Those that are put away now and were not before. */
static int
make_records(struct sw_checkpoint *out, const struct sw_book *book)
{
	const struct sw_execution *x;
	out->records = calloc(book->memory->n + 1, sizeof *out->records);
	if (out->records == NULL)
		return -1;
	for (uint32_t at = 0; (x = sw__book_at_hand(book, &at)) != NULL;) {
		if (x->is_stored || sw__book_is_live(book, x))
			continue;
		struct sw_record *record = &out->records[out->nrecords++];
		record->number = x->number;
		record->body = text_of_document(sw__record_write(book, x));
		if (record->body == NULL)
			return -1;
		out->bytes += strlen(record->body);
	}
	return 0;
}

static json_t *
row_document(const struct sw_checkpoint *checkpoint)
{
	uint8_t hash[SW_DIGEST_BYTES];
	char body[2 * SW_DIGEST_BYTES + 1];
	char records[2 * SW_DIGEST_BYTES + 1];
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	for (uint32_t i = 0; i < checkpoint->nrecords; i++)
		crypto_generichash_update(&state,
		    (const uint8_t *)checkpoint->records[i].body,
		    strlen(checkpoint->records[i].body) + 1);
	crypto_generichash_final(&state, hash, sizeof hash);
	sodium_bin2hex(records, sizeof records, hash, sizeof hash);
	sw__digest(hash, checkpoint->body, strlen(checkpoint->body));
	sodium_bin2hex(body, sizeof body, hash, sizeof hash);
	return json_pack("{s:I, s:s, s:I, s:s}", "seq",
	    (json_int_t)checkpoint->seq, "hash", body, "records",
	    (json_int_t)checkpoint->nrecords, "records_hash", records);
}

int
sw__checkpoint_make(
    struct sw_checkpoint *out, const struct sw_book *book, struct sw_error *err)
{
	*out = (struct sw_checkpoint){ .seq = book->seq };
	out->body = text_of_document(book_document(book));
	if (out->body != NULL && make_records(out, book) == 0) {
		out->bytes += strlen(out->body);
		out->row = row_document(out);
	}
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
	json_decref(checkpoint->row);
	*checkpoint = (struct sw_checkpoint){ 0 };
}
