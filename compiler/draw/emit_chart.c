/*
 * The life of a stage as DOT: a card for each state, with the stage's status
 * as its head and below it its actions and rules, a row for each group, always
 * in the same places; a line for each pair of states, with the events that
 * lead from one to the other. Failures are red, what operators do is dashed.
 */
#include "chart.h"

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "drawing.h"
#include "looks.h"
#include "lower/lower.h"
#include "machine/words.h"

/* Events that one line names; the rest is counted. */
#define NAMED_MAX 5

struct print {
	struct text *text;
	struct arena *arena;
	const struct lowered *lowered;
	const struct chart *chart;
};

/* How a status looks: in a card's head, or as the field of an action. */
struct tone {
	const char *sign;
	const char *fill;
	const char *ink;
};

static struct tone
tone_of(uint8_t status)
{
	static const struct tone tones[] = {
		[SW_STATUS_NONE] = { "", "#ffffff", "#8895a3" },
		[SW_STATUS_IN_PROGRESS] = { "▶ ", "#dbe9f9", "#1f4e80" },
		[SW_STATUS_STOPPING] = { "▶ ", "#f3e9d2", "#6b5212" },
		[SW_STATUS_SUCCEEDED] = { "✓ ", "#dff3e4", "#1f6b3a" },
		[SW_STATUS_FAILED] = { "✗ ", "#fde2dd", "#a3290c" },
		[SW_STATUS_STOPPED] = { "■ ", "#e4e8ec", "#3a4856" },
		[SW_STATUS_SUPERSEDED] = { "", "#e4e8ec", "#3a4856" },
		[SW_STATUS_ABANDONED] = { "⊘ ", "#e4e8ec", "#3a4856" },
		[SW_STATUS_UNKNOWN] = { "? ", "#f0e4fa", "#5b2a86" },
		[SW_STATUS_SKIPPED] = { "↷ ", "#e4e8ec", "#3a4856" },
		[SW_STATUS_PENDING] = { "… ", "#fcf5e2", "#6b5212" },
	};
	_Static_assert(
	    sizeof tones / sizeof tones[0] == SW_NSTATUSES, "one each");
	return tones[status];
}

static const struct sw_stage *
stage_of(const struct print *p)
{
	return &p->lowered->machine.stages[p->chart->stage];
}

/* "InProgress · rollback · closed" */
static void
put_head(const struct print *p, const struct chart_state *state, size_t width)
{
	const struct tone tone = tone_of(state->status);
	const char *word = sw_words_status((enum sw_status)state->status);
	TEXT(p->text,
	    "<TR><TD COLSPAN=\"$width$\" BGCOLOR=\"$fill$\"><FONT "
	    "COLOR=\"$ink$\"><B>$word$</B>",
	    NUM("width", width), XML("fill", tone.fill), XML("ink", tone.ink),
	    XML("word", word != NULL ? word : "not entered yet"));
	if (state->type == SW_TYPE_ROLLBACK)
		text_put(p->text, " · rollback");
	if (state->is_closed)
		text_put(p->text, " · closed");
	if (state->is_awaited)
		text_put(p->text, " · one waits");
	text_put(p->text, "</FONT></TD></TR>");
}

/* What stands before the actions of a group: whose they are. */
static const char *
group_word(const struct print *p, uint32_t run_order)
{
	const char *condition = sw_words_condition(run_order);
	return condition != NULL ? condition
				 : arena_printf(p->arena, "%u", run_order);
}

static void
put_field(
    const struct print *p, uint32_t action, uint8_t status, size_t columns)
{
	const struct tone tone = tone_of(status);
	TEXT(p->text,
	    "<TD COLSPAN=\"$columns$\" BGCOLOR=\"$fill$\"><FONT "
	    "COLOR=\"$ink$\">",
	    NUM("columns", columns), XML("fill", tone.fill),
	    XML("ink", tone.ink));
	TEXT(p->text, "$sign$$name$</FONT></TD>", XML("sign", tone.sign),
	    XML("name", drawing_cut(p->arena,
			    p->lowered->machine.actions[action].name)));
}

/* The product of the sizes of all groups would be exact and is too large; by
 * 12 most are without remainder, and the last field takes the rest. */
#define COLUMNS 12

static void
put_group(
    const struct print *p, const struct chart_state *state, uint32_t begin)
{
	const uint32_t end = drawing_group_end(p->lowered, begin);
	const size_t n = end - begin;
	const size_t columns = n < COLUMNS ? COLUMNS / n : 1;
	TEXT(p->text,
	    "<TR><TD ALIGN=\"RIGHT\"><FONT POINT-SIZE=\"8\" "
	    "COLOR=\"" LOOK_INK_SMALL "\">$word$</FONT></TD>",
	    XML("word",
		group_word(p, p->lowered->machine.actions[begin].run_order)));
	for (uint32_t a = begin; a < end; a++)
		put_field(p, a, state->actions[a - stage_of(p)->first_action],
		    a + 1 == end && n < COLUMNS ? COLUMNS - columns * (n - 1)
						: columns);
	text_put(p->text, "</TR>");
}

