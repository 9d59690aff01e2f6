/*
 * The life of one pipeline: what comes next is handed to the engine, and the
 * engine dies and is started again. Input: a seed; output: a trace, as a hash.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "part.h"

#define DAY_MS UINT64_C(86400000)
/* When the wall clock began. */
#define EPOCH_MS UINT64_C(1700000000000)
/* Of the calm at the end, at most. */
#define CALM_MS (90 * DAY_MS)

const char *const sim_fault_names[SIM_NFAULTS] = {
	"kill",
	"power",
	"disk-full",
	"disk-eio",
	"disk-gone",
	"rot",
	"launch",
	"adopt",
	"gate",
	"death",
	"hang",
	"stubborn",
	"clock",
	"stale",
	"resend",
	"flood",
	"force",
	"room",
	"secret",
	"upgrade",
};

void
sim_mix(struct sim *sim, uint64_t value)
{
	sim->hash = (sim->hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	sim->hash ^= sim->hash >> 29;
}

uint32_t
sim_below(struct sim *sim, uint32_t n)
{
	return chance_below(&sim->chance, n);
}

bool
sim_strikes(struct sim *sim, enum sim_fault fault, uint32_t n)
{
	return !sim->is_calm && (sim->faults >> fault & 1) != 0 &&
	       sim_below(sim, n) == 0;
}

uint32_t
sim_seldom(const struct sim *sim)
{
	return 300 + 2 * (uint32_t)sim_disk_last(sim);
}

bool
sim_lives(struct sim *sim, enum sim_point where)
{
	/* Few are told to end. */
	const uint32_t n = where == SIM_KILLED_AT_STOP ? 8 : sim_seldom(sim);
	if (!sim->is_dead && sim_strikes(sim, SIM_KILL, n)) {
		sim->is_dead = true;
		sim_point(sim, where);
		sim_mix(sim, (uint64_t)where);
	}
	return !sim->is_dead;
}

void
sim_broken(struct sim *sim, const char *law, const char *format, ...)
{
	va_list arguments;
	if (sim->broken != NULL)
		return;
	sim->broken = law;
	va_start(arguments, format);
	vsnprintf(sim->detail, sizeof sim->detail, format, arguments);
	va_end(arguments);
}

static bool
is_before(const struct sim_event *a, const struct sim_event *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

void
sim_later(
    struct sim *sim, uint64_t after_ms, enum sim_kind kind, uint32_t subject)
{
	if (sim->nqueue == sim->room) {
		sim->room = 2 * sim->room + 256;
		sim->queue =
		    realloc(sim->queue, sim->room * sizeof *sim->queue);
		if (sim->queue == NULL)
			abort();
	}
	uint32_t i = sim->nqueue++;
	const struct sim_event event = { sim->now_ms + after_ms, sim->order++,
		(uint32_t)kind, subject };
	for (; i > 0 && is_before(&event, &sim->queue[(i - 1) / 2]);
	     i = (i - 1) / 2)
		sim->queue[i] = sim->queue[(i - 1) / 2];
	sim->queue[i] = event;
}

static struct sim_event
take_first(struct sim *sim)
{
	const struct sim_event first = sim->queue[0];
	const struct sim_event event = sim->queue[--sim->nqueue];
	uint32_t i = 0;
	for (;;) {
		uint32_t child = 2 * i + 1;
		if (child >= sim->nqueue)
			break;
		if (child + 1 < sim->nqueue &&
		    is_before(&sim->queue[child + 1], &sim->queue[child]))
			child++;
		if (!is_before(&sim->queue[child], &event))
			break;
		sim->queue[i] = sim->queue[child];
		i = child;
	}
	if (sim->nqueue > 0)
		sim->queue[i] = event;
	return first;
}

/* The engine's clocks, its loop, its chance. */

static uint64_t
wall_ms(void *self)
{
	const struct sim *sim = self;
	return (uint64_t)((int64_t)sim->now_ms + sim->lead_ms);
}

static uint64_t
boot_ms(void *self)
{
	const struct sim *sim = self;
	return sim->now_ms - sim->booted_ms;
}

static const char *
boot_id(void *self)
{
	const struct sim *sim = self;
	return sim->boot_id;
}

static int
open_loop(void *self, const struct sw_loop_events *events, void *payload,
    struct sw_error *err)
{
	struct sim *sim = self;
	(void)err;
	sim->loop = events;
	sim->payload = payload;
	return 0;
}

static void
wake(void *self, bool is_waiting)
{
	struct sim *sim = self;
	sim->is_awake = is_waiting;
}

static void
disarm(void *self)
{
	struct sim *sim = self;
	sim->armed_ms = UINT64_MAX;
}

static void
arm(void *self, uint64_t at_ms)
{
	struct sim *sim = self;
	sim->armed_ms = sim->booted_ms + at_ms;
	if (sim->armed_ms < sim->now_ms)
		sim->armed_ms = sim->now_ms;
}

static void
close_loop(void *self)
{
	struct sim *sim = self;
	sim->loop = NULL;
	sim->is_awake = false;
	disarm(sim);
}

static void
fill_random(void *self, uint8_t *bytes, size_t n)
{
	struct sim *sim = self;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)sim_below(sim, 256);
}

static const struct sw_clock_calls clock_calls = { wall_ms, boot_ms, boot_id };
static const struct sw_loop_calls loop_calls = {
	.open = open_loop,
	.wake = wake,
	.arm = arm,
	.disarm = disarm,
	.close = close_loop,
};

static void
boot(struct sim *sim)
{
	sim->boot++;
	sim->booted_ms = sim->now_ms;
	snprintf(sim->boot_id, sizeof sim->boot_id,
	    "00000000-0000-4000-8000-%012" PRIx32, sim->boot);
}

static void
on_trouble(const struct sw_error *err, void *payload)
{
	struct sim *sim = payload;
	(void)err;
	sim->has_trouble = true;
}

struct sw_engine_options
sim_options(struct sim *sim, const struct sw_pipeline *pipeline,
    const struct sw_world *world)
{
	return (struct sw_engine_options){
		.pipeline = pipeline,
		.program = pipeline->version,
		.dir = &sim->dir,
		.world = world,
		.space = &sim->space,
		.vault = sim->vault,
		.retention =
		    sim->retention.keep == 0 && sim->retention.keep_ms == 0
			? NULL
			: &sim->retention,
		.trouble = on_trouble,
		.payload = sim,
	};
}

/* An engine takes up what there is. Where it cannot, it says why. */
static int
open_engine(struct sim *sim, struct sw_error *err)
{
	const struct sw_engine_options options =
	    sim_options(sim, sim->pipeline, &sim->world);
	sim->is_dead = sim->has_trouble = false;
	sim->up_ms = sim->now_ms;
	int status = sw__engine_open(&sim->engine, &options, err);
	if (status != 0)
		sim->engine = NULL;
	if (status == 0 && !sim->is_dead) {
		sim_laws_opened(sim);
		status = sw__engine_resume(sim->engine, err);
	}
	return sim->is_dead || sim->has_trouble ? 0 : status;
}

/* Nobody serves: who wants something does it in a process of their own, which
 * records and starts nothing. */
static void
ask_here(struct sim *sim)
{
	struct sw_world idle = sim->world;
	struct sw_error err;
	const struct sw_engine_options options =
	    sim_options(sim, sim->pipeline, &idle);
	idle.loop = NULL;
	sim->up_ms = sim->now_ms;
	if (sw__engine_open(&sim->engine, &options, &err) != 0) {
		sim->engine = NULL;
		return;
	}
	sim_point(sim, SIM_ASKED_HERE);
	sim_people_act(sim);
	sw__engine_turn(sim->engine);
	sw__engine_close(sim->engine);
	sw__engine_free(sim->engine);
	sim->engine = NULL;
	sim->is_dead = sim->has_trouble = false;
}

static void
close_engine(struct sim *sim)
{
	sim->is_dead = true;
	if (sim->engine != NULL) {
		sw__engine_close(sim->engine);
		sw__engine_free(sim->engine);
	}
	sim->engine = NULL;
	sim_processes_owner_died(sim);
}

/* What was killed, or gave up, is gone; somebody starts another one. */
static void
bury(struct sim *sim)
{
	close_engine(sim);
	if (sim_strikes(sim, SIM_POWER, 4)) {
		sim_point(sim, SIM_POWER_LOST);
		sim_processes_power_lost(sim);
		boot(sim);
	}
	sim_later(sim, sim_below(sim, 1u << (5 + sim_below(sim, 18))),
	    SIM_RESTART, 0);
}

static void
restart(struct sim *sim)
{
	struct sw_error err = { 0 };
	if (sim->wants_upgrade && !sim->is_calm)
		sim_upgrade(sim);
	const bool is_rotten =
	    sim_strikes(sim, SIM_ROT, 10) && sim_disk_rot(sim);
	const int status = open_engine(sim, &err);
	if (is_rotten && !sim->is_dead) {
		if (status != SW_ERROR_CORRUPT)
			sim_broken(sim, "what was altered is reported (G5)",
			    "%s", err.text);
		sim_point(sim, SIM_ROT_REPORTED);
		sim_disk_mend(sim);
		sim_later(sim, 1000, SIM_RESTART, 0);
		return;
	}
	sim_disk_mend(sim);
	if (status != 0 && status != SW_ERROR_UNKNOWN_OUTCOME &&
	    status != SW_ERROR_SYSTEM)
		sim_broken(
		    sim, "what was recorded can be read (G5)", "%s", err.text);
	if (status != 0 && !sim->is_dead)
		sim->has_trouble = true;
}

/* The wall clock is set, to what anybody likes. */
static void
set_clock(struct sim *sim)
{
	static const int64_t jumps[] = { 3600000, 7200000, 86400000,
		INT64_C(31557600000), INT64_C(315576000000) };
	const int64_t jump = jumps[sim_below(sim, 5)];
	if (sim_below(sim, 2) == 0 && sim->lead_ms > jump) {
		sim->lead_ms -= jump;
		sim_point(sim, SIM_CLOCK_WENT_BACK);
	} else {
		sim->lead_ms += jump;
	}
}

/* At rest: a comparison with what the next engine knows is fair. */
static void
accident(struct sim *sim)
{
	if (sim->engine == NULL || sim->is_awake || sim->has_trouble)
		return;
	sim_point(sim, SIM_KILLED_AT_REST);
	sim_laws_died(sim);
	sim->is_dead = true;
}

/* Who brings another version ends the one that serves. */
static void
bring_version(struct sim *sim)
{
	sim->wants_upgrade = true;
	if (sim->engine != NULL && !sim->is_awake && !sim->has_trouble)
		sim->is_dead = true;
}

/* Chance decides when: often a moment, sometimes days. */
static uint64_t
some_time(struct sim *sim)
{
	return 1 + sim_below(sim, 1u << (6 + sim_below(sim, 21)));
}

static void
happen(struct sim *sim, struct sim_event event)
{
	const bool is_up = sim->engine != NULL && !sim->has_trouble;
	switch (event.kind) {
	case SIM_PROCESS_END:
		sim_process_end(sim, event.subject);
		break;
	case SIM_TELL:
		sim->nevents++;
		sim_process_tell(sim, event.subject);
		break;
	case SIM_PERSON:
		if (is_up && !sim->is_calm)
			sim_people_act(sim);
		else if (is_up)
			sim_people_calm(sim);
		else if (sim->engine == NULL &&
			 sim_below(sim, sim_seldom(sim) / 300) == 0)
			ask_here(sim);
		sim_later(sim, sim->is_calm ? 3600000 : some_time(sim),
		    SIM_PERSON, 0);
		break;
	case SIM_AGAIN:
		if (is_up)
			sim_people_again(sim, event.subject);
		else
			sim_later(sim, 60000, SIM_AGAIN, event.subject);
		break;
	case SIM_LOOK:
		if (is_up && !sim->is_calm)
			sim_people_look(sim);
		sim_later(sim, 7200000, SIM_LOOK, 0);
		break;
	case SIM_ACCIDENT:
		if (!sim->is_calm)
			accident(sim);
		sim_later(sim, 5 * DAY_MS, SIM_ACCIDENT, 0);
		break;
	case SIM_SET_CLOCK:
		if (!sim->is_calm)
			set_clock(sim);
		sim_later(sim, 10 * some_time(sim), SIM_SET_CLOCK, 0);
		break;
	case SIM_RESTART:
		if (sim->engine == NULL)
			restart(sim);
		break;
	case SIM_DISK_ROOM:
		sim_room_change(sim);
		break;
	case SIM_VERSION:
		if (!sim->is_calm)
			bring_version(sim);
		sim_later(
		    sim, DAY_MS * (1 + sim_below(sim, 9)), SIM_VERSION, 0);
		break;
	default:
		break;
	}
}

/* The loop has collected what came, or its timer is due. */
static void
turn(struct sim *sim, bool is_due)
{
	sim->nevents++;
	if (is_due) {
		sim->now_ms = sim->armed_ms;
		sim->armed_ms = UINT64_MAX;
		sim->loop->due(sim->payload);
	} else {
		sim->loop->collected(sim->payload);
	}
}

static void
go_on(struct sim *sim)
{
	const uint64_t next =
	    sim->nqueue == 0 ? UINT64_MAX : sim->queue[0].at_ms;
	/* The loop takes all that comes at one time, then turns. */
	const bool is_turn = sim->is_awake && next > sim->now_ms;
	const bool is_due = !is_turn && sim->armed_ms < next;
	if (is_turn || is_due) {
		turn(sim, is_due);
		sim_mix(sim, sim->now_ms);
	} else {
		const struct sim_event event = take_first(sim);
		sim->now_ms = event.at_ms;
		sim_mix(sim,
		    event.at_ms ^ (uint64_t)event.kind << 56 ^ event.subject);
		happen(sim, event);
	}
	if (sim->is_dead || sim->has_trouble) {
		bury(sim);
		sim->has_trouble = false;
		sim->is_dead = false;
	} else if (sim->engine != NULL && !sim->is_awake) {
		sim_laws_turn(sim);
	}
}

/* Nothing moves by itself any more. */
static bool
is_at_rest(const struct sim *sim)
{
	return sim->engine != NULL && !sim->is_awake &&
	       sim->armed_ms == UINT64_MAX && sim_processes_running(sim) == 0;
}

static void
be_calm(struct sim *sim)
{
	const uint64_t until = sim->now_ms + CALM_MS;
	sim->is_calm = true;
	sim_room_calm(sim);
	uint64_t rested_ms = sim->now_ms;
	while (sim->broken == NULL && sim->now_ms < until) {
		go_on(sim);
		if (!is_at_rest(sim))
			rested_ms = sim->now_ms;
		/* Long enough for people to answer, twice. */
		if (sim->now_ms > rested_ms + 10800000)
			break;
	}
	if (sim->broken != NULL)
		return;
	if (!is_at_rest(sim))
		sim_broken(sim, "when faults stop, it comes to rest (G13)",
		    "%" PRIu32 " attempts run", sim_processes_running(sim));
	else
		sim_laws_ended(sim);
}

/* In few lives by time: who is young is read again whenever somebody ends. */
static void
choose_retention(struct sim *sim)
{
	if (sim_below(sim, 4) == 0)
		sim->retention.keep = 2 + sim_below(sim, 30);
	if (sim_below(sim, 32) == 0)
		sim->retention.keep_ms = DAY_MS * (1 + sim_below(sim, 5));
}

/* The secret is known to who masks it, if anybody says it. */
static void
open_vault(struct sim *sim)
{
	static const char *const given[] = { "word=env:SIM_SECRET_WORD", NULL };
	struct sw_error err;
	if ((sim->faults >> SIM_SECRET & 1) == 0)
		return;
	setenv("SIM_SECRET_WORD", SIM_SECRET_TEXT, 1);
	if (sw__vault_open(&sim->vault, sim->pipeline, given, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
}

void
sim_live(struct sim *sim, uint64_t days)
{
	sim->lead_ms = (int64_t)EPOCH_MS;
	sim->armed_ms = UINT64_MAX;
	sim->world = (struct sw_world){
		.self = sim,
		.loop = &loop_calls,
		.clock = &clock_calls,
		.journal = &sim_journal_calls,
		.attempts = &sim_attempt_calls,
		.random = fill_random,
	};
	snprintf(sim->dir.path, sizeof sim->dir.path, "/sim");
	choose_retention(sim);
	open_vault(sim);
	sim->disk = sim_disk_new();
	sim->processes = sim_processes_new();
	sim->people = sim_people_new(sim);
	sim->laws = sim_laws_new();
	boot(sim);
	sim_later(sim, 0, SIM_RESTART, 0);
	sim_later(sim, 10, SIM_PERSON, 0);
	sim_later(sim, 20, SIM_LOOK, 0);
	if (sim->faults >> SIM_KILL & 1)
		sim_later(sim, DAY_MS, SIM_ACCIDENT, 0);
	if (sim->faults >> SIM_ROOM & 1)
		sim_later(sim, DAY_MS, SIM_DISK_ROOM, 0);
	if (sim->faults >> SIM_UPGRADE & 1)
		sim_later(sim, DAY_MS, SIM_VERSION, 0);
	if (sim->faults >> SIM_CLOCK & 1)
		sim_later(sim, 10 * some_time(sim), SIM_SET_CLOCK, 0);
	while (sim->broken == NULL && sim->now_ms < days * DAY_MS)
		go_on(sim);
	if (sim->broken == NULL)
		be_calm(sim);
	close_engine(sim);
	sim_people_free(sim->people);
	sim_laws_free(sim->laws);
	sim_processes_free(sim->processes);
	sim_disk_free(sim->disk);
	sw__vault_free(sim->vault);
	free(sim->queue);
}
