/*
 * Verdicts of a machine that is broken: the machine itself never breaks the
 * built-in properties, so here its step is replaced by one that does, in one
 * way at a time. And verdicts of random models, searched with the reductions
 * and without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "lower/lower.h"
#include "machine/words.h"
#include "model/model.h"
#include "policy/policy.h"
#include "read/reader.h"
#include "tests/differential/chance.h"
#include "verify/parts.h"
#include "verify/verify.h"

#define STATE_MAX 1024
#define RANDOM_MODELS 60

/* One step as the machine made it, to be spoiled. */
struct spoiled {
	const struct sw_machine *machine;
	const struct sw_state *before;
	struct sw_state *state;
	struct sw_event event;
	struct sw_output *out;
};

/* Spoils an accepted step; false: it is refused after all. */
static bool (*fault)(const struct spoiled *s);

enum sw_refusal __real_sw_step(const struct sw_machine *machine,
    struct sw_state *state, struct sw_event event, struct sw_output *out);
enum sw_refusal __wrap_sw_step(const struct sw_machine *machine,
    struct sw_state *state, struct sw_event event, struct sw_output *out);

enum sw_refusal
__wrap_sw_step(const struct sw_machine *machine, struct sw_state *state,
    struct sw_event event, struct sw_output *out)
{
	uint64_t before[STATE_MAX / 8];
	assert_true(machine->state_size <= sizeof before);
	memcpy(before, state, machine->state_size);
	const enum sw_refusal refusal =
	    __real_sw_step(machine, state, event, out);
	const struct spoiled s = { machine, (const void *)before, state, event,
		out };
	if (refusal != SW_ACCEPTED || fault == NULL || fault(&s))
		return refusal;
	memcpy(state, before, machine->state_size);
	out->ncommands = out->nfired = 0;
	return SW_REFUSED_NOT_RUNNING;
}

static uint32_t
find(const struct spoiled *s, const char *path)
{
	const int64_t action = sw_words_find_action(s->machine, path);
	assert_true(action >= 0);
	return (uint32_t)action;
}

static bool
has_fired(const struct spoiled *s, enum sw_rule rule)
{
	for (uint32_t i = 0; i < s->out->nfired; i++)
		if (s->out->fired[i].rule == (uint32_t)rule)
			return true;
	return false;
}

static uint8_t *
byte_of(const struct spoiled *s, uint32_t action)
{
	const struct parts parts = parts_of(s->machine);
	return actions_in(&parts, s->state) + action;
}

static void
start(const struct spoiled *s, const char *path, uint32_t execution)
{
	s->out->commands[s->out->ncommands++] =
	    (struct sw_command){ .kind = SW_COMMAND_START,
		    .action = find(s, path),
		    .execution = execution };
}

static bool
is_about(const struct spoiled *s, enum sw_event_kind kind, const char *path)
{
	return s->event.kind == (uint32_t)kind &&
	       s->event.subject == find(s, path);
}

/* An action of a stage that Succeeded runs on. */
static bool
leaves_action_running(const struct spoiled *s)
{
	if (is_about(s, SW_EVENT_SUCCEED, "Source.Checkout"))
		*byte_of(s, s->event.subject) = SW_STATUS_IN_PROGRESS;
	return true;
}

static bool
starts_later_stage_after_failure(const struct spoiled *s)
{
	if (is_about(s, SW_EVENT_FAIL, "Build.Compile"))
		start(s, "Ship.Install", 1);
	return true;
}

static bool
starts_later_group_after_failure(const struct spoiled *s)
{
	if (is_about(s, SW_EVENT_FAIL, "Build.Compile"))
		start(s, "Build.Unit", 1);
	return true;
}

static bool
starts_while_stopping(const struct spoiled *s)
{
	if (is_about(s, SW_EVENT_SUCCEED, "Build.Compile") &&
	    sw_state_stage(s->before, 1)->status == SW_STATUS_STOPPING)
		start(s, "Build.Unit", 1);
	return true;
}

/* To itself: it has not Succeeded yet. */
static bool
rolls_back_to_no_target(const struct spoiled *s)
{
	for (uint32_t i = 0; i < s->out->ncommands; i++) {
		struct sw_command *c = &s->out->commands[i];
		if (c->kind == SW_COMMAND_ROLLBACK)
			c->target = c->execution;
	}
	return true;
}

static bool
counts_no_attempt(const struct spoiled *s)
{
	if (has_fired(s, SW_RULE_ACTION_RETRIED))
		*byte_of(s, s->event.subject) &= (1u << RETRIES_SHIFT) - 1;
	return true;
}

static bool
counts_no_retry_of_stages(const struct spoiled *s)
{
	if (has_fired(s, SW_RULE_STAGE_RETRIES))
		stage_in(s->state, s->machine->actions[s->event.subject].stage)
		    ->retries = 0;
	return true;
}

