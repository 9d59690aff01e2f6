/*
 * Requests to the engine and its answers, whether they come over the socket
 * or from this very process. Input: one JSON object; output: one JSON object.
 * Knows no sockets.
 */
#include "request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "journal/json_write.h"
#include "key.h"
#include "machine/words.h"
#include "peer.h"
#include "post.h"
#include "provenance/predicate.h"
#include "view/view.h"

/* Bytes of the hash of a request. */
#define REQUEST_BYTES 16

json_t *
sw__request_failure(const struct sw_error *err)
{
	return json_pack("{s:b, s:i, s:s}", "ok", 0, "code", (int)err->code,
	    "error", err->text);
}

int
sw__request_outcome(const json_t *answer, struct sw_error *err)
{
	if (json_is_true(json_object_get(answer, "ok")))
		return 0;
	const char *text = json_string_value(json_object_get(answer, "error"));
	const json_int_t code =
	    json_integer_value(json_object_get(answer, "code"));
	if (text == NULL || code >= 0 || code < SW_ERROR_UPGRADE)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the owner of the state directory gives no sensible "
		    "answer; it may be of another version");
	return sw__error(err, (enum sw_error_code)code, "%s", text);
}

static const char *
text_of(const json_t *request, const char *name)
{
	return json_string_value(json_object_get(request, name));
}

static uint32_t
number_of(const json_t *request, const char *name)
{
	const json_int_t n = json_integer_value(json_object_get(request, name));
	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* Can nothing happen to what holds this stage before a person decides? */
static bool
holder_is_blocked(
    const struct sw_book *book, const struct sw_scene *scene, uint32_t stage)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_stage *row = &machine->stages[stage];
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		if (sw_state_action(machine, scene->state, a) ==
			SW_STATUS_IN_PROGRESS &&
		    machine->actions[a].category != SW_CATEGORY_APPROVAL)
			return false;
	return true;
}

static bool
waits_at(const struct sw_book *book, const struct sw_scene *scene,
    uint32_t stage, uint32_t execution)
{
	uint32_t who = 0;
	for (uint32_t i = 0; who != execution; i++) {
		who = sw_state_waiting(
		    book->pipeline->machine, scene->state, stage, i);
		if (who == 0)
			return false;
	}
	return true;
}

static bool
is_blocked(const struct sw_book *book, uint32_t execution)
{
	const struct sw_machine *machine = book->pipeline->machine;
	const struct sw_scene *scene = sw__book_scene(book, execution);
	for (uint32_t i = 0; scene != NULL && i < machine->nstages; i++) {
		const struct sw_stage_state *s =
		    sw_state_stage(scene->state, i);
		const bool is_held = s->status == SW_STATUS_IN_PROGRESS ||
				     s->status == SW_STATUS_STOPPING;
		if (is_held && s->execution == execution)
			return holder_is_blocked(book, scene, i);
		if (waits_at(book, scene, i, execution))
			return is_held ? holder_is_blocked(book, scene, i)
				       : true;
	}
	return false;
}

/* The rollback that an execution's failure started, while it goes on. */
static const struct sw_execution *
rollback_of(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *x = NULL;
	while ((x = sw__book_next_in_flight(book, x)) != NULL)
		if (x->cause == number)
			return x;
	return NULL;
}

json_t *
sw__request_standing(const struct sw_book *book, uint32_t number)
{
	const struct sw_execution *execution = sw__book_execution(book, number);
	if (execution == NULL)
		return NULL;
	const struct sw_execution *rollback = rollback_of(book, number);
	return json_pack("{s:I, s:s, s:b, s:o}", "execution",
	    (json_int_t)number, "status", sw_words_status(execution->status),
	    "blocked",
	    (int)is_blocked(book, rollback == NULL ? number : rollback->number),
	    "rollback",
	    rollback == NULL ? json_null()
			     : json_integer((json_int_t)rollback->number));
}

