/* Machines for tests, and the rig that steps them. */
#include "machines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "machine/words.h"

enum {
	SOURCE,
	BUILD,
	GATE,
	SHIP,
	NSTAGES
};
enum {
	CHECKOUT,
	COMPILE,
	UNIT,
	LINT,
	ASK,
	INSTALL,
	NACTIONS
};

static const struct sw_stage stages[] = {
	[SOURCE] = { .name = "Source",
	    .first_action = CHECKOUT,
	    .last_action = CHECKOUT },
	[BUILD] = { .name = "Build",
	    .first_action = COMPILE,
	    .last_action = LINT },
	[GATE] = { .name = "Gate", .first_action = ASK, .last_action = ASK },
	[SHIP] = { .name = "Ship",
	    .first_action = INSTALL,
	    .last_action = INSTALL },
};

static const struct sw_action actions[] = {
	[CHECKOUT] = { .name = "Checkout",
	    .stage = SOURCE,
	    .run_order = 1,
	    .category = SW_CATEGORY_SOURCE,
	    .bounds = SW_ALONE },
	[COMPILE] = { .name = "Compile",
	    .stage = BUILD,
	    .run_order = 1,
	    .category = SW_CATEGORY_BUILD,
	    .bounds = SW_ALONE },
	[UNIT] = { .name = "Unit",
	    .stage = BUILD,
	    .run_order = 2,
	    .category = SW_CATEGORY_TEST,
	    .bounds = SW_FIRST },
	[LINT] = { .name = "Lint",
	    .stage = BUILD,
	    .run_order = 2,
	    .category = SW_CATEGORY_TEST,
	    .bounds = SW_LAST },
	[ASK] = { .name = "Ask",
	    .stage = GATE,
	    .run_order = 1,
	    .category = SW_CATEGORY_APPROVAL,
	    .bounds = SW_ALONE },
	[INSTALL] = { .name = "Install",
	    .stage = SHIP,
	    .run_order = 1,
	    .category = SW_CATEGORY_DEPLOY,
	    .bounds = SW_ALONE },
};

const struct sw_machine machine_shop = {
	.name = "shop",
	.fingerprint = 0x5109,
	.nstages = NSTAGES,
	.nactions = NACTIONS,
	.group_max = 2,
	.target_words = SW_TARGET_WORDS,
	.state_size =
	    SW_STATE_SIZE(NSTAGES, NSTAGES *SW_TARGET_WORDS, NACTIONS),
	.mode = SW_MODE_SUPERSEDED,
	.stages = stages,
	.actions = actions,
};

const struct sw_state *
rig_state(const struct rig *rig)
{
	return (const struct sw_state *)(const void *)rig->state;
}

void
rig_init(struct rig *rig, const struct sw_machine *machine)
{
	assert_true(machine->state_size <= RIG_STATE_MAX);
	assert_true(SW_FIRED_MAX(machine->group_max) <= 64);
	memset(rig, 0, sizeof *rig);
	rig->machine = machine;
	rig->out.commands = rig->commands;
	rig->out.fired = rig->fired;
	sw_state_init(machine, (struct sw_state *)(void *)rig->state);
}

void
rig_step(struct rig *rig, struct sw_event event)
{
	rig->refusal = sw_step(rig->machine,
	    (struct sw_state *)(void *)rig->state, event, &rig->out);
	const char *law = sw_state_broken_law(rig->machine, rig_state(rig));
	if (law != NULL)
		fail_msg("broken law: %s", law);
}

static struct sw_event
read_event(const struct rig *rig, const char *line)
{
	struct sw_addressed event = { .execution = 0 };
	char problem[SW_WORDS_MAX];
	if (sw_words_read_event(rig->machine, line, &event, problem) != 0)
		fail_msg("%s: %s", line, problem);
	return event.event;
}

void
rig_do(struct rig *rig, const char *lines)
{
	while (*lines != '\0') {
		char line[SW_WORDS_MAX];
		const size_t n = strcspn(lines, ";");
		snprintf(line, sizeof line, "%.*s", (int)n, lines);
		rig_step(rig, read_event(rig, line));
		if (rig->refusal != SW_ACCEPTED)
			fail_msg("%s: %s", line,
			    sw_words_refusal_sentence(rig->refusal));
		lines += n + strspn(lines + n, "; ");
	}
}

void
rig_refused(struct rig *rig, const char *line, enum sw_refusal refusal)
{
	uint8_t before[RIG_STATE_MAX];
	memcpy(before, rig->state, sizeof before);
	rig_step(rig, read_event(rig, line));
	assert_string_equal(
	    sw_words_refusal(rig->refusal), sw_words_refusal(refusal));
	assert_int_equal(rig->refusal, refusal);
	assert_memory_equal(before, rig->state, sizeof before);
	assert_int_equal(rig->out.ncommands, 0);
	assert_int_equal(rig->out.nfired, 0);
}

const struct sw_stage_state *
rig_stage(const struct rig *rig, const char *name)
{
	const int64_t stage = sw_words_find_stage(rig->machine, name);
	assert_true(stage >= 0);
	return sw_state_stage(rig_state(rig), (uint32_t)stage);
}

enum sw_status
rig_action(const struct rig *rig, const char *path)
{
	const int64_t action = sw_words_find_action(rig->machine, path);
	assert_true(action >= 0);
	return sw_state_action(rig->machine, rig_state(rig), (uint32_t)action);
}

const char *
rig_commands(const struct rig *rig, char *text, size_t size)
{
	char line[SW_WORDS_MAX];
	size_t n = 0;
	text[0] = '\0';
	for (uint32_t i = 0; i < rig->out.ncommands && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s; ",
		    sw_words_command(rig->machine, rig->commands[i], line));
	return text;
}

const char *
rig_rules(const struct rig *rig, char *text, size_t size)
{
	char line[SW_WORDS_MAX];
	size_t n = 0;
	text[0] = '\0';
	for (uint32_t i = 0; i < rig->out.nfired && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s; ",
		    sw_words_fired(rig->machine, rig->fired[i], line));
	return text;
}
