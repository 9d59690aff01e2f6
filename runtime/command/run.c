/*
 * `run`: one execution from its start to its end. Whoever owns the state
 * directory carries it out: this process, or another one that is followed;
 * when that one goes away, this one takes over. Output: its rows as lines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "face.h"
#include "live.h"
#include "owner/client.h"
#include "owner/owner.h"
#include "owner/peer.h"
#include "owner/request.h"
#include "reach.h"
#include "secret/vault.h"
#include "view/view.h"

/* Owners that may go away before they answer. */
#define LOST_MAX 5

/* What `run` waits for. */
struct errand {
	const struct call *call;
	struct sw_statedir dir;
	struct sw_owner owner;
	struct sw_screen screen;
	struct sw_live live;  /* what it draws */
	bool draws;           /* on a terminal: no lines */
	uint32_t execution;   /* 0: not started yet */
	uint64_t floor_bytes; /* of its disk */
	int nlost;            /* owners that have gone without an answer */
	uint32_t rollback;    /* of what it did, while it goes on; 0: none */
	bool waits;           /* for decisions of people too */
	bool is_over;
	int status;
};

/* The exit status of an execution that stands like this. */
static void
judge(struct errand *errand, const json_t *standing)
{
	const char *status =
	    json_string_value(json_object_get(standing, "status"));
	if (status == NULL)
		return;
	errand->is_over = true;
	errand->rollback =
	    (uint32_t)json_integer_value(json_object_get(standing, "rollback"));
	/* What it did is rolled back: it has failed, and goes on all the
	 * same. */
	if (errand->rollback != 0)
		errand->is_over =
		    !errand->waits &&
		    json_is_true(json_object_get(standing, "blocked"));
	if (strcmp(status, "Succeeded") == 0)
		errand->status = EXIT_YES;
	else if (strcmp(status, "Failed") == 0)
		errand->status = EXIT_NO;
	else if (strcmp(status, "Stopped") == 0 ||
		 strcmp(status, "Superseded") == 0)
		errand->status = EXIT_STOPPED;
	else if (!errand->waits &&
		 json_is_true(json_object_get(standing, "blocked")))
		errand->status = EXIT_UNDECIDED;
	else
		errand->is_over = false;
}

/* Is this the question that an --approve answers? */
static bool
is_answered(const struct call *call, const json_t *row)
{
	const char *action = json_string_value(json_object_get(row, "action"));
	int at = 0;
	for (const char *name;
	     (name = sw__call_next(call, "--approve", &at)) != NULL;)
		if (action != NULL && strcmp(name, action) == 0)
			return true;
	return false;
}

static void
tell(const struct errand *errand, const json_t *row)
{
	if (errand->draws)
		return;
	if (!errand->call->is_json) {
		sw__face_row(&errand->screen, row);
		if (!is_answered(errand->call, row))
			sw__face_ways_on(&errand->screen, row);
		return;
	}
	(void)json_dumpf(row, stdout, JSON_COMPACT);
	(void)putchar('\n');
	(void)fflush(stdout);
}

/* "NAME=VALUE"s of an option as an object; NULL if one is malformed. */
static json_t *
read_pairs(const struct call *call, const char *option, const char *form)
{
	json_t *pairs = json_object();
	int at = 0;
	for (const char *text;
	     (text = sw__call_next(call, option, &at)) != NULL;) {
		const char *equals = strchr(text, '=');
		char name[512];
		if (equals == NULL || equals == text ||
		    (size_t)(equals - text) >= sizeof name) {
			sw__call_usage(
			    call, "%s wants %s, not '%s'", option, form, text);
			json_decref(pairs);
			return NULL;
		}
		memcpy(name, text, (size_t)(equals - text));
		name[equals - text] = '\0';
		if (json_object_set_new(pairs, name, json_string(equals + 1)) !=
		    0) {
			sw__call_usage(
			    call, "the value of '%s' is no UTF-8 text", name);
			json_decref(pairs);
			return NULL;
		}
	}
	return pairs;
}

/* The request that starts the execution; NULL: a usage error was said. */
static json_t *
start_request(const struct call *call)
{
	json_t *variables = read_pairs(call, "--var", "NAME=VALUE");
	if (variables == NULL)
		return NULL;
	json_t *revisions =
	    read_pairs(call, "--revision", "STAGE.ACTION=REVISION");
	if (revisions == NULL) {
		json_decref(variables);
		return NULL;
	}
	json_t *approve = json_array();
	int at = 0;
	for (const char *name;
	     (name = sw__call_next(call, "--approve", &at)) != NULL;)
		json_array_append_new(approve, json_string(name));
	json_t *request = json_pack("{s:s, s:o, s:o, s:o}", "verb", "start",
	    "variables", variables, "revisions", revisions, "approve", approve);
	if (sw__call_key(call, request) == 0)
		return request;
	json_decref(request);
	return NULL;
}