/* A request, from when it is read until it is answered. */
struct asked {
	struct sw_matter matter;
	const struct verb *verb;
	struct sw_engine *engine;
	json_t *request;
	struct sw_body *recorded; /* by it, now or before: its row */
	char by[SW_PEER_MAX];
	long owner;
	sw_answer_fn answer;
	void *payload;
};

/* Each either drafts a row in a turn, and says what it holds, or reads after
 * it: a document, or NULL with *err; without a code, memory is short. */
struct verb {
	const char *name;
	int (*draft)(
	    struct asked *asked, struct sw_turn *turn, struct sw_error *err);
	json_t *(*say)(const struct asked *asked);
	json_t *(*read)(const struct asked *asked, struct sw_error *err);
};

static json_t *
disk_of(const struct sw_engine *engine)
{
	const struct sw_space *space = sw__engine_space(engine);
	if (space == NULL)
		return json_null();
	const struct sw_room room = sw__space_look(space);
	return json_pack("{s:I, s:I, s:b}", "free", (json_int_t)room.free_bytes,
	    "floor", (json_int_t)room.floor_bytes, "low", (int)room.is_low);
}

static json_t *
read_status(const struct asked *asked, struct sw_error *err)
{
	json_t *document = sw__view_status(
	    sw__engine_book(asked->engine), sw__engine_now(asked->engine));
	(void)err;
	json_object_set_new(document, "disk", disk_of(asked->engine));
	return document;
}

static json_t *
read_history(const struct asked *asked, struct sw_error *err)
{
	const uint32_t limit = number_of(asked->request, "limit");
	return sw__view_history(sw__engine_book(asked->engine),
	    sw__engine_now(asked->engine),
	    limit == 0 ? SW_HISTORY_DEFAULT : limit, err);
}

static json_t *
read_show(const struct asked *asked, struct sw_error *err)
{
	const struct sw_book *book = sw__engine_book(asked->engine);
	uint32_t number = number_of(asked->request, "execution");
	if (number == 0)
		number = book->nexecutions;
	json_t *document =
	    sw__view_show(book, sw__engine_now(asked->engine), number, err);
	if (document != NULL || err->code != SW_OK)
		return document;
	if (book->nexecutions == 0)
		sw__error(err, SW_ERROR_REFUSED,
		    "nothing was ever started; `run` does");
	else
		sw__error(err, SW_ERROR_REFUSED,
		    "there is no execution #%" PRIu32
		    "; the newest one is #%" PRIu32,
		    number, book->nexecutions);
	return document;
}

/* What can be attested: of which artifact is all that a request says. */
static json_t *
read_provenance(const struct asked *asked, struct sw_error *err)
{
	return sw__predicates(sw__engine_book(asked->engine),
	    number_of(asked->request, "execution"),
	    text_of(asked->request, "of"), err);
}

static json_t *
read_replay(const struct asked *asked, struct sw_error *err)
{
	uint64_t rows = 0;
	if (sw__engine_replay(asked->engine, &rows, err) != 0)
		return NULL;
	return json_pack("{s:I}", "rows", (json_int_t)rows);
}

/* A person's start is of the one who asks, whatever the request says. */
static int
draft_start(struct asked *asked, struct sw_turn *turn, struct sw_error *err)
{
	json_t *trigger =
	    json_pack("{s:s, s:s}", "type", "Manual", "by", asked->by);
	const struct sw_start start = {
		.trigger = trigger,
		.variables = json_object_get(asked->request, "variables"),
		.revisions = json_object_get(asked->request, "revisions"),
		.approve = json_object_get(asked->request, "approve"),
	};
	uint32_t number = 0;
	const int status = sw__turn_start(turn, &start, &number, err);
	json_decref(trigger);
	if (status == SW_ERROR_REFUSED)
		sw__error_add(err, "; wait until one ends, or `stop` one");
	return status;
}

/* What its row says; NULL: nothing of that name. */
static json_t *
recorded_of(const struct asked *asked, const char *name)
{
	return sw__body_document(sw__body_in(asked->recorded, name));
}

static json_t *
say_start(const struct asked *asked)
{
	return json_pack("{s:o}", "execution", recorded_of(asked, "execution"));
}

