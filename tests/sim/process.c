/*
 * Simulated attempts: what attempt.h says of supervisors and their actions,
 * with their deaths. A process goes on while the owner is dead, and ends with
 * the power.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "journal/record.h"
#include "machine/words.h"
#include "part.h"

#define BUCKETS 4096

enum state {
	AT_GATE,
	RUNNING,
	OVER,        /* its result is there */
	NOT_STARTED, /* provably */
	LOST         /* nobody can know */
};

struct hand;

struct process {
	char id[SW_ATTEMPT_ID_MAX];
	uint32_t next; /* of its bucket; 0: none */
	enum state state;
	uint32_t boot; /* that it was launched in */
	uint32_t execution;
	uint64_t action; /* hash of its name */
	uint64_t key;    /* hash of the one that its action is given */
	uint32_t next_of_key;
	const struct sw_artifact *outputs; /* that it writes */
	uint32_t executed;                 /* times */
	uint32_t serial; /* of its end: a later one makes others void */
	uint64_t deadline_ms;
	enum sw_outcome outcome;
	int code;
	bool is_there;    /* its directory */
	bool is_recorded; /* the journal knows of it */
	bool is_judged;   /* its end is in the journal */
	bool is_stopped;
	bool is_unasked;   /* an owner could not ask how it is */
	struct hand *hand; /* who follows it; NULL: nobody */
};

/* What the engine holds as struct sw_attempt. */
struct hand {
	struct sim *sim;
	uint32_t process;
	sw_attempt_end_fn end;
	void *payload;
};

struct sim_processes {
	struct process *all; /* number n is at n - 1 */
	uint32_t n, room;
	uint32_t running;
	uint32_t buckets[BUCKETS];
	uint32_t keys[BUCKETS]; /* the last one with such a key; 0: none */
};

struct sim_processes *
sim_processes_new(void)
{
	return calloc(1, sizeof(struct sim_processes));
}

void
sim_processes_free(struct sim_processes *processes)
{
	free(processes->all);
	free(processes);
}

/* FNV-1a. */
static uint64_t
hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037U;
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211U;
	return hash;
}

static uint32_t
bucket_of(const char *id)
{
	return (uint32_t)(hash_of(id) % BUCKETS);
}

static struct process *
at(const struct sim *sim, uint32_t number)
{
	return &sim->processes->all[number - 1];
}

/* Its number; 0: there never was one. */
static uint32_t
find(const struct sim *sim, const char *id)
{
	uint32_t i = sim->processes->buckets[bucket_of(id)];
	while (i != 0 && strcmp(at(sim, i)->id, id) != 0)
		i = at(sim, i)->next;
	return i;
}

static uint32_t
find_or_add(struct sim *sim, const char *id)
{
	struct sim_processes *p = sim->processes;
	const uint32_t found = find(sim, id);
	if (found != 0)
		return found;
	if (p->n == p->room) {
		p->room = 2 * p->room + 256;
		p->all = realloc(p->all, p->room * sizeof *p->all);
		if (p->all == NULL)
			abort();
	}
	struct process *new = &p->all[p->n++];
	*new = (struct process){ .state = LOST };
	snprintf(new->id, sizeof new->id, "%s", id);
	new->next = p->buckets[bucket_of(id)];
	p->buckets[bucket_of(id)] = p->n;
	return p->n;
}

static const char *
id_of(const char *dir)
{
	const char *slash = strrchr(dir, '/');
	assert(slash != NULL);
	return slash + 1;
}

static void
set_state(struct sim *sim, struct process *process, enum state state)
{
	sim->processes->running -= process->state == RUNNING;
	sim->processes->running += state == RUNNING;
	process->state = state;
}

uint32_t
sim_processes_running(const struct sim *sim)
{
	return sim->processes->running;
}

static struct hand *
follow(struct sim *sim, uint32_t number, sw_attempt_end_fn end, void *payload)
{
	struct hand *hand = malloc(sizeof *hand);
	if (hand == NULL)
		abort();
	*hand = (struct hand){ sim, number, end, payload };
	at(sim, number)->hand = hand;
	return hand;
}

