/*
 * From a verb to the one who can answer: the owner of the state directory
 * over its socket, or this process, for a moment. Input: a request; output:
 * its document. Knows nothing of what is asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "engine/world_real.h"
#include "owner/client.h"
#include "owner/key.h"
#include "owner/peer.h"
#include "owner/request.h"
#include "reach.h"

/* Others may own the directory for a moment, as we may. */
#define ASK_DEADLINE_MS 5000
#define ASK_AGAIN_MS 10

int
sw__call_open(const struct call *call, struct sw_statedir *dir, bool make,
    struct sw_error *err)
{
	char path[PATH_MAX];
	const char *given = sw__call_option(call, "--state");
	if (given == NULL)
		given = getenv("STAGEWRIGHT_STATE");
	if (given != NULL && given[0] != '\0')
		return sw__statedir_open(dir, given, make, err);
	snprintf(path, sizeof path, ".stagewright/%s", call->pipeline->name);
	return sw__statedir_open(dir, path, make, err);
}

int
sw__call_key(const struct call *call, json_t *request)
{
	const char *given = sw__call_option(call, "--key");
	char made[SW_KEY_MAX + 1];
	struct sw_error err;
	if (given != NULL && sw__key_check(given, &err) != 0)
		return sw__call_usage(call, "%s", err.text);
	if (given == NULL)
		sw__key_make(made);
	json_object_set_new(
	    request, "key", json_string(given == NULL ? made : given));
	return 0;
}

/* Answered by this process, which starts nothing. */
static json_t *
ask_here(const struct call *call, const struct sw_statedir *dir,
    const json_t *request, struct sw_error *err)
{
	struct sw_real_world real;
	sw__real_world(&real, NULL);
	struct sw_space space = { dir, SW_FLOOR_UNSAID, false };
	const struct sw_engine_options options = {
		.pipeline = call->pipeline,
		.dir = dir,
		.world = &real.world,
		.space = dir == NULL ? NULL : &space,
	};
	struct sw_engine *engine = NULL;
	if (sw__engine_open(&engine, &options, err) != 0)
		return NULL;
	char by[SW_PEER_MAX];
	sw__peer_self(by);
	json_t *answer = sw__request_answer(engine, request, by, 0);
	sw__engine_free(engine);
	return answer;
}

int
sw__call_undecided(const json_t *request, struct sw_error *err)
{
	const char *key = json_string_value(json_object_get(request, "key"));
	if (key == NULL)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "the owner of the state directory went away before it "
		    "answered");
	return sw__error(err, SW_ERROR_UNKNOWN_OUTCOME,
	    "the owner of the state directory went away before it answered; "
	    "the same command with `--key %s` says what became of it, and "
	    "does it if nothing did",
	    key);
}

/*
 * Asks until there is an answer: who comes after an owner that ended knows
 * what that one has recorded, by the key.
 */
static json_t *
ask_somebody(const struct call *call, struct sw_statedir *dir,
    const json_t *request, struct sw_error *err)
{
	const uint64_t deadline = sw__wall_ms() + ASK_DEADLINE_MS;
	bool was_sent = false;
	for (;;) {
		struct sw_client client;
		int status = sw__reach(dir, &client, 0, err);
		if (status > 0)
			return ask_here(call, dir, request, err);
		if (status == 0) {
			json_t *answer = NULL;
			status = sw__client_ask(&client, request, &answer, err);
			was_sent = was_sent || !client.is_refused;
			sw__client_close(&client);
			if (status != 0 || answer != NULL)
				return answer;
			status = sw__error(err, SW_ERROR_BUSY,
			    "the process that owns the state directory ends");
		}
		if (status != SW_ERROR_BUSY)
			return NULL;
		if (sw__wall_ms() > deadline) {
			if (was_sent)
				sw__call_undecided(request, err);
			return NULL;
		}
		nanosleep(
		    &(struct timespec){ .tv_nsec = ASK_AGAIN_MS * 1000000L },
		    NULL);
	}
}

/* The document of an answer; both are taken. */
static json_t *
unwrap(json_t *answer, struct sw_error *err)
{
	json_t *document = NULL;
	if (answer != NULL && sw__request_outcome(answer, err) == 0)
		document = json_incref(json_object_get(answer, "document"));
	json_decref(answer);
	return document;
}

json_t *
sw__call_ask(
    const struct call *call, json_t *request, bool make, struct sw_error *err)
{
	struct sw_statedir dir;
	json_t *answer = NULL;
	if (sw__call_open(call, &dir, make, err) == 0) {
		answer = ask_somebody(call, &dir, request, err);
		sw__statedir_close(&dir);
	} else if (err->code == SW_ERROR_REFUSED && !make) {
		answer = ask_here(call, NULL, request, err);
	}
	json_decref(request);
	return unwrap(answer, err);
}

/* The request, with what the options say; NULL: a usage error was said. */
static json_t *
post_request(const struct call *call, const char *event, uint32_t execution)
{
	const char *comment = sw__call_option(call, "--comment");
	const char *token = sw__call_option(call, "--token");
	const char *whose = sw__call_option(call, "--execution");
	if (whose != NULL && (execution = sw__call_number(whose)) == 0) {
		sw__call_usage(
		    call, "'%s' is no number of an execution", whose);
		return NULL;
	}
	json_t *request =
	    json_pack("{s:s, s:s}", "verb", "post", "event", event);
	if (request == NULL) {
		sw__call_usage(call, "the words are no UTF-8 text");
		return NULL;
	}
	if (comment != NULL)
		json_object_set_new(request, "comment", json_string(comment));
	if (token != NULL)
		json_object_set_new(request, "token", json_string(token));
	if (execution != 0)
		json_object_set_new(
		    request, "execution", json_integer((json_int_t)execution));
	if (sw__call_key(call, request) != 0) {
		json_decref(request);
		return NULL;
	}
	return request;
}

int
sw__call_post(const struct call *call, const char *event, uint32_t execution)
{
	struct sw_error err;
	json_t *request = post_request(call, event, execution);
	if (request == NULL)
		return EXIT_USAGE;
	/* A way may be closed before anything was started. */
	const bool make = strncmp(event, "close ", 6) == 0;
	json_t *document = sw__call_ask(call, request, make, &err);
	if (document == NULL)
		return sw__call_failed(call, &err);
	/* What was recorded says whose it is, and back to what. */
	json_t *recorded = json_object_get(document, "event");
	if (call->is_json) {
		json_object_set(document, "recorded", recorded);
		json_object_del(document, "event");
		return sw__call_print(document);
	}
	const json_t *subject = json_object_get(document, "execution");
	const char *line = json_string_value(recorded);
	printf("%s: recorded", line == NULL ? event : line);
	if (subject != NULL)
		printf(" %s #%" JSON_INTEGER_FORMAT,
		    strncmp(event, "rollback ", 9) == 0 ? "as" : "for",
		    json_integer_value(subject));
	putchar('\n');
	if (json_is_null(json_object_get(document, "owner")) &&
	    json_integer_value(json_object_get(document, "inFlight")) > 0)
		printf("nobody runs the pipeline now: `%s run --resume` goes "
		       "on\n",
		    call->program);
	json_decref(document);
	return EXIT_YES;
}

int
sw__call_print(json_t *document)
{
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
	return EXIT_YES;
}
