/* Machines under test: random walks and event lines through them. */
#include "subject.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <runtime/machine/instances.h>

#include "chance.h"
#include "fleet.h"

/* More than any state of these models has. */
#define CANDIDATES_MAX 8192

struct walk {
	const struct subject *subject;
	struct chance chance;
	struct fleet fleet;          /* by the subject's own step */
	struct sw_instances *shadow; /* by the library's */
	struct sw_output answer;     /* the shadow's */
	struct sw_state *state;      /* whom the next event is about */
	uint32_t execution;          /* whose it is; 0 but in PARALLEL */
	struct sw_state *before;
	struct sw_event *candidates;
	uint64_t hash;
};

static void
hash_bytes(struct walk *w, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < size; i++)
		w->hash = (w->hash ^ p[i]) * UINT64_C(0x100000001b3);
}

/* A field as the bytes that it has on a little-endian machine. */
static void
hash_field(struct walk *w, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const unsigned char byte = (unsigned char)(value >> (8 * i));
		hash_bytes(w, &byte, 1);
	}
}

static void
hash_words(struct walk *w, const void *words, size_t size)
{
	const uint32_t *p = words;
	for (size_t i = 0; i < size / sizeof *p; i++)
		hash_field(w, p[i], sizeof *p);
}

static uint32_t
below(struct walk *w, uint32_t n)
{
	return chance_below(&w->chance, n);
}

/* An action that runs or whose outcome is unknown; any, if there is none. */
static uint32_t
unfinished_action(struct walk *w)
{
	const struct sw_machine *machine = w->subject->machine;
	const uint32_t n = machine->nactions;
	const uint32_t from = below(w, n);
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t a = (from + i) % n;
		const enum sw_status status =
		    sw_state_action(machine, w->state, a);
		if (status == SW_STATUS_IN_PROGRESS ||
		    status == SW_STATUS_UNKNOWN)
			return a;
	}
	return from;
}

static struct sw_event
end_of_action(struct walk *w)
{
	static const enum sw_event_kind good[] = {
		[SW_CATEGORY_SOURCE] = SW_EVENT_SUCCEED,
		[SW_CATEGORY_BUILD] = SW_EVENT_SUCCEED,
		[SW_CATEGORY_TEST] = SW_EVENT_SUCCEED,
		[SW_CATEGORY_DEPLOY] = SW_EVENT_SUCCEED,
		[SW_CATEGORY_APPROVAL] = SW_EVENT_APPROVE,
		[SW_CATEGORY_INVOKE] = SW_EVENT_SUCCEED,
		[SW_CATEGORY_COMPUTE] = SW_EVENT_SUCCEED,
		[SW_CATEGORY_RULE] = SW_EVENT_PASS,
	};
	const uint32_t action = unfinished_action(w);
	const uint8_t category = w->subject->machine->actions[action].category;
	const uint32_t dice = below(w, 100);
	enum sw_event_kind kind = good[category];
	if (dice >= 94)
		kind = good[below(w, SW_NCATEGORIES)];
	else if (dice >= 88)
		kind = SW_EVENT_UNKNOWN;
	else if (dice >= 82 && category == SW_CATEGORY_APPROVAL)
		kind = SW_EVENT_REJECT;
	else if (dice >= 74)
		kind = SW_EVENT_FAIL;
	return (struct sw_event){ (uint32_t)kind, action, 0 };
}

/* One of the last executions, or one that never was. */
static uint32_t
some_execution(struct walk *w)
{
	const uint32_t newest = fleet_executions(&w->fleet);
	const uint32_t back = below(w, 8);
	return back > newest ? 0 : newest + 1 - back;
}

/* A target that a rollback may have, or any execution. */
static struct sw_event
rollback(struct walk *w, uint32_t stage)
{
	const uint32_t latest = sw_state_stage(w->state, stage)->succeeded;
	const uint32_t back = below(w, 6) == 0 ? below(w, 300) : below(w, 4);
	return (struct sw_event){ SW_EVENT_ROLLBACK, stage,
		back < latest ? latest - back : some_execution(w) };
}

/* What somebody wants of a stage. */
static struct sw_event
order(struct walk *w)
{
	static const enum sw_event_kind kinds[] = { SW_EVENT_OPEN,
		SW_EVENT_OPEN, SW_EVENT_CLOSE, SW_EVENT_RETRY, SW_EVENT_RETRY,
		SW_EVENT_RETRY, SW_EVENT_RETRY_ALL,
		SW_EVENT_OVERRIDE_BEFORE_ENTRY, SW_EVENT_OVERRIDE_ON_SUCCESS,
		SW_EVENT_OVERRIDE_ON_FAILURE };
	const uint32_t stage = below(w, w->subject->machine->nstages);
	const uint32_t dice = below(w, 12);
	if (dice >= sizeof kinds / sizeof kinds[0])
		return rollback(w, stage);
	return (struct sw_event){ (uint32_t)kinds[dice], stage, 0 };
}

