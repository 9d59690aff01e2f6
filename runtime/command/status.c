/* `status`: how the pipeline stands. */
#include "command.h"
#include "face.h"

static int
run_status(struct call *call)
{
	struct sw_error err;
	json_t *status = sw__call_ask(
	    call, json_pack("{s:s}", "verb", "status"), false, &err);
	if (status == NULL)
		return sw__call_failed(call, &err);
	if (call->is_json)
		return sw__call_print(status);
	struct sw_screen screen;
	sw__call_screen(call, &screen);
	sw__face_status(&screen, status);
	json_decref(status);
	return EXIT_YES;
}

const struct command sw__command_status = {
	.name = "status",
	.operands = "",
	.summary = "how the pipeline stands",
	.run = run_status,
};
