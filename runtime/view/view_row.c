/*
 * One row of the journal in words, for whoever follows. Input: a row that has
 * just been taken into the book and what the machine said to it; output: a
 * fresh document (view.h).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine/words.h"
#include "view_part.h"

/* Bytes of a sentence. */
#define SENTENCE_MAX 2048

struct sentence {
	const struct sw_book *book;
	const struct sw_row *row;
	const char *action;  /* "STAGE.ACTION", or NULL */
	const char *subject; /* the same, in PARALLEL "#2 STAGE.ACTION" */
	const struct sw_try *try_;
	uint32_t execution;
	char *text; /* SENTENCE_MAX bytes */
};

static const char *
fact(const struct sentence *s, const char *name, const char *otherwise)
{
	const char *text = sw__body_text(s->row->body, name);
	return text == NULL ? otherwise : text;
}

/* "#4 started", with the branch or tag that a source saw change. */
static void
say_started(struct sentence *s)
{
	const struct sw_json_value *trigger =
	    sw__body_in(s->row->body, "trigger");
	const char *type = sw__json_text_in(trigger, "type");
	const char *ref = sw__json_text_in(trigger, "detail");
	const bool is_seen =
	    ref != NULL && type != NULL &&
	    (strcmp(type, "Push") == 0 || strcmp(type, "Tag") == 0);
	snprintf(s->text, SENTENCE_MAX, "#%" PRIu32 " started%s%s",
	    s->execution, is_seen ? " by " : "", is_seen ? ref : "");
}

static void
say_ended(struct sentence *s, const char *how)
{
	const uint64_t from = s->try_ == NULL ? 0 : s->try_->started_ms;
	const char *reason = fact(s, "reason", NULL);
	int n = snprintf(s->text, SENTENCE_MAX, "%s %s", s->subject, how);
	if (from != 0 && n < SENTENCE_MAX)
		n += snprintf(s->text + n, SENTENCE_MAX - (size_t)n,
		    " after %" PRIu64 ".%" PRIu64 " s",
		    (s->row->time_ms - from) / 1000,
		    (s->row->time_ms - from) / 100 % 10);
	if (reason != NULL && n < SENTENCE_MAX)
		snprintf(s->text + n, SENTENCE_MAX - (size_t)n, ": %s", reason);
}

static void
say_decided(struct sentence *s, const char *how)
{
	const char *comment = fact(s, "comment", NULL);
	snprintf(s->text, SENTENCE_MAX, "%s %s by %s%s%s", s->subject, how,
	    fact(s, "by", "somebody"), comment == NULL ? "" : ": ",
	    comment == NULL ? "" : comment);
}

static void
say_dispatched(struct sentence *s)
{
	const uint32_t number = s->try_ == NULL ? 1 : s->try_->number;
	if (number > 1)
		snprintf(s->text, SENTENCE_MAX, "%s started, attempt %" PRIu32,
		    s->subject, number);
	else
		snprintf(s->text, SENTENCE_MAX, "%s started", s->subject);
}

/* An action that failed is tried again, perhaps later. */
static void
say_again(struct sentence *s, const struct sw_output *output)
{
	const size_t n = strlen(s->text);
	if (s->try_ == NULL || output == NULL || output->nfired == 0 ||
	    output->fired[0].rule != SW_RULE_ACTION_RETRIED)
		return;
	const struct sw_scene *scene =
	    sw__book_scene(s->book, s->try_->execution);
	const uint64_t next =
	    scene == NULL ? 0 : scene->next_ms[s->try_->action];
	if (next > s->row->time_ms)
		snprintf(s->text + n, SENTENCE_MAX - n,
		    "; tried again in %" PRIu64 ".%" PRIu64 " s",
		    (next - s->row->time_ms) / 1000,
		    (next - s->row->time_ms) / 100 % 10);
	else
		snprintf(s->text + n, SENTENCE_MAX - n, "; tried again");
}

static void
say_clock(struct sentence *s)
{
	const int64_t jump = sw__body_number(s->row->body, "jump_ms");
	if (jump == 0)
		snprintf(s->text, SENTENCE_MAX, "the machine was booted");
	else
		snprintf(s->text, SENTENCE_MAX,
		    "the clock of the machine was set %s by %" PRIu64
		    ".%" PRIu64 " s; what waits goes on waiting as long",
		    jump > 0 ? "forward" : "back",
		    (uint64_t)(jump > 0 ? jump : -jump) / 1000,
		    (uint64_t)(jump > 0 ? jump : -jump) / 100 % 10);
}

static void
say_rest(struct sentence *s)
{
	const char *comment = fact(s, "comment", NULL);
	snprintf(s->text, SENTENCE_MAX, "%s by %s%s%s",
	    fact(s, "event", s->row->kind), fact(s, "by", "somebody"),
	    comment == NULL ? "" : ": ", comment == NULL ? "" : comment);
}