static bool
leaves_holder_at_end(const struct spoiled *s)
{
	if (is_about(s, SW_EVENT_FAIL, "Build.Compile"))
		stage_in(s->state, 1)->status = SW_STATUS_IN_PROGRESS;
	return true;
}

/* What Succeeded is marked as such, and nothing comes of it. */
static bool
swallows(const struct spoiled *s)
{
	if (!is_about(s, SW_EVENT_SUCCEED, "Source.Checkout"))
		return true;
	memcpy(s->state, s->before, s->machine->state_size);
	*byte_of(s, s->event.subject) = SW_STATUS_SUCCEEDED;
	s->out->ncommands = 0;
	return true;
}

/* And operators can do nothing for it but with transitions. */
static bool
swallows_for_good(const struct spoiled *s)
{
	if (sw_state_action(s->machine, s->before, 0) == SW_STATUS_SUCCEEDED &&
	    s->event.kind != SW_EVENT_OPEN && s->event.kind != SW_EVENT_CLOSE)
		return false;
	return swallows(s);
}

static bool
ends_nothing(const struct spoiled *s)
{
	for (uint32_t i = 0; i < s->out->ncommands; i++) {
		const uint32_t kind = s->out->commands[i].kind;
		if (kind == SW_COMMAND_SUCCEEDED || kind == SW_COMMAND_FAILED ||
		    kind == SW_COMMAND_STOPPED)
			return false;
	}
	return true;
}

static bool
never_starts_install(const struct spoiled *s)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->out->ncommands; i++)
		if (s->out->commands[i].action != find(s, "Ship.Install"))
			s->out->commands[n++] = s->out->commands[i];
	s->out->ncommands = n;
	return true;
}

struct subject {
	struct arena *arena;
	struct lowered *lowered;
	struct obligations *obligations;
};

static struct subject
read_subject(const char *text)
{
	struct arena *arena = arena_new();
	struct sources *sources = sources_new(arena);
	struct diagnostics *diagnostics = diagnostics_new(arena, sources);
	const struct model *model = model_read(arena, sources,
	    source_add(sources, "m", text, strlen(text)), diagnostics);
	assert_non_null(model);
	assert_false(model->is_incomplete);
	struct obligations *obligations =
	    policies_resolve(arena, model, NULL, 0, "2026-11-23", diagnostics);
	assert_int_equal(diagnostics_count(diagnostics, SEVERITY_ERROR), 0);
	return (struct subject){ arena, lower(arena, model), obligations };
}

#define HEAD                                                                   \
	"<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"p\">"           \
	"<stage name=\"Source\"><source name=\"Checkout\" url=\"u\">"          \
	"<output>code</output></source></stage>"
#define BUILD                                                                  \
	"<stage name=\"Build\"><build name=\"Compile\"><run>c</run></build>"   \
	"<test name=\"Unit\" runOrder=\"2\"><run>u</run></test></stage>"
#define SHIP                                                                   \
	"<stage name=\"Ship\"><deploy name=\"Install\"><run>i</run></deploy>"  \
	"</stage></pipeline>"

static const char plain[] = HEAD BUILD SHIP;
static const char again[] =
    HEAD "<stage name=\"Build\"><build name=\"Compile\" idempotent=\"true\" "
	 "retries=\"1\"><run>c</run></build></stage>" SHIP;
static const char retrying[] =
    HEAD "<stage name=\"Build\"><build name=\"Compile\"><run>c</run></build>"
	 "<onFailure result=\"RETRY\"/></stage>" SHIP;

static const char *
say_verdict(struct arena *arena, const struct lowered *lowered,
    const struct verdict *verdict)
{
	static const char *const words[] = {
		[VERIFY_HOLDS] = "holds",
		[VERIFY_HOLDS_UNLESS] = "unless",
		[VERIFY_FAILS] = "fails",
		[VERIFY_UNKNOWN] = "unknown",
	};
	const char *text = words[verdict->status];
	for (size_t i = 0; i < verdict->nevents; i++) {
		char line[SW_WORDS_MAX];
		sw_words_event(&lowered->machine,
		    (struct sw_addressed){ .event = verdict->events[i] }, line);
		text = arena_printf(
		    arena, "%s%s%s", text, i == 0 ? ": " : "; ", line);
	}
	return text;
}

