/*
 * Simulated people and sources: what is asked of the engine, by whom, and what
 * they were told. Each request says who asks ("p12" of the twelfth), so that
 * its rows can be found in the journal.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/words.h"
#include "owner/request.h"
#include "part.h"

#define CANDIDATES_MAX 512
#define TOKENS_MAX 16
#define REFS_MAX 8
/* More than may wait. */
#define FLOOD (SW_WAITING_MAX + 100)

enum fate {
	SENT,    /* nobody has answered */
	GRANTED, /* it is in the journal, they say */
	DENIED,  /* it is not, they say */
	UNCLEAR  /* they do not know */
};

struct request {
	struct sim *sim;
	uint32_t number;
	uint32_t rows; /* of it in the journal */
	enum fate fate;
	bool changes;
	bool starts;    /* something new */
	bool is_resent; /* what was denied once may be possible by then */
	bool is_stale;  /* a decision on another question */
	json_t *json;   /* to be sent again; or NULL */
};

struct ref {
	uint32_t action;
	char name[32];
	uint32_t commit;
};

struct commit {
	uint32_t tips;   /* times that it became one */
	uint32_t starts; /* of executions */
};

struct sim_people {
	struct request **requests; /* number n is at n - 1 */
	uint32_t n, room;
	uint32_t waiting;                           /* that an engine has */
	char tokens[TOKENS_MAX][SW_ATTEMPT_ID_MAX]; /* that were seen */
	uint32_t ntokens;
	struct ref refs[REFS_MAX];
	uint32_t nrefs;
	struct commit *commits; /* number n is at n - 1 */
	uint32_t ncommits, commits_room;
	struct sw_event candidates[CANDIDATES_MAX];
};

/* Two branches at each source, of which nothing was seen as yet. */
static void
find_refs(struct sim_people *people, const struct sw_machine *machine)
{
	people->nrefs = 0;
	for (uint32_t a = 0;
	     a < machine->nactions && people->nrefs + 2 <= REFS_MAX; a++) {
		if (machine->actions[a].category != SW_CATEGORY_SOURCE)
			continue;
		people->refs[people->nrefs++] =
		    (struct ref){ a, "refs/heads/main", 0 };
		people->refs[people->nrefs++] =
		    (struct ref){ a, "refs/heads/dev", 0 };
	}
}

struct sim_people *
sim_people_new(struct sim *sim)
{
	struct sim_people *people = calloc(1, sizeof *people);
	if (people == NULL)
		abort();
	find_refs(people, sim->pipeline->machine);
	return people;
}

void
sim_people_upgraded(struct sim *sim)
{
	find_refs(sim->people, sim->pipeline->machine);
}

void
sim_people_free(struct sim_people *people)
{
	for (uint32_t i = 0; i < people->n; i++) {
		json_decref(people->requests[i]->json);
		free(people->requests[i]);
	}
	free(people->requests);
	free(people->commits);
	free(people);
}

static struct request *
new_request(struct sim *sim)
{
	struct sim_people *people = sim->people;
	if (people->n == people->room) {
		people->room = 2 * people->room + 256;
		people->requests = realloc(
		    people->requests, people->room * sizeof(struct request *));
	}
	struct request *request = calloc(1, sizeof *request);
	if (people->requests == NULL || request == NULL)
		abort();
	request->sim = sim;
	request->number = ++people->n;
	people->requests[people->n - 1] = request;
	return request;
}

void
sim_people_recorded(struct sim *sim, uint32_t number)
{
	struct sim_people *people = sim->people;
	if (number == 0 || number > people->n)
		return;
	struct request *request = people->requests[number - 1];
	if (request->rows++ > 0)
		sim_broken(sim, "a request is taken once (G3)",
		    "request %" PRIu32, number);
	if (request->fate == DENIED && !request->is_resent)
		sim_broken(sim, "what was denied is not recorded (G2)",
		    "request %" PRIu32, number);
}

static enum fate
fate_of(const json_t *answer)
{
	struct sw_error err = { 0 };
	if (sw__request_outcome(answer, &err) == 0)
		return GRANTED;
	switch (err.code) {
	case SW_ERROR_REFUSED:
	case SW_ERROR_USAGE:
	case SW_ERROR_LIMIT:
		return DENIED;
	default:
		return UNCLEAR;
	}
}

