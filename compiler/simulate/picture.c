/*
 * One line a stage: its mark and name, whose it is, its actions in the order
 * of their groups, who waits. The marks are those of a release's own status.
 */
#include "picture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "machine/words.h"
#include "session.h"

/* Executions that are shown; of more, the newest. */
#define EXECUTIONS_SHOWN 8
/* Columns that the names of stages may take before they are cut. */
#define NAME_COLUMNS 20

enum mark {
	MARK_NONE,
	MARK_GOING,
	MARK_GOOD,
	MARK_BAD,
	MARK_ASKS,
	MARK_OTHER,
	NMARKS
};

static const struct {
	const char *unicode;
	const char *ascii;
	const char *color; /* SGR */
} marks[NMARKS] = {
	[MARK_NONE] = { "·", ".", "2" },
	[MARK_GOING] = { "●", "*", "36" },
	[MARK_GOOD] = { "✓", "+", "32" },
	[MARK_BAD] = { "✗", "x", "31" },
	[MARK_ASKS] = { "?", "?", "33" },
	[MARK_OTHER] = { "!", "!", "33" },
};

/* One drawing: where the pen is. */
struct drawing {
	struct text *text;
	const struct session *session;
	const struct picture_style *style;
	unsigned column;
	unsigned indent; /* of a line that goes on */
};

static enum mark
mark_of(enum sw_status status, bool asks)
{
	switch (status) {
	case SW_STATUS_IN_PROGRESS:
		return asks ? MARK_ASKS : MARK_GOING;
	case SW_STATUS_STOPPING:
		return MARK_GOING;
	case SW_STATUS_SUCCEEDED:
		return MARK_GOOD;
	case SW_STATUS_FAILED:
		return MARK_BAD;
	case SW_STATUS_NONE:
		return MARK_NONE;
	default:
		return MARK_OTHER;
	}
}

static void put(struct drawing *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
put(struct drawing *d, const char *format, ...)
{
	char part[SW_WORDS_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(part, sizeof part, format, arguments);
	va_end(arguments);
	d->column += (unsigned)strlen(part);
	text_put(d->text, part);
}

static void
end_line(struct drawing *d)
{
	text_put(d->text, "\n");
	d->column = 0;
}

static void
put_mark(struct drawing *d, enum mark mark)
{
	const char *word =
	    d->style->unicode ? marks[mark].unicode : marks[mark].ascii;

	if (d->style->color) {
		text_put(d->text, "\033[");
		text_put(d->text, marks[mark].color);
		text_put(d->text, "m");
	}
	text_put(d->text, word);
	if (d->style->color)
		text_put(d->text, "\033[0m");
	d->column++;
}

/* Room for so many columns, on this line or the next. */
static void
make_room(struct drawing *d, size_t columns)
{
	if (d->column + columns <= d->style->columns || d->column <= d->indent)
		return;
	end_line(d);
	put(d, "%*s", (int)d->indent, "");
}

static void
put_executions(struct drawing *d)
{
	const struct session *s = d->session;
	uint32_t first = 1;

	if (s->nexecutions > EXECUTIONS_SHOWN)
		first = s->nexecutions - EXECUTIONS_SHOWN + 1;
	d->indent = 2;
	if (s->nexecutions == 0)
		put(d, "  nothing is started");
	for (uint32_t i = first; i <= s->nexecutions; i++) {
		const struct session_execution *e = &s->executions[i];
		const char *place = s->machine->stages[e->stage].name;
		const bool ended = session_has_ended(s, i);

		make_room(d, 30 + strlen(place));
		put(d, "  ");
		put_mark(d, mark_of(e->status, false));
		put(d, " #%" PRIu32 " %s%s%.100s", i,
		    sw_words_status(e->status), ended ? "" : " at ",
		    ended ? "" : place);
	}
	end_line(d);
}

static void
put_action(struct drawing *d, uint32_t i, bool is_new_group)
{
	const struct session *s = d->session;
	const struct sw_action *row = &s->machine->actions[i];

	make_room(d, strlen(row->name) + 6);
	put(d, is_new_group ? " > " : "  ");
	put_mark(d, mark_of(sw_state_action(s->machine, s->state, i),
			row->category == SW_CATEGORY_APPROVAL));
	put(d, " %.200s", row->name);
}

static void
put_stage(struct drawing *d, uint32_t i, int width)
{
	const struct session *s = d->session;
	const struct sw_stage *row = &s->machine->stages[i];
	const struct sw_stage_state *stage = sw_state_stage(s->state, i);
	char owner[16] = "";
	uint32_t waiting;

	if (stage->execution != 0)
		snprintf(owner, sizeof owner, "#%" PRIu32, stage->execution);
	put(d, "  ");
	put_mark(d, mark_of((enum sw_status)stage->status, false));
	put(d, " %-*.*s %-5s", width, width, row->name, owner);
	d->indent = d->column;
	for (uint32_t a = row->first_action; a <= row->last_action; a++)
		put_action(d, a,
		    a > row->first_action &&
			s->machine->actions[a].run_order !=
			    s->machine->actions[a - 1].run_order);
	if (stage->closed) {
		make_room(d, 10);
		put(d, "  closed");
	}
	for (uint32_t n = 0;
	     (waiting = sw_state_waiting(s->machine, s->state, i, n)) != 0;
	     n++) {
		make_room(d, 16);
		put(d, "  #%" PRIu32 " waits", waiting);
	}
	end_line(d);
}

void
picture_put(struct text *text, const struct session *session,
    const struct picture_style *style)
{
	struct drawing d = { text, session, style, 0, 0 };
	int width = 0;

	for (uint32_t i = 0; i < session->machine->nstages; i++) {
		const int length =
		    (int)strlen(session->machine->stages[i].name);

		width = length > width ? length : width;
	}
	width = width > NAME_COLUMNS ? NAME_COLUMNS : width;
	put_executions(&d);
	for (uint32_t i = 0; i < session->machine->nstages; i++)
		put_stage(&d, i, width);
}