/* "7.3.2.1" was tried first as "7.3.1.1": 7.3 is the same action in the same
 * version alone. */
static void
first_of(const struct process *process, char first[SW_ATTEMPT_ID_MAX])
{
	unsigned number = 0;
	int from = 0, to = 0;
	sscanf(process->id, "%*u.%*u.%n%u%n", &from, &number, &to);
	snprintf(first, SW_ATTEMPT_ID_MAX, "%.*s1%s", from, process->id,
	    process->id + to);
}

/* Attempts of one action in one execution have one key, and no other has it:
 * an attempt is compared with the last that has its key, and with the first
 * one of its action. */
static void
check_key(struct sim *sim, uint32_t number)
{
	struct process *process = at(sim, number);
	char first[SW_ATTEMPT_ID_MAX];
	uint32_t *bucket = &sim->processes->keys[process->key % BUCKETS];
	uint32_t i = *bucket;
	while (i != 0 && at(sim, i)->key != process->key)
		i = at(sim, i)->next_of_key;
	first_of(process, first);
	const uint32_t before = find(sim, first);
	if ((i != 0 && (at(sim, i)->execution != process->execution ||
			   at(sim, i)->action != process->action)) ||
	    (before != 0 && at(sim, before)->is_recorded &&
		at(sim, before)->key != process->key))
		sim_broken(sim,
		    "attempts of an action have a key of their own (G7)", "%s",
		    process->id);
	if (before != 0 && before != number)
		sim_point(sim, SIM_TRIED_AGAIN);
	process->next_of_key = *bucket;
	*bucket = number;
}

static bool
writes(const struct process *process, const char *artifact)
{
	for (const struct sw_artifact *out = process->outputs;
	     out != NULL && out->name != NULL; out++)
		if (strcmp(out->name, artifact) == 0)
			return true;
	return false;
}

/* A hash is the id of who made it: an attempt that succeeded, of this
 * execution, or of one that it goes back to. */
static void
check_input(struct sim *sim, const struct process *reader,
    const struct sw_output_artifact *input)
{
	const uint32_t number = find(sim, input->hash);
	const struct sw_execution *x =
	    sw__book_execution(sw__engine_book(sim->engine), reader->execution);
	const struct process *maker = number == 0 ? NULL : at(sim, number);
	sim_point(sim, SIM_ARTIFACT_READ);
	if (maker == NULL || maker->state != OVER || maker->code != 0 ||
	    !writes(maker, input->name) ||
	    (maker->execution != reader->execution &&
		(x->target == 0 || maker->execution > reader->execution)))
		sim_broken(sim, "what is read was made for it (G9)",
		    "%s reads %s of %s", reader->id, input->name, input->hash);
}

static void
check_spec(struct sim *sim, uint32_t number, const struct sw_attempt_spec *spec)
{
	struct process *process = at(sim, number);
	char name[SW_WORDS_MAX];
	process->execution = spec->job.execution;
	sw_words_action(sim->pipeline->machine, spec->job.action, name);
	process->action = hash_of(name);
	process->outputs = sim->pipeline->work[spec->job.action].outputs;
	const uint64_t key = hash_of(spec->job.idempotency_key);
	if (process->is_recorded && process->key != key)
		sim_broken(
		    sim, "an attempt keeps its key (G7)", "%s", process->id);
	process->key = key;
	for (const struct sw_output_artifact *in = spec->inputs;
	     in != NULL && in->name != NULL; in++)
		check_input(sim, process, in);
}

