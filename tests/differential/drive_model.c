/* drive-model MODEL: event lines of stdin through a model, in process. */
#include <stdlib.h>

#include "base/diagnostic.h"
#include "compilation.h"
#include "lower/lower.h"
#include "subject.h"

static enum sw_refusal
take(const struct subject *subject, void *state, struct sw_event event,
    struct sw_output *out)
{
	*out = *(const struct sw_output *)subject->own;
	return sw_step(subject->machine, state, event, out);
}

int
main(int argc, char **argv)
{
	struct compilation c;
	int result = -1;
	if (argc != 2)
		return 2;
	compilation_init(&c);
	if (compilation_lower(&c, argv[1])) {
		const uint32_t group_max = c.lowered->machine.group_max;
		struct sw_output own = {
			.commands = calloc(SW_COMMANDS_MAX(group_max),
			    sizeof(struct sw_command)),
			.fired = calloc(
			    SW_FIRED_MAX(group_max), sizeof(struct sw_fired)),
		};
		const struct subject subject = { &c.lowered->machine, take,
			&own };
		if (own.commands != NULL && own.fired != NULL)
			result = subject_drive(&subject, stdin, stdout);
		free(own.fired);
		free(own.commands);
	}
	compilation_release(&c);
	return result < 0;
}