static void
trace_answer(const struct request *request, const json_t *answer)
{
	FILE *trace = request->sim->trace;
	const char *error = json_string_value(json_object_get(answer, "error"));
	if (trace != NULL)
		fprintf(trace, "%12" PRIu64 " answer to p%" PRIu32 ": %s\n",
		    request->sim->now_ms, request->number,
		    error == NULL ? "yes" : error);
}

static void
on_answer(json_t *answer, void *payload)
{
	struct request *request = payload;
	struct sim *sim = request->sim;
	const enum fate fate = fate_of(answer);
	trace_answer(request, answer);
	sim->people->waiting--;
	if (sim->vault != NULL) {
		char *text = json_dumps(answer, 0);
		sim_laws_sink(sim, "an answer", text);
		free(text);
	}
	const bool is_limit = json_integer_value(json_object_get(
				  answer, "code")) == SW_ERROR_LIMIT;
	json_decref(answer);
	if (!sim_lives(sim, SIM_KILLED_BEFORE_ANSWER)) {
		sim_point(sim, SIM_ANSWER_LOST);
		return;
	}
	sim_mix(sim, request->number * 4 + (uint64_t)fate);
	request->fate = fate;
	if (is_limit && request->starts)
		sim_point(sim, SIM_DENIED_ROOM);
	if (is_limit && !request->starts)
		sim_broken(sim, "who decides needs no room (G15)",
		    "request %" PRIu32, request->number);
	if (sim->is_low && fate == GRANTED && !request->starts)
		sim_point(sim, SIM_DECIDED_LOW);
	if (fate == DENIED && request->is_stale)
		sim_point(sim, SIM_STALE_DENIED);
	if (fate == GRANTED && request->is_stale)
		sim_broken(sim, "no decision is taken for another (G10)",
		    "request %" PRIu32, request->number);
	if (fate == GRANTED && request->changes && request->rows == 0)
		sim_broken(sim, "what is acknowledged is recorded (G1)",
		    "request %" PRIu32, request->number);
	if (fate == DENIED && request->rows > 0 && !request->is_resent)
		sim_broken(sim, "what was denied is not recorded (G2)",
		    "request %" PRIu32, request->number);
}

static void
submit(struct sim *sim, struct request *request, json_t *json)
{
	char by[32];
	snprintf(by, sizeof by, "p%" PRIu32, request->number);
	const struct sw_asker asker = { .by = by, .owner = 1 };
	sim->nevents++;
	if (sim->people->waiting++ == SW_WAITING_MAX)
		sim_point(sim, SIM_QUEUE_FULL);
	sw__request_submit(sim->engine, json, &asker, on_answer, request);
	if (sim->people->waiting > SW_WAITING_MAX)
		sim_broken(sim, "no more wait than may (G15)", "%" PRIu32,
		    sim->people->waiting);
}

static void
send(struct sim *sim, json_t *json, bool changes, bool is_stale)
{
	struct request *request = new_request(sim);
	request->is_stale = is_stale;
	char key[32];
	snprintf(key, sizeof key, "key-%" PRIu32, request->number);
	request->changes = changes;
	request->starts =
	    strcmp(json_string_value(json_object_get(json, "verb")), "start") ==
	    0;
	if (changes)
		json_object_set_new(json, "key", json_string(key));
	if (changes && sim_strikes(sim, SIM_RESEND, 8)) {
		request->json = json_deep_copy(json);
		sim_later(sim, sim_below(sim, 1u << sim_below(sim, 26)),
		    SIM_AGAIN, request->number);
	}
	submit(sim, request, json);
}

void
sim_people_again(struct sim *sim, uint32_t number)
{
	struct request *request = sim->people->requests[number - 1];
	sim_point(sim, SIM_SENT_AGAIN);
	request->is_resent = true;
	submit(sim, request, request->json);
	request->json = NULL;
}

static void
post(struct sim *sim, const char *line, const char *token, bool is_stale)
{
	const bool is_said = sim_strikes(sim, SIM_SECRET, 8);
	json_t *json = json_pack("{s:s, s:s, s:s}", "verb", "post", "event",
	    line, "comment", is_said ? "because " SIM_SECRET_TEXT : "because");
	if (is_said)
		sim_point(sim, SIM_SAID_SECRET);
	if (token != NULL)
		json_object_set_new(json, "token", json_string(token));
	send(sim, json, true, is_stale);
}

static void
start(struct sim *sim)
{
	send(sim, json_pack("{s:s}", "verb", "start"), true, false);
}

