/*
 * The machine in words: events read from and written to the lines that
 * `simulate`, scenarios and the journal use; commands, rules and refusals as
 * text. Hosted (snprintf), no allocation.
 *
 *   start                      open STAGE | close STAGE
 *   stop #N | abandon #N       retry STAGE [all]       rollback STAGE #N
 *   succeed STAGE.ACTION       fail STAGE.ACTION       unknown STAGE.ACTION
 *   approve STAGE.ACTION       reject STAGE.ACTION
 *   pass STAGE.RULE            fail STAGE.RULE         unknown STAGE.RULE
 *   override STAGE beforeEntry|onSuccess
 *
 * In PARALLEL an event of a stage, an action or a rule says before it whose:
 * "#2 succeed Build.Compile".
 */
#ifndef MACHINE_WORDS_H
#define MACHINE_WORDS_H

#include <stagewright/machine.h>

#include "carry.h"

/* Bytes that hold any line written here for names of up to 100 characters. */
#define SW_WORDS_MAX 512

/* An event, and whose it is: in PARALLEL the execution (START, OPEN and CLOSE
 * are nobody's), otherwise 0. */
struct sw_addressed {
	struct sw_event event;
	uint32_t execution;
};

/*
 * Reads one event line (no newline; blanks around words do not matter).
 * Returns 0, or -1 with what is wrong and how to say it right in `problem`
 * (SW_WORDS_MAX bytes), *out untouched.
 */
int sw_words_read_event(const struct sw_machine *machine, const char *line,
    struct sw_addressed *out, char *problem);

/* Each writes a line into SW_WORDS_MAX bytes and returns it. */
char *sw_words_event(const struct sw_machine *machine,
    struct sw_addressed addressed, char *line);
char *sw_words_command(
    const struct sw_machine *machine, struct sw_command command, char *line);
char *sw_words_fired(
    const struct sw_machine *machine, struct sw_fired fired, char *line);
/* "STAGE.ACTION" of an action or a rule. */
char *sw_words_action(
    const struct sw_machine *machine, uint32_t action, char *line);

/* CodePipeline's name of a status ("InProgress"), NULL for NONE; static. */
const char *sw_words_status(enum sw_status status);
/* CodePipeline's name of a category ("Build"); static. */
const char *sw_words_category(enum sw_category category);
/* The element of a condition by the runOrder of its rules ("beforeEntry"),
 * NULL for an action's; static. */
const char *sw_words_condition(uint32_t run_order);
/* Name of a rule ("group.begin"), its sentence and section; static. */
const char *sw_words_rule(enum sw_rule rule);
const char *sw_words_rule_sentence(enum sw_rule rule);
const char *sw_words_rule_section(enum sw_rule rule);
/* Name of a refusal (CodePipeline's exception) and its sentence; static. */
const char *sw_words_refusal(enum sw_refusal refusal);
const char *sw_words_refusal_sentence(enum sw_refusal refusal);

/* The index of a stage by name, or of an action or rule "STAGE.ACTION"; -1: none. */
int64_t sw_words_find_stage(const struct sw_machine *machine, const char *name);
int64_t sw_words_find_action(
    const struct sw_machine *machine, const char *stage_dot_action);

/* Bytes of the next one. */
#define SW_CARRY_WORDS_MAX (SW_WORDS_MAX + 80)
/* Why an execution does not carry over: a reason and its subject, of a judgement
 * (carry.h), into SW_CARRY_WORDS_MAX bytes. */
char *sw_words_carry(const struct sw_carry *carry, enum sw_carry_reason reason,
    uint32_t subject, char *text);

#endif
