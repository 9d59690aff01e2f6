/*
 * Actions, from the machine's command to the event of their end. Input:
 * commands, results of attempts; output: rows drafted in a turn, supervisors
 * launched, adopted, stopped. What an end means is the machine's to say.
 */
#include "engine_turn.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words.h"
#include "provider/utf8.h"
#include "secret/vault.h"

static void on_end(
    struct sw_attempt *attempt, const struct sw_result *result, void *payload);

static void
attempt_dir(const struct sw_engine *engine, const char *id, char path[PATH_MAX])
{
	const int n = snprintf(
	    path, PATH_MAX, "%s/attempts/%s", engine->options.dir->path, id);
	assert(n > 0);
	if (n >= PATH_MAX)
		path[0] = '\0';
}

/* "event": "VERB STAGE.ACTION" */
static void
say_event(struct sw_facts *facts, const struct sw_engine *engine,
    enum sw_event_kind kind, const struct sw_task *task)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	const struct sw_addressed event = {
		.event = { .kind = kind, .subject = task->action },
		.execution =
		    machine->mode == SW_MODE_PARALLEL ? task->execution : 0,
	};
	char line[SW_WORDS_MAX];
	sw__facts_text(facts, "event", sw_words_event(machine, event, line));
}

static const struct sw_action *
row_of(const struct sw_engine *engine, const struct sw_task *task)
{
	return &engine->options.pipeline->machine->actions[task->action];
}

/* The action fails before anything was tried. */
static int
draft_failure(struct sw_turn *turn, const struct sw_task *task,
    const char *reason, struct sw_error *err)
{
	struct sw_facts facts = sw__turn_facts(turn);
	say_event(&facts, turn->engine, SW_EVENT_FAIL, task);
	sw__facts_text(&facts, "reason", reason);
	return sw__turn_draft(turn, "fail", &facts, err);
}

/* What rows say of a new try, whose id this is. */
static void
say_try(struct sw_facts *facts, const struct sw_engine *engine,
    const struct sw_task *task, const char *id)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	char name[SW_WORDS_MAX];
	const uint32_t number =
	    sw__book_next_number(engine->book, task->action, task->execution);
	sw__facts_text(
	    facts, "action", sw_words_action(machine, task->action, name));
	sw__facts_number(facts, "execution", task->execution);
	sw__facts_text(facts, "id", id);
	sw__facts_number(facts, "number", number);
}

/* Was this approval given when the execution was started? */
static bool
is_given(const struct sw_engine *engine, const struct sw_execution *execution,
    uint32_t action)
{
	const struct sw_machine *machine = engine->options.pipeline->machine;
	const struct sw_json_value *list =
	    sw__body_in(execution->start, "approve");
	const struct sw_json_value *item = NULL;
	char name[SW_WORDS_MAX];
	sw_words_action(machine, action, name);
	while ((item = sw__json_next(list, item)) != NULL)
		if (item->text != NULL && strcmp(item->text, name) == 0)
			return true;
	return false;
}

static int
draft_given(
    struct sw_turn *turn, const struct sw_task *task, struct sw_error *err)
{
	const struct sw_engine *engine = turn->engine;
	const struct sw_execution *execution =
	    sw__book_execution(engine->book, task->execution);
	struct sw_facts facts = sw__turn_facts(turn);
	if (!is_given(engine, execution, task->action))
		return 0;
	const char *by =
	    sw__json_text_in(sw__body_in(execution->start, "trigger"), "by");
	say_event(&facts, engine, SW_EVENT_APPROVE, task);
	sw__facts_text(&facts, "by", by == NULL ? "?" : by);
	sw__facts_text(&facts, "comment", "given in advance, at the start");
	sw__facts_number(&facts, "execution", execution->number);
	return sw__turn_draft(turn, "approve", &facts, err);
}

static int
ask(struct sw_turn *turn, const struct sw_task *task, struct sw_error *err)
{
	const struct sw_engine *engine = turn->engine;
	struct sw_facts facts = sw__turn_facts(turn);
	char id[SW_ATTEMPT_ID_MAX];
	char *text = NULL;
	if (sw__prepare_question(&text, engine->book, task, err) != 0)
		return err->code == SW_ERROR_REFUSED
			   ? draft_failure(turn, task, err->text, err)
			   : err->code;
	const uint64_t due =
	    turn->now_ms +
	    sw__prepare_deadline(&engine->options.pipeline->work[task->action]);
	sw__book_try_id(engine->book, task->action, task->execution, id);
	say_try(&facts, engine, task, id);
	sw__facts_text(&facts, "text", text);
	sw__facts_number(&facts, "due_ms", (int64_t)due);
	free(text);
	if (sw__turn_draft(turn, "ask", &facts, err) != 0)
		return err->code;
	sw__timer_add(turn->engine, due, task);
	return draft_given(turn, task, err);
}

