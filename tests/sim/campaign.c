/*
 * sim [--seed N] [--seeds N] [--days N] [--without FAULT]... [--trace]:
 * lives of pipelines, one for each seed from N on (1). Each tenth is lived
 * twice and must be the same. The first seed in which a law is broken is made
 * smaller and told, with the command that shows it again; so is a point that
 * was never reached in a campaign of 100 seeds and more.
 *
 * An event is something that the engine is told (a request, the end of an
 * attempt, tips of a source) or a turn in which it takes what waits or is due;
 * laws are checked after each, and after each row. All that is done for them
 * is in the time: supervisors, disk, restarts, the calm at the end, and the
 * whole journal read once more.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "part.h"

#define DAYS 30
#define TWICE 10 /* each so many */
#define CAMPAIGN 100

static const char *const point_names[SIM_NPOINTS] = {
#define POINT_NAME(id, name) [SIM_##id] = name,
	SIM_POINTS(POINT_NAME)
#undef POINT_NAME
};

struct life {
	uint64_t seed;
	uint64_t days;
	uint32_t without; /* bits of faults */
	FILE *trace;
};

struct total {
	uint64_t events, read, ms;
	uint32_t points[SIM_NPOINTS];
};

/* Half of the faults, by the seed. */
static uint32_t
swarm(struct chance *chance)
{
	return (uint32_t)chance_next(chance) & ((1u << SIM_NFAULTS) - 1);
}

/* Lives; *sim says how it was. */
static void
live(const struct life *life, struct sim *sim)
{
	*sim = (struct sim){
		.seed = life->seed,
		.chance = chance_new(life->seed),
		.trace = life->trace,
	};
	sim->faults = swarm(&sim->chance) & ~life->without;
	sim->pipeline = sim_pipeline(life->seed, 0);
	sim->versions[sim->nversions++] = sim->pipeline;
	sim_live(sim, life->days);
	for (uint32_t i = 0; i < sim->nversions; i++)
		sim_pipeline_free(sim->versions[i]);
}

static bool
is_broken(const struct life *life)
{
	struct sim sim;
	live(life, &sim);
	return sim.broken != NULL;
}

/* Without each fault that it breaks without, then in fewer days. */
static void
shrink(struct life *life)
{
	for (uint32_t i = 0; i < SIM_NFAULTS; i++) {
		struct life less = *life;
		less.without |= 1u << i;
		if (less.without != life->without && is_broken(&less))
			*life = less;
	}
	uint64_t lives = 0; /* so many days are too few */
	while (lives + 1 < life->days) {
		struct life less = *life;
		less.days = lives + (life->days - lives) / 2;
		if (is_broken(&less))
			*life = less;
		else
			lives = less.days;
	}
}

static void
tell(struct life life)
{
	struct sim sim;
	life.trace = NULL;
	shrink(&life);
	live(&life, &sim);
	printf("seed %" PRIu64 " breaks: %s: %s\n", life.seed, sim.broken,
	    sim.detail);
	printf("see it again: sim --seed %" PRIu64 " --days %" PRIu64,
	    life.seed, life.days);
	for (uint32_t i = 0; i < SIM_NFAULTS; i++)
		if (life.without >> i & 1)
			printf(" --without %s", sim_fault_names[i]);
	printf(" --trace\n");
}

static bool
one(const struct life *life, struct total *total)
{
	struct sim sim;
	live(life, &sim);
	total->events += sim.nevents;
	total->read += sim.nread;
	total->ms += sim.now_ms;
	for (uint32_t i = 0; i < SIM_NPOINTS; i++)
		total->points[i] += sim.points[i];
	if (sim.broken != NULL) {
		if (life->trace == NULL)
			tell(*life);
		else
			printf("%s: %s\n", sim.broken, sim.detail);
		return false;
	}
	if (life->seed % TWICE != 0)
		return true;
	const uint64_t hash = sim.hash;
	live(life, &sim);
	total->events += sim.nevents;
	total->read += sim.nread;
	if (sim.hash != hash)
		printf("seed %" PRIu64 " is another one each time (G4)\n",
		    life->seed);
	return sim.hash == hash;
}

static bool
check_points(const struct total *total)
{
	bool is_good = true;
	for (uint32_t i = 0; i < SIM_NPOINTS; i++)
		if (total->points[i] == 0) {
			printf("never reached: %s\n", point_names[i]);
			is_good = false;
		}
	return is_good;
}

static uint32_t
fault_of(const char *name)
{
	for (uint32_t i = 0; i < SIM_NFAULTS; i++)
		if (strcmp(sim_fault_names[i], name) == 0)
			return 1u << i;
	fprintf(stderr, "there is no fault '%s'\n", name);
	exit(2);
}

/* Returns how many seeds are wanted. */
static uint64_t
read_options(int argc, char **argv, struct life *life)
{
	uint64_t seeds = 1;
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		if (strcmp(argv[i], "--trace") == 0) {
			life->trace = stdout;
			continue;
		}
		if (strcmp(argv[i], "--seed") == 0)
			life->seed = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--seeds") == 0)
			seeds = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--days") == 0)
			life->days = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--without") == 0)
			life->without |= fault_of(value);
		else
			exit(2);
		i++;
	}
	return seeds;
}

int
main(int argc, char **argv)
{
	struct life life = { .seed = 1, .days = DAYS };
	struct total total = { 0 };
	bool is_good = sodium_init() >= 0;
	const uint64_t seeds = read_options(argc, argv, &life);
	const clock_t begin = clock();
	for (uint64_t i = 0; i < seeds && is_good; i++, life.seed++)
		is_good = one(&life, &total);
	const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
	printf("%" PRIu64 " seeds, %.1f years, %" PRIu64 " events, %" PRIu64
	       " rows read again, %.0f events a second\n",
	    seeds, (double)total.ms / (365.25 * 86400000), total.events,
	    total.read, (double)total.events / (seconds > 0 ? seconds : 1));
	if (is_good && seeds >= CAMPAIGN)
		is_good = check_points(&total);
	return is_good ? 0 : 1;
}