static struct sw_event
next_event(struct walk *w)
{
	const uint32_t dice = below(w, 100);
	if (dice < 60)
		return end_of_action(w);
	if (dice < 70)
		return (struct sw_event){ SW_EVENT_START, 0, 0 };
	if (dice < 92)
		return order(w);
	if (dice < 95)
		return (struct sw_event){ SW_EVENT_STOP, some_execution(w), 0 };
	if (dice < 97)
		return (
		    struct sw_event){ SW_EVENT_ABANDON, some_execution(w), 0 };
	return (struct sw_event){ below(w, SW_NEVENTS + 2),
		below(w, 2 * w->subject->machine->nactions), below(w, 4) };
}

/* Whom the next event is about: in PARALLEL one of the last. */
static void
choose_execution(struct walk *w)
{
	const bool parallel = w->subject->machine->mode == SW_MODE_PARALLEL;
	w->execution = parallel ? some_execution(w) : 0;
	w->state = fleet_state(&w->fleet, w->execution);
}

static int
complain(const struct walk *w, const char *what, unsigned long number)
{
	fprintf(stderr, "%s: %s, after event %lu\n", w->subject->machine->name,
	    what, number);
	return -1;
}

/* Is an accepted event among those that were thought possible before it? */
static bool
was_candidate(struct walk *w, struct sw_event event)
{
	const struct sw_machine *machine = w->subject->machine;
	const uint32_t n =
	    sw_candidates(machine, w->before, w->candidates, CANDIDATES_MAX);
	if (n > CANDIDATES_MAX)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (w->candidates[i].kind == event.kind &&
		    (event.kind == SW_EVENT_START ||
			w->candidates[i].subject == event.subject) &&
		    (event.kind != SW_EVENT_ROLLBACK ||
			w->candidates[i].target == event.target))
			return true;
	return false;
}

/* What an answer may be, whatever the machine. */
static const char *
broken_answer(struct walk *w, struct sw_event event, enum sw_refusal refusal,
    const struct sw_output *out)
{
	const struct sw_machine *machine = w->subject->machine;
	const bool same = memcmp(w->before, w->state, machine->state_size) == 0;
	if (refusal != SW_ACCEPTED)
		return !same || out->ncommands + out->nfired > 0
			   ? "a refused event did something"
			   : NULL;
	if (same)
		return "an accepted event changed nothing";
	if (out->ncommands > SW_COMMANDS_MAX(machine->group_max) ||
	    out->nfired > SW_FIRED_MAX(machine->group_max))
		return "more was said than there is room for";
	return was_candidate(w, event) ? NULL : "the event was no candidate";
}

/* Does the library's step, by way of instances.c, say and do the same? */
static bool
is_as_shadow(struct walk *w, struct sw_addressed event, enum sw_refusal refusal,
    const struct sw_output *out)
{
	const int answer = sw_instances_step(w->shadow, event, &w->answer);
	if (answer != (int)refusal || w->answer.ncommands != out->ncommands ||
	    w->answer.nfired != out->nfired)
		return false;
	if (refusal != SW_ACCEPTED)
		return true;
	const struct sw_state *state = sw_instances_state(
	    w->shadow, event.event.kind == SW_EVENT_START
			   ? sw_instances_executions(w->shadow)
			   : event.execution);
	return state != NULL &&
	       memcmp(w->answer.commands, out->commands,
		   out->ncommands * sizeof *out->commands) == 0 &&
	       memcmp(w->answer.fired, out->fired,
		   out->nfired * sizeof *out->fired) == 0 &&
	       memcmp(state, w->state, w->subject->machine->state_size) == 0;
}

/* Bytes as they are where the machine is little-endian; else their fields. */
static void
hash_state(struct walk *w)
{
	const struct sw_machine *machine = w->subject->machine;
	const struct sw_state *state = w->state;
	const uint16_t one = 1;
	if (*(const unsigned char *)&one == 1) {
		hash_bytes(w, state, machine->state_size);
		return;
	}
	hash_field(w, state->fingerprint, sizeof state->fingerprint);
	hash_field(w, state->executions, sizeof state->executions);
	hash_field(w, state->reserved, sizeof state->reserved);
	for (uint32_t i = 0; i < machine->nstages; i++) {
		const struct sw_stage_state *s = sw_state_stage(state, i);
		hash_words(w, s, offsetof(struct sw_stage_state, queued));
		hash_field(w, s->queued, sizeof s->queued);
		hash_bytes(w, &s->status,
		    sizeof *s - offsetof(struct sw_stage_state, status));
	}
	const size_t nwords = (size_t)machine->nstages * machine->target_words +
			      machine->queue_max;
	const unsigned char *end =
	    (const unsigned char *)state + machine->state_size;
	const unsigned char *words = end - nwords * sizeof(uint32_t);
	const unsigned char *actions =
	    (const unsigned char *)(sw_state_stage(state, 0) +
				    machine->nstages);
	hash_bytes(w, actions, (size_t)(words - actions));
	hash_words(w, words, (size_t)(end - words));
}

