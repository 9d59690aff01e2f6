/*
 * What must hold, whatever happens: the guarantees (runtime/guarantees.md) as
 * far as the engine can break them, each checked when it could be broken. The
 * rest stand where they are seen: process.c (G1, G6 to G9), people.c (G1, G2,
 * G3, G11, G15), disk.c (G2, G3), upgrade.c (G14).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "journal/checkpoint.h"
#include "machine/words.h"
#include "owner/request.h"
#include "part.h"
#include "view/view.h"

/* A question is not given up later than this, in milliseconds. */
#define LATE_MS 120000

/* Bytes of an action's name in a simulation. */
#define ACTION_MAX 64

/* Rows between two looks at all attempts. */
#define ATTEMPTS_EACH 32

/* Of so many deaths one in which what was shown is compared. */
#define SHOWN_EACH 8

struct question {
	char id[SW_ATTEMPT_ID_MAX];
	char action[ACTION_MAX]; /* which index it has may change */
	uint32_t execution;
	uint32_t boot;
	uint64_t asked_ms; /* in the sim's now_ms */
	uint64_t timeout_ms;
	uint32_t answers;
};

struct sim_laws {
	uint64_t time_ms; /* of the last row */
	struct question *questions;
	uint32_t n, room;
	uint32_t first_open; /* those before it are answered or given up */
	char *known;         /* what the engine knew when it died; or NULL */
	uint64_t known_seq;
};

struct sim_laws *
sim_laws_new(void)
{
	return calloc(1, sizeof(struct sim_laws));
}

void
sim_laws_free(struct sim_laws *laws)
{
	free(laws->questions);
	free(laws->known);
	free(laws);
}

/* What stands behind "KEY": in a body; NULL: nothing. Rows are compact, and no
 * text of a simulation has a quote in it. */
static const char *
behind(const char *body, const char *key)
{
	const size_t n = strlen(key);
	for (const char *at = body; (at = strstr(at, key)) != NULL; at += n)
		if (at > body && at[-1] == '"' && at[n] == '"' &&
		    at[n + 1] == ':')
			return at + n + 2;
	return NULL;
}

