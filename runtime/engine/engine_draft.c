/*
 * Rows of a turn: taken into the book, and drafted for the journal, with all
 * that follows from them. Input: what happened; output: drafts. Writes
 * nothing.
 */
#include "engine_keep.h"
#include "engine_turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words.h"
#include "secret/vault.h"
#include "view/view.h"

void
sw__turn_begin(struct sw_turn *turn, struct sw_engine *engine)
{
	*turn = (struct sw_turn){ .engine = engine };
	sw__clock_read(turn);
}

static void
forget_texts(struct sw_draft *draft)
{
	free(draft->id);
	free(draft->kind);
	sw__body_drop(draft->body);
	draft->id = draft->kind = NULL;
	draft->body = NULL;
}

void
sw__turn_end(struct sw_turn *turn)
{
	for (uint32_t i = 0; i < turn->ndrafts; i++) {
		forget_texts(&turn->drafts[i]);
		json_decref(turn->drafts[i].view);
	}
	free(turn->drafts);
	free(turn->commands);
	*turn = (struct sw_turn){ 0 };
}

static int
out_of_memory(struct sw_error *err)
{
	return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
}

/* Twice the room, for drafts and for what the machine says to each. */
static int
grow(struct sw_turn *turn)
{
	const struct sw_machine *machine =
	    turn->engine->book->pipeline->machine;
	const uint32_t room = turn->room == 0 ? 8 : 2 * turn->room;
	struct sw_draft *drafts =
	    realloc(turn->drafts, room * sizeof *turn->drafts);
	if (drafts == NULL)
		return -1;
	turn->drafts = drafts;
	struct sw_command *commands = realloc(
	    turn->commands, (size_t)room * SW_COMMANDS_MAX(machine->group_max) *
				sizeof *turn->commands);
	if (commands == NULL)
		return -1;
	turn->commands = commands;
	turn->room = room;
	return 0;
}

/*
 * A row about an attempt tells so by its id: "2.4.1 dispatch", "2.4.1
 * succeed". Twice the same is not a thing that happens.
 */
static char *
event_id(struct sw_turn *turn, const char *kind, const struct sw_body *body)
{
	char id[SW_ATTEMPT_ID_MAX + SW_WORDS_MAX];
	const char *given = turn->id;
	turn->id = NULL;
	if (given != NULL)
		return strdup(given);
	const char *attempt = sw__body_text(body, "attempt");
	if (attempt == NULL && sw__body_in(body, "number") != NULL)
		attempt = sw__body_text(body, "id");
	if (attempt == NULL)
		return NULL;
	snprintf(id, sizeof id, "%s %s", attempt, kind);
	return strdup(id);
}

/* Room first, so that nothing can fail once the book has changed. */
static int
make_room(struct sw_turn *turn, const char *kind, const struct sw_facts *facts,
    struct sw_error *err)
{
	struct sw_body *body = NULL;
	if (turn->ndrafts == turn->room && grow(turn) != 0)
		return out_of_memory(err);
	if (sw__facts_body(&body, facts, err) != 0)
		return err->code;
	struct sw_draft *draft = &turn->drafts[turn->ndrafts];
	*draft = (struct sw_draft){
		.id = event_id(turn, kind, body),
		.kind = strdup(kind),
		.body = body,
	};
	if (draft->kind != NULL)
		return 0;
	forget_texts(draft);
	return out_of_memory(err);
}

struct sw_facts
sw__turn_facts(const struct sw_turn *turn)
{
	return (struct sw_facts){
		.redactor = sw__vault_redactor(turn->engine->options.vault),
	};
}

/* Whom the row is about. One that ends an attempt asks the machine nothing. */
static void
look_again(struct sw_engine *engine, const struct sw_body *body,
    const struct sw_output *out)
{
	const char *attempt = sw__body_text(body, "attempt");
	for (uint32_t i = 0; i < out->nfired; i++)
		sw__keep_look_again(engine, out->fired[i].execution);
	if (attempt != NULL)
		sw__keep_look_again(
		    engine, (uint32_t)strtoul(attempt, NULL, 10));
}

int
sw__turn_draft(struct sw_turn *turn, const char *kind, struct sw_facts *facts,
    struct sw_error *err)
{
	struct sw_engine *engine = turn->engine;
	if (turn->time_ms != turn->now_ms)
		sw__facts_number(facts, "clock_ms", (int64_t)turn->now_ms);
	sw__facts_text(facts, "request", turn->request);
	turn->request = NULL;
	const int room = make_room(turn, kind, facts, err);
	sw__facts_release(facts);
	if (room != 0)
		return room;
	struct sw_draft *draft = &turn->drafts[turn->ndrafts];
	const struct sw_row row = {
		.seq = engine->book->seq + 1,
		.time_ms = turn->time_ms,
		.kind = kind,
		.body = draft->body,
	};
	struct sw_output out;
	if (sw__book_apply(engine->book, &row, &out, err) != 0) {
		forget_texts(draft);
		return err->code;
	}
	draft->row = (struct sw_journal_row){
		.time_ms = turn->time_ms,
		.id = draft->id,
		.kind = draft->kind,
		.body = sw__body_bytes(draft->body),
	};
	sw__book_digest(engine->book, draft->row.state);
	if (engine->options.row != NULL)
		draft->view = sw__view_row(engine->book, &row, &out);
	look_again(engine, draft->body, &out);
	for (uint32_t i = 0; i < out.ncommands; i++) {
		const uint32_t command = out.commands[i].kind;
		turn->has_abandoned |= command == SW_COMMAND_CANCEL;
		engine->prunes |= command == SW_COMMAND_SUCCEEDED ||
				  command == SW_COMMAND_FAILED ||
				  command == SW_COMMAND_STOPPED ||
				  command == SW_COMMAND_SUPERSEDED;
		if (command == SW_COMMAND_START ||
		    command == SW_COMMAND_STOPPING)
			turn->commands[turn->ncommands++] = out.commands[i];
	}
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
int
sw__turn_follow_up(struct sw_turn *turn, struct sw_error *err)
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