/* The property of the model holds, and is broken so by a broken machine. */
static void
assert_broken(const char *model, const char *property,
    bool (*by)(const struct spoiled *s), const char *expected)
{
	const struct subject subject = read_subject(model);
	const struct verify_options options = { .property = property };
	fault = NULL;
	const struct verification *v = verify(
	    subject.arena, subject.lowered, subject.obligations, &options);
	assert_int_equal(v->n, 1);
	assert_string_equal(
	    say_verdict(subject.arena, subject.lowered, &v->verdicts[0]),
	    "holds");
	fault = by;
	v = verify(
	    subject.arena, subject.lowered, subject.obligations, &options);
	fault = NULL;
	assert_string_equal(
	    say_verdict(subject.arena, subject.lowered, &v->verdicts[0]),
	    expected);
	arena_free(subject.arena);
}

#define TO_BUILD "fails: start; succeed Source.Checkout"

static void
verify__finds_a_broken_law(void **state)
{
	(void)state;
	assert_broken(plain, "laws", leaves_action_running, TO_BUILD);
}

static void
verify__finds_a_start_behind_a_failure(void **state)
{
	(void)state;
	assert_broken(plain, "failure-stops", starts_later_stage_after_failure,
	    TO_BUILD "; fail Build.Compile");
	assert_broken(plain, "failure-stops", starts_later_group_after_failure,
	    TO_BUILD "; fail Build.Compile");
}

static void
verify__finds_a_start_in_what_was_stopped(void **state)
{
	(void)state;
	assert_broken(plain, "stop-stops", starts_while_stopping,
	    TO_BUILD "; stop #1; succeed Build.Compile");
}

static void
verify__finds_a_rollback_to_no_target(void **state)
{
	(void)state;
	assert_broken(plain, "rollback-target", rolls_back_to_no_target,
	    TO_BUILD "; succeed Build.Compile; succeed Build.Unit; "
		     "rollback Build #1");
}

static void
verify__finds_attempts_without_bound(void **state)
{
	(void)state;
	assert_broken(again, "bounded-attempts", counts_no_attempt,
	    TO_BUILD "; fail Build.Compile");
	assert_broken(retrying, "bounded-attempts", counts_no_retry_of_stages,
	    TO_BUILD "; fail Build.Compile");
}

static void
verify__finds_a_holder_that_has_ended(void **state)
{
	(void)state;
	assert_broken(plain, "clean-end", leaves_holder_at_end,
	    TO_BUILD "; fail Build.Compile");
}

static void
verify__finds_a_deadlock(void **state)
{
	(void)state;
	assert_broken(plain, "no-deadlock", swallows_for_good, TO_BUILD);
}

static void
verify__finds_who_waits_for_an_operator(void **state)
{
	(void)state;
	assert_broken(plain, "no-operator-needed", swallows, TO_BUILD);
}

static void
verify__finds_a_run_without_end(void **state)
{
	(void)state;
	assert_broken(
	    plain, "option-to-complete", ends_nothing, "fails: start");
}

static void
verify__finds_an_action_that_never_starts(void **state)
{
	(void)state;
	assert_broken(plain, "no-dead-action", never_starts_install, "fails");
}

static void
verify__finds_a_circle(void **state)
{
	(void)state;
	assert_broken(again, "no-livelock", counts_no_attempt, TO_BUILD);
	assert_broken(
	    retrying, "no-livelock", counts_no_retry_of_stages, TO_BUILD);
}

/* A stage of a random model; `i` counts from 1. */
static const char *
random_stage(
    struct arena *arena, struct chance *chance, unsigned i, bool is_parallel)
{
	static const struct {
		const char *element;
		const char *attributes;
	} actions[] = {
		{ "build", "" },
		{ "deploy", " environment=\"production\"" },
		{ "test", " idempotent=\"true\" retries=\"1\"" },
		{ "approval", "" },
	};
	static const char rule[] =
	    "<rule name=\"R\" provider=\"Commands\"><run>r</run></rule>";
	static const char *const failures[] = { "<onFailure result=\"RETRY\"/>",
		"<onFailure result=\"RETRY\" retryMode=\"ALL_ACTIONS\"/>",
		"<onFailure result=\"ROLLBACK\"/>" };
	const char *text = arena_printf(arena, "<stage name=\"S%u\">", i);
	if (chance_below(chance, 4) == 0)
		text = arena_printf(arena,
		    "%s<beforeEntry result=\"%s\">%s</beforeEntry>", text,
		    chance_below(chance, 2) ? "SKIP" : "FAIL", rule);
	const unsigned n = 1 + (unsigned)chance_below(chance, 3);
	for (unsigned a = 0; a < n; a++) {
		const uint64_t kind = chance_below(chance, 4);
		text = arena_printf(arena, "%s<%s name=\"A%u\"%s%s>%s</%s>",
		    text, actions[kind].element, a, actions[kind].attributes,
		    chance_below(chance, 3) ? "" : " runOrder=\"2\"",
		    kind == 3 ? "" : "<run>a</run>", actions[kind].element);
	}
	if (chance_below(chance, 5) == 0)
		text = arena_printf(arena,
		    "%s<onSuccess result=\"FAIL\">%s</onSuccess>", text, rule);
	if (chance_below(chance, 3) == 0)
		text = arena_printf(arena, "%s%s", text,
		    failures[chance_below(chance, is_parallel ? 2 : 3)]);
	return arena_printf(arena, "%s</stage>", text);
}

