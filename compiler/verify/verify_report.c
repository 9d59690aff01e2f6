/* Prints verdicts and runs. Judges nothing. */
#include "verify_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "check/checking.h"
#include "lower/lower.h"
#include "model/model.h"
#include "policy/policy.h"
#include "story.h"

static const char *const statuses[] = {
	[VERIFY_HOLDS] = "holds",
	[VERIFY_HOLDS_UNLESS] = "holds unless an operator does it",
	[VERIFY_FAILS] = "FAILS",
	[VERIFY_UNKNOWN] = "unknown",
};
static const char *const words[] = {
	[VERIFY_HOLDS] = "holds",
	[VERIFY_HOLDS_UNLESS] = "holds-unless",
	[VERIFY_FAILS] = "fails",
	[VERIFY_UNKNOWN] = "unknown",
};

/* What is no more than a note does not fail. */
static const char *
status_text(const struct verdict *verdict)
{
	return verdict->status == VERIFY_FAILS &&
		       verdict->property->obligation == NULL &&
		       check_info(verdict->property->check)->severity ==
			   SEVERITY_NOTE
		   ? "noted"
		   : statuses[verdict->status];
}

bool
verify_is_unknown(const struct verification *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->verdicts[i].status == VERIFY_UNKNOWN)
			return true;
	return false;
}

static const struct story *
new_story(const struct verify_telling *t, const struct verdict *verdict)
{
	const struct story_run run = story_run_of(t->v, verdict);
	return story_new(t->arena, &run, t->is_full);
}

static struct policy_scope
scope_of(const struct verify_telling *t, const struct verdict *verdict)
{
	const struct lowered *lowered = t->v->properties->lowered;
	const struct breach *b = &verdict->breach;
	return (struct policy_scope){
		.stage =
		    b->stage != UINT32_MAX ? lowered->stages[b->stage] : NULL,
		.action = b->action != UINT32_MAX ? lowered->actions[b->action]
						  : NULL,
	};
}

/* As the model says how much it weighs, and whether it is allowed. */
static struct diagnostic *
report(const struct verify_telling *t, const struct verdict *verdict,
    struct diagnostics *diagnostics, struct span at, const char *fact)
{
	const struct policy_scope scope = scope_of(t, verdict);
	struct checking checking = {
		.arena = t->arena,
		.model = t->v->properties->lowered->model,
		.diagnostics = diagnostics,
		.today = t->today,
	};

	return checking_report(&checking, verdict->property->check,
	    (struct scope){ scope.stage, scope.action }, at, "%s", fact);
}

/* The run goes with the finding to outputs that show it place by place. */
static void
add_steps(const struct verify_telling *t, const struct verdict *verdict,
    struct diagnostic *d)
{
	const struct story *story = new_story(t, verdict);

	for (size_t i = 0; i < story->n; i++) {
		const struct story_line *l = &story->lines[i];
		diagnostic_step(d, l->at, l->is_decision, "%s",
		    story_line_text(t->arena, l));
	}
}

static void
find_one(const struct verify_telling *t, const struct obligations *obligations,
    const struct verdict *verdict, struct diagnostics *diagnostics)
{
	const struct property *p = verdict->property;
	const char *fact = story_fact(t->arena, t->v, verdict);
	const char *why = story_why(t->arena, t->v, verdict);
	const char *help = story_help(verdict);
	const struct span at = story_place(t->v, verdict);
	struct diagnostic *d = p->obligation != NULL
				   ? policy_report(obligations, p->obligation,
					 scope_of(t, verdict), at, "%s", fact)
				   : report(t, verdict, diagnostics, at, fact);
	if (d == NULL)
		return;
	diagnostic_subject(d, p->name);
	if (why != NULL)
		diagnostic_label(d, "%s", why);
	if (help != NULL)
		diagnostic_help(d, "%s", help);
	if (verdict->nevents > 0)
		add_steps(t, verdict, d);
}

void
verify_find(const struct verify_telling *t,
    const struct obligations *obligations, struct diagnostics *diagnostics)
{
	for (size_t i = 0; i < t->v->n; i++)
		if (t->v->verdicts[i].status == VERIFY_FAILS)
			find_one(
			    t, obligations, &t->v->verdicts[i], diagnostics);
	if (verify_is_unknown(t->v))
		diagnostic_help(
		    diagnostic_add(diagnostics, CHECK_VERIFY_BUDGET,
			t->v->properties->lowered->model->at,
			"the search was not finished: what it did not find is "
			"unknown"),
		    "give it more with --memory or --seconds, or ask for one "
		    "property");
}

