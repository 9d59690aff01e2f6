/*
 * Documents of the book read again, by names. Input: JSON (checkpoint.h has
 * its form) and an empty book; output: the book. What is written there may
 * have been damaged: every value is checked before it is used.
 */
#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "book_part.h"
#include "machine/compose.h"
#include "machine/words.h"

struct reading {
	struct sw_book *book;
	const struct sw_machine *machine;
	sw_unknown_fn unknown; /* NULL: every name must be known */
	void *payload;
	struct sw_error *err;
};

static int
corrupt(const struct reading *r, const char *what, const char *name)
{
	return sw__error(r->err, SW_ERROR_CORRUPT,
	    "the checkpoint is not one that was written: %s '%.80s'", what,
	    name == NULL ? "" : name);
}

/* A name that the machine does not have: 0 if somebody takes note of it. */
static int
meet_unknown(const struct reading *r, const char *what, const char *name)
{
	if (r->unknown == NULL)
		return corrupt(r, what, name);
	r->unknown(what, name == NULL ? "" : name, r->payload);
	return 0;
}

static uint64_t
number_in(const struct sw_json_value *object, const char *key)
{
	const int64_t n = sw__json_number_in(object, key);
	return n > 0 ? (uint64_t)n : 0;
}

/* A number that fits; 0 otherwise. */
static uint32_t
small_in(const struct sw_json_value *object, const char *key, uint32_t max)
{
	const uint64_t n = number_in(object, key);
	return n <= max ? (uint32_t)n : 0;
}

/* A member as a body of its own; NULL: there is none. */
static int
read_body(const struct reading *r, const struct sw_json_value *object,
    const char *key, struct sw_body **out)
{
	const struct sw_json_value *value = sw__json_in(object, key);
	*out = value == NULL ? NULL : sw__body_copy(value);
	return value == NULL || *out != NULL
		   ? 0
		   : sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
}

static bool
is_true(const struct sw_json_value *object, const char *key)
{
	const struct sw_json_value *value = sw__json_in(object, key);
	return value != NULL && value->kind == SW_JSON_TRUE;
}

static bool
is_object(const struct sw_json_value *value)
{
	return value != NULL && value->kind == SW_JSON_OBJECT;
}

/* None is no name; -1: there is no such status. */
static int
status_of(const char *name)
{
	if (name == NULL)
		return SW_STATUS_NONE;
	for (int i = SW_STATUS_NONE + 1; i < SW_NSTATUSES; i++)
		if (strcmp(sw_words_status((enum sw_status)i), name) == 0)
			return i;
	return -1;
}

/* Returns NULL, having said so; text of a UUID's size at most. */
static int
read_status(const struct reading *r, const struct sw_json_value *document,
    enum sw_status *out)
{
	const char *name = sw__json_text_in(document, "status");
	const int status = status_of(name);
	*out = status < 0 ? SW_STATUS_NONE : (enum sw_status)status;
	return status < 0 ? meet_unknown(r, "status", name) : 0;
}

static int
read_try(const struct reading *r, const struct sw_json_value *document,
    struct sw_execution *execution)
{
	const char *name = sw__json_text_in(document, "action");
	const char *id = sw__json_text_in(document, "id");
	const int64_t action =
	    name == NULL ? -1 : sw_words_find_action(r->machine, name);
	if (id == NULL || strlen(id) >= SW_ATTEMPT_ID_MAX)
		return corrupt(r, "attempt", id);
	/* What an upgrade took away is history. */
	const bool is_gone = action < 0 && r->book->neras > 0;
	if (action < 0 && !is_gone)
		return meet_unknown(r, "action", name);
	struct sw_try *try_ = calloc(1, sizeof *try_);
	if (try_ == NULL)
		return sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
	*try_ = (struct sw_try){
		.action = is_gone ? UINT32_MAX : (uint32_t)action,
		.before = execution->last_try,
		.execution = execution->number,
		.number = small_in(document, "number", UINT32_MAX),
		.has_ended = is_true(document, "has_ended"),
		.started_ms = number_in(document, "started"),
		.ended_ms = number_in(document, "ended"),
		.ended_seq = number_in(document, "ended_seq"),
		.due_ms = number_in(document, "due"),
	};
	memcpy(try_->id, id, strlen(id) + 1);
	execution->last_try = try_;
	if (read_body(r, document, "asked", &try_->asked) != 0 ||
	    read_body(r, document, "result", &try_->result) != 0 ||
	    read_body(r, document, "abandoned", &try_->abandoned) != 0)
		return r->err->code;
	return read_status(r, document, &try_->status);
}

