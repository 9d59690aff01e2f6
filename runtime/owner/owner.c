/*
 * Puts loop, engine and server together. Input: a state directory that is
 * owned, signals; output: a loop that runs. Decides nothing.
 */
#include "owner.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

#include "secret/vault.h"
#include "upgrade/program.h"
#include "upgrade/upgrade.h"

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

static void on_look_again(uv_timer_t *timer);

static void
look_at_disk(struct sw_owner *owner)
{
	const bool was_low = owner->room.is_low;
	owner->room = sw__space_look(&owner->space);
	if (!owner->room.is_low)
		sw__space_load(&owner->space);
	else if (!uv_is_active((uv_handle_t *)&owner->looks_again))
		uv_timer_start(
		    &owner->looks_again, on_look_again, SW_SPACE_AGAIN_MS, 0);
	if (owner->room.is_low != was_low && owner->disk != NULL)
		owner->disk(&owner->room, owner->payload);
}

/* What could not be recorded is tried again when there may be room. */
static void
on_look_again(uv_timer_t *timer)
{
	struct sw_owner *owner = timer->data;
	look_at_disk(owner);
	sw__engine_retry(owner->engine);
}

static void
on_look(uv_prepare_t *looks)
{
	look_at_disk(looks->data);
}

static int
open_looks(struct sw_owner *owner)
{
	if (uv_prepare_init(&owner->loop, &owner->looks) != 0)
		return -1;
	owner->looks.data = owner;
	if (uv_timer_init(&owner->loop, &owner->looks_again) != 0)
		return -1;
	owner->looks_again.data = owner;
	uv_prepare_start(&owner->looks, on_look);
	look_at_disk(owner);
	return 0;
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

/* Goes over to this program's machine where that changes nothing for anybody;
 * otherwise says why somebody has to ask for it. */
static int
go_over(const struct sw_engine_options *options, struct sw_error *err)
{
	struct sw_real_world real;
	struct sw_engine_options asks = *options;
	struct sw_engine *engine = NULL;
	struct sw_error reason;
	json_t *plan = NULL;
	sw__real_world(&real, NULL);
	asks.world = &real.world;
	asks.row = NULL;
	if (sw__engine_open(&engine, &asks, err) != 0)
		return err->code;
	const struct sw_upgrade how = {
		.by = "the program that goes on",
		.program = options->program,
		.has_old = sw__program_is_kept(
		    options->dir, sw__engine_book(engine)->program),
		.is_timid = true,
	};
	const int status = sw__upgrade(engine, &how, &plan, &reason);
	json_decref(plan);
	sw__engine_free(engine);
	if (status == SW_ERROR_UPGRADE)
		return sw__error(err, SW_ERROR_UPGRADE,
		    "the state directory '%.300s' is of another version of "
		    "the pipeline, and %s; `upgrade --dry-run` says which and "
		    "why, `upgrade` sees to it",
		    options->dir->path, reason.text);
	if (status != 0)
		*err = reason;
	return status;
}

/* On a full disk this program is not kept, and goes on all the same. */
static int
open_engine(struct sw_owner *owner, struct sw_engine_options *options,
    struct sw_error *err)
{
	if (sw__program_keep(options->dir, owner->program, err) == 0)
		options->program = owner->program;
	int status = sw__engine_open(&owner->engine, options, err);
	if (status == SW_ERROR_UPGRADE) {
		status = go_over(options, err);
		if (status == 0)
			status = sw__engine_open(&owner->engine, options, err);
	}
	return status;
}

int
sw__owner_open(struct sw_owner *owner, const struct sw_pipeline *pipeline,
    const struct sw_statedir *dir, struct sw_error *err)
{
	struct sw_engine_options options = {
		.pipeline = pipeline,
		.dir = dir,
		.drains = owner->drains,
		.world = &owner->real.world,
		.vault = owner->vault,
		.space = &owner->space,
		.retention =
		    owner->retention.keep == 0 && owner->retention.keep_ms == 0
			? NULL
			: &owner->retention,
		.row = on_row,
		.trouble = on_trouble,
		.payload = owner,
	};
	owner->engine = NULL;
	sw__secret_hide();
	owner->server = NULL;
	owner->space.dir = dir;
	owner->space.has_ballast = false;
	owner->room = (struct sw_room){ 0 };
	owner->looks.data = NULL;
	owner->looks_again.data = NULL;
	owner->signal = 0;
	owner->trouble = (struct sw_error){ 0 };
	owner->is_stopping = false;
	memset(owner->signals, 0, sizeof owner->signals);
	if (uv_loop_init(&owner->loop) != 0)
		return sw__error(err, SW_ERROR_SYSTEM, "no event loop");
	sw__real_world(&owner->real, &owner->loop);
	if (open_signals(owner) != 0 || open_looks(owner) != 0)
		sw__error(err, SW_ERROR_SYSTEM, "no signals");
	else if (open_engine(owner, &options, err) == 0 &&
		 sw__server_open(&owner->server, &owner->loop, dir,
		     owner->engine, err) == 0 &&
		 sw__engine_resume(owner->engine, err) == 0) {
		if (options.program != NULL)
			sw__program_forget(dir, owner->program, "");
		return 0;
	}
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
	if (owner->looks.data != NULL)
		uv_close((uv_handle_t *)&owner->looks, NULL);
	if (owner->looks_again.data != NULL)
		uv_close((uv_handle_t *)&owner->looks_again, NULL);
	/* Answers that are on their way are sent, handles are closed. */
	while (uv_run(&owner->loop, UV_RUN_DEFAULT) != 0)
		;
	const int status = uv_loop_close(&owner->loop);
	assert(status == 0);
	(void)status;
	sw__engine_free(owner->engine);
}
