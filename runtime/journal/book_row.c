/*
 * How a row of the journal changes the book. Input: the book and a row;
 * output: the book after it and what the machine answered. Bodies were written
 * by the engine; one that it cannot have written is reported, not asserted.
 * Must not know of the journal, the clock or processes.
 */
#include "book.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "book_part.h"
#include "machine/words.h"

int
sw__entry_corrupt(const struct entry *e, const char *what)
{
	return sw__error(e->err, SW_ERROR_CORRUPT,
	    "journal row %" PRIu64 " (%s) is not one that was written: %s",
	    e->row->seq, e->row->kind, what);
}

/* For one that the event or the machine may start. */
static int
reserve_execution(struct entry *e)
{
	if (sw__memory_reserve(e->book->memory) != 0 ||
	    (is_parallel(e) && sw__digests_reserve(&e->book->digests,
				   e->book->nexecutions + 1) != 0))
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	e->next = calloc(1, sizeof *e->next);
	if (e->next == NULL)
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	return 0;
}

/* A new execution's record, before the machine may have started it. */
static int
prepare_start(struct entry *e)
{
	const struct sw_book *book = e->book;
	const char *id = text_of(e, "id");
	if (id == NULL || strlen(id) >= SW_UUID_MAX ||
	    number_of(e, "execution") != book->nexecutions + 1)
		return sw__entry_corrupt(
		    e, "it does not start the next execution");
	/* A rollback takes them over. */
	if (object_of(e, "variables") == NULL ||
	    object_of(e, "revisions") == NULL)
		return sw__entry_corrupt(e, "it does not say what it runs");
	*e->next = (struct sw_execution){
		.number = book->nexecutions + 1,
		.status = SW_STATUS_IN_PROGRESS,
		.started_ms = e->row->time_ms,
		.start = sw__body_hold(e->row->body),
		.scene = is_parallel(e) ? sw__scene_new(e->machine) : NULL,
	};
	memcpy(e->next->id, id, strlen(id) + 1);
	if (is_parallel(e) && e->next->scene == NULL)
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	return 0;
}

static void
finish_start(struct entry *e)
{
	struct sw_execution *execution = e->next;
	e->next = NULL;
	sw__memory_add(e->book->memory, execution);
	e->book->nexecutions++;
	sw__book_count_flight(e->book, execution);
	if (!is_parallel(e))
		return;
	execution->scene->state =
	    sw_instances_state(e->book->instances, execution->number);
	e->scene = execution->scene;
}

/* A decision that names its execution, or its question, holds for no other. */
static bool
is_decision_on_asked(const struct entry *e, struct sw_event event)
{
	const uint32_t execution = number_of(e, "execution");
	const char *token = text_of(e, "token");
	if (event.kind != SW_EVENT_APPROVE && event.kind != SW_EVENT_REJECT)
		return true;
	if (e->scene == NULL)
		return true; /* the machine says it better */
	const uint32_t stage = e->machine->actions[event.subject].stage;
	const struct sw_try *asked = e->scene->current[event.subject];
	if (token != NULL && (asked == NULL || strcmp(asked->id, token) != 0))
		return false;
	return execution == 0 ||
	       sw_state_stage(e->scene->state, stage)->execution == execution;
}

/* PARALLEL: its state is hashed again, or given back when it is over well. */
static void
finish_scene(struct entry *e, uint32_t number)
{
	struct sw_execution *execution = execution_at(e->book, number);
	sw__book_change(e->book, execution);
	if (execution->status != SW_STATUS_SUCCEEDED) {
		sw__digests_set(&e->book->digests, number,
		    execution->scene->state, e->machine->state_size);
		return;
	}
	sw__digests_clear(&e->book->digests, number);
	sw__scene_free(e->machine, execution->scene);
	execution->scene = NULL;
	sw_instances_forget(e->book->instances, number);
}

static int
refuse(struct entry *e, const char *line, int refusal)
{
	if (refusal < 0)
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	return sw__error(e->err, SW_ERROR_REFUSED, "%s: %s (%s)", line,
	    sw_words_refusal_sentence((enum sw_refusal)refusal),
	    sw_words_refusal((enum sw_refusal)refusal));
}

/* Where an event happens; NULL: the machine says that it cannot. */
static int
find_scene(struct entry *e, uint32_t execution)
{
	const struct sw_execution *x;
	e->scene = e->book->shared;
	if (!is_parallel(e))
		return 0;
	if (sw__book_find(e->book, execution, &x, e->err) < 0)
		return e->err->code;
	e->scene = x == NULL ? NULL : x->scene;
	return 0;
}