static int
read_queue(const struct reading *r, struct sw_state *state, uint32_t *place,
    const struct sw_json_value *queue, struct sw_stage_state *parts)
{
	const struct sw_json_value *item = NULL;
	for (uint32_t i = 0; (item = sw__json_next(queue, item)) != NULL; i++) {
		const int64_t who = item->number;
		if (who <= 0 || who > UINT32_MAX || i > UINT16_MAX)
			return corrupt(r, "queue", NULL);
		if (i == 0) {
			parts->waiting = (uint32_t)who;
			continue;
		}
		if (sw_state_put_waiting(
			r->machine, state, (*place)++, (uint32_t)who) != 0)
			return meet_unknown(r, "place of the queue", NULL);
		parts->queued++;
	}
	return 0;
}

static int
read_stage(const struct reading *r, struct sw_scene *scene,
    struct sw_state *state, uint32_t stage, uint32_t *place,
    const struct sw_json_value *document)
{
	struct sw_stage_times *times = &scene->stages[stage];
	const char *type = sw__json_text_in(document, "type");
	const struct sw_json_value *targets = sw__json_in(document, "targets");
	const struct sw_json_value *item = NULL;
	enum sw_status status;
	struct sw_stage_state parts = {
		.execution = small_in(document, "execution", UINT32_MAX),
		.succeeded = small_in(document, "succeeded", UINT32_MAX),
		.closed = is_true(document, "closed"),
		.type = type != NULL && strcmp(type, "ROLLBACK") == 0
			    ? SW_TYPE_ROLLBACK
			    : SW_TYPE_STANDARD,
		.overridden = (uint8_t)small_in(document, "overridden", 3),
		.retries =
		    (uint8_t)small_in(document, "retries", SW_ATTEMPTS_MAX),
	};
	if (read_status(r, document, &status) != 0 ||
	    read_queue(
		r, state, place, sw__json_in(document, "queue"), &parts) != 0)
		return r->err->code;
	parts.status = (uint8_t)status;
	sw_state_put_stage(state, stage, &parts);
	while ((item = sw__json_next(targets, item)) != NULL)
		sw_state_put_target(
		    r->machine, state, stage, (uint32_t)item->number);
	times->entered_ms = number_in(document, "entered");
	times->left_ms = number_in(document, "left");
	times->closed_ms = number_in(document, "closed_ms");
	return read_body(r, document, "closing", &times->closed);
}

/* Who waits stands in one array, stages from the last to the first. */
static int
read_stages(const struct reading *r, struct sw_scene *scene,
    struct sw_state *state, const struct sw_json_value *stages)
{
	const struct sw_json_value *document = NULL;
	uint32_t place = 0;
	for (uint32_t i = r->machine->nstages; i-- > 0;) {
		document = sw__json_in(stages, r->machine->stages[i].name);
		if (document != NULL &&
		    read_stage(r, scene, state, i, &place, document) != 0)
			return r->err->code;
	}
	document = NULL;
	while ((document = sw__json_next(stages, document)) != NULL)
		if (sw_words_find_stage(r->machine, document->name) < 0 &&
		    meet_unknown(r, "stage", document->name) != 0)
			return r->err->code;
	return 0;
}

/* What its status speaks of is found when the executions are there. */
static int
read_actions(const struct reading *r, struct sw_scene *scene,
    struct sw_state *state, const struct sw_json_value *actions)
{
	const struct sw_json_value *document = NULL;
	while ((document = sw__json_next(actions, document)) != NULL) {
		const char *name = document->name;
		const int64_t action = sw_words_find_action(r->machine, name);
		enum sw_status status;
		if (action < 0 && meet_unknown(r, "action", name) != 0)
			return r->err->code;
		if (action < 0)
			continue;
		if (read_status(r, document, &status) != 0)
			return r->err->code;
		sw_state_put_action(r->machine, state, (uint32_t)action, status,
		    small_in(document, "retries", SW_RETRIES_MAX));
		scene->next_ms[action] = number_in(document, "next");
	}
	return 0;
}

