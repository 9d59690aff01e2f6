/*
 * Another version of the pipeline, in the midst of its life: its program finds
 * a state directory in the terms of the one before, refuses to serve it, and
 * goes over or leaves it to that one. Killed in any call, as all others.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "part.h"
#include "upgrade/upgrade.h"

#define FLIGHT_MAX 4096

/* Who goes on, in the order in which they began. */
struct flight {
	uint32_t numbers[FLIGHT_MAX];
	uint32_t n;
};

static void
find_flight(const struct sim *sim, struct flight *flight)
{
	const struct sw_book *book = sw__engine_book(sim->engine);
	const struct sw_execution *x = NULL;
	flight->n = 0;
	while ((x = sw__book_next_in_flight(book, x)) != NULL &&
	       flight->n < FLIGHT_MAX)
		flight->numbers[flight->n++] = x->number;
}

static void
close_engine(struct sim *sim)
{
	sw__engine_close(sim->engine);
	sw__engine_free(sim->engine);
	sim->engine = NULL;
}

/* Who serves a directory has the machine that it is in the terms of. */
static void
check_refused(struct sim *sim, const struct sw_pipeline *next)
{
	const struct sw_engine_options options =
	    sim_options(sim, next, &sim->world);
	struct sw_error err = { 0 };
	char fingerprint[17];
	const int status = sw__engine_open(&sim->engine, &options, &err);
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64,
	    sim->pipeline->machine->fingerprint);
	if (status == 0 && !sim->is_dead)
		sim_broken(
		    sim, "no other version serves it (G14)", "%s", fingerprint);
	if (status == SW_ERROR_UPGRADE && strstr(err.text, fingerprint) == NULL)
		sim_broken(sim, "it is said which version it is (G14)", "%s",
		    err.text);
	if (status == SW_ERROR_UPGRADE)
		sim_point(sim, SIM_OTHER_REFUSED);
	if (status == 0)
		close_engine(sim);
	sim->engine = NULL;
}

/* Nobody's end is an upgrade's doing; and what it says is recorded. */
static void
check_upgraded(struct sim *sim, const struct flight *before)
{
	struct flight *after = malloc(sizeof *after);
	if (after == NULL)
		abort();
	find_flight(sim, after);
	if (after->n != before->n || memcmp(after->numbers, before->numbers,
					 after->n * sizeof(uint32_t)) != 0)
		sim_broken(sim, "an upgrade ends nobody (G14)",
		    "%" PRIu32 " of %" PRIu32 " go on", after->n, before->n);
	if (sim->pipeline != sim->next)
		sim_broken(sim, "what is said to be done is recorded (G14)",
		    "row %" PRIu64, sim_disk_last(sim));
	free(after);
}

static void
go_over(struct sim *sim)
{
	const struct sw_upgrade how = { .by = "a version", .has_old = true };
	struct sw_world idle = sim->world;
	const struct sw_engine_options options =
	    sim_options(sim, sim->next, &idle);
	struct flight *flight = malloc(sizeof *flight);
	struct sw_error err = { 0 };
	json_t *plan = NULL;
	idle.loop = NULL;
	if (flight == NULL)
		abort();
	if (sw__engine_open(&sim->engine, &options, &err) != 0) {
		sim->engine = NULL;
		free(flight);
		return;
	}
	sw__engine_turn(sim->engine); /* what is due is nobody's doing */
	find_flight(sim, flight);
	const int status = sw__upgrade(sim->engine, &how, &plan, &err);
	if (status == 0 && !sim->is_dead)
		check_upgraded(sim, flight);
	if (status == SW_ERROR_REFUSED && !sim->is_dead)
		sim_point(sim, SIM_UPGRADE_REFUSED);
	if (status == 0 && flight->n > 0)
		sim_point(sim, SIM_UPGRADED_IN_FLIGHT);
	json_decref(plan);
	free(flight);
	close_engine(sim);
}

void
sim_upgraded(struct sim *sim)
{
	sim_point(sim, SIM_UPGRADED);
	sim->pipeline = sim->next;
	sim_people_upgraded(sim);
}

void
sim_upgrade(struct sim *sim)
{
	sim->wants_upgrade = false;
	sim->up_ms = sim->now_ms;
	if (sim->nversions == SIM_VERSIONS_MAX || sim_disk_last(sim) == 0)
		return;
	sim->next = sim_pipeline(sim->seed, sim->nversions);
	sim->versions[sim->nversions++] = sim->next;
	if (sim->next->machine->fingerprint ==
	    sim->pipeline->machine->fingerprint) {
		sim->pipeline = sim->next;
		return;
	}
	check_refused(sim, sim->next);
	sim->is_dead = sim->has_trouble = false;
	const struct sw_pipeline *before = sim->pipeline;
	go_over(sim);
	sim->is_dead = sim->has_trouble = false;
	if (sim->pipeline != before)
		check_refused(sim, before);
	sim->is_dead = sim->has_trouble = false;
}
