/*
 * When the engine turns: when the loop has collected all that has come, if
 * anything did. Input: the loop's calls; output: turns. At rest there is
 * nothing that wakes it.
 */
#include "engine_turn.h"

static void
on_collected(uv_check_t *check)
{
	struct sw_engine *engine = check->data;
	if (engine->first != NULL)
		sw__engine_turn(engine);
}

/* That it is there keeps the loop from sleeping. */
static void
on_awake(uv_idle_t *idle)
{
	(void)idle;
}

void
sw__loop_due(uv_timer_t *timer)
{
	struct sw_engine *engine = timer->data;
	sw__engine_turn(engine);
	sw__timer_arm(engine);
}

int
sw__loop_open(struct sw_engine *engine, struct sw_error *err)
{
	uv_loop_t *loop = engine->options.loop;
	if (uv_timer_init(loop, &engine->due) != 0 ||
	    uv_check_init(loop, &engine->collected) != 0 ||
	    uv_idle_init(loop, &engine->awake) != 0 ||
	    uv_check_start(&engine->collected, on_collected) != 0)
		return sw__error(err, SW_ERROR_SYSTEM, "no timer");
	uv_unref((uv_handle_t *)&engine->collected);
	engine->due.data = engine;
	engine->collected.data = engine;
	engine->has_handles = true;
	return 0;
}

void
sw__loop_close(struct sw_engine *engine)
{
	if (!engine->has_handles)
		return;
	engine->has_handles = false;
	uv_close((uv_handle_t *)&engine->due, NULL);
	uv_close((uv_handle_t *)&engine->collected, NULL);
	uv_close((uv_handle_t *)&engine->awake, NULL);
}

void
sw__loop_wake(struct sw_engine *engine, bool is_waiting)
{
	if (!engine->has_handles)
		return;
	if (is_waiting)
		uv_idle_start(&engine->awake, on_awake);
	else
		uv_idle_stop(&engine->awake);
}