static struct sw_live *
new_live(struct sw_engine *engine, const char *id)
{
	struct sw_live *live = calloc(1, sizeof *live);
	if (live == NULL)
		return NULL;
	live->engine = engine;
	snprintf(live->id, sizeof live->id, "%s", id);
	live->next = engine->live;
	engine->live = live;
	return live;
}

static void
free_live(struct sw_live *live)
{
	struct sw_live **at = &live->engine->live;
	while (*at != live)
		at = &(*at)->next;
	*at = live->next;
	free(live);
}

/* A supervisor that waits at its gate, for a new attempt or the same again. */
static int
launch(struct sw_live *live, const struct sw_task *task,
    const struct sw_try *again, struct sw_error *err)
{
	struct sw_engine *engine = live->engine;
	const struct sw_world *world = engine->world;
	struct sw_preparation preparation;
	char dir[PATH_MAX];
	const char *missing = sw__vault_missing(engine->options.vault,
	    &engine->options.pipeline->work[task->action]);
	if (missing != NULL)
		return sw__error(err, SW_ERROR_REFUSED,
		    "was not started: nobody gave the secret '%s'; start the "
		    "owner of the state directory with --secret %s=file:PATH",
		    missing, missing);
	if (sw__prepare(&preparation, engine->book, task, again, err) != 0)
		return err->code;
	attempt_dir(engine, live->id, dir);
	if (world->attempts->clear(world->self, dir, again != NULL, err) != 0) {
		sw__preparation_release(&preparation);
		return err->code;
	}
	preparation.spec.dir = dir;
	preparation.spec.job.state_dir = engine->options.dir->path;
	preparation.spec.job.base_dir = engine->base_dir;
	preparation.spec.vault = engine->options.vault;
	const int status = world->attempts->launch(
	    world->self, &live->attempt, &preparation.spec, on_end, live, err);
	sw__preparation_release(&preparation);
	live->launches++;
	live->at_gate = status == 0;
	return status;
}