static int
draft_post(struct asked *asked, struct sw_turn *turn, struct sw_error *err)
{
	return sw__post_draft(
	    asked->engine, turn, asked->request, asked->by, err);
}

static uint32_t
count_in_flight(const struct sw_book *book)
{
	const struct sw_execution *x = NULL;
	uint32_t n = 0;
	while ((x = sw__book_next_in_flight(book, x)) != NULL)
		n++;
	return n;
}

static json_t *
say_post(const struct asked *asked)
{
	json_t *execution = recorded_of(asked, "execution");
	json_t *document = json_pack("{s:o, s:I}", "event",
	    recorded_of(asked, "event"), "inFlight",
	    (json_int_t)count_in_flight(sw__engine_book(asked->engine)));
	if (execution != NULL)
		json_object_set_new(document, "execution", execution);
	return document;
}

/* How long they are kept, as a request says. */
static int
retention_of(
    const json_t *request, struct sw_retention *out, struct sw_error *err)
{
	const uint32_t days = number_of(request, "keepDays");
	*out = (struct sw_retention){
		.keep = number_of(request, "keep"),
		.keep_ms = days * SW_DAY_MS,
	};
	return out->keep != 0 || days != 0
		   ? 0
		   : sw__error(err, SW_ERROR_USAGE,
			 "the request says neither how many executions are "
			 "kept nor for how many days");
}

static int
draft_prune(struct asked *asked, struct sw_turn *turn, struct sw_error *err)
{
	struct sw_retention retention;
	if (retention_of(asked->request, &retention, err) != 0)
		return err->code;
	return sw__turn_prune(turn, &retention, asked->by, err);
}

static json_t *
say_prune(const struct asked *asked)
{
	json_t *gave_up = recorded_of(asked, "gaveUp");
	json_t *document =
	    json_pack("{s:o}", "executions", recorded_of(asked, "executions"));
	if (gave_up != NULL)
		json_object_set_new(document, "gaveUp", gave_up);
	return document;
}

static json_t *
read_prunable(const struct asked *asked, struct sw_error *err)
{
	struct sw_retention retention;
	if (retention_of(asked->request, &retention, err) != 0)
		return NULL;
	return sw__engine_prunable(
	    asked->engine, &retention, number_of(asked->request, "from"), err);
}

static const struct verb verbs[] = {
	{ "status", NULL, NULL, read_status },
	{ "history", NULL, NULL, read_history },
	{ "show", NULL, NULL, read_show },
	{ "provenance", NULL, NULL, read_provenance },
	{ "replay", NULL, NULL, read_replay },
	{ "start", draft_start, say_start, NULL },
	{ "post", draft_post, say_post, NULL },
	{ "prune", draft_prune, say_prune, NULL },
	{ "prunable", NULL, NULL, read_prunable },
};

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof verbs / sizeof verbs[0];
	     i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* What tells a request from another one with the same key. */
static void
digest_of(const json_t *request, char out[2 * REQUEST_BYTES + 1])
{
	uint8_t hash[REQUEST_BYTES] = { 0 };
	json_t *bare = json_copy((json_t *)(uintptr_t)request);
	json_object_del(bare, "key");
	char *text = sw__json_dump(bare, JSON_COMPACT | JSON_SORT_KEYS);
	if (text != NULL)
		crypto_generichash(hash, sizeof hash, (const uint8_t *)text,
		    strlen(text), NULL, 0);
	sodium_bin2hex(out, 2 * REQUEST_BYTES + 1, hash, sizeof hash);
	free(text);
	json_decref(bare);
}

/* Was it asked before? 1: yes, and recorded. */
static int
find_asked(struct asked *asked, struct sw_turn *turn, const char *id,
    const char *digest, struct sw_error *err)
{
	struct sw_recorded row;
	const int status = sw__turn_find(turn, id, &row, err);
	if (status != 1)
		return status;
	const char *before = sw__body_text(row.body, "request");
	if (before == NULL || strcmp(before, digest) != 0) {
		sw__body_drop(row.body);
		return sw__error(err, SW_ERROR_REFUSED,
		    "the %s was given to another request, which is row %" PRIu64
		    " of the journal; use another key",
		    id, row.seq);
	}
	asked->recorded = row.body;
	return 1;
}