static void
say(struct sentence *s)
{
	const char *kind = s->row->kind;
	if (strcmp(kind, "start") == 0)
		say_started(s);
	else if (strcmp(kind, "dispatch") == 0)
		say_dispatched(s);
	else if (strcmp(kind, "ask") == 0)
		snprintf(s->text, SENTENCE_MAX, "%s asks: %s", s->subject,
		    fact(s, "text", ""));
	else if (strcmp(kind, "succeed") == 0)
		say_ended(s, "succeeded");
	else if (strcmp(kind, "pass") == 0)
		say_ended(s, "passed");
	else if (strcmp(kind, "fail") == 0)
		say_ended(s, "failed");
	else if (strcmp(kind, "unknown") == 0)
		say_ended(s, "ended, nobody knows how (`settle` decides)");
	else if (strcmp(kind, "ended") == 0)
		say_ended(s, "ended and was not waited for");
	else if (strcmp(kind, "approve") == 0)
		say_decided(s, "was approved");
	else if (strcmp(kind, "reject") == 0)
		say_decided(s, "was rejected");
	else if (strcmp(kind, "tip") == 0)
		snprintf(s->text, SENTENCE_MAX, "%s: %s is at %.12s",
		    fact(s, "action", "?"), fact(s, "ref", "?"),
		    fact(s, "revision", "?"));
	else if (strcmp(kind, "clock") == 0)
		say_clock(s);
	else if (strcmp(kind, "program") == 0)
		snprintf(s->text, SENTENCE_MAX,
		    "another program of the same version goes on");
	else if (strcmp(kind, "upgrade") == 0)
		snprintf(s->text, SENTENCE_MAX,
		    "from here on in another version: machine %s, after %s",
		    fact(s, "to", "?"), fact(s, "from", "?"));
	else if (strcmp(kind, "pipeline") == 0)
		snprintf(s->text, SENTENCE_MAX, "the journal begins");
	else
		say_rest(s);
}

/* Whom the row is about. */
static void
find_subject(
    struct sentence *s, const struct sw_output *output, char name[SW_WORDS_MAX])
{
	const struct sw_machine *machine = s->book->pipeline->machine;
	const char *event = fact(s, "event", NULL);
	const char *id = fact(s, "attempt", fact(s, "id", NULL));
	const char *path = fact(s, "action", NULL);
	if (output != NULL && output->nfired > 0)
		s->execution = output->fired[0].execution;
	if (event != NULL && event[0] == '#') { /* PARALLEL: whose it is */
		event += strcspn(event, " ");
		event += strspn(event, " ");
	}
	if (path == NULL && event != NULL && strchr(event, ' ') != NULL)
		path = strchr(event, ' ') + 1;
	const int64_t action =
	    path == NULL ? -1 : sw_words_find_action(machine, path);
	if (id != NULL && strcmp(s->row->kind, "start") != 0)
		s->try_ = sw__book_find_try(s->book, id);
	if (s->try_ == NULL && action >= 0 && strcmp(s->row->kind, "tip") != 0)
		s->try_ =
		    sw__book_last(s->book, (uint32_t)action, s->execution);
	if (s->try_ != NULL && s->try_->action == UINT32_MAX) {
		s->action = "an action of an earlier version";
		s->execution = s->try_->execution;
	} else if (s->try_ != NULL) {
		s->action = sw_words_action(machine, s->try_->action, name);
		s->execution = s->try_->execution;
	} else if (action >= 0) {
		s->action = sw_words_action(machine, (uint32_t)action, name);
	}
}

/* Where executions run side by side, a name alone would be that of several. */
static void
name_subject(struct sentence *s, char name[SW_WORDS_MAX])
{
	s->subject = s->action;
	if (s->action == NULL || s->execution == 0 ||
	    s->book->pipeline->machine->mode != SW_MODE_PARALLEL)
		return;
	snprintf(
	    name, SW_WORDS_MAX, "#%" PRIu32 " %s", s->execution, s->action);
	s->subject = name;
}

/* { "2": "Succeeded" } */
static json_t *
changed_executions(const struct sw_book *book, const struct sw_output *output)
{
	json_t *out = json_object();
	for (uint32_t i = 0; output != NULL && i < output->ncommands; i++) {
		const struct sw_command *command = &output->commands[i];
		char number[16];
		if (command->kind == SW_COMMAND_START ||
		    command->kind == SW_COMMAND_CANCEL ||
		    command->kind == SW_COMMAND_ROLLBACK)
			continue;
		snprintf(number, sizeof number, "%" PRIu32, command->execution);
		json_object_set_new(out, number,
		    json_string(sw_words_status(
			sw__book_execution(book, command->execution)->status)));
	}
	return out;
}

/* A sentence may have been cut inside of a character. */
static json_t *
whole_text(char *text)
{
	json_t *string = json_string(text);
	for (size_t n = strlen(text); string == NULL && n > 0; n--) {
		text[n - 1] = '\0';
		string = json_string(text);
	}
	return string;
}

json_t *
sw__view_row(const struct sw_book *book, const struct sw_row *row,
    const struct sw_output *output)
{
	const struct sw_machine *machine = book->pipeline->machine;
	char name[SW_WORDS_MAX];
	char subject[SW_WORDS_MAX];
	char text[SENTENCE_MAX];
	struct sentence s = { .book = book, .row = row, .text = text };
	find_subject(&s, output, name);
	name_subject(&s, subject);
	say(&s);
	say_again(&s, output);
	json_t *rules = json_array();
	for (uint32_t i = 0; output != NULL && i < output->nfired; i++) {
		char line[SW_WORDS_MAX];
		json_array_append_new(rules, json_string(sw_words_fired(machine,
						 output->fired[i], line)));
	}
	const int64_t action =
	    s.action == NULL ? -1 : sw_words_find_action(machine, s.action);
	const bool asks = strcmp(row->kind, "ask") == 0;
	return json_pack("{s:I, s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "seq", (json_int_t)row->seq, "time", (json_int_t)row->time_ms,
	    "kind", row->kind, "execution", sw__view_time(s.execution), "stage",
	    sw__view_text(
		action < 0
		    ? NULL
		    : machine->stages[machine->actions[action].stage].name),
	    "action", sw__view_text(s.action), "rules", rules, "token",
	    sw__view_text(asks ? fact(&s, "id", NULL) : NULL), "ended",
	    changed_executions(book, output), "text", whole_text(text));
}
