/*
 * A story written as scenarios that `simulate` plays: by a session at the
 * terminal, and by whoever found a run worth keeping. Prints XML through the
 * text writer, in the form that `fmt` gives it; knows the words of events and
 * not what they mean.
 *
 *	scenarios_begin(text);
 *	scenario_begin(text, "a release that nobody tested", NULL);
 *	scenario_event(text, "start", false, NULL);
 *	scenario_event(text, "#2 retry Build all", false,
 *	    "StageNotRetryableException");
 *	scenario_expect(text, "stage", "Production", "status", "none");
 *	scenario_end(text);
 *	scenarios_end(text);
 */
#ifndef COMPILER_SCENARIO_WRITE_H
#define COMPILER_SCENARIO_WRITE_H

#include <stdbool.h>

struct text;

/* The file around them: <scenarios xmlns="...">. */
void scenarios_begin(struct text *text);
void scenarios_end(struct text *text);

/* One scenario; the comment (NULL: none) stands above its steps. */
void scenario_begin(struct text *text, const char *name, const char *comment);
void scenario_end(struct text *text);

/*
 * One event, as sw_words_event says it: "succeed Build.Compile". `is_of_rule`:
 * it is about a rule of a condition, as "fail Gate.Window" may be. `refused` is
 * the name of the refusal that it meets (sw_words_refusal), NULL: accepted.
 * Returns false, having printed nothing, for a line that is no event.
 */
bool scenario_event(
    struct text *text, const char *event, bool is_of_rule, const char *refused);

/*
 * An expectation: <expect SUBJECT="WHICH" ATTRIBUTE="VALUE"/>, such as "stage"
 * "Production" "status" "none", or "execution" "#1" "at" "Build".
 */
void scenario_expect(struct text *text, const char *subject, const char *which,
    const char *attribute, const char *value);
/* A line that explains what follows. */
void scenario_comment(struct text *text, const char *comment);

#endif