/* Whom an event is about: some scene, most often of who is in flight. */
static const struct sw_scene *
choose_scene(struct sim *sim, uint32_t *execution)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	*execution = 0;
	if (sim->pipeline->machine->mode != SW_MODE_PARALLEL)
		return book->shared;
	if (book->nexecutions == 0)
		return NULL;
	uint32_t back = 1 + sim_below(sim, 6);
	const struct sw_execution *x = NULL;
	const struct sw_execution *found = NULL;
	while (back-- > 0 && (x = sw__book_next_in_flight(book, x)) != NULL)
		found = x;
	if (found == NULL)
		found = sw__book_execution(
		    book, 1 + sim_below(sim, book->nexecutions));
	*execution = found == NULL ? 0 : found->number;
	return found == NULL ? NULL : found->scene;
}

/* The question that an action asks now; NULL: none. */
static const struct sw_try *
question(struct sim *sim, const struct sw_scene *scene, uint32_t action)
{
	const struct sw_try *asked =
	    sw__book_current(sw__engine_book(sim->engine), scene, action);
	return asked != NULL && asked->asked != NULL &&
		       asked->status == SW_STATUS_IN_PROGRESS
		   ? asked
		   : NULL;
}

/* The token of a decision. */
struct said {
	const char *token; /* NULL: none */
	bool is_stale;     /* of another question */
};

static void
say(struct sim *sim, struct sw_event event, uint32_t execution,
    const struct said *said)
{
	char line[SW_WORDS_MAX];
	const struct sw_machine *machine = sim->pipeline->machine;
	const bool is_whose = machine->mode == SW_MODE_PARALLEL;
	post(sim,
	    sw_words_event(machine,
		(struct sw_addressed){ event, is_whose ? execution : 0 }, line),
	    said == NULL ? NULL : said->token, said != NULL && said->is_stale);
}

static void
decide(struct sim *sim, const struct sw_try *asked)
{
	struct sim_people *people = sim->people;
	char *kept = people->tokens[people->ntokens++ % TOKENS_MAX];
	const bool is_stale = sim_strikes(sim, SIM_STALE, 4);
	char token[SW_ATTEMPT_ID_MAX];
	const struct sw_event event = {
		.kind =
		    sim_below(sim, 5) == 0 ? SW_EVENT_REJECT : SW_EVENT_APPROVE,
		.subject = asked->action,
	};
	snprintf(token, sizeof token, "%s", asked->id);
	if (is_stale)
		snprintf(token, sizeof token, "%s",
		    people->tokens[sim_below(sim, TOKENS_MAX)]);
	memcpy(kept, asked->id, sizeof token);
	const uint32_t execution = asked->execution;
	const struct said said = { token[0] == '\0' ? NULL : token,
		token[0] != '\0' && strcmp(token, asked->id) != 0 };
	say(sim, event, execution, &said);
	/* Both ways at once, or twice. */
	if (sim_strikes(sim, SIM_STALE, 4))
		say(sim,
		    (struct sw_event){ sim_below(sim, 2) == 0
					   ? SW_EVENT_REJECT
					   : SW_EVENT_APPROVE,
			event.subject, 0 },
		    execution, &said);
}

/* Some event that the machine may take; few of them end anything. */
static void
want(struct sim *sim)
{
	struct sim_people *people = sim->people;
	uint32_t execution;
	const struct sw_scene *scene = choose_scene(sim, &execution);
	if (scene == NULL) {
		start(sim);
		return;
	}
	uint32_t n = sw_candidates(sim->pipeline->machine, scene->state,
	    people->candidates, CANDIDATES_MAX);
	if (n > CANDIDATES_MAX)
		n = CANDIDATES_MAX;
	for (uint32_t i = 0; i < 4 && n > 0; i++) {
		const struct sw_event event =
		    people->candidates[sim_below(sim, n)];
		const struct sw_try *asked = NULL;
		switch (event.kind) {
		case SW_EVENT_START:
			start(sim);
			return;
		case SW_EVENT_APPROVE:
		case SW_EVENT_REJECT:
			asked = question(sim, scene, event.subject);
			if (asked == NULL)
				continue;
			decide(sim, asked);
			return;
		case SW_EVENT_STOP:
		case SW_EVENT_ABANDON:
		case SW_EVENT_CLOSE:
			if (sim_below(sim, 4) != 0)
				continue;
			break;
		case SW_EVENT_UNKNOWN:
			continue;
		default:
			break;
		}
		say(sim, event, execution, NULL);
		return;
	}
}

static void
flood(struct sim *sim)
{
	for (uint32_t i = 0; i < FLOOD; i++)
		send(sim,
		    json_pack("{s:s, s:s}", "verb", "post", "event",
			"approve nothing"),
		    true, false);
}