static int
launch(void *self, struct sw_attempt **out, const struct sw_attempt_spec *spec,
    sw_attempt_end_fn end, void *payload, struct sw_error *err)
{
	struct sim *sim = self;
	if (!sim_lives(sim, SIM_KILLED_AT_LAUNCH))
		return sw__error(err, SW_ERROR_SYSTEM, "killed");
	if (sim_strikes(sim, SIM_LAUNCH, 20)) {
		sim_point(sim, SIM_NOT_LAUNCHED);
		return sw__error(err, SW_ERROR_SYSTEM, "too many files");
	}
	const uint32_t number = find_or_add(sim, id_of(spec->dir));
	struct process *process = at(sim, number);
	if (process->is_there && process->state != NOT_STARTED)
		sim_broken(sim,
		    "an attempt is launched in a directory of its "
		    "own (G6)",
		    "%s", process->id);
	if (process->is_recorded)
		sim_point(sim, SIM_STARTED_AGAIN);
	check_spec(sim, number, spec);
	process->is_there = true;
	process->boot = sim->boot;
	process->deadline_ms = spec->deadline_ms;
	process->is_stopped = false;
	set_state(sim, process, AT_GATE);
	*out = (struct sw_attempt *)follow(sim, number, end, payload);
	sim_lives(sim, SIM_KILLED_AT_LAUNCH);
	return 0;
}

static void
end_later(struct sim *sim, uint32_t number, uint64_t after_ms)
{
	at(sim, number)->serial++;
	sim_later(sim, after_ms, SIM_PROCESS_END, number);
}

static void
tell_later(struct sim *sim, uint32_t number)
{
	sim_later(sim, sim_below(sim, 20), SIM_TELL, number);
}

/* How long, and how it will have ended. */
static void
begin(struct sim *sim, uint32_t number)
{
	struct process *process = at(sim, number);
	const uint32_t dice = sim_below(sim, 100);
	uint64_t ms = 10 + sim_below(sim, 1u << (4 + sim_below(sim, 18)));
	process->outcome = dice < 3 ? SW_OUTCOME_SIGNALED : SW_OUTCOME_EXITED;
	process->code = dice < 3 ? 11 : dice < 15 ? 1 + (int)dice : 0;
	if (sim_strikes(sim, SIM_HANG, 20) || ms >= process->deadline_ms) {
		ms = process->deadline_ms;
		process->outcome = SW_OUTCOME_TIMED_OUT;
		process->code = 9;
	}
	if (process->executed++ > 0)
		sim_broken(sim, "an attempt is executed at most once (G6)",
		    "%s", process->id);
	if (!process->is_recorded)
		sim_broken(sim,
		    "nothing is executed before it is recorded (G1)", "%s",
		    process->id);
	set_state(sim, process, RUNNING);
	end_later(sim, number, ms);
}

static void
release(struct sw_attempt *attempt)
{
	const struct hand *hand = (const struct hand *)attempt;
	struct sim *sim = hand->sim;
	if (!sim_lives(sim, SIM_KILLED_AT_RELEASE))
		return;
	if (sim_strikes(sim, SIM_GATE, 20)) {
		set_state(sim, at(sim, hand->process), NOT_STARTED);
		tell_later(sim, hand->process);
		return;
	}
	begin(sim, hand->process);
	sim_lives(sim, SIM_KILLED_AT_RELEASE);
}

static int
adopt(void *self, struct sw_attempt **out, const char *dir,
    sw_attempt_end_fn end, void *payload, struct sw_error *err)
{
	struct sim *sim = self;
	if (!sim_lives(sim, SIM_KILLED_AT_START))
		return sw__error(err, SW_ERROR_SYSTEM, "killed");
	const uint32_t number = find_or_add(sim, id_of(dir));
	struct process *process = at(sim, number);
	if (process->hand != NULL)
		sim_broken(
		    sim, "an attempt is followed once (G8)", "%s", process->id);
	if (sim_strikes(sim, SIM_ADOPT, 10)) {
		sim_point(sim, SIM_NOT_ADOPTED);
		process->is_unasked = true;
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	}
	if (process->state == RUNNING) {
		sim_point(sim, SIM_FOUND_RUNNING);
	} else {
		tell_later(sim, number);
	}
	*out = (struct sw_attempt *)follow(sim, number, end, payload);
	return 0;
}