static size_t
largest_group(const struct print *p)
{
	const struct sw_stage *row = stage_of(p);
	size_t largest = COLUMNS;
	for (uint32_t a = row->first_action, end; a <= row->last_action;
	     a = end) {
		end = drawing_group_end(p->lowered, a);
		if (end - a > largest)
			largest = end - a;
	}
	return largest;
}

static void
put_state(const struct print *p, uint32_t number)
{
	const struct chart_state *state = &p->chart->states[number];
	const struct sw_stage *row = stage_of(p);
	const bool is_held = state->status == SW_STATUS_IN_PROGRESS ||
			     state->status == SW_STATUS_STOPPING;
	TEXT(p->text,
	    "  s$n$ [id=\"state-$n$\" class=\"state\" label=<<TABLE "
	    "BORDER=\"$border$\" CELLBORDER=\"0\" CELLSPACING=\"2\" "
	    "CELLPADDING=\"3\" STYLE=\"ROUNDED\" COLOR=\"$line$\" "
	    "BGCOLOR=\"" LOOK_PAPER "\">",
	    NUM("n", number), NUM("border", is_held ? 1 : 2),
	    XML("line",
		is_held ? LOOK_BADGE_LINE : tone_of(state->status).ink));
	put_head(p, state, largest_group(p) + 1);
	if (state->status != SW_STATUS_NONE)
		for (uint32_t a = row->first_action; a <= row->last_action;
		     a = drawing_group_end(p->lowered, a))
			put_group(p, state, a);
	text_put(p->text, "</TABLE>>]\n");
}

/* "succeed Unit", "override beforeEntry", "retry all" */
static const char *
event_words(const struct print *p, const struct chart_edge *edge)
{
	static const char *const verbs[] = {
		[SW_EVENT_START] = "start",
		[SW_EVENT_SUCCEED] = "succeed",
		[SW_EVENT_FAIL] = "fail",
		[SW_EVENT_UNKNOWN] = "unknown",
		[SW_EVENT_APPROVE] = "approve",
		[SW_EVENT_REJECT] = "reject",
		[SW_EVENT_OPEN] = "open",
		[SW_EVENT_CLOSE] = "close",
		[SW_EVENT_STOP] = "stop",
		[SW_EVENT_ABANDON] = "abandon",
		[SW_EVENT_RETRY] = "retry",
		[SW_EVENT_RETRY_ALL] = "retry all",
		[SW_EVENT_PASS] = "pass",
		[SW_EVENT_OVERRIDE_BEFORE_ENTRY] = "override beforeEntry",
		[SW_EVENT_OVERRIDE_ON_SUCCESS] = "override onSuccess",
		[SW_EVENT_OVERRIDE_ON_FAILURE] = "override onFailure",
		[SW_EVENT_ROLLBACK] = "rollback",
	};
	_Static_assert(
	    sizeof verbs / sizeof verbs[0] == SW_NEVENTS, "one each");
	const char *verb = verbs[edge->event.kind];
	if (edge->is_elsewhere)
		return "an execution arrives";
	switch ((enum sw_event_kind)edge->event.kind) {
	case SW_EVENT_SUCCEED:
	case SW_EVENT_FAIL:
	case SW_EVENT_UNKNOWN:
	case SW_EVENT_APPROVE:
	case SW_EVENT_REJECT:
	case SW_EVENT_PASS:
		return arena_printf(p->arena, "%s %s", verb,
		    drawing_cut(p->arena,
			p->lowered->machine.actions[edge->event.subject].name));
	default:
		return verb;
	}
}

static bool
is_bad(const struct chart_edge *edge)
{
	return !edge->is_elsewhere && (edge->event.kind == SW_EVENT_FAIL ||
					  edge->event.kind == SW_EVENT_REJECT);
}

/* What nobody does unless somebody wants to. */
static bool
is_wanted(const struct chart_edge *edge)
{
	switch ((enum sw_event_kind)edge->event.kind) {
	case SW_EVENT_OPEN:
	case SW_EVENT_CLOSE:
	case SW_EVENT_STOP:
	case SW_EVENT_ABANDON:
	case SW_EVENT_RETRY:
	case SW_EVENT_RETRY_ALL:
	case SW_EVENT_OVERRIDE_BEFORE_ENTRY:
	case SW_EVENT_OVERRIDE_ON_SUCCESS:
	case SW_EVENT_OVERRIDE_ON_FAILURE:
	case SW_EVENT_ROLLBACK:
		return !edge->is_elsewhere;
	default:
		return false;
	}
}