/* What a rollback goes back to is needed when the machine has taken the event,
 * and then nothing may fail. */
static int
find_target(struct entry *e, struct sw_event event)
{
	const struct sw_execution *x;
	return event.kind == SW_EVENT_ROLLBACK &&
		       sw__book_find(e->book, event.target, &x, e->err) < 0
		   ? e->err->code
		   : 0;
}

static int
apply_event(struct entry *e)
{
	char problem[SW_WORDS_MAX];
	const char *line = text_of(e, "event");
	struct sw_addressed event;
	if (line == NULL ||
	    sw_words_read_event(e->machine, line, &event, problem) != 0)
		return sw__entry_corrupt(
		    e, line == NULL ? "it has no event" : problem);
	const bool starts = event.event.kind == SW_EVENT_START;
	if (find_target(e, event.event) != 0 ||
	    find_scene(e, event.execution) != 0)
		return e->err->code;
	if (!is_decision_on_asked(e, event.event))
		return sw__entry_corrupt(
		    e, "it decides about another question");
	if (reserve_execution(e) != 0 || (starts && prepare_start(e) != 0))
		return e->err->code;

	e->out->commands = e->book->commands;
	e->out->fired = e->book->fired;
	const int refusal =
	    sw_instances_step(e->book->instances, event, e->out);
	if (refusal != SW_ACCEPTED)
		return refuse(e, line, refusal);
	if (starts)
		finish_start(e);
	assert(e->scene != NULL);
	sw__entry_follow(e, event.event);
	if (is_parallel(e))
		finish_scene(
		    e, starts ? e->book->nexecutions : event.execution);
	return 0;
}

/* Is it one of an attempt in the execution? It names a directory, too. */
static bool
is_attempt_id(const char *id, uint32_t execution)
{
	char *end;
	return id != NULL && strlen(id) < SW_ATTEMPT_ID_MAX &&
	       id[strspn(id, "0123456789.")] == '\0' && id[0] != '.' &&
	       strtoul(id, &end, 10) == execution && *end == '.';
}

/* A row about an action that the machine has started and nobody tries yet. */
static int
add_try(struct entry *e, struct sw_try **out)
{
	struct sw_book *book = e->book;
	const char *path = text_of(e, "action");
	const char *id = text_of(e, "id");
	const uint32_t execution = number_of(e, "execution");
	const uint32_t number = number_of(e, "number");
	const int64_t found =
	    path == NULL ? -1 : sw_words_find_action(e->machine, path);
	if (found < 0 || !is_attempt_id(id, execution))
		return sw__entry_corrupt(e, "it names no action or attempt");
	const uint32_t action = (uint32_t)found;
	const uint32_t stage = e->machine->actions[action].stage;
	if (find_scene(e, execution) != 0)
		return e->err->code;
	if (e->scene == NULL ||
	    sw__book_startable(book, e->scene, action) > e->row->time_ms ||
	    sw_state_stage(e->scene->state, stage)->execution != execution ||
	    sw__book_next_number(book, action, execution) != number)
		return sw__entry_corrupt(e, "the action was not to be started");

	struct sw_try *try_ = calloc(1, sizeof *try_);
	if (try_ == NULL)
		return sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
	struct sw_execution *x = execution_at(book, execution);
	*try_ = (struct sw_try){
		.action = action,
		.before = x->last_try,
		.execution = execution,
		.number = number,
		.status = SW_STATUS_IN_PROGRESS,
		.started_ms = e->row->time_ms,
	};
	memcpy(try_->id, id, strlen(id) + 1);
	x->last_try = try_;
	e->scene->current[action] = try_;
	*out = try_;
	return 0;
}

static int
apply_dispatch(struct entry *e)
{
	struct sw_try *try_ = NULL;
	return add_try(e, &try_);
}

static int
apply_ask(struct entry *e)
{
	struct sw_try *try_ = NULL;
	const int64_t due = sw__body_number(e->row->body, "due_ms");
	if (text_of(e, "text") == NULL || due <= 0)
		return sw__entry_corrupt(
		    e, "it does not say what is asked, or when");
	struct sw_body *text = sw__body_copy(value_of(e, "text"));
	const int status =
	    text == NULL ? sw__error(e->err, SW_ERROR_SYSTEM, "out of memory")
			 : add_try(e, &try_);
	if (status != 0 || try_ == NULL) {
		sw__body_drop(text);
		return status;
	}
	try_->due_ms = (uint64_t)due;
	try_->asked = text;
	return 0;
}

