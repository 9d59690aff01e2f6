/*
 * Going over to this program's machine. Input: an engine in the terms of the
 * old one; output: an `upgrade` row, or why there is none. Judged in the very
 * turn that records it.
 */
#include "upgrade.h"

#include <string.h>

#include "engine/engine_turn.h"
#include "journal/era.h"
#include "plan.h"

struct change {
	struct sw_matter matter;
	const struct sw_upgrade *how;
	json_t *plan;
};

static bool
is_way(const json_t *plan, const char *way)
{
	const json_t *is = json_object_get(plan, "way");
	return strcmp(json_string_value(is), way) == 0;
}

static size_t
count(const json_t *plan, const char *what)
{
	size_t i, n = 0;
	json_t *row;
	json_array_foreach(json_object_get(plan, "executions"), i, row)
		n += strcmp(json_string_value(json_object_get(row, "what")),
			 what) == 0;
	return n;
}

static int
check(const struct change *c, struct sw_error *err)
{
	const size_t nold = count(c->plan, "old") + count(c->plan, "person");
	const size_t nother = count(c->plan, "unplanned");
	if (nother > 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "%zu execution%s would not go on as planned; wait until "
		    "they are elsewhere, or leave out --plan",
		    nother, nother == 1 ? "" : "s");
	if (is_way(c->plan, "drain"))
		return sw__error(err,
		    c->how->is_timid ? SW_ERROR_UPGRADE : SW_ERROR_REFUSED,
		    "%zu execution%s can end on the old version alone", nold,
		    nold == 1 ? "" : "s");
	if (c->how->is_timid &&
	    !json_is_true(json_object_get(c->plan, "harmless")))
		return sw__error(err, SW_ERROR_UPGRADE,
		    "%zu execution%s would begin a stage anew",
		    count(c->plan, "repeats"),
		    count(c->plan, "repeats") == 1 ? "" : "s");
	return 0;
}

static int
draft(struct sw_matter *matter, struct sw_turn *turn, struct sw_error *err)
{
	struct change *c = (struct change *)matter;
	struct sw_engine *engine = turn->engine;
	json_decref(c->plan);
	c->plan =
	    sw__upgrade_plan(engine->book, c->how->has_old, c->how->planned);
	if (c->plan == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	if (c->how->planned != NULL && !is_way(c->plan, "none") &&
	    sw__planned_check(c->how->planned, c->plan, err) != 0) {
		json_decref(c->plan);
		c->plan = NULL;
		return err->code;
	}
	if (c->how->is_dry || is_way(c->plan, "none"))
		return 0;
	if (check(c, err) != 0)
		return err->code;
	static const char *const planned[] = { "from", "to", "repeats",
		"ends" };
	struct sw_facts facts = sw__turn_facts(turn);
	json_t *machine = sw__era_write(engine->own);
	for (size_t i = 0; i < sizeof planned / sizeof *planned; i++)
		sw__facts_json(
		    &facts, planned[i], json_object_get(c->plan, planned[i]));
	if (machine == NULL)
		facts.values.has_failed = true;
	sw__facts_json(&facts, "machine", machine);
	sw__facts_text(&facts, "by", c->how->by);
	sw__facts_text(&facts, "program", c->how->program);
	const int status = sw__turn_draft(turn, "upgrade", &facts, err);
	json_decref(machine);
	engine->options.pipeline = engine->book->pipeline;
	return status;
}

int
sw__upgrade(struct sw_engine *engine, const struct sw_upgrade *how,
    json_t **plan, struct sw_error *err)
{
	struct change c = { .matter = { .draft = draft }, .how = how };
	const int status = sw__engine_take(engine, &c.matter, err);
	*plan = c.plan;
	return status;
}
