/*
 * Watches one source without an engine around it:
 *   watch STATE SEEN [url=... branch=...] [-- [branches=A,B] [tags=...] ...]
 * Each "--" begins a filter of the trigger; none: no trigger. SEEN is a file
 * that keeps what was seen over restarts. Prints "tip REF REVISION yes|no
 * first|later" and "trouble TEXT"; a byte on stdin is a hint, its end the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "provider/provider.h"
#include "source/watch.h"

#define ITEMS_MAX 16
#define REFS_MAX 4096

static const struct sw_action actions[] = { { .name = "Checkout",
    .category = SW_CATEGORY_SOURCE } };
static const struct sw_machine machine = { .nactions = 1, .actions = actions };

struct memory {
	FILE *file;
	char refs[REFS_MAX][300];
	char revisions[REFS_MAX][48];
	size_t count;
	struct sw_watch *watch;
};

static size_t
find(struct memory *memory, const char *ref)
{
	size_t i = 0;
	while (i < memory->count && strcmp(memory->refs[i], ref) != 0)
		i++;
	return i;
}

static void
remember(struct memory *memory, const char *ref, const char *revision)
{
	const size_t i = find(memory, ref);
	if (i == REFS_MAX)
		abort();
	memory->count += i == memory->count;
	snprintf(memory->refs[i], sizeof memory->refs[i], "%s", ref);
	snprintf(
	    memory->revisions[i], sizeof memory->revisions[i], "%s", revision);
}

static const char *
seen(void *payload, uint32_t action, const char *ref)
{
	struct memory *memory = payload;
	(void)action;
	if (!ref)
		return memory->count > 0 ? memory->revisions[0] : NULL;
	const size_t i = find(memory, ref);
	return i < memory->count ? memory->revisions[i] : NULL;
}

static void
tips(void *payload, const struct sw_tip *tips, uint32_t n)
{
	struct memory *memory = payload;
	for (const struct sw_tip *tip = tips; tip < tips + n; tip++) {
		remember(memory, tip->ref, tip->revision);
		fprintf(memory->file, "%s %s\n", tip->ref, tip->revision);
		printf("tip %s %s %s %s\n", tip->ref, tip->revision,
		    tip->admitted ? "yes" : "no",
		    tip->is_first ? "first" : "later");
	}
	fflush(memory->file);
}

static void
trouble(void *payload, uint32_t action, const char *text)
{
	(void)payload;
	(void)action;
	printf("trouble %s\n", text);
}

static void
on_input(uv_poll_t *poll, int status, int events)
{
	struct memory *memory = poll->data;
	char byte = 0;
	(void)events;
	if (status == 0 && read(0, &byte, 1) == 1) {
		sw__watch_hint(memory->watch);
		return;
	}
	sw__watch_free(memory->watch);
	uv_close((uv_handle_t *)poll, NULL);
}

static const char *const *
split(char *text)
{
	const char **list = calloc(ITEMS_MAX + 1, sizeof *list);
	size_t count = 0;
	for (char *item = strtok(text, ","); item && count < ITEMS_MAX;
	     item = strtok(NULL, ","))
		list[count++] = item;
	return list;
}

static void
set_list(struct sw_filter *filter, const char *name, char *text)
{
	const char *const *list = split(text);
	if (strcmp(name, "branches") == 0)
		filter->branches = list;
	else if (strcmp(name, "excludeBranches") == 0)
		filter->exclude_branches = list;
	else if (strcmp(name, "paths") == 0)
		filter->paths = list;
	else if (strcmp(name, "excludePaths") == 0)
		filter->exclude_paths = list;
	else if (strcmp(name, "tags") == 0)
		filter->tags = list;
	else if (strcmp(name, "excludeTags") == 0)
		filter->exclude_tags = list;
}

int
main(int argc, char **argv)
{
	static struct memory memory;
	static struct sw_parameter parameters[ITEMS_MAX + 1];
	static struct sw_filter filters[ITEMS_MAX + 1];
	size_t nparameters = 0;
	size_t nfilters = 0;
	if (argc < 3 || argc > ITEMS_MAX)
		return 2;
	for (int i = 3; i < argc; i++) {
		char *equals = strchr(argv[i], '=');
		if (strcmp(argv[i], "--") == 0) {
			nfilters++;
			continue;
		}
		*equals = 0;
		if (nfilters == 0)
			parameters[nparameters++] =
			    (struct sw_parameter){ argv[i], equals + 1 };
		else
			set_list(&filters[nfilters - 1], argv[i], equals + 1);
	}
	filters[nfilters].is_end = true;
	const struct sw_work work[] = { { .provider = &sw_provider_git,
	    .parameters = parameters } };
	const struct sw_trigger triggers[] = {
		{ "Source.Checkout", 0, filters }, { NULL, 0, NULL }
	};
	const struct sw_pipeline pipeline = { .machine = &machine,
		.work = work,
		.triggers = nfilters ? triggers : NULL };
	const struct sw_watch_calls calls = { seen, tips, trouble };
	char ref[300];
	char revision[48];
	memory.file = fopen(argv[2], "a+");
	while (fscanf(memory.file, "%299s %47s", ref, revision) == 2)
		remember(&memory, ref, revision);
	setvbuf(stdout, NULL, _IOLBF, 0);
	uv_loop_t loop;
	uv_poll_t input;
	struct sw_error err;
	const char *interval = getenv("INTERVAL");
	uv_loop_init(&loop);
	const struct sw_watch_options options = {
		.loop = &loop,
		.pipeline = &pipeline,
		.state_dir = argv[1],
		.interval_ms = interval ? strtoull(interval, NULL, 10) : 20,
		.calls = &calls,
		.payload = &memory,
	};
	if (sw__watch_new(&memory.watch, &options, &err) != 0)
		return 1;
	uv_poll_init(&loop, &input, 0);
	input.data = &memory;
	uv_poll_start(&input, UV_READABLE, on_input);
	uv_run(&loop, UV_RUN_DEFAULT);
	fclose(memory.file);
	for (size_t i = 0; i < nfilters; i++) {
		free((void *)(uintptr_t)filters[i].branches);
		free((void *)(uintptr_t)filters[i].exclude_branches);
		free((void *)(uintptr_t)filters[i].paths);
		free((void *)(uintptr_t)filters[i].exclude_paths);
		free((void *)(uintptr_t)filters[i].tags);
		free((void *)(uintptr_t)filters[i].exclude_tags);
	}
	return uv_loop_close(&loop);
}