static const char *
random_text(struct arena *arena, uint64_t number)
{
	static const char *const modes[] = { "SUPERSEDED", "QUEUED",
		"PARALLEL" };
	static const char policies[] =
	    "<policies><precede id=\"p\" what=\"deploy\" by=\"approval\"/>"
	    "<never id=\"n\" what=\"deploy\" when=\"start.trigger=rollback\"/>"
	    "<never id=\"m\" what=\"deploy\"/>"
	    "<follow id=\"f\" what=\"test\" on=\"failed\" by=\"approval\"/>"
	    "<follow id=\"g\" what=\"build\" on=\"succeeded\" by=\"deploy\"/>"
	    "<follow id=\"r\" what=\"deploy\" on=\"succeeded\" "
	    "by=\"rollback\"/>"
	    "<precede id=\"s\" what=\"stage\" by=\"stage[name=S1]\"/>"
	    "<alone id=\"a\" what=\"deploy\"/>"
	    "<alone id=\"t\" what=\"test\"/>"
	    "</policies>";
	struct chance chance = chance_new(number);
	const char *mode = modes[number % 3];
	const char *text = arena_printf(arena,
	    "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"p\" "
	    "executionMode=\"%s\"><stage name=\"Source\">"
	    "<source name=\"Checkout\" url=\"u\"><output>code</output>"
	    "</source></stage>",
	    mode);
	const unsigned n = 1 + (unsigned)chance_below(&chance, 2);
	for (unsigned i = 1; i <= n; i++)
		text = arena_printf(arena, "%s%s", text,
		    random_stage(arena, &chance, i, number % 3 == 2));
	return arena_printf(arena, "%s%s</pipeline>", text, policies);
}

/* Equal verdicts, and runs of equal length but where an order was imposed. */
static bool
assert_same_verdicts(uint64_t number, bool *has_broken)
{
	struct arena *arena = arena_new();
	const char *text = random_text(arena, number);
	const struct subject s = read_subject(text);
	struct verify_options options = { .seconds_max = 5 };
	const struct verification *reduced =
	    verify(s.arena, s.lowered, s.obligations, &options);
	options.is_unreduced = true;
	const struct verification *all =
	    verify(s.arena, s.lowered, s.obligations, &options);
	bool is_judged = false;
	assert_int_equal(reduced->n, all->n);
	for (size_t i = 0; i < all->n; i++) {
		const struct verdict *a = &all->verdicts[i];
		const struct verdict *b = &reduced->verdicts[i];
		if (a->status == VERIFY_UNKNOWN)
			continue;
		is_judged = true;
		*has_broken = *has_broken || a->status != VERIFY_HOLDS;
		if (a->status != b->status || a->nevents != b->nevents)
			print_message("# model %llu, %s: %s\n# %s\n%s\n",
			    (unsigned long long)number, a->property->name,
			    say_verdict(arena, s.lowered, a),
			    say_verdict(arena, s.lowered, b), text);
		assert_int_equal(a->status, b->status);
		assert_int_equal(a->nevents, b->nevents);
	}
	arena_free(s.arena);
	arena_free(arena);
	return is_judged;
}

static void
verify__says_the_same_with_reductions(void **state)
{
	(void)state;
	unsigned judged = 0;
	unsigned broken = 0;
	const char *more = getenv("MODELS");
	const unsigned long n =
	    more != NULL ? strtoul(more, NULL, 10) : RANDOM_MODELS;
	for (uint64_t i = 0; i < n; i++) {
		bool has_broken = false;
		judged += assert_same_verdicts(i, &has_broken);
		broken += has_broken;
	}
	assert_true(judged > n / 2);
	assert_true(broken > n / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verify__finds_a_broken_law),
		cmocka_unit_test(verify__finds_a_start_behind_a_failure),
		cmocka_unit_test(verify__finds_a_start_in_what_was_stopped),
		cmocka_unit_test(verify__finds_a_rollback_to_no_target),
		cmocka_unit_test(verify__finds_attempts_without_bound),
		cmocka_unit_test(verify__finds_a_holder_that_has_ended),
		cmocka_unit_test(verify__finds_a_deadlock),
		cmocka_unit_test(verify__finds_who_waits_for_an_operator),
		cmocka_unit_test(verify__finds_a_run_without_end),
		cmocka_unit_test(verify__finds_an_action_that_never_starts),
		cmocka_unit_test(verify__finds_a_circle),
		cmocka_unit_test(verify__says_the_same_with_reductions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
