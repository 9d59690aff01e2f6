/*
 * The loop of a session by hand: draw, list, ask, take. What was done is kept
 * as lines of events, so that taking one back is to play all but the last
 * anew, and saving is to write them as a scenario.
 */
#include "interactive.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "changes.h"
#include "machine/words.h"
#include "possible.h"
#include "scenario_write.h"
#include "session.h"
#include "simulate.h"

/* What is listed without being asked for. */
#define LISTED_MAX 30

struct hand {
	const struct interactive *io;
	struct text *text;
	struct session session;
	struct possible possible;
	struct sw_addressed *events; /* as they were taken, refused ones too */
	size_t nevents;
	size_t capacity;
};

static void
say(struct hand *h, const char *line)
{
	text_put(h->text, line);
	text_put(h->text, "\n");
}

/* So many of what is possible, in as many columns as there is room for. */
static void
list(struct hand *h, size_t n)
{
	char line[SW_WORDS_MAX], number[32];
	size_t widest = 0, columns, rows;

	for (size_t i = 0; i < n; i++) {
		const size_t length = strlen(sw_words_event(
		    h->session.machine, h->possible.events[i], line));

		widest = length > widest ? length : widest;
	}
	columns = h->io->style.columns / (widest + 7);
	columns = columns > 0 ? columns : 1;
	rows = (n + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = row; i < n; i += rows) {
			snprintf(number, sizeof number, "%5zu  ", i + 1);
			text_put(h->text, number);
			sw_words_event(
			    h->session.machine, h->possible.events[i], line);
			text_put(h->text, line);
			for (size_t w = strlen(line);
			     i + rows < n && w < widest; w++)
				text_put(h->text, " ");
		}
		text_put(h->text, "\n");
	}
	if (n < h->possible.n)
		TEXT(h->text, "       and $n$ more: 'all' lists them\n",
		    NUM("n", h->possible.n - n));
}

static void
show(struct hand *h)
{
	text_put(h->text, "\n");
	picture_put(h->text, &h->session, &h->io->style);
	possible_find(&h->possible, &h->session);
	list(h, h->possible.n > LISTED_MAX ? LISTED_MAX : h->possible.n);
}

static void
take(struct hand *h, struct sw_addressed event)
{
	char words[SW_WORDS_MAX];
	char changes[CHANGES_MAX];

	if (h->nevents == INTERACTIVE_EVENTS_MAX) {
		say(h, "this is enough (limit INTERACTIVE_EVENTS_MAX)");
		return;
	}
	if (h->nevents == h->capacity) {
		h->capacity = 2 * h->capacity + 64;
		h->events = check_memory(
		    realloc(h->events, h->capacity * sizeof *h->events));
	}
	h->events[h->nevents++] = event;
	session_step(&h->session, event);
	text_put(h->text, sw_words_event(h->session.machine, event, words));
	text_put(h->text, ": ");
	changes_words(&h->session, changes);
	say(h, *changes != '\0' ? changes : "nothing else changes");
	show(h);
}

static void
take_back(struct hand *h)
{
	char words[SW_WORDS_MAX];

	if (h->nevents == 0) {
		say(h, "there is nothing to take back");
		return;
	}
	h->nevents--;
	text_put(h->text, "taken back: ");
	say(h,
	    sw_words_event(h->session.machine, h->events[h->nevents], words));
	session_reset(&h->session);
	for (size_t i = 0; i < h->nevents; i++)
		session_step(&h->session, h->events[i]);
	show(h);
}

/* How it ended, so that the story is told for something. */
static void
write_end(const struct session *s, struct text *text)
{
	for (uint32_t i = 1; i <= s->nexecutions; i++) {
		char number[16];

		snprintf(number, sizeof number, "#%" PRIu32, i);
		if (session_has_ended(s, i))
			scenario_expect(text, "execution", number, "status",
			    sw_words_status(s->executions[i].status));
		else
			scenario_expect(text, "execution", number, "at",
			    s->machine->stages[s->executions[i].stage].name);
	}
}

/* Of a rule, when it could be of an action as well? */
static bool
is_of_rule(const struct sw_machine *machine, struct sw_event event)
{
	return (event.kind == SW_EVENT_FAIL ||
		   event.kind == SW_EVENT_UNKNOWN) &&
	       machine->actions[event.subject].category == SW_CATEGORY_RULE;
}