/* Told to end: it does, within the grace period, unless it has ended. */
static void
stop_process(struct sim *sim, uint32_t number)
{
	struct process *process = at(sim, number);
	if (process->state != RUNNING || process->is_stopped)
		return;
	process->is_stopped = true;
	if (sim_below(sim, 8) == 0)
		return; /* it ends by itself first */
	process->outcome = SW_OUTCOME_STOPPED;
	process->code = 15;
	end_later(sim, number,
	    sim_strikes(sim, SIM_STUBBORN, 2) ? SW_GRACE_MS
					      : sim_below(sim, SW_GRACE_MS));
}

static void
stop(struct sw_attempt *attempt)
{
	const struct hand *hand = (const struct hand *)attempt;
	if (sim_lives(hand->sim, SIM_KILLED_AT_STOP))
		stop_process(hand->sim, hand->process);
}

static void
stop_at(void *self, const char *dir)
{
	struct sim *sim = self;
	const uint32_t number = find(sim, id_of(dir));
	if (sim_lives(sim, SIM_KILLED_AT_STOP) && number != 0)
		stop_process(sim, number);
}

static void
detach(struct sw_attempt *attempt)
{
	struct hand *hand = (struct hand *)attempt;
	struct sim *sim = hand->sim;
	struct process *process = at(sim, hand->process);
	process->hand = NULL;
	/* Its gate closes unopened, whoever closes it. */
	if (process->state == AT_GATE)
		set_state(sim, process, NOT_STARTED);
	free(hand);
}

static int
clear(void *self, const char *dir, bool keeps_gate, struct sw_error *err)
{
	struct sim *sim = self;
	const uint32_t number = find(sim, id_of(dir));
	if (!sim_lives(sim, SIM_KILLED_AT_LAUNCH))
		return sw__error(err, SW_ERROR_SYSTEM, "killed");
	if (number == 0 || !at(sim, number)->is_there)
		return 0;
	if (at(sim, number)->state != NOT_STARTED)
		return sw__error(
		    err, SW_ERROR_REFUSED, "something may have been executed");
	if (!at(sim, number)->is_recorded)
		sim_point(sim, SIM_LEFTOVER_CLEARED);
	at(sim, number)->is_there = keeps_gate;
	return 0;
}

/* Its end came, if it is the last that was set. */
void
sim_process_end(struct sim *sim, uint32_t number)
{
	struct process *process = at(sim, number);
	if (--process->serial > 0 || process->state != RUNNING)
		return;
	const bool dies = sim_strikes(sim, SIM_DEATH, 20);
	set_state(sim, process, dies ? LOST : OVER);
	if (process->hand != NULL)
		tell_later(sim, number);
	else
		sim_point(sim, SIM_ENDED_WHILE_DOWN);
}

/* What it wrote, if it succeeded: one artifact at most. */
struct outputs {
	struct sw_output_artifact artifacts[2];
	struct sw_parameter variables[2];
};

static struct sw_result
result_of(struct sim *sim, const struct process *process, struct outputs *out)
{
	*out = (struct outputs){
		.artifacts[0].hash = process->id,
		.variables[0] = { "ATTEMPT", process->id },
	};
	if (process->outputs != NULL)
		out->artifacts[0].name = process->outputs[0].name;
	struct sw_result result = {
		.outcome = process->outcome,
		.code = process->code,
		.succeeded =
		    process->outcome == SW_OUTCOME_EXITED && process->code == 0,
		.artifacts = out->artifacts,
		.variables = out->variables,
	};
	if (process->state == NOT_STARTED) {
		sim_point(sim, SIM_NOT_STARTED);
		result.outcome = SW_OUTCOME_NOT_STARTED;
	} else if (process->state == LOST) {
		sim_point(sim, SIM_WENT_UNKNOWN);
		result.outcome = SW_OUTCOME_UNKNOWN;
	} else if (result.outcome == SW_OUTCOME_TIMED_OUT) {
		sim_point(sim, SIM_TIMED_OUT);
	} else if (result.outcome == SW_OUTCOME_STOPPED) {
		sim_point(sim, SIM_STOPPED);
	}
	if (!result.succeeded)
		result.reason = sim_strikes(sim, SIM_SECRET, 8)
				    ? "said " SIM_SECRET_TEXT
				    : "it was so";
	if (process->state != OVER) {
		result.code = 0;
		result.succeeded = false;
	}
	if (!result.succeeded)
		out->artifacts[0].name = out->variables[0].name = NULL;
	return result;
}

