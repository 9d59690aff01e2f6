/* stagewright verify: what holds of a pipeline in every run. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "command.h"
#include "compilation.h"
#include "draw/render.h"
#include "forms.h"
#include "report.h"
#include "verify/story.h"
#include "verify/verify.h"
#include "verify/verify_report.h"
#include "whole_file.h"

/* Bytes of the path of a run that is saved. */
#define PATH_SIZE 4096

struct options {
	const char *model;
	const char *trace_dir;
	const char *graph;
	struct forms forms;
	bool full;
	struct verify_options verify;
};

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* "prod-gate.xml" of "prod gate"; false: the path is too long. */
static bool
name_file(char *to, size_t size, const char *folder, const char *property)
{
	const int n = snprintf(to, size, "%s/%s.xml", folder, property);
	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *p = to + strlen(folder) + 1; p < to + n - 4; p++)
		if (!is_plain(*p))
			*p = '-';
	return true;
}

static bool
has_run(const struct verdict *verdict)
{
	return verdict->nevents > 0 &&
	       (verdict->status == VERIFY_FAILS ||
		   verdict->status == VERIFY_HOLDS_UNLESS);
}

/* What the outputs tell. */
struct result {
	const struct compilation *c;
	const struct options *o;
	const struct verify_telling *telling; /* NULL: there was no search */
};

static void
print_text(const void *self, FILE *to)
{
	const struct result *r = self;
	const struct verify_telling *t = r->telling;
	char path[PATH_SIZE];
	if (t == NULL)
		return;
	verify_print(t, to);
	for (size_t i = 0; r->o->trace_dir != NULL && i < t->v->n; i++)
		if (has_run(&t->v->verdicts[i]) &&
		    name_file(path, sizeof path, r->o->trace_dir,
			t->v->verdicts[i].property->name))
			fprintf(to,
			    "replay: stagewright simulate %s --scenarios %s\n",
			    r->o->model, path);
}

static void
print_json(const void *self, FILE *to)
{
	const struct result *r = self;
	verify_print_json(r->telling, r->c->diagnostics, to);
}

static const struct report *
make_report(const void *self)
{
	const struct result *r = self;
	return report_of(r->c, "verify");
}

static const struct forms_own own = { print_text, print_json, NULL, make_report,
	NULL };

/* EXIT_YES; or EXIT_USAGE, and said: the command line is wrong. */
static int
read_options(struct options *o, const struct call *call)
{
	unsigned long executions = 0, megabytes = 0, seconds = 0;

	*o = (struct options){ .model = call->line.operands[0],
		.trace_dir = call_option(call, "--trace-dir"),
		.graph = call_option(call, "--graph"),
		.full = call_has(call, "--full") };
	if (!forms_read(&o->forms, &own, call) ||
	    !call_number(
		call, "--executions", VERIFY_EXECUTIONS_MAX, &executions) ||
	    !call_number(call, "--memory", 1 << 20, &megabytes) ||
	    !call_number(call, "--seconds", 1000000, &seconds))
		return EXIT_USAGE;
	o->verify.property = call_option(call, "--property");
	o->verify.is_unreduced = call_has(call, "--unreduced");
	o->verify.executions = (unsigned)executions;
	o->verify.memory_max = (uint64_t)megabytes << 20;
	o->verify.seconds_max = (double)seconds;
	return EXIT_YES;
}

static int
read_policies(struct compilation *c, const struct call *call)
{
	const char *path;

	for (int at = 0; (path = call_next(call, "--policy", &at)) != NULL;)
		if (!compilation_policies(c, path))
			return EXIT_TROUBLE;
	return diagnostics_count(c->diagnostics, SEVERITY_ERROR) > 0 ? EXIT_NO
								     : EXIT_YES;
}

static bool
show_progress(void *self, const struct explore_progress *p)
{
	(void)self;
	fprintf(stderr,
	    "\r%.1f million states, %.1f million waiting, %.2f million/s, "
	    "%.0f MB \033[K",
	    (double)p->states / 1e6, (double)p->waiting / 1e6,
	    (double)p->states / 1e6 / p->seconds, (double)p->memory / 1e6);
	return true;
}

static int
complain(const char *path)
{
	fprintf(stderr, "stagewright: cannot write '%s': %s\n", path,
	    strerror(errno));
	return EXIT_TROUBLE;
}

/* One run, to be saved. */
struct saving {
	struct arena *arena;
	const struct verification *v;
	const struct verdict *verdict;
};

static void
save_run(const void *self, struct text *text)
{
	const struct saving *s = self;
	const struct verdict *verdict = s->verdict;
	const struct story_run run = story_run_of(s->v, verdict);
	story_scenario(text, s->arena, &run, verdict->property->name,
	    story_fact(s->arena, s->v, verdict),
	    (struct story_end){ verdict->breach.stage, UINT32_MAX });
}

static int
save_runs(const struct compilation *c, const struct options *o,
    const struct verification *v)
{
	char path[PATH_SIZE];
	if (o->trace_dir == NULL)
		return EXIT_YES;
	if (mkdir(o->trace_dir, 0777) != 0 && errno != EEXIST)
		return complain(o->trace_dir);
	for (size_t i = 0; i < v->n; i++) {
		const struct verdict *verdict = &v->verdicts[i];
		if (!has_run(verdict))
			continue;
		if (!name_file(path, sizeof path, o->trace_dir,
			verdict->property->name) ||
		    !whole_file_text(path, save_run,
			&(struct saving){ c->arena, v, verdict }))
			return complain(path);
	}
	return EXIT_YES;
}