static void
write_session(struct hand *h, struct text *text, const char *name)
{
	char words[SW_WORDS_MAX];

	scenarios_begin(text);
	scenario_begin(text, name, NULL);
	session_reset(&h->session);
	for (size_t i = 0; i < h->nevents; i++) {
		const enum sw_refusal refusal =
		    session_step(&h->session, h->events[i]);

		sw_words_event(h->session.machine, h->events[i], words);
		scenario_event(text, words,
		    is_of_rule(h->session.machine, h->events[i].event),
		    refusal == SW_ACCEPTED ? NULL : sw_words_refusal(refusal));
	}
	write_end(&h->session, text);
	scenario_end(text);
	scenarios_end(text);
}

/* Behind "save": FILE and perhaps a NAME of several words. */
static void
save(struct hand *h, char *rest)
{
	char *file = rest + strspn(rest, " \t");
	char *name = file + strcspn(file, " \t");
	FILE *to;
	bool is_written;

	if (*name != '\0')
		*name++ = '\0';
	name += strspn(name, " \t");
	if (*file == '\0') {
		say(h, "save where? It is written 'save FILE [NAME]'");
		return;
	}
	to = fopen(file, "wx");
	if (to == NULL) {
		text_put(h->text, "cannot write '");
		text_put(h->text, file);
		text_put(h->text, "': ");
		say(h, strerror(errno));
		return;
	}
	struct text *text = text_new(to);
	write_session(h, text, *name != '\0' ? name : "a session by hand");
	is_written = text_close(text) == 0;
	is_written = fclose(to) == 0 && is_written;
	text_put(h->text, is_written ? "saved as " : "cannot write ");
	say(h, file);
}

static void
help(struct hand *h)
{
	text_put(h->text,
	    "a number            what stands behind it in the list\n"
	    "start, fail A.B ... an event, as the list writes them\n"
	    "all                 list all that is possible, if it was cut\n"
	    "undo                take the last one back\n"
	    "show                draw and list it again\n"
	    "save FILE [NAME]    write what was done as a scenario\n"
	    "quit                end\n");
}

/* A number of the list; false: the line is none. */
static bool
take_number(struct hand *h, const char *line)
{
	char *end;
	const unsigned long number = strtoul(line, &end, 10);

	if (end == line || *end != '\0')
		return false;
	if (number >= 1 && number <= h->possible.n)
		take(h, h->possible.events[number - 1]);
	else
		say(h, "there is no such number in the list");
	return true;
}

/* False: it is over. */
static bool
obey(struct hand *h, char *line)
{
	char problem[SW_WORDS_MAX];
	struct sw_addressed event;

	line += strspn(line, " \t");
	if (*line == '\0' || (*line == '#' && line[1] == ' '))
		return true;
	if (strcmp(line, "quit") == 0 || strcmp(line, "q") == 0)
		return false;
	if (strcmp(line, "undo") == 0 || strcmp(line, "u") == 0)
		take_back(h);
	else if (strcmp(line, "show") == 0)
		show(h);
	else if (strcmp(line, "all") == 0)
		list(h, h->possible.n);
	else if (strcmp(line, "help") == 0 || strcmp(line, "?") == 0)
		help(h);
	else if (strncmp(line, "save", 4) == 0 &&
		 (line[4] == ' ' || line[4] == '\0'))
		save(h, line + 4);
	else if (take_number(h, line))
		return true;
	else if (sw_words_read_event(
		     h->session.machine, line, &event, problem) == 0)
		take(h, event);
	else {
		text_put(h->text, problem);
		say(h, "; 'help' says what else there is");
	}
	return true;
}

/* The next line without its end; NULL: there is none. */
static char *
read_line(struct hand *h, char line[SIMULATE_LINE_MAX + 2])
{
	if (h->io->prompts)
		text_put(h->text, "> ");
	text_flush(h->text);
	if (fgets(line, SIMULATE_LINE_MAX + 2, h->io->in) == NULL)
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

bool
interactive(const struct sw_machine *machine, const struct interactive *io)
{
	struct hand h = { .io = io, .text = text_new(io->out) };
	char line[SIMULATE_LINE_MAX + 2];

	session_init(&h.session, machine);
	show(&h);
	while (read_line(&h, line) != NULL)
		if (!obey(&h, line))
			break;
	free(h.events);
	possible_release(&h.possible);
	session_release(&h.session);
	return text_close(h.text) == 0;
}
