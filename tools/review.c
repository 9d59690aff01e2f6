/* stagewright review: what the changes of a branch mean for its pipelines. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "change_set.h"
#include "command.h"
#include "compare/compare.h"
#include "compilation.h"
#include "forms.h"
#include "lower/lower.h"
#include "model/model.h"
#include "read/changed.h"
#include "verify/verify.h"
#include "verify/verify_report.h"

/* One file of a change, read: old and new. */
struct side {
	const char *name; /* NULL: it is not there */
	const struct model *model;
	bool has_machine;
	const struct obligations *obligations; /* of its policies */
	struct diagnostics_range findings;
};

struct review {
	struct compilation c;
	struct forms forms;
	const char *range;
	const struct call *call;
	struct side (*pairs)[2];
	size_t n;
};

static void
read_side(struct compilation *c, struct side *side)
{
	side->findings.begin = diagnostics_added(c->diagnostics);
	if (side->name != NULL) {
		(void)compilation_check(c, side->name);
		side->model = c->model;
		side->has_machine = c->has_machine;
		side->obligations = c->obligations;
	}
	side->findings.end = diagnostics_added(c->diagnostics);
}

/* A pipeline that is gone from one file and new in another has moved, however
 * little the files resemble each other. */
static void
pair_by_name(struct review *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct side *gone = r->pairs[i];
		if (gone[1].name != NULL || !gone[0].has_machine)
			continue;
		for (size_t k = 0; k < r->n; k++) {
			struct side *new_ = r->pairs[k];
			if (new_[0].name != NULL || !new_[1].has_machine ||
			    strcmp(new_[1].model->name.text,
				gone[0].model->name.text) != 0)
				continue;
			new_[0] = gone[0];
			gone[0] = (struct side){ 0 };
			break;
		}
	}
}

/* Of one search of verify: what takes longer is unknown. */
#define PROOF_MEMORY_MAX (UINT64_C(256) << 20)
#define PROOF_SECONDS_MAX 5.0

static struct diagnostics_range
prove_side(struct compilation *c, const struct side *side)
{
	const struct verify_options options = {
		.memory_max = PROOF_MEMORY_MAX,
		.seconds_max = PROOF_SECONDS_MAX,
	};
	struct diagnostics_range range = {
		.begin = diagnostics_added(c->diagnostics),
	};
	if (side->name != NULL) {
		const struct verify_telling telling = { c->arena,
			verify(c->arena, lower(c->arena, side->model),
			    side->obligations, &options),
			c->sources, c->today, false };
		verify_find(&telling, side->obligations, c->diagnostics);
	}
	range.end = diagnostics_added(c->diagnostics);
	return range;
}

/* What held of all runs before, and does not any more. */
static void
prove_pair(struct compilation *c, const struct side *sides)
{
	const struct diagnostics_range before = prove_side(c, &sides[0]);
	const struct diagnostics_range later = prove_side(c, &sides[1]);
	diagnostics_keep_new(c->diagnostics, before, later, SEVERITY_WARNING);
}

/* Compares a pair; false and said if one of it cannot be. */
static bool
judge(struct review *r, const struct side *sides, struct change_pair *pair)
{
	bool is_good = true;
	for (int i = 0; i < 2; i++) {
		pair->names[i] = sides[i].name;
		pair->models[i] = sides[i].model;
		if (sides[i].name == NULL || sides[i].has_machine)
			continue;
		fprintf(stderr,
		    "stagewright: '%s' cannot be compared: it has errors\n",
		    sides[i].name);
		is_good = false;
	}
	if (!is_good)
		return false;
	change_compare(r->c.arena, pair, change_wants(r->call));
	diagnostics_keep_new(r->c.diagnostics, sides[0].findings,
	    sides[1].findings, SEVERITY_WARNING);
	if (pair->comparison->n > 0 && sides[1].name != NULL &&
	    change_wants(r->call) != CHANGE_WANTS_MODELS)
		prove_pair(&r->c, sides);
	return true;
}

static int
review(struct review *r, const struct changed *changed)
{
	struct arena *arena = r->c.arena;
	struct change_pair *pairs =
	    arena_array(arena, changed->n + 1, sizeof *pairs);
	struct change_set set = { .c = &r->c,
		.command = "review",
		.base = changed->base,
		.head = changed->head,
		.top = changed->top,
		.pairs = pairs,
		.has_places = call_has(r->call, "--states") };
	size_t ndecisions;
	int status = EXIT_YES;
	r->n = changed->n;
	r->pairs = arena_array(arena, r->n + 1, sizeof *r->pairs);
	for (size_t i = 0; i < r->n; i++) {
		r->pairs[i][0].name = changed->files[i].old;
		r->pairs[i][1].name = changed->files[i].new_;
		read_side(&r->c, &r->pairs[i][0]);
		read_side(&r->c, &r->pairs[i][1]);
	}
	pair_by_name(r);
	for (size_t i = 0; i < r->n; i++) {
		const struct side *sides = r->pairs[i];
		if (sides[0].name == NULL && sides[1].name == NULL)
			continue;
		if (judge(r, sides, &pairs[set.n]))
			set.n++;
		else
			status = EXIT_TROUBLE;
	}
	(void)change_set_count(&set, &ndecisions);
	if (status == EXIT_YES &&
	    (ndecisions > 0 ||
		diagnostics_count(r->c.diagnostics, SEVERITY_ERROR) > 0))
		status = EXIT_NO;
	return forms_write(&r->forms, &set) && change_save(&set, r->call)
		   ? status
		   : EXIT_TROUBLE;
}

/* EXIT_YES; or another exit status, and said: something is wrong. */
static int
read_options(struct review *r, const struct call *call)
{
	const char *given;

	if (!forms_read(&r->forms, &change_forms, call))
		return EXIT_USAGE;
	for (int at = 0; (given = call_next(call, "--policy", &at)) != NULL;)
		if (!compilation_policies(&r->c, given)) {
			diagnostics_print(r->c.diagnostics, stderr,
			    (struct diagnostic_style){ .brief = false });
			return EXIT_TROUBLE;
		}
	r->call = call;
	r->range = call->line.noperands > 0 ? call->line.operands[0] : NULL;
	return EXIT_YES;
}

/* What is to be compared. */
static bool
find_changed(
    const struct review *r, const struct call *call, struct changed *changed)
{
	if (call_has(call, "--cached"))
		return changed_find_staged(r->c.arena, r->range, changed);
	return changed_find(r->c.arena, r->range, changed);
}

static int
run(const struct call *call)
{
	struct review r = { .range = NULL };
	struct changed changed;
	compilation_init(&r.c);
	int status = read_options(&r, call);
	if (status == EXIT_YES) {
		if (find_changed(&r, call, &changed)) {
			status = review(&r, &changed);
		} else {
			fprintf(stderr, "stagewright: %s\n  help: %s\n",
			    changed.problem, changed.help);
			status = EXIT_TROUBLE;
		}
	}
	compilation_release(&r.c);
	return status;
}

static const struct sw_option options[] = {
	{ "-o", "FORM[=FILE]", FORMS_HELP_PICTURES },
	{ "--cached", NULL, "what is staged, against BASE or HEAD" },
	CHANGE_OPTIONS,
	{ "--policy", "FILE|git:REV:PATH",
	    "policies, beside those of the models" },
	{ NULL, NULL, NULL },
};

const struct command command_review = {
	.name = "review",
	.operands = "[BASE|BASE..HEAD|BASE...HEAD]",
	.min_operands = 0,
	.max_operands = 1,
	.summary = "say what the changes of a branch mean",
	.options = options,
	.run = run,
};
