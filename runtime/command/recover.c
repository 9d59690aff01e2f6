/*
 * `recover`: go on without rows of the journal that are lost, and have that
 * recorded. The only verb that takes a journal which every other one refuses.
 */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "engine/world_real.h"
#include "journal/journal.h"
#include "journal/statedir.h"
#include "owner/peer.h"

static int
say_loss(const struct call *call, const struct sw_journal_loss *loss)
{
	if (call->is_json)
		return sw__call_print(json_pack("{s:I, s:I, s:I}", "first",
		    (json_int_t)loss->first, "last", (json_int_t)loss->last,
		    "row", (json_int_t)loss->row));
	printf("rows %" PRIu64 " to %" PRIu64 " are lost; row %" PRIu64
	       " says so\n",
	    loss->first, loss->last, loss->row);
	return EXIT_YES;
}

static int
recover(const struct call *call, struct sw_statedir *dir, struct sw_error *err)
{
	char by[SW_PEER_MAX];
	struct sw_journal_loss loss;
	sw__peer_self(by);
	int status = sw__statedir_own(dir, err);
	if (status == 0)
		status = sw__journal_recover(
		    dir->path, sw__wall_ms(), by, &loss, err);
	return status == 0 ? say_loss(call, &loss) : sw__call_failed(call, err);
}

static int
run_recover(struct call *call)
{
	struct sw_statedir dir;
	struct sw_error err;
	if (sw__call_open(call, &dir, false, &err) != 0)
		return sw__call_failed(call, &err);
	const int status = recover(call, &dir, &err);
	sw__statedir_close(&dir);
	return status;
}

const struct command sw__command_recover = {
	.name = "recover",
	.operands = "",
	.summary = "go on without rows of the journal that are lost",
	.run = run_recover,
};