void
sim_people_act(struct sim *sim)
{
	uint32_t n = sim_below(sim, 8) == 0 ? 2 + sim_below(sim, 5) : 1;
	if (n > 1)
		sim_point(sim, SIM_CAME_TOGETHER);
	if (sim_strikes(sim, SIM_FLOOD, 1000))
		flood(sim);
	while (n-- > 0)
		if (sim_below(sim, 4) == 0)
			start(sim);
		else
			want(sim);
}

/* A branch moves: to a new commit, or by force to one that it had. */
static void
push(struct sim *sim, struct ref *ref)
{
	struct sim_people *people = sim->people;
	if (people->ncommits == people->commits_room) {
		people->commits_room = 2 * people->commits_room + 64;
		people->commits = realloc(people->commits,
		    people->commits_room * sizeof *people->commits);
		if (people->commits == NULL)
			abort();
	}
	if (people->ncommits > 0 && sim_strikes(sim, SIM_FORCE, 3)) {
		ref->commit = 1 + sim_below(sim, people->ncommits);
	} else {
		people->commits[people->ncommits++] = (struct commit){ 0 };
		ref->commit = people->ncommits;
	}
	people->commits[ref->commit - 1].tips++;
}

void
sim_people_started(struct sim *sim, uint32_t number)
{
	struct sim_people *people = sim->people;
	if (number == 0 || number > people->ncommits)
		return;
	struct commit *commit = &people->commits[number - 1];
	sim_point(sim, SIM_TIP_STARTED);
	if (++commit->starts > commit->tips)
		sim_broken(sim, "a tip is taken once (G11)", "commit %" PRIu32,
		    number);
}

/* What watch.c does: what differs from what was seen is told. */
static void
tell(struct sim *sim, const struct ref *ref)
{
	char revision[16];
	char name[SW_WORDS_MAX];
	struct sw_error err;
	snprintf(revision, sizeof revision, "c%" PRIu32, ref->commit);
	sw_words_action(sim->pipeline->machine, ref->action, name);
	json_t *trigger = json_pack("{s:s, s:s, s:s}", "type", "Webhook", "by",
	    name, "detail", ref->name);
	json_t *revisions = json_pack("{s:s}", name, revision);
	const struct sw_start spec = {
		.trigger = trigger,
		.revisions = revisions,
	};
	const struct sw_seen seen = { ref->action, ref->name, revision, &spec };
	sim->nevents++;
	sim_mix(sim, (uint64_t)sw__engine_tips(sim->engine, &seen, 1, &err));
	json_decref(trigger);
	json_decref(revisions);
}

void
sim_people_look(struct sim *sim)
{
	struct sim_people *people = sim->people;
	for (uint32_t i = 0; i < people->nrefs && !sim->is_dead; i++) {
		struct ref *ref = &people->refs[i];
		char revision[16];
		if (!sim->is_calm && sim_below(sim, 3) == 0)
			push(sim, ref);
		if (ref->commit == 0)
			continue;
		snprintf(revision, sizeof revision, "c%" PRIu32, ref->commit);
		const char *seen = sw__book_tip(
		    sw__engine_book(sim->engine), ref->action, ref->name);
		if (seen == NULL || strcmp(seen, revision) != 0)
			tell(sim, ref);
	}
}

/* Who is left answers all that is asked, and settles what nobody knows. */
static void
calm_scene(struct sim *sim, const struct sw_scene *scene, uint32_t execution)
{
	const struct sw_machine *machine = sim->pipeline->machine;
	for (uint32_t a = 0; a < machine->nactions; a++) {
		const struct sw_try *asked = question(sim, scene, a);
		if (asked != NULL)
			say(sim, (struct sw_event){ SW_EVENT_APPROVE, a, 0 },
			    asked->execution,
			    &(struct said){ asked->id, false });
		else if (sw_state_action(machine, scene->state, a) ==
			 SW_STATUS_UNKNOWN)
			say(sim, (struct sw_event){ SW_EVENT_FAIL, a, 0 },
			    execution, NULL);
	}
}

void
sim_people_calm(struct sim *sim)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	const struct sw_execution *x = NULL;
	if (sim->pipeline->machine->mode != SW_MODE_PARALLEL)
		calm_scene(sim, book->shared, 0);
	else
		while ((x = sw__book_next_in_flight(book, x)) != NULL)
			calm_scene(sim, x->scene, x->number);
}