void
sim_process_tell(struct sim *sim, uint32_t number)
{
	struct process *process = at(sim, number);
	struct hand *hand = process->hand;
	if (hand == NULL || process->state == RUNNING ||
	    process->state == AT_GATE)
		return;
	struct outputs out;
	const struct sw_result result = result_of(sim, process, &out);
	process->hand = NULL;
	hand->end((struct sw_attempt *)hand, &result, hand->payload);
	free(hand);
}

void
sim_processes_owner_died(struct sim *sim)
{
	struct sim_processes *p = sim->processes;
	for (uint32_t i = 1; i <= p->n; i++)
		assert(at(sim, i)->hand == NULL);
}

/* Nothing of what was written is sure to be there, but for what says that it
 * is whole; a gate proves nothing in another boot. */
void
sim_processes_power_lost(struct sim *sim)
{
	struct sim_processes *p = sim->processes;
	for (uint32_t i = 1; i <= p->n; i++) {
		struct process *process = at(sim, i);
		if (process->is_judged || process->boot == 0)
			continue;
		/* What nobody recorded did not run: all there can be is its
		 * gate. */
		if (!process->is_recorded) {
			set_state(sim, process, NOT_STARTED);
			process->is_there =
			    process->is_there && sim_below(sim, 2) == 0;
		} else if (process->state != OVER || sim_below(sim, 2) == 0) {
			set_state(sim, process, LOST);
		}
	}
}

bool
sim_process_is_followed(const struct sim *sim, const char *id)
{
	const uint32_t number = find(sim, id);
	return number != 0 && at(sim, number)->hand != NULL;
}

bool
sim_process_is_told(const struct sim *sim, const char *id)
{
	const uint32_t number = find(sim, id);
	return number == 0 || at(sim, number)->state != RUNNING ||
	       at(sim, number)->is_stopped;
}

void
sim_process_recorded(struct sim *sim, const char *id)
{
	struct process *process = at(sim, find_or_add(sim, id));
	if (process->is_recorded)
		sim_broken(sim, "an attempt is recorded once (G3)", "%s", id);
	if (process->state != AT_GATE)
		sim_broken(
		    sim, "an attempt is recorded at its gate (G6)", "%s", id);
	process->is_recorded = true;
	check_key(sim, find(sim, id));
}

void
sim_process_judged(
    struct sim *sim, const char *id, const char *outcome, long code)
{
	static const char *const names[] = { "exited", "signaled", "timed-out",
		"stopped", "not-started", "unknown" };
	const uint32_t number = find(sim, id);
	if (number == 0 || !at(sim, number)->is_recorded) {
		sim_broken(sim, "what ends was recorded (G9)", "%s", id);
		return;
	}
	struct process *process = at(sim, number);
	if (process->is_judged)
		sim_broken(sim, "an attempt ends once (G3)", "%s", id);
	process->is_judged = true;
	const bool is_so =
	    strcmp(outcome, "unknown") == 0
		? process->state == LOST || process->is_unasked
	    : process->state == NOT_STARTED
		? strcmp(outcome, "not-started") == 0
		: process->state == OVER &&
		      strcmp(outcome, names[process->outcome]) == 0 &&
		      process->code == code;
	if (!is_so)
		sim_broken(sim, "no result is invented (G9)",
		    "%s was recorded as %s %ld", id, outcome, code);
}

const struct sw_attempt_calls sim_attempt_calls = {
	.launch = launch,
	.adopt = adopt,
	.release = release,
	.stop = stop,
	.detach = detach,
	.stop_at = stop_at,
	.clear = clear,
};
