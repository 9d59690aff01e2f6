/*
 * Puts loop, engine and server together. Input: a state directory that is
 * owned, signals; output: a loop that runs. Decides nothing.
 */
#include "owner.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

static void
on_row(const json_t *row, void *payload)
{
	struct sw_owner *owner = payload;
	sw__server_tell(owner->server, row);
	if (owner->row != NULL)
		owner->row(row, owner->payload);
}

static void
on_trouble(const struct sw_error *err, void *payload)
{
	struct sw_owner *owner = payload;
	owner->trouble = *err;
	sw__owner_stop(owner);
}

static void
on_signal(uv_signal_t *handle, int number)
{
	struct sw_owner *owner = handle->data;
	owner->signal = number;
	sw__owner_stop(owner);
}

static int
open_signals(struct sw_owner *owner)
{
	static const int numbers[] = { SIGINT, SIGTERM };
	for (int i = 0; i < 2; i++) {
		if (uv_signal_init(&owner->loop, &owner->signals[i]) != 0)
			return -1;
		owner->signals[i].data = owner;
		if (uv_signal_start(
			&owner->signals[i], on_signal, numbers[i]) != 0)
			return -1;
	}
	return 0;
}

int
sw__owner_open(struct sw_owner *owner, const struct sw_pipeline *pipeline,
    const struct sw_statedir *dir, struct sw_error *err)
{
	const struct sw_engine_options options = {
		.pipeline = pipeline,
		.dir = dir,
		.world = &owner->real.world,
		.vault = owner->vault,
		.row = on_row,
		.trouble = on_trouble,
		.payload = owner,
	};
	owner->engine = NULL;
	owner->server = NULL;
	owner->signal = 0;
	owner->trouble = (struct sw_error){ 0 };
	owner->is_stopping = false;
	memset(owner->signals, 0, sizeof owner->signals);
	if (uv_loop_init(&owner->loop) != 0)
		return sw__error(err, SW_ERROR_SYSTEM, "no event loop");
	sw__real_world(&owner->real, &owner->loop);
	if (open_signals(owner) != 0)
		sw__error(err, SW_ERROR_SYSTEM, "no signals");
	else if (sw__engine_open(&owner->engine, &options, err) == 0 &&
		 sw__server_open(&owner->server, &owner->loop, dir,
		     owner->engine, err) == 0 &&
		 sw__engine_resume(owner->engine, err) == 0)
		return 0;
	sw__owner_close(owner);
	return err->code;
}

void
sw__owner_run(struct sw_owner *owner)
{
	while (!owner->is_stopping && uv_run(&owner->loop, UV_RUN_ONCE) != 0)
		;
}

void
sw__owner_stop(struct sw_owner *owner)
{
	owner->is_stopping = true;
	uv_stop(&owner->loop);
}

void
sw__owner_close(struct sw_owner *owner)
{
	sw__server_close(owner->server);
	if (owner->engine != NULL)
		sw__engine_close(owner->engine);
	for (int i = 0; i < 2; i++)
		if (owner->signals[i].data != NULL)
			uv_close((uv_handle_t *)&owner->signals[i], NULL);
	/* Answers that are on their way are sent, handles are closed. */
	while (uv_run(&owner->loop, UV_RUN_DEFAULT) != 0)
		;
	const int status = uv_loop_close(&owner->loop);
	assert(status == 0);
	(void)status;
	sw__engine_free(owner->engine);
}
