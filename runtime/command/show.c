/* `show [#N]`: one execution with all that it did. */
#include "command.h"
#include "face.h"
#include "keep.h"

static int
run_show(struct call *call)
{
	struct sw_error err;
	json_t *request = json_pack("{s:s}", "verb", "show");
	if (call->line.noperands > 0) {
		const uint32_t n = sw__call_number(call->line.operands[0]);
		if (n == 0) {
			json_decref(request);
			return sw__call_usage(call,
			    "'%s' is no number of an execution",
			    call->line.operands[0]);
		}
		json_object_set_new(
		    request, "execution", json_integer((json_int_t)n));
	}
	json_t *show = sw__call_ask(call, request, false, &err);
	if (show == NULL)
		return sw__call_failed(call, &err);
	const int status = sw__call_is_pruned(call, show) ? EXIT_NO : EXIT_YES;
	if (call->is_json) {
		sw__call_print(show);
		return status;
	}
	struct sw_screen screen;
	sw__call_screen(call, &screen);
	if (status == EXIT_YES)
		sw__face_show(&screen, show);
	json_decref(show);
	return status;
}

const struct command sw__command_show = {
	.name = "show",
	.operands = "[#N]",
	.max_operands = 1,
	.summary = "all that an execution did (the newest one)",
	.run = run_show,
};
