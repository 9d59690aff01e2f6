/*
 * The engine's life: the book rebuilt from the journal, work of an earlier
 * engine taken up, events taken in. Input: a state directory, events; output:
 * turns (engine_turn.c). Decides nothing about what an event means.
 */
#include "engine.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "engine_checkpoint.h"
#include "engine_turn.h"
#include "journal/era.h"
#include "machine/words.h"

const struct sw_book *
sw__engine_book(const struct sw_engine *engine)
{
	return engine->book;
}

uint32_t
sw__engine_running(const struct sw_engine *engine)
{
	uint32_t n = 0;
	for (const struct sw_live *live = engine->live; live != NULL;
	     live = live->next)
		n += live->is_stopping ? 0 : 1;
	return n;
}

void
sw__engine_trouble(struct sw_engine *engine, const struct sw_error *err)
{
	if (engine->has_failed)
		return;
	engine->has_failed = true;
	if (engine->options.trouble != NULL)
		engine->options.trouble(err, engine->options.payload);
}

/* The book; and whether this program can go on with it. */
static int
load(struct sw_engine *engine, struct sw_error *err)
{
	if (sw__checkpoint_load(engine, err) != 0)
		return err->code;
	const struct sw_book *book = engine->book;
	/* Who starts nothing may speak for another machine. */
	engine->options.pipeline = book->pipeline;
	if (book->pipeline == engine->own || engine->world->loop == NULL)
		return 0;
	return sw__error(err, SW_ERROR_UPGRADE,
	    "the state directory is in the terms of another version of "
	    "pipeline '%s' (machine %016" PRIx64 ", and this is %016" PRIx64
	    "); `upgrade --dry-run` says what becomes of its executions",
	    book->pipeline->name, book->pipeline->machine->fingerprint,
	    engine->own->machine->fingerprint);
}

int
sw__engine_reread(struct sw_engine *engine, struct sw_error *err)
{
	if (engine->world->journal->reopen(engine->journal, err) != 0)
		return err->code;
	return load(engine, err);
}

/* A row that tells of this program's machine, too. */
static int
draft_machine(struct sw_turn *turn, const char *kind, struct sw_facts *facts,
    struct sw_error *err)
{
	json_t *tables = sw__era_write(turn->engine->own);
	if (tables == NULL)
		facts->values.has_failed = true;
	sw__facts_json(facts, "tables", tables);
	json_decref(tables);
	return sw__turn_draft(turn, kind, facts, err);
}

/* The first row says whose journal it is. */
static int
found(struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	const struct sw_pipeline *pipeline = turn->engine->options.pipeline;
	char fingerprint[17];
	(void)matter;
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    pipeline->machine->fingerprint);
	struct sw_facts facts = sw__turn_facts(turn);
	sw__facts_text(&facts, "pipeline", pipeline->name);
	sw__facts_text(&facts, "machine", fingerprint);
	sw__facts_text(&facts, "version",
	    pipeline->version == NULL ? "" : pipeline->version);
	sw__facts_text(&facts, "program", turn->engine->options.program);
	sw__clock_add(turn->engine, &facts);
	return draft_machine(turn, "pipeline", &facts, err);
}

/* What is due is the engine's own matter: who else would be told? */
static void
on_dues(struct sw_matter *matter)
{
	struct sw_engine *engine =
	    (struct sw_engine *)((char *)matter -
				 offsetof(struct sw_engine, dues));
	if (matter->status != 0 && !engine->is_full)
		sw__engine_trouble(engine, &matter->err);
}

static int
draft_dues(struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	(void)matter;
	return sw__timer_draft(turn, err);
}

static void
on_collected(void *payload)
{
	struct sw_engine *engine = payload;
	if (engine->first != NULL)
		sw__engine_turn(engine);
}

static void
on_due(void *payload)
{
	struct sw_engine *engine = payload;
	engine->armed_ms = 0;
	sw__engine_turn(engine);
	sw__timer_arm(engine);
}

static int
open_loop(struct sw_engine *engine, struct sw_error *err)
{
	static const struct sw_loop_events events = { on_collected, on_due };
	const struct sw_world *world = engine->world;
	const int status = world->loop->open(world->self, &events, engine, err);
	engine->is_looped = status == 0;
	return status;
}

int
sw__engine_open(struct sw_engine **out, const struct sw_engine_options *options,
    struct sw_error *err)
{
	struct sw_engine *engine = calloc(1, sizeof *engine);
	if (engine == NULL || sodium_init() < 0) {
		free(engine);
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	}
	struct sw_matter foundation = { .draft = found };
	engine->options = *options;
	engine->world = options->world;
	engine->own = options->pipeline;
	if (options->retention != NULL)
		engine->kept_by = *options->retention;
	engine->last = &engine->first;
	engine->dues.draft = draft_dues;
	engine->dues.done = on_dues;
	engine->base_dir = realpath(".", NULL);
	if ((options->dir != NULL &&
		engine->world->journal->open(engine->world->self,
		    &engine->journal, options->dir->path, err) != 0) ||
	    load(engine, err) != 0 ||
	    (options->dir != NULL && engine->book->seq == 0 &&
		sw__engine_take(engine, &foundation, err) != 0) ||
	    (options->world->loop != NULL && open_loop(engine, err) != 0)) {
		sw__engine_free(engine);
		return err->code;
	}
	/* An owner may have been killed before it told them. */
	if (options->world->loop == NULL)
		sw__actions_cancel(engine);
	engine->is_open = true;
	*out = engine;
	return 0;
}