static int
read_scene(const struct reading *r, struct sw_scene *scene,
    struct sw_state *state, const struct sw_json_value *document)
{
	sw_state_init(r->machine, state);
	state->executions = small_in(document, "executions", UINT32_MAX);
	const struct sw_json_value *stages = sw__json_in(document, "stages");
	const struct sw_json_value *actions = sw__json_in(document, "actions");
	if ((stages != NULL && !is_object(stages)) ||
	    (actions != NULL && !is_object(actions)))
		return corrupt(r, "scene", NULL);
	return read_stages(r, scene, state, stages) != 0
		   ? r->err->code
		   : read_actions(r, scene, state, actions);
}

/* The tries that a scene's statuses speak of. */
static int
point_to_tries(const struct reading *r, struct sw_scene *scene,
    const struct sw_execution *own, const struct sw_json_value *document)
{
	const struct sw_json_value *actions = sw__json_in(document, "actions");
	const struct sw_json_value *action = NULL;
	while ((action = sw__json_next(actions, action)) != NULL) {
		const char *id = sw__json_text_in(action, "try");
		const int64_t at =
		    sw_words_find_action(r->machine, action->name);
		struct sw_try *t = own == NULL ? NULL : own->last_try;
		if (id == NULL || at < 0)
			continue;
		while (t != NULL && strcmp(t->id, id) != 0)
			t = t->before;
		if (own == NULL)
			t = sw__book_find_try(r->book, id);
		if (t == NULL)
			return corrupt(r, "attempt", id);
		scene->current[at] = t;
	}
	return 0;
}

/* PARALLEL: its state is its own. */
static int
read_own_scene(const struct reading *r, struct sw_execution *execution,
    const struct sw_json_value *document)
{
	struct sw_state *state = malloc(r->machine->state_size);
	execution->scene = sw__scene_new(r->machine);
	if (state == NULL || execution->scene == NULL) {
		free(state);
		return sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
	}
	const int status = read_scene(r, execution->scene, state, document);
	if (status == 0 &&
	    sw_instances_put(r->book->instances, execution->number, state) != 0)
		return corrupt(r, "execution", execution->id);
	if (status != 0) {
		free(state);
		return status;
	}
	execution->scene->state =
	    sw_instances_state(r->book->instances, execution->number);
	return point_to_tries(r, execution->scene, execution, document);
}

static int
read_members(const struct reading *r, const struct sw_json_value *document,
    const char *key, struct sw_members *out)
{
	const struct sw_json_value *members = sw__json_in(document, key);
	if (!is_object(members))
		return corrupt(r, "list of", key);
	return sw__members_add(out, members) == 0
		   ? 0
		   : sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
}

static int
read_outputs(const struct reading *r, const struct sw_json_value *document,
    struct sw_execution *x)
{
	return read_members(r, document, "namespaces", &x->namespaces) != 0
		   ? r->err->code
		   : read_members(r, document, "artifacts", &x->artifacts);
}

static int
read_execution(const struct reading *r, struct sw_execution *x,
    const struct sw_json_value *document)
{
	const char *id = sw__json_text_in(document, "id");
	const char *reason = sw__json_text_in(document, "reason");
	const struct sw_json_value *scene = sw__json_in(document, "scene");
	const struct sw_json_value *tries = sw__json_in(document, "tries");
	const struct sw_json_value *item = NULL;
	*x = (struct sw_execution){
		.number = small_in(document, "number", r->book->nexecutions),
		.started_ms = number_in(document, "started"),
		.ended_ms = number_in(document, "ended"),
		.reason = reason == NULL ? NULL : strdup(reason),
		.target = small_in(document, "target", UINT32_MAX),
		.cause = small_in(document, "cause", UINT32_MAX),
		.pruned_ms = number_in(document, "pruned"),
	};
	if (id == NULL || strlen(id) >= SW_UUID_MAX || x->number == 0 ||
	    !is_object(sw__json_in(document, "start")))
		return corrupt(r, "execution", id);
	memcpy(x->id, id, strlen(id) + 1);
	if (read_body(r, document, "start", &x->start) != 0 ||
	    read_outputs(r, document, x) != 0 ||
	    read_status(r, document, &x->status) != 0)
		return r->err->code;
	while ((item = sw__json_next(tries, item)) != NULL)
		if (read_try(r, item, x) != 0)
			return r->err->code;
	/* A state of an earlier machine that nobody took over is none. */
	return scene != NULL && r->machine->mode == SW_MODE_PARALLEL &&
		       small_in(document, "era", UINT32_MAX) == r->book->neras
		   ? read_own_scene(r, x, scene)
		   : 0;
}

