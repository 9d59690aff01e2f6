/*
 * Starting an execution. Input: what the caller gave; output: a `start` row
 * with everything that the execution is bound to: its public id, all pipeline
 * variables, pinned revisions. What is wrong with it is said before a row is.
 */
#include "engine_turn.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "mask.h"
#include "provider/utf8.h"

static bool
is_declared(const struct sw_pipeline *pipeline, const char *name)
{
	for (const struct sw_variable *v = pipeline->variables;
	     v != NULL && v->name != NULL; v++)
		if (strcmp(v->name, name) == 0)
			return true;
	return false;
}

/* Every variable of the pipeline with its value; NULL with *err. */
static json_t *
settle_variables(
    const struct sw_pipeline *pipeline, json_t *given, struct sw_error *err)
{
	const char *name;
	json_t *value;
	json_object_foreach(given, name, value) {
		if (!is_declared(pipeline, name))
			sw__error(err, SW_ERROR_USAGE,
			    "the pipeline has no variable '%s'", name);
		else if (!json_is_string(value))
			sw__error(err, SW_ERROR_USAGE,
			    "the value of variable '%s' is no text", name);
		else if (json_string_length(value) > SW_VARIABLE_MAX)
			sw__error(err, SW_ERROR_LIMIT,
			    "the value of variable '%s' has %zu bytes; %d are "
			    "the limit",
			    name, json_string_length(value), SW_VARIABLE_MAX);
		else
			continue;
		return NULL;
	}
	json_t *all = json_object();
	for (const struct sw_variable *v = pipeline->variables;
	     v != NULL && v->name != NULL; v++) {
		value = json_object_get(given, v->name);
		if (value == NULL && v->default_ == NULL) {
			sw__error(err, SW_ERROR_USAGE,
			    "variable '%s' has no default: give a value with "
			    "--var %s=VALUE",
			    v->name, v->name);
			json_decref(all);
			return NULL;
		}
		if (value != NULL)
			json_object_set(all, v->name, value);
		else
			json_object_set_new(
			    all, v->name, json_string(v->default_));
	}
	return all;
}

static int
check_revisions(
    const struct sw_machine *machine, json_t *revisions, struct sw_error *err)
{
	const char *name;
	json_t *value;
	json_object_foreach(revisions, name, value) {
		const int64_t action = sw_words_find_action(machine, name);
		if (action < 0 ||
		    machine->actions[action].category != SW_CATEGORY_SOURCE)
			return sw__error(err, SW_ERROR_USAGE,
			    "there is no source '%s' to give a revision to; "
			    "say STAGE.ACTION=REVISION",
			    name);
		if (!json_is_string(value) || json_string_length(value) == 0)
			return sw__error(err, SW_ERROR_USAGE,
			    "the revision of '%s' is empty", name);
	}
	return 0;
}

static int
check_approvals(
    const struct sw_machine *machine, json_t *approve, struct sw_error *err)
{
	size_t i;
	json_t *item;
	json_array_foreach(approve, i, item) {
		const char *name = json_string_value(item);
		const int64_t action =
		    name == NULL ? -1 : sw_words_find_action(machine, name);
		if (action < 0 ||
		    machine->actions[action].category != SW_CATEGORY_APPROVAL)
			return sw__error(err, SW_ERROR_USAGE,
			    "there is no approval '%s'; say STAGE.ACTION",
			    name == NULL ? "" : name);
	}
	return 0;
}

/* NULL: an empty one. */
static void
put_object(struct sw_facts *facts, const char *name, const json_t *object)
{
	const struct sw_facts none = { 0 };
	if (object == NULL)
		sw__facts_object(facts, name, &none);
	else
		sw__facts_json(facts, name, object);
}

/* What a `start` row says. */
static int
say_start(struct sw_facts *facts, const struct sw_engine *engine,
    const struct sw_start *start, struct sw_error *err)
{
	const struct sw_pipeline *pipeline = engine->options.pipeline;
	char id[SW_UUID_MAX];
	uint8_t bytes[16];
	if (check_revisions(pipeline->machine, start->revisions, err) != 0 ||
	    check_approvals(pipeline->machine, start->approve, err) != 0)
		return err->code;
	json_t *variables = settle_variables(pipeline, start->variables, err);
	if (variables == NULL)
		return err->code;
	if (sw__mask_variables(facts->redactor, variables, err) != 0) {
		json_decref(variables);
		return err->code;
	}
	engine->world->random(engine->world->self, bytes, sizeof bytes);
	sw__uuid_write(bytes, 4, id);
	sw__facts_text(facts, "event", "start");
	sw__facts_number(
	    facts, "execution", (int64_t)engine->book->nexecutions + 1);
	sw__facts_text(facts, "id", id);
	put_object(facts, "trigger", start->trigger);
	put_object(facts, "variables", variables);
	put_object(facts, "revisions", start->revisions);
	sw__facts_json(facts, "approve", start->approve);
	json_decref(variables);
	return 0;
}