/* An attempt ended that was abandoned before. */
static int
apply_ended(struct entry *e)
{
	const char *id = text_of(e, "attempt");
	struct sw_try *try_ =
	    id == NULL ? NULL : sw__book_find_try(e->book, id);
	if (try_ == NULL)
		return sw__entry_corrupt(e, "it names no attempt");
	try_->has_ended = true;
	if (try_->result == NULL)
		try_->result = sw__body_hold(e->row->body);
	return 0;
}

static int
apply_tip(struct entry *e)
{
	const char *action = text_of(e, "action");
	const char *ref = text_of(e, "ref");
	char key[2 * SW_WORDS_MAX];
	if (action == NULL || ref == NULL || text_of(e, "revision") == NULL)
		return sw__entry_corrupt(e, "it names no revision of a source");
	snprintf(key, sizeof key, "%s %s", action, ref);
	return sw__members_put(&e->book->tips, key,
		   sw__body_copy(value_of(e, "revision"))) == 0
		   ? 0
		   : sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
}

static uint64_t
moved(uint64_t ms, int64_t by)
{
	return by < 0 && ms <= (uint64_t)-by ? 1 : ms + (uint64_t)by;
}

/* What waits in a scene waits as long as before. */
static void
move_waits(const struct entry *e, const struct sw_scene *scene, int64_t by)
{
	for (uint32_t a = 0; a < e->machine->nactions; a++) {
		struct sw_try *try_ = scene->current[a];
		if (scene->next_ms[a] != 0)
			scene->next_ms[a] = moved(scene->next_ms[a], by);
		if (try_ != NULL && try_->due_ms != 0 &&
		    try_->status == SW_STATUS_IN_PROGRESS)
			try_->due_ms = moved(try_->due_ms, by);
	}
}

/* How the clocks stand, if the row says so. */
static void
take_clocks(const struct entry *e)
{
	struct sw_clocks *clocks = &e->book->clocks;
	const char *boot = text_of(e, "boot");
	const int64_t lead = sw__body_number(e->row->body, "lead_ms");
	const struct sw_scene *scene;
	uint32_t at = 0;
	if (boot == NULL || strlen(boot) >= sizeof clocks->boot)
		return;
	if (boot[0] != '\0' && strcmp(boot, clocks->boot) == 0)
		while ((scene = sw__book_each(e->book, &at)) != NULL)
			move_waits(e, scene, lead - clocks->lead_ms);
	memcpy(clocks->boot, boot, strlen(boot) + 1);
	clocks->lead_ms = lead;
}

static int
apply_clock(struct entry *e)
{
	const struct sw_json_value *lead = value_of(e, "lead_ms");
	if (text_of(e, "boot") == NULL || lead == NULL ||
	    lead->kind != SW_JSON_NUMBER)
		return sw__entry_corrupt(
		    e, "it does not say how the clocks stand");
	take_clocks(e);
	return 0;
}

int
sw__book_check_owner(const struct sw_book *book, const char *pipeline,
    const char *machine, struct sw_error *err)
{
	char fingerprint[17];
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    book->pipeline->machine->fingerprint);
	if (strcmp(pipeline, book->pipeline->name) != 0)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the state directory belongs to pipeline '%s' and this is "
		    "'%s'; use another one with --state",
		    pipeline, book->pipeline->name);
	if (machine != NULL && strcmp(machine, fingerprint) != 0)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the state directory was written by another version of "
		    "pipeline '%s' (machine %s, and this is %s); use the "
		    "program that wrote it, or another directory with --state",
		    pipeline, machine, fingerprint);
	return 0;
}

/* The book was stored. One that was read is the one whose hash is in the row,
 * or somebody has written another. */
static int
apply_checkpoint(struct entry *e)
{
	static const uint8_t none[SW_DIGEST_BYTES];
	struct sw_book *book = e->book;
	const char *hash = text_of(e, "hash");
	char own[2 * SW_DIGEST_BYTES + 1];
	if (hash == NULL || number_of(e, "seq") != e->row->seq - 1)
		return sw__entry_corrupt(
		    e, "it names no checkpoint of the row before");
	sodium_bin2hex(
	    own, sizeof own, book->memory->stored_hash, SW_DIGEST_BYTES);
	if (memcmp(book->memory->stored_hash, none, sizeof none) != 0 &&
	    book->stored_seq == book->seq && strcmp(hash, own) != 0)
		return sw__entry_corrupt(e, "the checkpoint is another one");
	book->stored_seq = book->seq;
	memset(book->memory->stored_hash, 0, SW_DIGEST_BYTES);
	sw__book_put_away(book);
	return 0;
}

/* Rows were lost, and somebody goes on without them. */
static int
apply_recover(struct entry *e)
{
	return number_of(e, "last") != 0
		   ? 0
		   : sw__entry_corrupt(e, "it does not say what was lost");
}