/* Another line: one pair of states may have three. */
static bool
is_same_line(const struct chart_edge *a, const struct chart_edge *b)
{
	return a->from == b->from && a->to == b->to && is_bad(a) == is_bad(b) &&
	       is_wanted(a) == is_wanted(b);
}

/* Is it the first of its line? */
static bool
is_first(const struct chart *chart, uint32_t edge)
{
	for (uint32_t i = 0; i < edge; i++)
		if (is_same_line(&chart->edges[i], &chart->edges[edge]))
			return false;
	return true;
}

static void
put_line(const struct print *p, uint32_t first)
{
	const struct chart_edge *edge = &p->chart->edges[first];
	/* Who begins again goes back: drawn from its end, it has no say in what
	 * stands below what. */
	const bool is_back = edge->to < edge->from;
	uint32_t n = 0;
	const char *color = is_bad(edge) ? LOOK_HALT : LOOK_TRANSITION;
	TEXT(p->text,
	    "  s$from$ -> s$to$ [color=\"$color$\" fontcolor=\"$color$\"",
	    NUM("from", is_back ? edge->to : edge->from),
	    NUM("to", is_back ? edge->from : edge->to), DOT("color", color));
	if (is_wanted(edge))
		text_put(p->text, " style=dashed");
	if (is_back)
		text_put(p->text, " dir=back");
	text_put(p->text, " label=\"");
	for (uint32_t i = first; i < p->chart->nedges; i++) {
		const struct chart_edge *other = &p->chart->edges[i];
		if (is_same_line(edge, other) && n++ < NAMED_MAX)
			TEXT(p->text, " $words$\\l",
			    DOT("words", event_words(p, other)));
	}
	if (n > NAMED_MAX)
		TEXT(p->text, " and $n$ more\\l", NUM("n", n - NAMED_MAX));
	text_put(p->text, "\"]\n");
}

static void
put_legend(const struct print *p)
{
	static const uint8_t statuses[] = { SW_STATUS_NONE,
		SW_STATUS_IN_PROGRESS, SW_STATUS_SUCCEEDED, SW_STATUS_FAILED,
		SW_STATUS_ABANDONED, SW_STATUS_UNKNOWN, SW_STATUS_PENDING };
	bool seen[SW_NSTATUSES] = { false };
	const struct sw_stage *row = stage_of(p);
	for (uint32_t i = 0; i < p->chart->nstates; i++)
		for (uint32_t a = row->first_action; a <= row->last_action; a++)
			seen[p->chart->states[i]
				 .actions[a - row->first_action]] = true;
	text_put(p->text,
	    "  legend [label=<<TABLE BORDER=\"0\" CELLBORDER=\"0\" "
	    "CELLSPACING=\"2\" CELLPADDING=\"3\"><TR>");
	for (size_t i = 0; i < sizeof statuses; i++) {
		const struct tone tone = tone_of(statuses[i]);
		const char *word = sw_words_status((enum sw_status)statuses[i]);
		if (seen[statuses[i]])
			TEXT(p->text,
			    "<TD BGCOLOR=\"$fill$\"><FONT COLOR=\"$ink$\">"
			    "$sign$$word$</FONT></TD>",
			    XML("fill", tone.fill), XML("ink", tone.ink),
			    XML("sign", tone.sign),
			    XML("word", word != NULL ? word : "not started"));
	}
	if (p->chart->is_counted)
		text_put(p->text,
		    "<TD>which of several alike actions it is, is not "
		    "shown</TD>");
	text_put(p->text, "</TR></TABLE>>]\n");
}

void
emit_chart(struct text *text, struct arena *arena,
    const struct lowered *lowered, const struct chart *chart)
{
	const struct print p = { text, arena, lowered, chart };
	assert(chart->nstates > 0);
	TEXT(text,
	    "digraph \"$name$.$stage$\" {\n"
	    "  graph [bgcolor=\"" LOOK_PAPER "\" fontname=\"Helvetica\""
	    " fontcolor=\"" LOOK_INK "\" fontsize=14 labelloc=t"
	    " label=\"$name$: what can become of stage $stage$\\n \""
	    " nodesep=0.35 ranksep=0.5 pad=0.25]\n"
	    "  node [shape=plain fontname=\"Helvetica\" fontsize=10]\n"
	    "  edge [fontname=\"Helvetica\" fontsize=9 arrowsize=0.6]\n",
	    DOT("name", lowered->machine.name),
	    DOT("stage", stage_of(&p)->name));
	for (uint32_t i = 0; i < chart->nstates; i++)
		put_state(&p, i);
	for (uint32_t i = 0; i < chart->nedges; i++)
		if (is_first(chart, i))
			put_line(&p, i);
	put_legend(&p);
	text_put(text, "}\n");
}