static const char *
outcome_text(enum explore_outcome outcome)
{
	switch (outcome) {
	case EXPLORE_COMPLETE:
		return "complete";
	case EXPLORE_ENOUGH:
		return "as far as needed";
	case EXPLORE_NO_MEMORY:
		return "NOT complete: out of memory";
	case EXPLORE_NO_TIME:
		return "NOT complete: out of time";
	default:
		return "NOT complete: interrupted";
	}
}

static void
print_searches(const struct verification *v, FILE *to)
{
	for (size_t i = 0; i < VERIFY_SEARCHES; i++) {
		const struct verify_search *s = &v->searches[i];
		if (!s->was_made)
			continue;
		fprintf(to,
		    "%s, %" PRIu32 " execution%s: %" PRIu64 " states, %" PRIu64
		    " transitions, %s, %.1f ms\n",
		    s->has_operators ? "runs and operators" : "runs",
		    s->executions, s->executions == 1 ? "" : "s",
		    s->counts.states, s->counts.transitions,
		    outcome_text(s->outcome), s->counts.seconds * 1e3);
	}
	if (v->searches[1].was_made || v->searches[3].was_made)
		fprintf(to,
		    "operators: at most %d rollback by hand, %d transition "
		    "closed at a time\n",
		    VERIFY_ROLLBACKS, VERIFY_CLOSINGS);
}

static int
width_of(const struct verification *v)
{
	size_t width = 0;
	for (size_t i = 0; i < v->n; i++)
		if (strlen(v->verdicts[i].property->name) > width)
			width = strlen(v->verdicts[i].property->name);
	return width > 60 ? 60 : (int)width;
}

static void
print_table(const struct verify_telling *t, FILE *to)
{
	const int width = width_of(t->v);
	for (size_t i = 0; i < t->v->n; i++) {
		const struct verdict *v = &t->v->verdicts[i];
		const bool is_bad = v->status == VERIFY_FAILS ||
				    v->status == VERIFY_HOLDS_UNLESS;
		fprintf(to, "%-*s  %s  %s\n", width, v->property->name,
		    status_text(v),
		    is_bad
			? story_at(t->arena, t->sources, story_place(t->v, v))
			: v->property->says);
	}
}

static void
print_run(
    const struct verify_telling *t, const struct verdict *verdict, FILE *to)
{
	const struct story *story = new_story(t, verdict);
	const char *why = story_why(t->arena, t->v, verdict);
	const char *help = story_help(verdict);
	fprintf(to, "\n%s: %s\n", verdict->property->name,
	    story_fact(t->arena, t->v, verdict));
	if (verdict->nevents == 0)
		return;
	fprintf(to, "   shortest run%s: %zu step%s, %zu decision%s (*)\n",
	    verdict->status == VERIFY_HOLDS_UNLESS ? " with an operator" : "",
	    verdict->nevents, verdict->nevents == 1 ? "" : "s",
	    story->ndecisions, story->ndecisions == 1 ? "" : "s");
	story_print(story, t->arena, t->sources, to);
	if (why != NULL)
		fprintf(to, "   why: %s\n", why);
	if (help != NULL)
		fprintf(to, "   help: %s\n", help);
}

void
verify_print(const struct verify_telling *t, FILE *to)
{
	print_table(t, to);
	print_searches(t->v, to);
	for (size_t i = 0; i < t->v->n; i++)
		if (t->v->verdicts[i].status == VERIFY_FAILS ||
		    t->v->verdicts[i].status == VERIFY_HOLDS_UNLESS)
			print_run(t, &t->v->verdicts[i], to);
}

static void
print_json_run(const struct verify_telling *t, const struct verdict *verdict,
    struct text *text)
{
	const struct story *story = new_story(t, verdict);
	TEXT(text, ",\n   \"fact\": $fact$, \"at\": $at$, \"run\": ",
	    JSTR("fact", story_fact(t->arena, t->v, verdict)),
	    JSTR("at",
		story_at(t->arena, t->sources, story_place(t->v, verdict))));
	story_json(story, t->arena, t->sources, text);
	const char *why = story_why(t->arena, t->v, verdict);
	if (why != NULL)
		TEXT(text, ", \"why\": $why$", JSTR("why", why));
	const char *help = story_help(verdict);
	if (help != NULL)
		TEXT(text, ", \"help\": $help$", JSTR("help", help));
}