/* False: it is not there, or no text. */
static bool
text_in(const char *body, const char *key, char *out, size_t size)
{
	const char *at = behind(body, key);
	if (at == NULL || *at != '"')
		return false;
	const size_t length = strcspn(++at, "\"");
	const size_t n = length < size ? length : size - 1;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

static long
number_in(const char *body, const char *key)
{
	const char *at = behind(body, key);
	return at == NULL ? 0 : strtol(at, NULL, 10);
}

static void
on_ask(struct sim *sim, const char *body)
{
	struct sim_laws *laws = sim->laws;
	if (laws->n == laws->room) {
		laws->room = 2 * laws->room + 64;
		laws->questions = realloc(
		    laws->questions, laws->room * sizeof *laws->questions);
		if (laws->questions == NULL)
			abort();
	}
	struct question *q = &laws->questions[laws->n++];
	*q = (struct question){
		.execution = (uint32_t)number_in(body, "execution"),
		.boot = sim->boot,
		.asked_ms = sim->now_ms,
	};
	text_in(body, "id", q->id, sizeof q->id);
	text_in(body, "action", q->action, sizeof q->action);
	q->timeout_ms =
	    sim->pipeline
		->work[sw_words_find_action(sim->pipeline->machine, q->action)]
		.timeout_ms;
}

/* The first decision wins, and it is about the question that it names. */
static void
on_decision(struct sim *sim, const char *body)
{
	struct sim_laws *laws = sim->laws;
	char token[SW_ATTEMPT_ID_MAX];
	uint32_t i = laws->n;
	sim_point(sim, SIM_DECIDED);
	if (!text_in(body, "token", token, sizeof token))
		return; /* given in advance */
	while (i > 0 && strcmp(laws->questions[i - 1].id, token) != 0)
		i--;
	if (i == 0)
		sim_broken(
		    sim, "a decision is about a question (G10)", "%s", token);
	else if (laws->questions[i - 1].answers++ > 0)
		sim_broken(sim, "the first decision wins (G10)", "%s", token);
}

/* A question that nobody decided: not before its time, and once. */
static void
on_expiry(struct sim *sim, const char *body)
{
	struct sim_laws *laws = sim->laws;
	char line[SW_WORDS_MAX];
	char problem[SW_WORDS_MAX];
	char action[SW_WORDS_MAX];
	struct sw_addressed event;
	if (!text_in(body, "event", line, sizeof line) ||
	    sw_words_read_event(
		sim->pipeline->machine, line, &event, problem) != 0)
		return;
	uint32_t i = laws->n;
	sw_words_action(sim->pipeline->machine, event.event.subject, action);
	while (i > 0 &&
	       (strcmp(laws->questions[i - 1].action, action) != 0 ||
		   (event.execution != 0 &&
		       laws->questions[i - 1].execution != event.execution)))
		i--;
	if (i == 0 || laws->questions[i - 1].answers++ > 0) {
		sim_broken(sim, "what is given up was asked (G10)", "%s", line);
		return;
	}
	const struct question *q = &laws->questions[i - 1];
	sim_point(sim, SIM_QUESTION_EXPIRED);
	if (q->boot == sim->boot && sim->now_ms < q->asked_ms + q->timeout_ms)
		sim_broken(sim, "no timer is early (G16)",
		    "%s: after %" PRIu64 " of %" PRIu64 " ms", q->id,
		    sim->now_ms - q->asked_ms, q->timeout_ms);
	uint64_t due_ms = q->asked_ms + q->timeout_ms;
	if (due_ms < sim->up_ms)
		due_ms = sim->up_ms;
	if (q->boot == sim->boot && !sim->is_low &&
	    sim->now_ms > due_ms + LATE_MS)
		sim_broken(sim, "no timer is late (G16)", "%s: %" PRIu64 " ms",
		    q->id, sim->now_ms - due_ms);
}

static void
on_start(struct sim *sim, const char *body)
{
	if (sim->is_low)
		sim_broken(
		    sim, "nothing new starts without room (G15)", "%s", body);
	const char *at = strstr(body, "\"revisions\":{");
	if (at != NULL && (at = strstr(at, ":\"c")) != NULL)
		sim_people_started(sim, (uint32_t)strtoul(at + 3, NULL, 10));
}

static void
on_end(struct sim *sim, const struct sw_journal_row *row, const char *attempt)
{
	char outcome[32] = "";
	text_in(row->body, "outcome", outcome, sizeof outcome);
	sim_process_judged(sim, attempt, outcome, number_in(row->body, "code"));
}

static void
trace_row(const struct sim *sim, const struct sw_journal_row *row)
{
	if (sim->trace != NULL)
		fprintf(sim->trace, "%12" PRIu64 " row %" PRIu64 " %s %s\n",
		    sim->now_ms, row->seq, row->kind, row->body);
}

void
sim_laws_sink(struct sim *sim, const char *what, const char *text)
{
	if (sim->vault != NULL && text != NULL &&
	    strstr(text, SIM_SECRET_TEXT) != NULL)
		sim_broken(sim, "no secret is written down (secrets)",
		    "%s: %.300s", what, text);
}

/* Whoever follows tells rows apart by their kinds. */
static void
check_kind(struct sim *sim, const struct sw_journal_row *row)
{
	char line[SW_WORDS_MAX];
	const char *verb = line;
	if (!text_in(row->body, "event", line, sizeof line))
		return;
	if (line[0] == '#' && strchr(line, ' ') != NULL)
		verb = strchr(line, ' ') + 1;
	if (strncmp(verb, row->kind, strlen(row->kind)) != 0 ||
	    strcspn(verb, " ") != strlen(row->kind))
		sim_broken(sim, "a row is named by what happened (G5)",
		    "row %" PRIu64 " '%s': %s", row->seq, row->kind, line);
}

/* A row is in the journal: it counts from here on, answered or not. */
void
sim_laws_row(struct sim *sim, const struct sw_journal_row *row)
{
	char text[64];
	uint64_t state;
	trace_row(sim, row);
	check_kind(sim, row);
	sim_laws_sink(sim, "a row", row->body);
	memcpy(&state, row->state, sizeof state);
	sim_mix(sim, state ^ row->seq);
	if (row->time_ms < sim->laws->time_ms)
		sim_broken(sim, "rows stand in the order of their times (G5)",
		    "row %" PRIu64, row->seq);
	sim->laws->time_ms = row->time_ms;
	if (text_in(row->body, "by", text, sizeof text) && text[0] == 'p')
		sim_people_recorded(sim, (uint32_t)strtoul(text + 1, NULL, 10));
	if (strcmp(row->kind, "dispatch") == 0 &&
	    text_in(row->body, "id", text, sizeof text))
		sim_process_recorded(sim, text);
	else if (text_in(row->body, "attempt", text, sizeof text))
		on_end(sim, row, text);
	else if (strcmp(row->kind, "ask") == 0)
		on_ask(sim, row->body);
	else if (strcmp(row->kind, "approve") == 0 ||
		 strcmp(row->kind, "reject") == 0)
		on_decision(sim, row->body);
	else if (strcmp(row->kind, "start") == 0)
		on_start(sim, row->body);
	else if (strcmp(row->kind, "prune") == 0)
		sim_point(sim, SIM_PRUNED);
	else if (strcmp(row->kind, "upgrade") == 0)
		sim_upgraded(sim);
	else if (strcmp(row->kind, "rollback") == 0)
		sim_point(sim, SIM_ROLLED_BACK);
	else if (text_in(row->body, "outcome", text, sizeof text) &&
		 strcmp(text, "timed-out") == 0)
		on_expiry(sim, row->body);
	else if (strcmp(row->kind, "succeed") == 0 ||
		 strcmp(row->kind, "pass") == 0)
		sim_point(sim, SIM_SETTLED);
}

/* One execution at most holds a stage, and the machine's other laws. */
static void
check_state(struct sim *sim, const struct sw_scene *scene)
{
	const char *law =
	    sw_state_broken_law(sim->pipeline->machine, scene->state);
	if (law != NULL)
		sim_broken(sim, "a law of the machine (G12)", "%s", law);
}

/* Who waits for a decision past its time? */
static void
check_timers(struct sim *sim)
{
	struct sim_laws *laws = sim->laws;
	const struct sw_book *book = sw__engine_book(sim->engine);
	for (uint32_t i = laws->first_open; i < laws->n; i++) {
		const struct question *q = &laws->questions[i];
		const struct sw_try *asked = sw__book_find_try(book, q->id);
		const bool is_open = asked != NULL && q->answers == 0 &&
				     asked->status == SW_STATUS_IN_PROGRESS;
		if (!is_open && i == laws->first_open)
			laws->first_open++;
		const uint64_t from =
		    q->asked_ms > sim->up_ms ? q->asked_ms : sim->up_ms;
		const uint64_t due = q->asked_ms + q->timeout_ms > from
					 ? q->asked_ms + q->timeout_ms
					 : from;
		if (is_open && q->boot == sim->boot && !sim->is_low &&
		    sim->now_ms > due + LATE_MS)
			sim_broken(sim, "no timer is forgotten (G16)",
			    "%s: %" PRIu64 " ms late", q->id,
			    sim->now_ms - due);
	}
}

/* What the machine has started is tried: at once, if it need not wait. */
static void
check_begun(struct sim *sim, const struct sw_scene *scene)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	for (uint32_t a = 0; a < sim->pipeline->machine->nactions; a++)
		if (sw__book_startable(book, scene, a) == 0)
			sim_broken(sim, "what is started is tried (G13)",
			    "action %" PRIu32, a);
}