static struct sw_execution *
read_record(const struct reading *r, const struct sw_json_value *document)
{
	struct sw_memory *memory = r->book->memory;
	struct sw_execution *x = calloc(1, sizeof *x);
	if (x == NULL || sw__memory_reserve(memory) != 0) {
		free(x);
		sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
		return NULL;
	}
	if (read_execution(r, x, document) != 0) {
		sw__execution_free(r->machine, x);
		return NULL;
	}
	sw__memory_add(memory, x);
	return x;
}

/* The JSON of a document; to be forgotten in any case. */
static int
read_json(const struct reading *r, struct sw_json_document *document,
    const char *body)
{
	const int status = sw__json_read(document, body, strlen(body));
	if (status == SW_ERROR_SYSTEM)
		return sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
	return status == 0 && is_object(document->values)
		   ? 0
		   : corrupt(r, "document", NULL);
}

struct sw_execution *
sw__record_read(
    const struct sw_book *book, const char *body, struct sw_error *err)
{
	const struct reading r = { sw__book_mutable(book),
		book->pipeline->machine, NULL, NULL, err };
	struct sw_json_document document = { 0 };
	struct sw_execution *x = read_json(&r, &document, body) == 0
				     ? read_record(&r, document.values)
				     : NULL;
	sw__json_forget(&document);
	return x;
}

/* Whose it is, and of what form. */
static int
check_owner(const struct reading *r, const struct sw_json_value *document)
{
	const char *name = sw__json_text_in(document, "pipeline");
	const char *machine = sw__json_text_in(document, "machine");
	const char *mode = sw__json_text_in(document, "mode");
	if (number_in(document, "format") != 1 || name == NULL ||
	    machine == NULL || mode == NULL || number_in(document, "seq") == 0)
		return corrupt(r, "format", NULL);
	if (sw__book_check_owner(r->book, name,
		r->unknown == NULL ? machine : NULL, r->err) != 0)
		return r->err->code;
	return strcmp(mode, sw__book_mode(r->machine)) == 0
		   ? 0
		   : meet_unknown(r, "mode", mode);
}

static int
read_live(const struct reading *r, const struct sw_json_value *document)
{
	const struct sw_json_value *live = sw__json_in(document, "live");
	const struct sw_json_value *flight = sw__json_in(document, "flight");
	const struct sw_json_value *item = NULL;
	while ((item = sw__json_next(live, item)) != NULL)
		if (read_record(r, item) == NULL)
			return r->err->code;
	while ((item = sw__json_next(flight, item)) != NULL) {
		struct sw_execution *x =
		    sw__memory_find(r->book->memory, (uint32_t)item->number);
		if (x == NULL)
			return corrupt(r, "flight", NULL);
		sw__book_count_flight(r->book, x);
	}
	return 0;
}

static int
read_leaf(const struct reading *r, const struct sw_json_value *value)
{
	struct sw_book *book = r->book;
	uint8_t leaf[SW_DIGEST_BYTES];
	const unsigned long n =
	    value->name == NULL ? 0 : strtoul(value->name, NULL, 10);
	const char *hex = value->text;
	if (n == 0 || n > book->nexecutions || hex == NULL ||
	    strlen(hex) != 2 * sizeof leaf ||
	    sodium_hex2bin(
		leaf, sizeof leaf, hex, strlen(hex), NULL, NULL, NULL) != 0)
		return corrupt(r, "leaf", value->name);
	sw__digests_put(&book->digests, (uint32_t)n, leaf);
	return 0;
}

