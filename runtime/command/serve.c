/*
 * `serve`: owns the state directory until it is told to stop, watches the
 * sources and starts an execution for each new tip that a trigger admits.
 * Output: rows as lines.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "face.h"
#include "keep.h"
#include "machine/words.h"
#include "owner/owner.h"
#include "reach.h"
#include "secret/vault.h"
#include "source/watch.h"

struct service {
	const struct call *call;
	struct sw_screen screen;
	struct sw_owner owner;
	struct sw_watch *watch;
	struct sw_vault *vault;
	struct sw_retention retention;
	uint64_t floor_bytes; /* of its disk */
	bool is_short;        /* told to end before all was drained */
	bool is_full;         /* a tip waits for an execution to end */
};

/* When an execution has ended there is room for a tip that found none. */
static void
look_for_room(struct service *service, const json_t *row)
{
	if (!service->is_full ||
	    json_object_size(json_object_get(row, "ended")) == 0)
		return;
	service->is_full = false;
	sw__watch_hint(service->watch);
}

/* Nothing is in flight any more. */
static void
look_for_end(struct service *service)
{
	if (service->owner.drains &&
	    sw__engine_book(service->owner.engine)->first_in_flight == 0)
		sw__owner_stop(&service->owner);
}

static void
tell(const json_t *row, void *payload)
{
	struct service *service = payload;
	look_for_room(service, row);
	look_for_end(service);
	const char *kind = json_string_value(json_object_get(row, "kind"));
	if (!service->call->is_json) {
		/* People want to know of a tip that something starts. */
		if (kind != NULL && strcmp(kind, "tip") == 0)
			return;
		sw__face_row(&service->screen, row);
		sw__face_ways_on(&service->screen, row);
		return;
	}
	(void)json_dumpf(row, stdout, JSON_COMPACT);
	(void)putchar('\n');
	(void)fflush(stdout);
}

/* Tips that found no room on the disk are still news. */
static void
on_disk(const struct sw_room *room, void *payload)
{
	struct service *service = payload;
	sw__call_disk(service->call, room);
	if (!room->is_low && service->watch != NULL)
		sw__watch_hint(service->watch);
}

static const char *
seen(void *payload, uint32_t action, const char *ref)
{
	const struct service *service = payload;
	const struct sw_book *book = sw__engine_book(service->owner.engine);
	return ref == NULL ? sw__book_any_tip(book, action)
			   : sw__book_tip(book, action, ref);
}

static void
complain(const struct service *service, const char *text)
{
	fprintf(stderr, "%s: %s\n", service->call->program, text);
}

/* Said once, until there was room. */
static void
wait_for_room(struct service *service, struct sw_error *err)
{
	if (service->is_full)
		return;
	service->is_full = true;
	sw__error_add(
	    err, "; what was pushed starts when one of them has ended");
	complain(service, err->text);
}

/* What a tip starts, if it does; members are ours to give back. */
static bool
fill_start(const struct service *service, const struct sw_tip *tip,
    struct sw_start *start)
{
	const struct sw_book *book = sw__engine_book(service->owner.engine);
	char name[SW_WORDS_MAX];
	if (!tip->admitted || (tip->is_first && book->nexecutions > 0))
		return false;
	sw_words_action(book->pipeline->machine, tip->action, name);
	const char *type =
	    strncmp(tip->ref, "refs/tags/", 10) == 0 ? "Tag" : "Push";
	*start = (struct sw_start){
		.trigger = json_pack("{s:s, s:s, s:s}", "type", type, "by",
		    name, "detail", tip->ref),
		.revisions = json_pack("{s:s}", name, tip->revision),
	};
	return true;
}

/* New tips: recorded, and in the same commit what they start. */
static void
on_tips(void *payload, const struct sw_tip *tips, uint32_t n)
{
	struct service *service = payload;
	struct sw_seen *seen = calloc(n, sizeof *seen);
	struct sw_start *starts = calloc(n, sizeof *starts);
	struct sw_error err;
	if (seen == NULL || starts == NULL) {
		complain(service, "out of memory");
		n = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		seen[i] = (struct sw_seen){ tips[i].action, tips[i].ref,
			tips[i].revision, NULL };
		if (fill_start(service, &tips[i], &starts[i]))
			seen[i].start = &starts[i];
	}
	const int status =
	    n == 0 ? 0 : sw__engine_tips(service->owner.engine, seen, n, &err);
	if (status == SW_ERROR_REFUSED)
		wait_for_room(service, &err);
	else if (status != 0 && !service->owner.room.is_low)
		complain(service, err.text);
	for (uint32_t i = 0; i < n; i++) {
		json_decref(starts[i].trigger);
		json_decref(starts[i].revisions);
	}
	free(starts);
	free(seen);
}