/* What runs is followed by who is there, and who is abandoned has been told
 * to end. Without room, an end may wait for it. */
static void
check_attempt(struct sim *sim, const struct sw_try *t)
{
	if (t->has_ended || t->asked != NULL)
		return;
	if (t->status == SW_STATUS_ABANDONED &&
	    !sim_process_is_told(sim, t->id))
		sim_broken(
		    sim, "what is abandoned is told to end (G13)", "%s", t->id);
	if (!sim->is_low && !sim_process_is_followed(sim, t->id))
		sim_broken(sim, "who runs is followed (G8)", "%s", t->id);
}

/* Nothing that may still happen is put away for good. */
static void
check_kept(struct sim *sim, const struct sw_execution *x)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	if (sw__ranges_have(&book->pruned, x->number))
		sim_broken(sim, "who is in flight is not pruned (G13)",
		    "#%" PRIu32, x->number);
}

static void
check_attempts(struct sim *sim)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	const struct sw_execution *x;
	const struct sw_scene *scene;
	uint32_t at = 0;
	while ((x = sw__book_at_hand(book, &at)) != NULL)
		for (const struct sw_try *t = x->last_try; t != NULL;
		     t = t->before)
			check_attempt(sim, t);
	for (x = NULL; (x = sw__book_next_in_flight(book, x)) != NULL;)
		check_kept(sim, x);
	at = 0;
	while (!sim->is_low && (scene = sw__book_each(book, &at)) != NULL)
		check_begun(sim, scene);
}