static int
dispatch(struct sw_turn *turn, const struct sw_task *task, struct sw_error *err)
{
	struct sw_facts facts = sw__turn_facts(turn);
	char id[SW_ATTEMPT_ID_MAX];
	sw__book_try_id(turn->engine->book, task->action, task->execution, id);
	struct sw_live *live = new_live(turn->engine, id);
	if (live == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	if (launch(live, task, NULL, err) != 0) {
		free_live(live);
		return draft_failure(turn, task, err->text, err);
	}
	say_try(&facts, turn->engine, task, id);
	return sw__turn_draft(turn, "dispatch", &facts, err);
}

int
sw__action_begin(
    struct sw_turn *turn, const struct sw_task *task, struct sw_error *err)
{
	const struct sw_engine *engine = turn->engine;
	const struct sw_scene *scene =
	    sw__book_scene(engine->book, task->execution);
	const struct sw_stage_state *stage =
	    scene == NULL
		? NULL
		: sw_state_stage(scene->state, row_of(engine, task)->stage);
	/* What the same turn began may be over already. */
	if (stage == NULL || stage->execution != task->execution)
		return 0;
	const uint64_t when =
	    sw__book_startable(engine->book, scene, task->action);
	if (stage->status == SW_STATUS_STOPPING && when != UINT64_MAX)
		return draft_failure(turn, task,
		    "was not started any more: its execution was stopped", err);
	if (when == UINT64_MAX || engine->world->loop == NULL)
		return 0;
	if (when >= turn->now_ms) {
		sw__timer_add(turn->engine, when, task);
		return 0;
	}
	return row_of(engine, task)->category == SW_CATEGORY_APPROVAL
		   ? ask(turn, task, err)
		   : dispatch(turn, task, err);
}

void
sw__actions_release(struct sw_engine *engine, bool is_committed)
{
	struct sw_live *next = NULL;
	for (struct sw_live *live = engine->live; live != NULL; live = next) {
		next = live->next;
		if (!live->at_gate)
			continue;
		live->at_gate = false;
		if (is_committed) {
			engine->world->attempts->release(live->attempt);
			continue;
		}
		/* Its gate closes unopened: nothing is executed. */
		engine->world->attempts->detach(live->attempt);
		free_live(live);
	}
}

/* Without a loop nothing is followed: supervisors are told through their
 * directories. */
static void
cancel_unfollowed(const struct sw_engine *engine)
{
	char dir[PATH_MAX];
	const struct sw_execution *x;
	uint32_t at = 0;
	while ((x = sw__book_at_hand(engine->book, &at)) != NULL)
		for (const struct sw_try *t = x->last_try; t != NULL;
		     t = t->before) {
			if (t->has_ended || t->asked != NULL ||
			    t->status != SW_STATUS_ABANDONED)
				continue;
			attempt_dir(engine, t->id, dir);
			engine->world->attempts->stop_at(
			    engine->world->self, dir);
		}
}

void
sw__actions_cancel(struct sw_engine *engine)
{
	if (engine->world->loop == NULL && engine->options.dir != NULL)
		cancel_unfollowed(engine);
	for (struct sw_live *live = engine->live; live != NULL;
	     live = live->next) {
		const struct sw_try *attempt =
		    sw__book_find_try(engine->book, live->id);
		if (attempt == NULL || live->is_stopping ||
		    live->attempt == NULL ||
		    attempt->status != SW_STATUS_ABANDONED)
			continue;
		live->is_stopping = true;
		engine->world->attempts->stop(live->attempt);
	}
}

void
sw__actions_detach(struct sw_engine *engine)
{
	while (engine->live != NULL) {
		if (engine->live->attempt != NULL)
			engine->world->attempts->detach(engine->live->attempt);
		free_live(engine->live);
	}
}

/* Is this attempt the one whose end the machine waits for? */
static bool
is_awaited(const struct sw_engine *engine, const struct sw_try *attempt)
{
	return attempt != NULL && !attempt->has_ended &&
	       attempt->action != UINT32_MAX &&
	       attempt->status == SW_STATUS_IN_PROGRESS &&
	       sw__book_current(engine->book,
		   sw__book_scene(engine->book, attempt->execution),
		   attempt->action) == attempt;
}

static const char *const outcomes[] = {
	[SW_OUTCOME_EXITED] = "exited",
	[SW_OUTCOME_SIGNALED] = "signaled",
	[SW_OUTCOME_TIMED_OUT] = "timed-out",
	[SW_OUTCOME_STOPPED] = "stopped",
	[SW_OUTCOME_NOT_STARTED] = "not-started",
	[SW_OUTCOME_UNKNOWN] = "unknown",
};

/* How an attempt ended, which waits for its turn. */
struct ending {
	struct sw_matter matter;
	struct sw_engine *engine;
	char id[SW_ATTEMPT_ID_MAX];
	enum sw_outcome outcome;
	bool is_good;
	struct sw_facts facts; /* of the row that says so */
};

/* Outputs as objects. Returns a variable that is no text, or NULL. */
static const char *
say_outputs(struct sw_facts *facts, const struct sw_result *result)
{
	struct sw_facts variables = { 0 };
	struct sw_facts artifacts = { 0 };
	const char *bad = NULL;
	for (const struct sw_parameter *v = result->variables;
	     v != NULL && v->name != NULL; v++)
		if (sw__utf8_is_valid(v->name) && sw__utf8_is_valid(v->value))
			sw__facts_text(&variables, v->name, v->value);
		else
			bad = v->name;
	for (const struct sw_output_artifact *a = result->artifacts;
	     a != NULL && a->name != NULL; a++)
		sw__facts_text(&artifacts, a->name, a->hash);
	sw__facts_object(facts, "variables", &variables);
	sw__facts_object(facts, "artifacts", &artifacts);
	sw__facts_release(&variables);
	sw__facts_release(&artifacts);
	return bad;
}

static void
say_result(struct ending *ending, const struct sw_result *result)
{
	struct sw_facts *facts = &ending->facts;
	const char *bad = say_outputs(facts, result);
	ending->is_good = result->succeeded && bad == NULL;
	sw__facts_text(facts, "attempt", ending->id);
	sw__facts_text(facts, "outcome", outcomes[result->outcome]);
	sw__facts_number(facts, "code", result->code);
	if (bad != NULL && result->succeeded)
		sw__facts_text(
		    facts, "reason", "wrote a variable that is no UTF-8 text");
	else if (!result->succeeded)
		sw__facts_text(facts, "reason", result->reason);
	sw__facts_number(facts, "log_bytes", (int64_t)result->log_bytes);
	sw__facts_number(facts, "log_dropped", (int64_t)result->log_dropped);
}

/* What the end of an attempt is for the machine. */
static enum sw_event_kind
event_of(const struct ending *ending, const struct sw_task *task)
{
	if (ending->outcome == SW_OUTCOME_UNKNOWN)
		return SW_EVENT_UNKNOWN;
	if (!ending->is_good)
		return SW_EVENT_FAIL;
	return row_of(ending->engine, task)->category == SW_CATEGORY_RULE
		   ? SW_EVENT_PASS
		   : SW_EVENT_SUCCEED;
}

/* The row that ends an attempt. Somebody may have abandoned it meanwhile. */
static int
draft_ending(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	static const char *const kinds[SW_NEVENTS] = {
		[SW_EVENT_SUCCEED] = "succeed",
		[SW_EVENT_PASS] = "pass",
		[SW_EVENT_FAIL] = "fail",
		[SW_EVENT_UNKNOWN] = "unknown",
	};
	struct ending *ending = (struct ending *)matter;
	struct sw_engine *engine = ending->engine;
	const struct sw_try *attempt =
	    sw__book_find_try(engine->book, ending->id);
	if (attempt == NULL)
		return 0;
	const struct sw_task task = { attempt->execution, attempt->action };
	const bool is_awaited_now = is_awaited(engine, attempt);
	const enum sw_event_kind event =
	    is_awaited_now ? event_of(ending, &task) : SW_NEVENTS;
	struct sw_facts facts = sw__turn_facts(turn);
	if (is_awaited_now)
		say_event(&facts, engine, event, &task);
	sw__facts_add(&facts, &ending->facts);
	return sw__turn_draft(
	    turn, is_awaited_now ? kinds[event] : "ended", &facts, err);
}

static void
on_recorded(struct sw_matter *matter)
{
	struct ending *ending = (struct ending *)matter;
	if (matter->status != 0 && sw__room_hold(ending->engine, matter))
		return;
	/* The result stays in the attempt's directory, for the engine that
	 * comes next. */
	if (matter->status != 0 && !ending->engine->is_closing)
		sw__engine_trouble(ending->engine, &matter->err);
	sw__facts_release(&ending->facts);
	free(ending);
}

static void
record_end(
    struct sw_engine *engine, const char *id, const struct sw_result *result)
{
	struct ending *ending = calloc(1, sizeof *ending);
	struct sw_error err;
	if (ending == NULL) {
		sw__error(&err, SW_ERROR_SYSTEM, "out of memory");
		sw__engine_trouble(engine, &err);
		return;
	}
	ending->matter.draft = draft_ending;
	ending->matter.done = on_recorded;
	ending->matter.bytes = SW_VARIABLES_BYTES_MAX;
	ending->engine = engine;
	ending->outcome = result->outcome;
	ending->facts.redactor = sw__vault_redactor(engine->options.vault);
	snprintf(ending->id, sizeof ending->id, "%s", id);
	say_result(ending, result);
	sw__engine_submit(engine, &ending->matter);
}

/* Nothing of it was executed: the same attempt may start once more. */
static bool
start_again(struct sw_live *live, struct sw_error *err)
{
	struct sw_engine *engine = live->engine;
	const struct sw_try *attempt =
	    sw__book_find_try(engine->book, live->id);
	if (!is_awaited(engine, attempt) || live->launches >= SW_LAUNCHES_MAX)
		return false;
	const struct sw_task task = { attempt->execution, attempt->action };
	if (launch(live, &task, attempt, err) != 0)
		return false;
	/* It is in the journal since it was launched first. */
	live->at_gate = false;
	engine->world->attempts->release(live->attempt);
	return true;
}

static void
on_end(
    struct sw_attempt *attempt, const struct sw_result *result, void *payload)
{
	struct sw_live *live = payload;
	struct sw_engine *engine = live->engine;
	struct sw_result last = *result;
	struct sw_error err = { 0 };
	char id[SW_ATTEMPT_ID_MAX];
	(void)attempt;
	live->attempt = NULL;
	const bool is_heard = !engine->is_closing && !engine->has_failed;
	if (is_heard && result->outcome == SW_OUTCOME_NOT_STARTED) {
		if (start_again(live, &err))
			return;
		if (err.code != SW_OK)
			last.reason = err.text;
	}
	snprintf(id, sizeof id, "%s", live->id);
	free_live(live);
	if (is_heard)
		record_end(engine, id, &last);
}

int
sw__action_adopt(struct sw_engine *engine, const struct sw_try *attempt,
    struct sw_error *err)
{
	char dir[PATH_MAX];
	char id[SW_ATTEMPT_ID_MAX];
	struct sw_live *live = new_live(engine, attempt->id);
	if (live == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	snprintf(id, sizeof id, "%s", attempt->id);
	attempt_dir(engine, id, dir);
	if (engine->world->attempts->adopt(engine->world->self, &live->attempt,
		dir, on_end, live, err) == 0)
		return 0;
	/* It cannot be asked: then nobody can know, and a person decides. */
	const struct sw_result unknown = {
		.outcome = SW_OUTCOME_UNKNOWN,
		.reason = err->text,
	};
	free_live(live);
	record_end(engine, id, &unknown);
	return 0;
}