static void
hash_step(struct walk *w, struct sw_addressed event, enum sw_refusal refusal,
    const struct sw_output *out)
{
	const uint32_t answer[] = { event.event.kind, event.event.subject,
		event.event.target, event.execution, (uint32_t)refusal,
		out->ncommands, out->nfired };
	hash_words(w, answer, sizeof answer);
	if (refusal != SW_ACCEPTED)
		return;
	hash_words(w, out->commands, out->ncommands * sizeof *out->commands);
	hash_words(w, out->fired, out->nfired * sizeof *out->fired);
	hash_state(w);
}

static int
walk_on(struct walk *w, unsigned long number)
{
	const struct sw_machine *machine = w->subject->machine;
	choose_execution(w);
	struct sw_addressed event = { next_event(w), w->execution };
	if (event.event.kind == SW_EVENT_START)
		event.execution = 0;
	const bool is_new = machine->mode == SW_MODE_PARALLEL &&
			    event.event.kind == SW_EVENT_START;
	memcpy(w->before, w->state, machine->state_size);
	if (is_new)
		sw_state_init_execution(
		    machine, w->before, fleet_executions(&w->fleet) + 1);
	struct sw_output out;
	const enum sw_refusal refusal =
	    fleet_take(&w->fleet, event, &out, &w->state);
	if (is_new && refusal != SW_ACCEPTED)
		memcpy(w->before, w->state, machine->state_size);
	const char *problem = broken_answer(w, event.event, refusal, &out);
	if (problem == NULL)
		problem = sw_state_broken_law(machine, w->state);
	if (problem == NULL && !is_as_shadow(w, event, refusal, &out))
		problem = "the library's step differs";
	if (problem != NULL)
		return complain(w, problem, number);
	hash_step(w, event, refusal, &out);
	return 0;
}

int
subject_walk(const struct subject *subject, uint64_t seed, unsigned long events,
    FILE *out)
{
	const struct sw_machine *machine = subject->machine;
	const uint32_t group_max = machine->group_max;
	struct walk w = {
		.subject = subject,
		.chance = chance_new(seed),
		.fleet = fleet_new(subject),
		.shadow = sw_instances_new(machine),
		.answer = {
			.commands = fleet_allocate(SW_COMMANDS_MAX(group_max) *
						   sizeof(struct sw_command)),
			.fired = fleet_allocate(SW_FIRED_MAX(group_max) *
						sizeof(struct sw_fired)),
		},
		.before = fleet_allocate(machine->state_size),
		.candidates =
		    fleet_allocate(CANDIDATES_MAX * sizeof(struct sw_event)),
		.hash = UINT64_C(0xcbf29ce484222325),
	};
	int result = w.shadow == NULL ? -1 : 0;
	for (unsigned long i = 1; i <= events && result == 0; i++)
		result = walk_on(&w, i);
	fprintf(out, "%016" PRIx64 " %016" PRIx64 " %" PRIu32 "\n",
	    machine->fingerprint, w.hash, fleet_executions(&w.fleet));
	free(w.candidates);
	free(w.before);
	free(w.answer.fired);
	free(w.answer.commands);
	sw_instances_free(w.shadow);
	fleet_free(&w.fleet);
	return result;
}

static void
print_answer(const struct subject *subject, const struct sw_state *state,
    enum sw_refusal refusal, const struct sw_output *answer, FILE *out)
{
	fprintf(out, "%d", (int)refusal);
	for (uint32_t i = 0; i < answer->ncommands; i++) {
		const struct sw_command *c = &answer->commands[i];
		fprintf(out, " c%u,%u,%u,%u", c->kind, c->action, c->execution,
		    c->target);
	}
	for (uint32_t i = 0; i < answer->nfired; i++) {
		const struct sw_fired *f = &answer->fired[i];
		fprintf(out, " r%u,%u,%u", f->rule, f->subject, f->execution);
	}
	fputc(' ', out);
	const unsigned char *bytes = (const unsigned char *)state;
	for (uint32_t i = 0; i < subject->machine->state_size; i++)
		fprintf(out, "%02x", bytes[i]);
	fputc('\n', out);
}

int
subject_drive(const struct subject *subject, FILE *events, FILE *out)
{
	struct fleet fleet = fleet_new(subject);
	char line[1024];
	char problem[SW_WORDS_MAX];
	int result = 0;
	while (result == 0 && fgets(line, sizeof line, events) != NULL) {
		struct sw_addressed event;
		struct sw_output answer;
		struct sw_state *state;
		line[strcspn(line, "\n")] = '\0';
		result = sw_words_read_event(
		    subject->machine, line, &event, problem);
		if (result < 0) {
			fprintf(stderr, "%s: %s\n", line, problem);
			break;
		}
		const enum sw_refusal refusal =
		    fleet_take(&fleet, event, &answer, &state);
		print_answer(subject, state, refusal, &answer, out);
	}
	fleet_free(&fleet);
	return result;
}
