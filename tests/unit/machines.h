/*
 * Small machines for tests, written by hand, and a rig that steps one by
 * event lines.
 */
#ifndef TESTS_MACHINES_H
#define TESTS_MACHINES_H

#include <stdint.h>

#include <stagewright/machine.h>

/*
 * Source[Checkout], Build[Compile; Unit, Lint], Gate[Ask (approval)],
 * Ship[Install].
 */
extern const struct sw_machine machine_shop;

#define RIG_STATE_MAX 4096

/* A machine under test, its state and what its last step said. */
struct rig {
	const struct sw_machine *machine;
	_Alignas(8) uint8_t state[RIG_STATE_MAX];
	struct sw_command commands[64];
	struct sw_fired fired[64];
	struct sw_output out;
	enum sw_refusal refusal;
};

void rig_init(struct rig *rig, const struct sw_machine *machine);
/* One event; fails the test when a law is broken after it. */
void rig_step(struct rig *rig, struct sw_event event);
/* Event lines separated by "; "; each must be accepted. */
void rig_do(struct rig *rig, const char *lines);
/* One event line that must be refused so, and change nothing. */
void rig_refused(struct rig *rig, const char *line, enum sw_refusal refusal);

const struct sw_state *rig_state(const struct rig *rig);
const struct sw_stage_state *rig_stage(const struct rig *rig, const char *name);
enum sw_status rig_action(const struct rig *rig, const char *path);

/* What the last step said, each line ended by "; ". */
const char *rig_commands(const struct rig *rig, char *text, size_t size);
const char *rig_rules(const struct rig *rig, char *text, size_t size);

#define assert_commands(rig, expected)                                         \
	do {                                                                   \
		char text_[1024];                                              \
		assert_string_equal(                                           \
		    rig_commands(rig, text_, sizeof text_), expected);         \
	} while (0)

#define assert_rules(rig, expected)                                            \
	do {                                                                   \
		char text_[1024];                                              \
		assert_string_equal(                                           \
		    rig_rules(rig, text_, sizeof text_), expected);            \
	} while (0)

/* The status of a stage, and of an action or a rule, without its prefix. */
#define assert_stage(rig, name, is)                                            \
	assert_int_equal(rig_stage(rig, name)->status, SW_STATUS_##is)
#define assert_action(rig, path, is)                                           \
	assert_int_equal(rig_action(rig, path), SW_STATUS_##is)

#endif