/* The newest execution that has not ended; 0: none. */
static uint32_t
newest_in_flight(const json_t *status)
{
	size_t i;
	json_t *execution;
	json_array_foreach(json_object_get(status, "executions"), i, execution)
		if (json_is_null(json_object_get(execution, "ended")))
			return (uint32_t)json_integer_value(
			    json_object_get(execution, "number"));
	return 0;
}

/* Takes the answer to the first request: which execution it is about. */
static int
take_answer(struct errand *errand, json_t *answer, struct sw_error *err)
{
	const int status = sw__request_outcome(answer, err);
	const json_t *document = json_object_get(answer, "document");
	if (status == 0 && json_object_get(document, "execution") != NULL)
		errand->execution = (uint32_t)json_integer_value(
		    json_object_get(document, "execution"));
	else if (status == 0)
		errand->execution = newest_in_flight(document);
	json_decref(answer);
	if (status == 0 && errand->execution == 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "there is nothing to resume: no execution is in flight");
	return status;
}

static void
on_row(const json_t *row, void *payload)
{
	struct errand *errand = payload;
	tell(errand, row);
	if (errand->execution == 0)
		return; /* the start itself: its answer comes next */
	sw__live_draw(&errand->live);
	json_t *standing = sw__request_standing(
	    sw__engine_book(errand->owner.engine), errand->execution);
	judge(errand, standing);
	json_decref(standing);
	if (errand->is_over)
		sw__owner_stop(&errand->owner);
}

static void
on_disk(const struct sw_room *room, void *payload)
{
	const struct errand *errand = payload;
	sw__call_disk(errand->call, room);
}

/* The rollback of an execution takes its place on the screen. */
static uint32_t
shown(const struct errand *errand)
{
	return errand->rollback == 0 ? errand->execution : errand->rollback;
}

/* How the execution stands, for who watches. */
static json_t *
show(void *payload)
{
	const struct errand *errand = payload;
	struct sw_error err;
	return errand->execution == 0
		   ? NULL
		   : sw__view_show(sw__engine_book(errand->owner.engine),
			 sw__wall_ms(), shown(errand), &err);
}

/* Actions that this process leaves to their supervisors. */
static void
say_left(const struct errand *errand)
{
	const uint32_t n = sw__engine_running(errand->owner.engine);
	const bool is_interrupted = !errand->is_over;
	if (n == 0 && !is_interrupted)
		return;
	fprintf(stderr,
	    "%s: %s%" PRIu32 " action%s on alone; `%s run --resume` "
	    "continues\n",
	    errand->call->program, is_interrupted ? "interrupted; " : "", n,
	    n == 1 ? " goes" : "s go", errand->call->program);
}

/* This process owns the directory. */
static int
carry_out(struct errand *errand, const json_t *request, struct sw_error *err)
{
	struct sw_owner *owner = &errand->owner;
	struct sw_vault *vault = NULL;
	if (sw__call_vault(errand->call, &vault, err) != 0)
		return err->code;
	owner->row = on_row;
	owner->disk = on_disk;
	owner->space.floor = errand->floor_bytes;
	owner->payload = errand;
	owner->vault = vault;
	if (sw__owner_open(owner, errand->call->pipeline, &errand->dir, err) !=
	    0) {
		sw__vault_free(vault);
		return err->code;
	}
	int status = 0;
	if (errand->draws)
		sw__live_open(
		    &errand->live, &errand->screen, &owner->loop, show, errand);
	char by[SW_PEER_MAX];
	sw__peer_self(by);
	if (errand->execution == 0)
		status = take_answer(errand,
		    sw__request_answer(owner->engine, request, by, 0), err);
	if (status == 0) {
		json_t *standing = sw__request_standing(
		    sw__engine_book(owner->engine), errand->execution);
		judge(errand, standing);
		json_decref(standing);
		sw__live_draw(&errand->live);
		if (!errand->is_over)
			sw__owner_run(owner);
	}
	sw__live_close(&errand->live);
	if (status == 0 && owner->trouble.code != SW_OK) {
		*err = owner->trouble;
		status = err->code;
	} else if (status == 0) {
		say_left(errand);
		if (!errand->is_over)
			errand->status = EXIT_UNDECIDED;
		errand->is_over = true;
	}
	sw__owner_close(owner);
	sw__vault_free(vault);
	return status;
}

/* How it stands, as its owner says. */
static json_t *
ask_show(void *payload)
{
	const struct errand *errand = payload;
	struct sw_error err;
	return sw__call_ask(errand->call,
	    json_pack("{s:s, s:I}", "verb", "show", "execution",
		(json_int_t)shown(errand)),
	    false, &err);
}