void
sw__engine_close(struct sw_engine *engine)
{
	engine->is_closing = true;
	sw__actions_detach(engine);
	sw__engine_retry(engine);
	sw__turn_refuse(engine);
	if (engine->is_looped)
		engine->world->loop->close(engine->world->self);
	engine->is_looped = false;
}

void
sw__engine_free(struct sw_engine *engine)
{
	if (engine == NULL)
		return;
	assert(!engine->is_looped);
	assert(engine->first == NULL);
	sw__checkpoint_at_end(engine);
	engine->world->journal->close(engine->journal);
	sw__book_free(engine->book);
	sw__dues_free(&engine->times);
	sw__ranges_free(&engine->retryable);
	free(engine->base_dir);
	free(engine);
}

/* A turn before may have launched it: what was due while nobody served. */
static bool
is_followed(const struct sw_engine *engine, const char *id)
{
	const struct sw_live *live = engine->live;
	while (live != NULL && strcmp(live->id, id) != 0)
		live = live->next;
	return live != NULL;
}

/* Attempts that were dispatched and whose end is not recorded. */
static int
adopt_all(struct sw_engine *engine, struct sw_error *err)
{
	const struct sw_execution *x;
	uint32_t at = 0;
	while ((x = sw__book_at_hand(engine->book, &at)) != NULL)
		for (const struct sw_try *t = x->last_try; t != NULL;
		     t = t->before)
			if (!t->has_ended && t->asked == NULL &&
			    !is_followed(engine, t->id) &&
			    sw__action_adopt(engine, t, err) != 0)
				return err->code;
	sw__actions_cancel(engine);
	return 0;
}

/* A scene that ends meanwhile begins nothing more. */
static int
begin_in(
    struct sw_turn *turn, const struct sw_scene *scene, struct sw_error *err)
{
	const struct sw_book *book = turn->engine->book;
	const struct sw_machine *machine = book->pipeline->machine;
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage *row = &machine->stages[i];
		struct sw_task task = {
			.execution = sw_state_stage(scene->state, i)->execution,
		};
		for (uint32_t a = row->first_action; a <= row->last_action;
		     a++) {
			task.action = a;
			if (task.execution != 0 &&
			    sw__action_begin(turn, &task, err) != 0)
				return err->code;
			if (task.execution != 0 &&
			    sw__book_scene(book, task.execution) != scene)
				return 0;
		}
	}
	return 0;
}

/* Commands that the machine gave and nobody carried out. */
static int
begin_all(struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	uint32_t at = 0;
	(void)matter;
	for (const struct sw_scene *scene;
	     (scene = sw__book_each(turn->engine->book, &at)) != NULL;)
		if (begin_in(turn, scene, err) != 0)
			return err->code;
	return 0;
}

/* Another program of the same machine, perhaps with other commands. */
static int
draft_program(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	const char *program = turn->engine->options.program;
	(void)matter;
	if (program == NULL ||
	    strcmp(program, turn->engine->book->program) == 0)
		return 0;
	struct sw_facts facts = sw__turn_facts(turn);
	sw__facts_text(&facts, "hash", program);
	return draft_machine(turn, "program", &facts, err);
}

int
sw__engine_resume(struct sw_engine *engine, struct sw_error *err)
{
	struct sw_matter program = { .draft = draft_program };
	struct sw_matter beginning = { .draft = begin_all };
	assert(engine->world->loop != NULL);
	engine->prunes = true;
	engine->removes = true; /* somebody was killed before it had */
	if (sw__engine_take(engine, &program, err) != 0 ||
	    adopt_all(engine, err) != 0 ||
	    sw__engine_take(engine, &beginning, err) != 0)
		return err->code;
	sw__timer_arm(engine);
	return 0;
}

int
sw__turn_post(struct sw_turn *turn, const char *line, struct sw_facts *facts,
    struct sw_error *err)
{
	char problem[SW_WORDS_MAX];
	char kind[16];
	const char *verb = line;
	struct sw_addressed event;
	if (sw_words_read_event(turn->engine->options.pipeline->machine, line,
		&event, problem) != 0) {
		sw__facts_release(facts);
		return sw__error(err, SW_ERROR_USAGE, "%s", problem);
	}
	assert(event.event.kind != SW_EVENT_START);
	if (verb[0] == '#') { /* PARALLEL: whose it is */
		verb += strcspn(verb, " ");
		verb += strspn(verb, " ");
	}
	snprintf(kind, sizeof kind, "%.*s", (int)strcspn(verb, " "), verb);
	sw__facts_text(facts, "event", line);
	return sw__turn_draft(turn, kind, facts, err);
}

struct posted {
	struct sw_matter matter;
	const char *line;
	json_t *facts;
};

static int
draft_posted(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	const struct posted *posted = (const struct posted *)matter;
	struct sw_facts facts = sw__turn_facts(turn);
	sw__facts_members(&facts, posted->facts);
	return sw__turn_post(turn, posted->line, &facts, err);
}

int
sw__engine_post(struct sw_engine *engine, const char *line, json_t *facts,
    struct sw_error *err)
{
	struct posted posted = { { .draft = draft_posted }, line, facts };
	return sw__engine_take(engine, &posted.matter, err);
}