/* Rows are no longer kept: the book knows all that they said. */
static int
apply_compact(struct entry *e)
{
	return number_of(e, "through") != 0 &&
		       number_of(e, "through") <= e->book->stored_seq
		   ? 0
		   : sw__entry_corrupt(e, "it names no checkpoint");
}

/* Whose program owned the directory last. */
static int
take_program(struct entry *e, const char *hash)
{
	if (hash == NULL || strlen(hash) >= SW_PROGRAM_MAX)
		return sw__entry_corrupt(e, "it names no program");
	memcpy(e->book->program, hash, strlen(hash) + 1);
	return 0;
}

/* NULL: it tells of none. */
static int
take_tables(const struct entry *e, const struct sw_json_value *tables)
{
	return sw__book_tell(e->book, tables) == 0
		   ? 0
		   : sw__error(e->err, SW_ERROR_SYSTEM, "out of memory");
}

static int
apply_program(struct entry *e)
{
	const struct sw_json_value *tables = object_of(e, "tables");
	if (tables != NULL && take_tables(e, tables) != 0)
		return e->err->code;
	return take_program(e, text_of(e, "hash"));
}

/* A journal of this pipeline; of which machine, it says itself. */
static int
apply_pipeline(struct entry *e)
{
	const char *name = text_of(e, "pipeline");
	const char *machine = text_of(e, "machine");
	const struct sw_json_value *tables = object_of(e, "tables");
	char fingerprint[17];
	if (e->row->seq != 1 || name == NULL || machine == NULL)
		return sw__entry_corrupt(
		    e, "it says whose journal it is, first of all");
	if (sw__book_check_owner(e->book, name, NULL, e->err) != 0 ||
	    (text_of(e, "program") != NULL &&
		take_program(e, text_of(e, "program")) != 0))
		return e->err->code;
	take_clocks(e);
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    e->machine->fingerprint);
	if (strcmp(machine, fingerprint) != 0) {
		if (tables == NULL)
			return sw__book_check_owner(
			    e->book, name, machine, e->err);
		if (sw__book_switch(e->book, tables, e->err) != 0)
			return e->err->code;
		e->machine = e->book->pipeline->machine;
	}
	return take_tables(e, tables);
}

/* An upgrade is of this book's machine, by a program that is kept. */
static int
apply_upgrade(struct entry *e)
{
	const struct sw_json_value *machine = object_of(e, "machine");
	const char *program = text_of(e, "program");
	if (machine == NULL ||
	    (program != NULL && strlen(program) >= SW_PROGRAM_MAX))
		return sw__entry_corrupt(e, "it names no machine");
	if (sw__book_apply_upgrade(e) != 0 || take_tables(e, machine) != 0)
		return e->err->code;
	return program == NULL ? 0 : take_program(e, program);
}

struct kind {
	const char *name;
	int (*apply)(struct entry *);
	bool keeps_states; /* of the machine, all of them */
};

/* How a row is taken in. All others are events, named by their verbs. */
static const struct kind *
find_kind(const char *name)
{
	static const struct kind facts[] = {
		{ "pipeline", apply_pipeline, false },
		{ "dispatch", apply_dispatch, true },
		{ "ask", apply_ask, true },
		{ "ended", apply_ended, true },
		{ "clock", apply_clock, true },
		{ "checkpoint", apply_checkpoint, true },
		{ "recover", apply_recover, true },
		{ "prune", sw__book_apply_prune, false },
		{ "compact", apply_compact, true },
		{ "tip", apply_tip, true },
		{ "program", apply_program, true },
		{ "upgrade", apply_upgrade, false },
	};
	static const struct kind event = { "", apply_event, false };
	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		if (strcmp(name, facts[i].name) == 0)
			return &facts[i];
	return &event;
}

int
sw__book_apply(struct sw_book *book, const struct sw_row *row,
    struct sw_output *out, struct sw_error *err)
{
	if (book->seq == 0 && strcmp(row->kind, "pipeline") != 0)
		return sw__error(err, SW_ERROR_CORRUPT,
		    "the journal does not say whose it is");
	struct entry e = { book, book->pipeline->machine, row, out, err, NULL,
		NULL };
	const struct kind *kind = find_kind(row->kind);
	sw__book_forget_guests(book);
	*out = (struct sw_output){ 0 };
	book->has_digest = book->has_digest && kind->keeps_states;
	const int status = kind->apply(&e);
	sw__execution_free(e.machine, e.next);
	if (status == 0) {
		book->seq = row->seq;
		book->time_ms = row->time_ms;
	}
	return status;
}