/* Rows of another owner, until the execution or the owner has ended. */
static int
follow(struct errand *errand, struct sw_client *client, struct sw_error *err)
{
	json_t *request = json_pack("{s:s, s:I}", "verb", "follow", "execution",
	    (json_int_t)errand->execution);
	int status = sw__client_send(client, request, err);
	json_decref(request);
	bool is_first = true;
	if (errand->draws)
		sw__live_open(
		    &errand->live, &errand->screen, NULL, ask_show, errand);
	while (status == 0 && !errand->is_over) {
		json_t *line = NULL;
		status = sw__client_receive(client, true, &line, err);
		if (status != 0 || line == NULL)
			break;
		if (is_first)
			status = sw__request_outcome(line, err);
		else
			tell(errand, json_object_get(line, "row"));
		is_first = false;
		if (status == 0)
			judge(errand, json_object_get(line, "standing"));
		json_decref(line);
		sw__live_draw(&errand->live);
	}
	sw__live_close(&errand->live);
	return status;
}

/* An owner that took the request has gone without a word. */
static int
count_lost(struct errand *errand, const json_t *request,
    const struct sw_client *client, struct sw_error *err)
{
	if (client->is_refused || ++errand->nlost < LOST_MAX)
		return 0;
	return sw__call_undecided(request, err);
}

/* Another process owns the directory and answers. */
static int
have_it_done(struct errand *errand, struct sw_client *client,
    const json_t *request, struct sw_error *err)
{
	if (errand->execution == 0) {
		json_t *answer = NULL;
		if (sw__client_ask(client, request, &answer, err) != 0)
			return err->code;
		if (answer == NULL) /* whoever comes next is asked */
			return count_lost(errand, request, client, err);
		if (take_answer(errand, answer, err) != 0)
			return err->code;
		if (!errand->call->is_json)
			printf("#%" PRIu32 " is carried out by the process "
			       "that owns '%s'\n",
			    errand->execution, errand->dir.path);
		if (sw__call_option(errand->call, "--secret") != NULL)
			fprintf(stderr,
			    "%s: --secret is of no use here: the process that "
			    "owns the state directory has its own\n",
			    errand->call->program);
		/* It may be long until there is a row to tell. */
		(void)fflush(stdout);
	}
	return follow(errand, client, err);
}

static int
attend(struct errand *errand, const json_t *request, struct sw_error *err)
{
	while (!errand->is_over) {
		struct sw_client client;
		int status = sw__reach(&errand->dir, &client, SW_REACH_MS, err);
		if (status > 0)
			return carry_out(errand, request, err);
		if (status == 0) {
			status = have_it_done(errand, &client, request, err);
			sw__client_close(&client);
		}
		if (status != 0)
			return status;
	}
	return 0;
}

static int
run_run(struct call *call)
{
	struct sw_error err;
	struct errand errand = { .call = call };
	const bool resumes = sw__call_option(call, "--resume") != NULL;
	if (sw__call_floor(call, &errand.floor_bytes) != 0)
		return EXIT_USAGE;
	json_t *request = resumes ? json_pack("{s:s}", "verb", "status")
				  : start_request(call);
	if (request == NULL)
		return EXIT_USAGE;
	errand.waits = sw__call_option(call, "--no-wait") == NULL;
	sw__call_screen(call, &errand.screen);
	errand.draws = !call->is_json && errand.screen.columns > 0;
	int status = sw__call_open(call, &errand.dir, !resumes, &err);
	if (status == 0) {
		status = attend(&errand, request, &err);
		sw__statedir_close(&errand.dir);
	}
	json_decref(request);
	if (status != 0)
		return sw__call_failed(call, &err);
	if (errand.status == EXIT_UNDECIDED && !errand.waits)
		fprintf(stderr,
		    "%s: #%" PRIu32 " waits for somebody's decision; `%s "
		    "status` says which\n",
		    call->program, errand.execution, call->program);
	return errand.status;
}

static const struct sw_option options[] = {
	{ "--approve", "STAGE.ACTION", "approve it in advance" },
	{ "--var", "NAME=VALUE", "value of a pipeline variable" },
	OPTION_SECRET,
	{ "--revision", "STAGE.ACTION=REV", "pin a source to a revision" },
	{ "--resume", NULL, "go on with what is in flight" },
	{ "--min-free", "SIZE", "of the disk, for new executions (1G or 5%)" },
	{ "--no-wait", NULL, "do not wait for decisions of people" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_run = {
	.name = "run",
	.operands = "",
	.summary = "release: one execution, to its end",
	.options = options,
	.changes = true,
	.run = run_run,
};