/* As the name's suffix says: rendered, or the text itself. */
static int
write_picture(struct arena *arena, const char *path, char *dot, size_t size)
{
	static const char *const formats[] = { "svg", "png", "pdf" };
	const char *suffix = strrchr(path, '.');
	struct picture picture = { dot, size };
	const char *problem = NULL;
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (suffix != NULL && strcmp(suffix + 1, formats[i]) == 0)
			problem = render_dot(arena, dot, formats[i], &picture);
	if (problem != NULL) {
		fprintf(stderr, "stagewright: cannot draw '%s': %s\n", path,
		    problem);
		return EXIT_TROUBLE;
	}
	return whole_file_write(path, picture.bytes, picture.size)
		   ? EXIT_YES
		   : complain(path);
}

/* The first run that there is. */
static int
draw_run(const struct options *o, const struct verify_telling *telling)
{
	const struct verification *v = telling->v;
	size_t i = 0;
	while (i < v->n && !has_run(&v->verdicts[i]))
		i++;
	if (o->graph == NULL || i == v->n)
		return EXIT_YES;
	char *dot = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&dot, &size));
	struct text *text = text_new(memory);
	verify_draw(telling, &v->verdicts[i], text);
	if (text_close(text) != 0)
		out_of_memory();
	close_memory(memory, &dot);
	const int status = write_picture(telling->arena, o->graph, dot, size);
	free(dot);
	return status;
}

static int
tell(struct compilation *c, const struct options *o,
    const struct verification *v)
{
	const struct verify_telling telling = { c->arena, v, c->sources,
		c->today, o->full };
	struct diagnostics *found = c->diagnostics;
	const size_t before = diagnostics_count(found, SEVERITY_ERROR);
	verify_find(&telling, c->obligations, found);
	int status = save_runs(c, o, v);
	if (status == EXIT_YES)
		status = draw_run(o, &telling);
	if (!forms_write(&o->forms, &(struct result){ c, o, &telling }))
		status = EXIT_TROUBLE;
	if (status != EXIT_YES)
		return status;
	const size_t unknown = verify_is_unknown(v);
	if (diagnostics_count(found, SEVERITY_ERROR) > before + unknown)
		return EXIT_NO;
	return unknown != 0 ? EXIT_UNDECIDED : EXIT_YES;
}

static int
prove(struct compilation *c, struct options *o)
{
	if (isatty(fileno(stderr)))
		o->verify.progress = show_progress;
	const struct verification *v =
	    verify(c->arena, c->lowered, c->obligations, &o->verify);
	if (o->verify.progress != NULL)
		fprintf(stderr, "\r\033[K");
	if (v->n == 0) {
		fprintf(stderr, "stagewright: no property '%s' to prove\n",
		    o->verify.property);
		return EXIT_USAGE;
	}
	return tell(c, o, v);
}

/* Findings are kept, to be printed with those of the search. */
static int
lower_model(struct compilation *c, const char *path)
{
	if (compilation_lower(c, path) && compilation_check_use(c, USE_MACHINE))
		return EXIT_YES;
	return c->file == 0 ? EXIT_TROUBLE : EXIT_NO;
}

static int
run(const struct call *call)
{
	struct options options;
	struct compilation c;
	int status = read_options(&options, call);
	if (status != EXIT_YES)
		return status;
	compilation_init(&c);
	status = read_policies(&c, call);
	if (status == EXIT_YES)
		status = lower_model(&c, options.model);
	const bool is_lowered = status == EXIT_YES;
	if (is_lowered)
		status = prove(&c, &options);
	else if (!forms_write(
		     &options.forms, &(struct result){ &c, &options, NULL }))
		status = EXIT_TROUBLE;
	diagnostics_print(c.diagnostics, stderr,
	    (struct diagnostic_style){
		.color = report_wants_color(stderr), .brief = is_lowered });
	compilation_release(&c);
	return status;
}

static const struct sw_option options[] = {
	{ "--policy", "FILE|git:REV:PATH",
	    "policies, beside those of the model" },
	{ "--property", "NAME", "judge this one only" },
	{ "--executions", "N",
	    "how many start (2 where it speaks of several)" },
	{ "--memory", "MB", "stop there, undecided" },
	{ "--seconds", "N", "stop then, undecided" },
	{ "--unreduced", NULL, "every state, also those that are alike" },
	{ "--full", NULL, "each step with all that it changed" },
	{ "-o", "FORM[=FILE]", FORMS_HELP },
	{ "--json", NULL, "the same as -o json" },
	{ "--trace-dir", "DIR", "save each run as a scenario" },
	{ "--graph", "FILE", "draw the runs" },
	{ NULL, NULL, NULL },
};

const struct command command_verify = {
	.name = "verify",
	.operands = "MODEL",
	.min_operands = 1,
	.max_operands = 1,
	.summary = "prove what holds in every run of a pipeline",
	.options = options,
	.run = run,
};
