/*
 * A file of events, one a line, each stepped and what follows printed. Decides
 * nothing of its own; the words are words.h's.
 */
#include "simulate.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "machine/words.h"
#include "simulate_print.h"

/* The next line without its end, in `line`; false at the end or a problem. */
static bool
read_line(
    FILE *events, char *line, unsigned long number, struct simulate_problem *p)
{
	errno = 0;
	if (fgets(line, SIMULATE_LINE_MAX + 2, events) == NULL) {
		if (ferror(events))
			snprintf(p->what, sizeof p->what,
			    "cannot read the events: %s%s", strerror(errno),
			    errno == EISDIR ? "; name a file of them, or - "
					      "for standard input"
					    : "");
		return false;
	}
	const size_t length = strcspn(line, "\n");
	if (length > SIMULATE_LINE_MAX ||
	    (line[length] == '\0' && !feof(events))) {
		p->line = number;
		snprintf(p->what, sizeof p->what,
		    length > SIMULATE_LINE_MAX
			? "a line of more than %d bytes"
			: "a byte 0 within the first %d bytes",
		    SIMULATE_LINE_MAX);
		return false;
	}
	line[length] = '\0';
	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
	return true;
}

/* In PARALLEL a line that begins with #2 says whose an event is. */
static bool
is_comment(const struct simulation *s, const char *line)
{
	const bool is_number =
	    line[0] == '#' && line[1] >= '0' && line[1] <= '9';

	return line[0] == '#' &&
	       !(is_number && session_is_parallel(&s->session));
}

static void
take_all(struct simulation *s, FILE *events,
    void (*print)(struct simulation *s), struct simulate_problem *problem)
{
	char line[SIMULATE_LINE_MAX + 2];
	char what[SW_WORDS_MAX];
	for (unsigned long n = 1; read_line(events, line, n, problem); n++) {
		struct sw_addressed event;
		if (is_comment(s, line) || line[strspn(line, " \t")] == '\0')
			continue;
		if (sw_words_read_event(
			s->session.machine, line, &event, what) < 0) {
			problem->line = n;
			snprintf(
			    problem->what, sizeof problem->what, "%s", what);
			return;
		}
		session_step(&s->session, event);
		print(s);
	}
}

int
simulate(const struct sw_machine *machine, FILE *events, FILE *out,
    enum simulate_format format, struct simulate_problem *problem)
{
	struct simulation s = { .text = text_new(out) };
	session_init(&s.session, machine);
	*problem = (struct simulate_problem){ .line = 0 };
	if (format == SIMULATE_JSON) {
		simulate_json_prepare(&s);
		take_all(&s, events, simulate_print_json, problem);
		simulate_json_release(&s);
	} else {
		take_all(&s, events, simulate_print_text, problem);
	}
	const bool written = text_close(s.text) == 0;
	if (!written && problem->what[0] == '\0')
		snprintf(problem->what, sizeof problem->what,
		    "cannot write: %s", strerror(errno));
	session_release(&s.session);
	return problem->what[0] == '\0' ? 0 : -1;
}
