/* Machines under test: random walks and event lines through them. */
#include "subject.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <runtime/machine/words.h>

#include "chance.h"

struct walk {
	const struct subject *subject;
	struct chance chance;
	struct sw_state *state;
	struct sw_state *before;
	uint64_t hash;
};

static void
hash_bytes(struct walk *w, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < size; i++)
		w->hash = (w->hash ^ p[i]) * UINT64_C(0x100000001b3);
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
	const uint32_t action = unfinished_action(w);
	const bool is_approval =
	    w->subject->machine->actions[action].category ==
	    SW_CATEGORY_APPROVAL;
	const uint32_t dice = below(w, 100);
	uint32_t kind = is_approval ? SW_EVENT_APPROVE : SW_EVENT_SUCCEED;
	if (dice >= 92)
		kind = is_approval ? SW_EVENT_SUCCEED : SW_EVENT_APPROVE;
	else if (dice >= 86)
		kind = SW_EVENT_UNKNOWN;
	else if (dice >= 78)
		kind = is_approval ? SW_EVENT_REJECT : SW_EVENT_FAIL;
	else if (dice >= 74)
		kind = SW_EVENT_FAIL;
	return (struct sw_event){ kind, action, 0 };
}

/* One of the last executions, or one that never was. */
static uint32_t
some_execution(struct walk *w)
{
	const uint32_t newest = w->state->executions;
	const uint32_t back = below(w, 8);
	return back > newest ? 0 : newest + 1 - back;
}

static struct sw_event
next_event(struct walk *w)
{
	const uint32_t stage = below(w, w->subject->machine->nstages);
	const uint32_t dice = below(w, 100);
	if (dice < 60)
		return end_of_action(w);
	if (dice < 72)
		return (struct sw_event){ SW_EVENT_START, 0, 0 };
	if (dice < 78)
		return (struct sw_event){ SW_EVENT_OPEN, stage, 0 };
	if (dice < 81)
		return (struct sw_event){ SW_EVENT_CLOSE, stage, 0 };
	if (dice < 84)
		return (struct sw_event){ SW_EVENT_STOP, some_execution(w), 0 };
	if (dice < 86)
		return (
		    struct sw_event){ SW_EVENT_ABANDON, some_execution(w), 0 };
	if (dice < 94)
		return (struct sw_event){ SW_EVENT_RETRY, stage, 0 };
	if (dice < 97)
		return (struct sw_event){ SW_EVENT_RETRY_ALL, stage, 0 };
	return (struct sw_event){ below(w, SW_NEVENTS + 2),
		below(w, 2 * w->subject->machine->nactions), 0 };
}

static int
complain(const struct walk *w, const char *what, unsigned long number)
{
	fprintf(stderr, "%s: %s, after event %lu\n", w->subject->machine->name,
	    what, number);
	return -1;
}

static int
walk_on(struct walk *w, unsigned long number)
{
	const struct sw_machine *machine = w->subject->machine;
	const struct sw_event event = next_event(w);
	struct sw_output out;
	memcpy(w->before, w->state, machine->state_size);
	const enum sw_refusal refusal =
	    w->subject->take(w->subject, w->state, event, &out);
	const bool same = memcmp(w->before, w->state, machine->state_size) == 0;
	if (refusal == SW_ACCEPTED && same)
		return complain(w, "an accepted event changed nothing", number);
	if (refusal != SW_ACCEPTED && (!same || out.ncommands + out.nfired > 0))
		return complain(w, "a refused event did something", number);
	const char *law = sw_state_broken_law(machine, w->state);
	if (law != NULL)
		return complain(w, law, number);
	const uint32_t answer[] = { event.kind, event.subject,
		(uint32_t)refusal, out.ncommands, out.nfired };
	hash_bytes(w, answer, sizeof answer);
	hash_bytes(w, out.commands, out.ncommands * sizeof *out.commands);
	hash_bytes(w, out.fired, out.nfired * sizeof *out.fired);
	hash_bytes(w, w->state, machine->state_size);
	return 0;
}

/* Zeroed memory, or the end of the program. */
static void *
allocate(size_t size)
{
	void *memory = calloc(1, size);
	if (memory == NULL)
		abort();
	return memory;
}

int
subject_walk(const struct subject *subject, uint64_t seed, unsigned long events,
    FILE *out)
{
	const struct sw_machine *machine = subject->machine;
	struct walk w = {
		.subject = subject,
		.chance = chance_new(seed),
		.state = allocate(machine->state_size),
		.before = allocate(machine->state_size),
		.hash = UINT64_C(0xcbf29ce484222325),
	};
	int result = 0;
	sw_state_init(machine, w.state);
	for (unsigned long i = 1; i <= events && result == 0; i++)
		result = walk_on(&w, i);
	fprintf(out, "%016" PRIx64 " %016" PRIx64 " %" PRIu32 "\n",
	    machine->fingerprint, w.hash, w.state->executions);
	free(w.before);
	free(w.state);
	return result;
}

static void
print_answer(const struct subject *subject, const struct sw_state *state,
    enum sw_refusal refusal, const struct sw_output *answer, FILE *out)
{
	fprintf(out, "%d", (int)refusal);
	for (uint32_t i = 0; i < answer->ncommands; i++) {
		const struct sw_command *c = &answer->commands[i];
		fprintf(out, " c%u,%u,%u", c->kind, c->action, c->execution);
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
	struct sw_state *state = allocate(subject->machine->state_size);
	char line[1024];
	char problem[SW_WORDS_MAX];
	int result = 0;
	sw_state_init(subject->machine, state);
	while (result == 0 && fgets(line, sizeof line, events) != NULL) {
		struct sw_addressed event;
		struct sw_output answer;
		line[strcspn(line, "\n")] = '\0';
		result = sw_words_read_event(
		    subject->machine, line, &event, problem);
		if (result < 0) {
			fprintf(stderr, "%s: %s\n", line, problem);
			break;
		}
		const enum sw_refusal refusal =
		    subject->take(subject, state, event.event, &answer);
		print_answer(subject, state, refusal, &answer, out);
	}
	free(state);
	return result;
}