/* The row that was just drafted, which the answer is made of. */
static int
keep_recorded(struct asked *asked, struct sw_turn *turn, struct sw_error *err)
{
	asked->recorded = sw__turn_last(turn);
	return asked->recorded != NULL
		   ? 0
		   : sw__error(err, SW_ERROR_SYSTEM, "out of memory");
}

static int
draft_asked(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	struct asked *asked = (struct asked *)matter;
	const char *key = text_of(asked->request, "key");
	char id[sizeof "key " + SW_KEY_MAX];
	char digest[2 * REQUEST_BYTES + 1];
	int status = 0;
	sw__body_drop(asked->recorded);
	asked->recorded = NULL;
	if (key != NULL) {
		if (sw__key_check(key, err) != 0)
			return err->code;
		snprintf(id, sizeof id, "key %s", key);
		digest_of(asked->request, digest);
		status = find_asked(asked, turn, id, digest, err);
		if (status != 0)
			return status < 0 ? status : 0;
		sw__turn_name(turn, id, digest);
	}
	status = asked->verb->draft(asked, turn, err);
	return status == 0 ? keep_recorded(asked, turn, err) : status;
}

static json_t *
answer_of(struct asked *asked)
{
	struct sw_matter *matter = &asked->matter;
	json_t *document = NULL;
	matter->err.code = matter->status;
	if (matter->status == 0)
		document = asked->verb->read != NULL
			       ? asked->verb->read(asked, &matter->err)
			       : asked->verb->say(asked);
	if (document != NULL) {
		json_object_set_new(document, "owner",
		    asked->owner == 0 ? json_null()
				      : json_integer(asked->owner));
		return json_pack("{s:b, s:o}", "ok", 1, "document", document);
	}
	if (matter->err.code == SW_OK)
		sw__error(&matter->err, SW_ERROR_SYSTEM, "out of memory");
	return sw__request_failure(&matter->err);
}

static void
on_done(struct sw_matter *matter)
{
	struct asked *asked = (struct asked *)matter;
	asked->answer(answer_of(asked), asked->payload);
	sw__body_drop(asked->recorded);
	json_decref(asked->request);
	free(asked);
}

void
sw__request_submit(struct sw_engine *engine, json_t *request,
    const struct sw_asker *asker, sw_answer_fn answer, void *payload)
{
	struct sw_error err;
	const char *name = text_of(request, "verb");
	const struct verb *verb = find_verb(name);
	struct asked *asked = verb == NULL ? NULL : calloc(1, sizeof *asked);
	if (asked == NULL) {
		if (verb == NULL)
			sw__error(&err, SW_ERROR_USAGE,
			    "'%.100s' is no request", name == NULL ? "" : name);
		else
			sw__error(&err, SW_ERROR_SYSTEM, "out of memory");
		json_decref(request);
		answer(sw__request_failure(&err), payload);
		return;
	}
	asked->matter.draft = verb->draft == NULL ? NULL : draft_asked;
	asked->matter.done = on_done;
	asked->matter.bytes = sizeof *asked + asker->bytes;
	asked->verb = verb;
	asked->engine = engine;
	asked->request = request;
	snprintf(asked->by, sizeof asked->by, "%s", asker->by);
	asked->owner = asker->owner;
	asked->answer = answer;
	asked->payload = payload;
	sw__engine_submit(engine, &asked->matter);
}

static void
keep_answer(json_t *answer, void *payload)
{
	*(json_t **)payload = answer;
}

json_t *
sw__request_answer(
    struct sw_engine *engine, const json_t *request, const char *by, long owner)
{
	const struct sw_asker asker = { .by = by, .owner = owner };
	json_t *answer = NULL;
	sw__request_submit(
	    engine, json_deep_copy(request), &asker, keep_answer, &answer);
	if (answer == NULL)
		sw__engine_turn(engine);
	return answer;
}