int
sw__turn_start(struct sw_turn *turn, const struct sw_start *start,
    uint32_t *number, struct sw_error *err)
{
	const uint32_t next = turn->engine->book->nexecutions + 1;
	if (sw__room_check(turn->engine, err) != 0)
		return err->code;
	if (turn->engine->options.drains)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the pipeline goes over to a new version, and what is in "
		    "flight ends first");
	struct sw_facts facts = sw__turn_facts(turn);
	int status = say_start(&facts, turn->engine, start, err);
	if (status == 0)
		status = sw__turn_draft(turn, "start", &facts, err);
	sw__facts_release(&facts);
	if (status == 0)
		*number = next;
	return status;
}

struct started {
	struct sw_matter matter;
	const struct sw_start *start;
	uint32_t number;
};

static int
draft_started(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	struct started *started = (struct started *)matter;
	return sw__turn_start(turn, started->start, &started->number, err);
}

int
sw__engine_start(struct sw_engine *engine, const struct sw_start *start,
    uint32_t *number, struct sw_error *err)
{
	struct started started = { { .draft = draft_started }, start, 0 };
	const int status = sw__engine_take(engine, &started.matter, err);
	if (status == 0)
		*number = started.number;
	return status;
}

static int
draft_seen(
    struct sw_turn *turn, const struct sw_seen *seen, struct sw_error *err)
{
	char name[SW_WORDS_MAX];
	struct sw_facts facts = sw__turn_facts(turn);
	if (!sw__utf8_is_valid(seen->ref))
		return sw__error(
		    err, SW_ERROR_SYSTEM, "the name of a ref is no UTF-8 text");
	sw__facts_text(&facts, "action",
	    sw_words_action(
		turn->engine->options.pipeline->machine, seen->action, name));
	sw__facts_text(&facts, "ref", seen->ref);
	sw__facts_text(&facts, "revision", seen->revision);
	return sw__turn_draft(turn, "tip", &facts, err);
}

/* One tip; *left_out says why its execution is not started, if it is not. */
static int
draft_tip(struct sw_turn *turn, const struct sw_seen *seen,
    struct sw_error *left_out, struct sw_error *err)
{
	const struct sw_engine *engine = turn->engine;
	struct sw_facts facts = sw__turn_facts(turn);
	int status = 0;
	/* A tip whose execution finds no room stays news: it is left out. */
	if (seen->start != NULL && sw__room_check(engine, left_out) != 0)
		return 0;
	if (seen->start != NULL)
		status = say_start(&facts, engine, seen->start, err);
	if (status == SW_ERROR_USAGE) {
		*left_out = *err;
		status = 0;
	} else if (seen->start != NULL && status == 0) {
		status = sw__turn_draft(turn, "start", &facts, err);
	}
	sw__facts_release(&facts);
	if (status == SW_ERROR_REFUSED) {
		*left_out = *err;
		return 0;
	}
	return status == 0 ? draft_seen(turn, seen, err) : status;
}

struct tipped {
	struct sw_matter matter;
	const struct sw_seen *seen;
	uint32_t n;
	struct sw_error left_out;
};

static int
draft_tipped(
    struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	struct tipped *tipped = (struct tipped *)matter;
	tipped->left_out.code = SW_OK;
	for (uint32_t i = 0; i < tipped->n; i++)
		if (draft_tip(turn, &tipped->seen[i], &tipped->left_out, err) !=
		    0)
			return err->code;
	return 0;
}

int
sw__engine_tips(struct sw_engine *engine, const struct sw_seen *seen,
    uint32_t n, struct sw_error *err)
{
	struct tipped tipped = {
		.matter.draft = draft_tipped, .seen = seen, .n = n
	};
	const int status = sw__engine_take(engine, &tipped.matter, err);
	if (status == 0 && tipped.left_out.code != SW_OK) {
		*err = tipped.left_out;
		return err->code;
	}
	return status;
}