static void
print_json_verdict(
    const struct verify_telling *t, const struct verdict *v, struct text *text)
{
	TEXT(text,
	    "\n  {\"property\": $name$, \"verdict\": $verdict$, "
	    "\"says\": $says$",
	    JSTR("name", v->property->name), JSTR("verdict", words[v->status]),
	    JSTR("says", v->property->says));
	if (v->status == VERIFY_FAILS || v->status == VERIFY_HOLDS_UNLESS)
		print_json_run(t, v, text);
	text_put(text, "}");
}

static void
print_json_search(const struct verify_search *s, struct text *text)
{
	TEXT(text,
	    "\n  {\"operators\": $operators$, \"executions\": "
	    "$executions$, \"states\": $states$, \"transitions\": "
	    "$transitions$, \"milliseconds\": $ms$, \"bytes\": "
	    "$bytes$, \"outcome\": $outcome$}",
	    CPART("operators", s->has_operators ? "true" : "false"),
	    NUM("executions", s->executions), NUM("states", s->counts.states),
	    NUM("transitions", s->counts.transitions),
	    NUM("ms", (uint64_t)(s->counts.seconds * 1e3)),
	    NUM("bytes", s->counts.memory),
	    JSTR("outcome", outcome_text(s->outcome)));
}

void
verify_print_json(const struct verify_telling *t,
    const struct diagnostics *diagnostics, FILE *to)
{
	struct text *text = text_new(to);
	const char *between = "";

	text_put(text, "{\"verdicts\": [");
	for (size_t i = 0; t != NULL && i < t->v->n; i++) {
		text_put(text, between);
		print_json_verdict(t, &t->v->verdicts[i], text);
		between = ",";
	}
	text_put(text, "],\n \"searches\": [");
	between = "";
	for (size_t i = 0; t != NULL && i < VERIFY_SEARCHES; i++) {
		if (!t->v->searches[i].was_made)
			continue;
		text_put(text, between);
		print_json_search(&t->v->searches[i], text);
		between = ",";
	}
	text_put(text, "],\n \"findings\": ");
	text_flush(text);
	diagnostics_print_json(diagnostics, to);
	text_put(text, "}\n");
	(void)text_close(text);
}

/* One line of the run: what happened, what followed, and where it is said. */
static void
draw_line(const struct verify_telling *t, const struct story_line *line,
    size_t number, struct text *text)
{
	const char *place = story_at(t->arena, t->sources, line->at);
	TEXT(text, "\ts$n$ [label=\"$what$", NUM("n", number),
	    DOT("what", line->what));
	if (*line->follows != '\0')
		TEXT(text, "\\n$follows$", DOT("follows", line->follows));
	if (*place != '\0')
		TEXT(text, "\\n$at$", DOT("at", place));
	text_put(text, line->is_decision
			   ? "\" fillcolor=\"#fff1cc\" color=\"#b37400\" "
			     "penwidth=2];\n"
			   : "\"];\n");
	if (number > 1)
		TEXT(text, "\ts$from$ -> s$to$;\n", NUM("from", number - 1),
		    NUM("to", number));
}

void
verify_draw(const struct verify_telling *t, const struct verdict *verdict,
    struct text *text)
{
	const struct story *story = new_story(t, verdict);
	TEXT(text,
	    "digraph run {\n"
	    "\tgraph [label=\"$fact$\\n \" labelloc=t "
	    "fontname=\"Helvetica-Bold\" fontsize=13 nodesep=0.3 "
	    "ranksep=0.25];\n"
	    "\tnode [shape=box style=\"rounded,filled\" "
	    "fillcolor=\"#f6f7f8\" color=\"#8a9097\" "
	    "fontname=Helvetica fontsize=11 margin=\"0.18,0.08\"];\n"
	    "\tedge [color=\"#8a9097\" arrowsize=0.7];\n",
	    DOT("fact", story_fact(t->arena, t->v, verdict)));
	for (size_t i = 0; i < story->n; i++)
		draw_line(t, &story->lines[i], i + 1, text);
	TEXT(text,
	    "\tfact [label=\"$name$\" fillcolor=\"#fde3e1\" "
	    "color=\"#c0362c\" fontcolor=\"#8c1d14\"];\n",
	    DOT("name", verdict->property->name));
	if (story->n > 0)
		TEXT(text, "\ts$from$ -> fact;\n", NUM("from", story->n));
	text_put(text, "}\n");
}
