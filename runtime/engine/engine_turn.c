/*
 * One turn of the engine. Input: an event; output: rows in the journal, then
 * gates opened, attempts told to stop and listeners told. The order of these
 * is what the promises of the runtime rest on.
 */
#include "engine_turn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/view.h"

void
sw__turn_begin(struct sw_turn *turn, struct sw_engine *engine)
{
	*turn = (struct sw_turn){ .engine = engine };
	turn->time_ms = sw__engine_now();
	/* Rows stand in the order of their times, whatever the clock does. */
	if (turn->time_ms < engine->book->time_ms)
		turn->time_ms = engine->book->time_ms;
}

static void
end_turn(struct sw_turn *turn)
{
	for (uint32_t i = 0; i < turn->ndrafts; i++) {
		free(turn->drafts[i].kind);
		free(turn->drafts[i].body);
		json_decref(turn->drafts[i].view);
	}
	free(turn->drafts);
	free(turn->commands);
	*turn = (struct sw_turn){ 0 };
}

/* The rows are not in the journal: neither shall they be in the book. */
static void
give_back(struct sw_turn *turn, int status, const struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	struct sw_error second;
	if (status == SW_ERROR_UNKNOWN_OUTCOME)
		sw__engine_trouble(engine, err);
	else if (engine->journal != NULL &&
		 sw__journal_last(engine->journal) != engine->book->seq &&
		 sw__engine_reread(engine, &second) != 0)
		sw__engine_trouble(engine, &second);
}

void
sw__turn_drop(struct sw_turn *turn)
{
	struct sw_error err;
	sw__actions_release(turn->engine, false);
	if (turn->ndrafts > 0)
		give_back(turn, SW_ERROR_SYSTEM, &err);
	end_turn(turn);
}

static int
out_of_memory(struct sw_error *err)
{
	return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
}

/* Room first, so that nothing can fail once the book has changed. */
static int
make_room(struct sw_turn *turn, const char *kind, const json_t *body,
    struct sw_error *err)
{
	const struct sw_machine *machine =
	    turn->engine->book->pipeline->machine;
	struct sw_draft *drafts =
	    realloc(turn->drafts, (turn->ndrafts + 1) * sizeof *turn->drafts);
	if (drafts == NULL)
		return out_of_memory(err);
	turn->drafts = drafts;
	struct sw_command *commands = realloc(turn->commands,
	    (turn->ncommands + SW_COMMANDS_MAX(machine->group_max)) *
		sizeof *turn->commands);
	if (commands == NULL)
		return out_of_memory(err);
	turn->commands = commands;
	struct sw_draft *draft = &drafts[turn->ndrafts];
	*draft = (struct sw_draft){
		.kind = strdup(kind),
		.body = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS),
	};
	if (draft->kind != NULL && draft->body != NULL &&
	    strlen(draft->body) <= SW_BODY_MAX)
		return 0;
	const bool is_long = draft->kind != NULL && draft->body != NULL;
	free(draft->kind);
	free(draft->body);
	draft->kind = draft->body = NULL;
	return is_long ? sw__error(err, SW_ERROR_LIMIT,
			     "a row of the journal has %u bytes at most",
			     SW_BODY_MAX)
		       : out_of_memory(err);
}

int
sw__turn_draft(
    struct sw_turn *turn, const char *kind, json_t *body, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	if (make_room(turn, kind, body, err) != 0)
		return err->code;
	struct sw_draft *draft = &turn->drafts[turn->ndrafts];
	const struct sw_row row = {
		.seq = engine->book->seq + 1,
		.time_ms = turn->time_ms,
		.kind = kind,
		.body = body,
	};
	struct sw_output out;
	if (sw__book_apply(engine->book, &row, &out, err) != 0) {
		free(draft->kind);
		free(draft->body);
		return err->code;
	}
	draft->row = (struct sw_journal_row){
		.time_ms = turn->time_ms,
		.kind = draft->kind,
		.body = draft->body,
	};
	sw__book_digest(engine->book, draft->row.state);
	if (engine->options.row != NULL)
		draft->view = sw__view_row(engine->book, &row, &out);
	for (uint32_t i = 0; i < out.ncommands; i++)
		if (out.commands[i].kind == SW_COMMAND_START ||
		    out.commands[i].kind == SW_COMMAND_STOPPING)
			turn->commands[turn->ncommands++] = out.commands[i];
	turn->ndrafts++;
	return 0;
}

/* An execution is Stopping: what waits to be started will not be. */
static int
end_waiting(struct sw_turn *turn, uint32_t execution, struct sw_error *err)
{
	const uint32_t n = turn->engine->book->pipeline->machine->nactions;
	for (uint32_t a = 0; a < n; a++)
		if (sw__action_begin(
			turn, &(struct sw_task){ execution, a }, err) != 0)
			return err->code;
	return 0;
}

/* Starts what is to be started; that may fail, and have its own effects. */
static int
follow_up(struct sw_turn *turn, struct sw_error *err)
{
	for (; turn->nfollowed < turn->ncommands; turn->nfollowed++) {
		const struct sw_command *command =
		    &turn->commands[turn->nfollowed];
		const struct sw_task task = { command->execution,
			command->action };
		const int status = command->kind == SW_COMMAND_STOPPING
				       ? end_waiting(turn, task.execution, err)
				       : sw__action_begin(turn, &task, err);
		if (status != 0)
			return status;
	}
	return 0;
}

/* All drafts, or none; *err only if they are not there. */
static int
write_rows(struct sw_turn *turn, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	struct sw_journal_row *rows = calloc(turn->ndrafts, sizeof *rows);
	if (rows == NULL)
		return out_of_memory(err);
	for (uint32_t i = 0; i < turn->ndrafts; i++)
		rows[i] = turn->drafts[i].row;
	const uint64_t expected =
	    sw__journal_last(engine->journal) + turn->ndrafts;
	int status =
	    sw__journal_append(engine->journal, rows, turn->ndrafts, err);
	free(rows);
	if (status != SW_ERROR_UNKNOWN_OUTCOME)
		return status;
	/* Nobody knows: look, from a new connection, before saying anything. */
	struct sw_error cause = *err;
	if (sw__engine_reread(engine, err) != 0)
		return SW_ERROR_UNKNOWN_OUTCOME;
	if (sw__journal_last(engine->journal) == expected)
		return 0;
	*err = cause;
	err->code = SW_ERROR_SYSTEM;
	return err->code;
}

/* Ends attempts of abandoned actions, then tells what happened. */
static void
carry_out(struct sw_turn *turn)
{
	struct sw_engine *engine = turn->engine;
	sw__actions_release(engine, true);
	sw__actions_cancel(engine);
	if (engine->options.loop != NULL)
		sw__timer_arm(engine);
	for (uint32_t i = 0; i < turn->ndrafts; i++)
		if (turn->drafts[i].view != NULL)
			engine->options.row(
			    turn->drafts[i].view, engine->options.payload);
}

int
sw__turn_commit(struct sw_turn *turn, struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	assert(turn->ndrafts > 0);
	int status = follow_up(turn, err);
	if (status == 0 && engine->journal != NULL)
		status = write_rows(turn, err);
	if (status == 0) {
		carry_out(turn);
	} else {
		sw__actions_release(engine, false);
		give_back(turn, status, err);
	}
	end_turn(turn);
	return status;
}