static void
on_trouble(void *payload, uint32_t action, const char *text)
{
	const struct service *service = payload;
	char name[SW_WORDS_MAX];
	char words[SW_ERROR_TEXT_MAX];
	snprintf(words, sizeof words, "%s", text);
	const size_t n = sw__redact(
	    sw__vault_redactor(service->vault), words, strlen(words));
	fprintf(stderr, "%s: %s: %.*s; it is looked at again\n",
	    service->call->program,
	    sw_words_action(service->call->pipeline->machine, action, name),
	    (int)n, words);
}

static void
on_hint(void *payload)
{
	struct service *service = payload;
	sw__watch_hint(service->watch);
}

/* What an owner is told before it opens. */
static void
open_for(struct service *service)
{
	struct sw_owner *owner = &service->owner;
	owner->row = tell;
	owner->disk = on_disk;
	owner->space.floor = service->floor_bytes;
	owner->payload = service;
	owner->vault = service->vault;
}

/* What is in flight ends; nothing is looked at and nothing starts. */
static int
drain(struct service *service, const struct sw_statedir *dir,
    struct sw_error *err)
{
	struct sw_owner *owner = &service->owner;
	open_for(service);
	owner->drains = true;
	if (sw__owner_open(owner, service->call->pipeline, dir, err) != 0)
		return err->code;
	look_for_end(service);
	sw__owner_run(owner);
	service->is_short =
	    sw__engine_book(owner->engine)->first_in_flight != 0;
	const int status = owner->trouble.code;
	if (status != SW_OK)
		*err = owner->trouble;
	sw__owner_close(owner);
	return status;
}

static int
serve(struct service *service, const struct sw_statedir *dir,
    uint64_t interval_ms, struct sw_error *err)
{
	static const struct sw_watch_calls calls = {
		.seen = seen,
		.tips = on_tips,
		.trouble = on_trouble,
	};
	struct sw_owner *owner = &service->owner;
	open_for(service);
	owner->retention = service->retention;
	if (sw__owner_open(owner, service->call->pipeline, dir, err) != 0)
		return err->code;
	const struct sw_watch_options options = {
		.loop = &owner->loop,
		.pipeline = service->call->pipeline,
		.state_dir = dir->path,
		.interval_ms = interval_ms,
		.calls = &calls,
		.payload = service,
	};
	int status = sw__watch_new(&service->watch, &options, err);
	if (status == 0) {
		sw__server_on_hint(owner->server, on_hint, service);
		if (!service->call->is_json)
			printf("serving '%s' from '%s'\n",
			    service->call->pipeline->name, dir->path);
		(void)fflush(stdout);
		sw__owner_run(owner);
		sw__server_on_hint(owner->server, NULL, NULL);
		sw__watch_free(service->watch);
		service->watch = NULL;
	}
	if (owner->trouble.code != SW_OK) {
		*err = owner->trouble;
		status = err->code;
	}
	sw__owner_close(owner);
	return status;
}

static int
run_serve(struct call *call)
{
	struct service service = { .call = call };
	sw__call_screen(call, &service.screen);
	struct sw_statedir dir;
	struct sw_error err;
	const char *text = sw__call_option(call, "--interval");
	const uint32_t seconds = text == NULL ? 0 : sw__call_number(text);
	if (text != NULL && seconds == 0)
		return sw__call_usage(
		    call, "'%s' is no number of seconds", text);
	if (sw__call_floor(call, &service.floor_bytes) != 0 ||
	    sw__call_retention(call, &service.retention) != 0)
		return EXIT_USAGE;
	int status = sw__call_open(call, &dir, true, &err);
	if (status == 0) {
		status = sw__reach_own(&dir, &err);
		if (status == SW_ERROR_BUSY)
			sw__error_add(&err,
			    "; one serves, the others ask it: `%s status`",
			    call->program);
		if (status == 0)
			status = sw__call_vault(call, &service.vault, &err);
		if (status == 0 && sw__call_option(call, "--drain") != NULL)
			status = drain(&service, &dir, &err);
		else if (status == 0)
			status = serve(&service, &dir,
			    seconds == 0 ? SW_WATCH_INTERVAL_MS
					 : (uint64_t)seconds * 1000,
			    &err);
		sw__vault_free(service.vault);
		sw__statedir_close(&dir);
	}
	if (status != 0)
		return sw__call_failed(call, &err);
	return service.is_short ? EXIT_UNDECIDED : EXIT_YES;
}

static const struct sw_option options[] = {
	OPTION_SECRET,
	{ "--min-free", "SIZE", "of the disk, for new executions (1G or 5%)" },
	OPTIONS_KEEP,
	{ "--interval", "SECONDS", "between two looks at a source (10)" },
	{ "--drain", NULL, "start nothing new; end when nothing is in flight" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_serve = {
	.name = "serve",
	.operands = "",
	.summary = "watch the sources and release each change",
	.options = options,
	.run = run_serve,
};