/* PARALLEL: the hashes of states, those at hand made anew. */
static int
read_leaves(const struct reading *r, const struct sw_json_value *document)
{
	const struct sw_json_value *leaves = sw__json_in(document, "leaves");
	const struct sw_json_value *value = NULL;
	struct sw_book *book = r->book;
	if (r->machine->mode != SW_MODE_PARALLEL)
		return 0;
	if (sw__digests_reserve(&book->digests, book->nexecutions) != 0)
		return sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
	while ((value = sw__json_next(leaves, value)) != NULL)
		if (read_leaf(r, value) != 0)
			return r->err->code;
	for (uint32_t i = 0; i < book->memory->n; i++) {
		const struct sw_execution *x = book->memory->executions[i];
		if (x->scene != NULL)
			sw__digests_set(&book->digests, x->number,
			    x->scene->state, r->machine->state_size);
	}
	return 0;
}

/* What is known of machines and programs. */
static int
read_era(const struct reading *r, const struct sw_json_value *document)
{
	struct sw_book *book = r->book;
	const char *program = sw__json_text_in(document, "program");
	if (program != NULL && strlen(program) >= sizeof book->program)
		return corrupt(r, "program", program);
	memcpy(book->program, program == NULL ? "" : program,
	    program == NULL ? 1 : strlen(program) + 1);
	book->neras = small_in(document, "eras", UINT32_MAX);
	return sw__book_tell(book, sw__json_in(document, "tables")) == 0
		   ? 0
		   : sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
}

static int
read_book(const struct reading *r, const struct sw_json_value *document)
{
	struct sw_book *book = r->book;
	const char *boot = sw__json_text_in(document, "boot");
	const struct sw_json_value *scene = sw__json_in(document, "scene");
	if (check_owner(r, document) != 0 || read_era(r, document) != 0)
		return r->err->code;
	if (boot == NULL || strlen(boot) >= sizeof book->clocks.boot)
		return corrupt(r, "clock", boot);
	memcpy(book->clocks.boot, boot, strlen(boot) + 1);
	book->clocks.lead_ms = sw__json_number_in(document, "lead_ms");
	book->nexecutions = small_in(document, "executions", UINT32_MAX);
	if (sw__ranges_read(&book->pruned, sw__json_in(document, "pruned"),
		book->nexecutions) != 0)
		return corrupt(r, "pruned", NULL);
	sw__members_free(&book->tips);
	if (read_members(r, document, "tips", &book->tips) != 0)
		return r->err->code;
	if (sw_instances_resume(book->instances, book->nexecutions) != 0)
		return sw__error(r->err, SW_ERROR_SYSTEM, "out of memory");
	if (read_scene(r, book->shared,
		sw_instances_shared_mutable(book->instances), scene) != 0 ||
	    read_live(r, document) != 0 ||
	    point_to_tries(r, book->shared, NULL, scene) != 0 ||
	    read_leaves(r, document) != 0)
		return r->err->code;
	book->has_digest = false;
	book->seq = book->stored_seq = number_in(document, "seq");
	book->time_ms = number_in(document, "time");
	return 0;
}

/* Of another machine than this program's, which it tells of. */
static bool
is_of_another(const struct reading *r, const struct sw_json_value *document)
{
	const char *machine = sw__json_text_in(document, "machine");
	char own[17];
	snprintf(own, sizeof own, "%016" PRIx64, r->machine->fingerprint);
	return r->unknown == NULL && machine != NULL &&
	       strcmp(machine, own) != 0 &&
	       is_object(sw__json_in(document, "tables"));
}

int
sw__checkpoint_read(struct sw_book *book, const char *body,
    sw_unknown_fn unknown, void *payload, struct sw_error *err)
{
	struct reading r = { book, book->pipeline->machine, unknown, payload,
		err };
	struct sw_json_document json = { 0 };
	int status = read_json(&r, &json, body);
	const struct sw_json_value *document = json.values;
	if (status == 0 && is_of_another(&r, document))
		status =
		    sw__book_switch(book, sw__json_in(document, "tables"), err);
	r.machine = book->pipeline->machine;
	if (status == 0)
		status = read_book(&r, document);
	sw__json_forget(&json);
	if (status == 0)
		sw__digest(book->memory->stored_hash, body, strlen(body));
	return status;
}