void
sim_laws_turn(struct sim *sim)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	const struct sw_execution *x = NULL;
	if (book->seq != sim_disk_last(sim))
		sim_broken(sim, "the engine knows what is recorded (G1, G5)",
		    "row %" PRIu64 " of %" PRIu64, book->seq,
		    sim_disk_last(sim));
	if (sim->pipeline->machine->mode != SW_MODE_PARALLEL)
		check_state(sim, book->shared);
	else
		while ((x = sw__book_next_in_flight(book, x)) != NULL)
			check_state(sim, x->scene);
	check_timers(sim);
	if (book->seq % ATTEMPTS_EACH == 0)
		check_attempts(sim);
}

/* What can be asked for, as one text; caller frees. */
static char *
all_shown(const struct sw_book *book)
{
	struct sw_error err;
	json_t *all = json_array();
	json_array_append_new(all, sw__view_status(book, 0));
	for (uint32_t i = book->nexecutions; i > 0 && i + 8 > book->nexecutions;
	     i--)
		json_array_append_new(all, sw__view_show(book, 0, i, &err));
	char *text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(all);
	return text;
}

/* The whole book, as it would be stored, and of each execution that would be
 * put away the record, by their hash; caller frees. Now and then what is shown
 * of it instead. */
static char *
all_known(struct sim *sim)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	struct sw_checkpoint checkpoint;
	struct sw_error err;
	if (book->seq % SHOWN_EACH == 0)
		return all_shown(book);
	if (sw__checkpoint_make(&checkpoint, book, &err) != 0)
		abort();
	const char *hashes = sw__body_bytes(checkpoint.row);
	const size_t size = strlen(checkpoint.body) + strlen(hashes) + 2;
	char *text = malloc(size);
	if (text == NULL)
		abort();
	snprintf(text, size, "%s\n%s", checkpoint.body, hashes);
	sw__checkpoint_release(&checkpoint);
	return text;
}

void
sim_laws_died(struct sim *sim)
{
	struct sim_laws *laws = sim->laws;
	free(laws->known);
	laws->known = all_known(sim);
	laws->known_seq = sw__engine_book(sim->engine)->seq;
}

/* What is read back is what was known: no row more, no row less. */
void
sim_laws_opened(struct sim *sim)
{
	struct sim_laws *laws = sim->laws;
	const struct sw_book *book = sw__engine_book(sim->engine);
	if (book->seq != sim_disk_last(sim))
		sim_broken(sim, "all that was recorded is read (G5)",
		    "row %" PRIu64 " of %" PRIu64, book->seq,
		    sim_disk_last(sim));
	if (laws->known == NULL || laws->known_seq != book->seq)
		return;
	char *now = all_known(sim);
	if (now == NULL || strcmp(now, laws->known) != 0)
		sim_broken(sim, "a restart changes nothing (G4)",
		    "at row %" PRIu64, book->seq);
	if (sim->trace != NULL && now != NULL && strcmp(now, laws->known) != 0)
		fprintf(sim->trace, "was %s\nis  %s\n", laws->known, now);
	free(now);
	free(laws->known);
	laws->known = NULL;
}

/* When faults have stopped and all was answered: each attempt has ended, and
 * who has not ended waits for a person. */
void
sim_laws_ended(struct sim *sim)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	const struct sw_execution *x;
	uint32_t at = 0;
	check_attempts(sim);
	while ((x = sw__book_at_hand(book, &at)) != NULL)
		for (const struct sw_try *t = x->last_try; t != NULL;
		     t = t->before)
			if (!t->has_ended && t->asked == NULL)
				sim_broken(sim, "every attempt ends (G13)",
				    "%s", t->id);
	for (x = NULL; (x = sw__book_next_in_flight(book, x)) != NULL;) {
		json_t *standing = sw__request_standing(book, x->number);
		const bool is_blocked =
		    json_is_true(json_object_get(standing, "blocked"));
		json_decref(standing);
		if (!is_blocked)
			sim_broken(sim,
			    "who has not ended waits for a person (G13)",
			    "#%" PRIu32, x->number);
	}
	uint64_t rows = 0;
	struct sw_error err = { 0 };
	if (sw__engine_replay(sim->engine, &rows, &err) != 0)
		sim_broken(
		    sim, "what is read again is the same (G4)", "%s", err.text);
}
