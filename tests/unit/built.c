/* Machines for tests, built from a few words: see built.h. */
#include "built.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/tables.h"

static const char *const modes[] = {
	[SW_MODE_SUPERSEDED] = "SUPERSEDED",
	[SW_MODE_QUEUED] = "QUEUED",
	[SW_MODE_PARALLEL] = "PARALLEL",
};

static const char *const results[] = {
	[SW_RESULT_NONE] = "NONE",
	[SW_RESULT_FAIL] = "FAIL",
	[SW_RESULT_SKIP] = "SKIP",
	[SW_RESULT_ROLLBACK] = "ROLLBACK",
	[SW_RESULT_RETRY] = "RETRY",
	[SW_RESULT_RETRY_ALL] = "RETRY_ALL",
};

static int
find(const char *const *names, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], word) == 0)
			return (int)i;
	return -1;
}

static void
add_row(struct built *b, const char *name, uint32_t run_order, uint8_t category)
{
	const uint32_t n = b->machine.nactions++;
	assert_true(n < BUILT_ROWS_MAX);
	b->rows[n] = (struct sw_action){
		.name = name,
		.stage = b->machine.nstages - 1,
		.run_order = run_order,
		.category = category,
	};
}

/* An action's word: its name and the signs behind it. */
static void
add_action(struct built *b, char *word, uint32_t run_order)
{
	add_row(b, word, run_order, SW_CATEGORY_BUILD);
	struct sw_action *row = &b->rows[b->machine.nactions - 1];
	for (char *sign = word + strcspn(word, "*?!+^"); *sign != '\0';
	     sign++) {
		if (*sign == '*')
			row->retries++;
		else if (*sign == '?')
			row->category = SW_CATEGORY_APPROVAL;
		else if (*sign == '^')
			row->category = SW_CATEGORY_DEPLOY;
		else
			row->on_unknown = *sign == '!' ? SW_ON_UNKNOWN_FAIL
						       : SW_ON_UNKNOWN_RETRY;
		*sign = '\0';
	}
}

static void
add_actions(struct built *b, char *text)
{
	uint32_t run_order = 1;
	char *rest = NULL;
	for (char *word = strtok_r(text, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, "|") == 0)
			run_order++;
		else
			add_action(b, word, run_order);
	}
}

/* The rules of a condition: "RESULT:R,S". */
static void
add_rules(struct built *b, char *text, uint32_t run_order)
{
	char *rest = text == NULL ? NULL : strchr(text, ':');
	if (rest == NULL)
		return;
	for (char *name = strtok_r(rest + 1, ",", &rest); name != NULL;
	     name = strtok_r(NULL, ",", &rest))
		add_row(b, name, run_order, SW_CATEGORY_RULE);
}

/* A condition's result: "RESULT*ATTEMPTS:RULES". */
static uint8_t
read_result(const char *text, uint8_t *attempts)
{
	char word[32];
	if (text == NULL)
		return SW_RESULT_NONE;
	snprintf(word, sizeof word, "%.*s", (int)strcspn(text, "*:"), text);
	const int result = find(results, SW_NRESULTS, word);
	assert_true(result > 0);
	if (result == SW_RESULT_RETRY || result == SW_RESULT_RETRY_ALL)
		*attempts = 1;
	if (text[strlen(word)] == '*')
		*attempts = (uint8_t)atoi(text + strlen(word) + 1);
	return (uint8_t)result;
}

/* "NAME closed CONDITION=...: ACTIONS"; the last ": " ends the head. */
static void
add_stage(struct built *b, char *line)
{
	char *colon = strstr(line, ": ");
	assert_non_null(colon);
	*colon = '\0';
	assert_true(b->machine.nstages < BUILT_STAGES_MAX);
	struct sw_stage *stage = &b->stages[b->machine.nstages++];
	stage->first_action = b->machine.nactions;
	char *conditions[3] = { NULL, NULL, NULL };
	static const char *const names[] = {
		"beforeEntry=", "onSuccess=", "onFailure="
	};
	char *rest = NULL;
	stage->name = strtok_r(line, " ", &rest);
	for (char *word = strtok_r(NULL, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		size_t i = 0;
		while (i < 3 && strncmp(word, names[i], strlen(names[i])) != 0)
			i++;
		if (i < 3)
			conditions[i] = word + strlen(names[i]);
		else if (strcmp(word, "closed") == 0)
			stage->closed = 1;
		else
			fail_msg("what is '%s'?", word);
	}
	uint8_t none = 0;
	stage->before_entry = read_result(conditions[0], &none);
	stage->on_success = read_result(conditions[1], &none);
	stage->on_failure = read_result(conditions[2], &stage->attempts);
	add_rules(b, conditions[0], SW_BEFORE_ENTRY);
	add_actions(b, colon + 2);
	add_rules(b, conditions[1], SW_ON_SUCCESS);
	add_rules(b, conditions[2], SW_ON_FAILURE);
	stage->last_action = b->machine.nactions - 1;
}

static void
add_line(struct built *b, char *line)
{
	struct sw_machine *m = &b->machine;
	char word[32] = "";
	unsigned number = 0;
	if (strstr(line, ": ") != NULL) {
		add_stage(b, line);
		return;
	}
	const int n = sscanf(line, "%31s %u", word, &number);
	const int mode = find(modes, SW_NMODES, word);
	if (mode >= 0) {
		m->mode = (uint8_t)mode;
		m->in_flight_max = n == 2 ? number : SW_IN_FLIGHT_DEFAULT;
	} else if (strcmp(word, "running") == 0) {
		m->running_max = number;
	} else if (strcmp(word, "targets") == 0) {
		m->target_words = number;
	} else {
		fail_msg("what is '%s'?", line);
	}
}

void
build_machine(struct built *b, const char *lines)
{
	memset(b, 0, sizeof *b);
	assert_true(strlen(lines) < sizeof b->words);
	memcpy(b->words, lines, strlen(lines) + 1);
	struct sw_machine *m = &b->machine;
	m->name = "built";
	m->fingerprint = 0xb011d;
	m->target_words = SW_TARGET_WORDS;
	m->stages = b->stages;
	m->actions = b->rows;
	char *rest = NULL;
	for (char *line = strtok_r(b->words, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		add_line(b, line);
	if (m->mode == SW_MODE_PARALLEL)
		m->target_words = 0;
	if (m->mode == SW_MODE_QUEUED)
		m->queue_max = SW_QUEUE_MAX(m->nstages, m->in_flight_max);
	m->group_max = sw_tables_bound(b->rows, m->nactions);
	m->state_size = (uint32_t)sw_state_size(m);
}

void
rig_build(struct rig *rig, struct built *built, const char *lines)
{
	build_machine(built, lines);
	rig_init(rig, &built->machine);
	if (built->machine.mode == SW_MODE_PARALLEL)
		sw_state_init_execution(
		    &built->machine, (struct sw_state *)(void *)rig->state, 1);
}
