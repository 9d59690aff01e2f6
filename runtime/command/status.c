/* `status`: how the pipeline stands. */
#include <stdio.h>

#include "command.h"
#include "face.h"

static void
say_disk(const json_t *disk)
{
	const json_int_t mib = 1 << 20;
	if (json_is_true(json_object_get(disk, "low")))
		printf("The disk is low: %" JSON_INTEGER_FORMAT
		       " MiB are left, and below %" JSON_INTEGER_FORMAT
		       " MiB nothing new is started.\n",
		    json_integer_value(json_object_get(disk, "free")) / mib,
		    json_integer_value(json_object_get(disk, "floor")) / mib);
}

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
	say_disk(json_object_get(status, "disk"));
	json_decref(status);
	return EXIT_YES;
}

const struct command sw__command_status = {
	.name = "status",
	.operands = "",
	.summary = "how the pipeline stands",
	.run = run_status,
};
