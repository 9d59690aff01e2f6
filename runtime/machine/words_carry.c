/* Why an execution does not carry over, in words. */
#include <stdio.h>

#include "words.h"

static const char *
mode_word(uint8_t mode)
{
	static const char *const words[SW_NMODES] = {
		[SW_MODE_SUPERSEDED] = "SUPERSEDED",
		[SW_MODE_QUEUED] = "QUEUED",
		[SW_MODE_PARALLEL] = "PARALLEL",
	};
	return words[mode];
}

/* What is said of its subject, if it has one. */
static const char *const sentences[SW_NCARRY_REASONS] = {
	[SW_CARRY_FITS] = "",
	[SW_CARRY_STAGE_GONE] = " is where it is, and not in the new version",
	[SW_CARRY_ROW_GONE] = " runs and is not in the new version",
	[SW_CARRY_BEHIND] = " is new and behind it: it would go on without",
	[SW_CARRY_AGAIN] = " has run and would run once more",
	[SW_CARRY_ORDER] = " stands elsewhere among the actions of its stage",
	[SW_CARRY_STOPPING] = "it is Stopping, and nothing starts any more",
	[SW_CARRY_ROLLBACK] = "it is a rollback",
	[SW_CARRY_EFFECT] = " has begun and may not run twice",
};

char *
sw_words_carry(const struct sw_carry *carry, enum sw_carry_reason reason,
    uint32_t subject, char *text)
{
	char name[SW_WORDS_MAX];
	switch (reason) {
	case SW_CARRY_MODE:
		snprintf(text, SW_CARRY_WORDS_MAX,
		    "the mode changes from %s to %s",
		    mode_word(carry->from->mode), mode_word(carry->to->mode));
		break;
	case SW_CARRY_STOPPING:
	case SW_CARRY_ROLLBACK:
		snprintf(text, SW_CARRY_WORDS_MAX, "%s", sentences[reason]);
		break;
	case SW_CARRY_STAGE_GONE:
		snprintf(text, SW_CARRY_WORDS_MAX, "stage '%s'%s",
		    carry->from->stages[subject].name, sentences[reason]);
		break;
	default:
		snprintf(text, SW_CARRY_WORDS_MAX, "'%s'%s",
		    sw_words_action(
			reason == SW_CARRY_BEHIND ? carry->to : carry->from,
			subject, name),
		    sentences[reason]);
	}
	return text;
}
