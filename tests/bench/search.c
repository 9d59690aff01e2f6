/*
 * search MODEL EXECUTIONS MOVES [alike]: one search of a model's machine, and
 * what it took: states, transitions, seconds, bytes of memory that the system
 * counts for each state, the way to each state included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "compilation.h"
#include "lower/lower.h"
#include "verify/alike.h"
#include "verify/explore.h"

static double
processor_seconds(const struct rusage *usage)
{
	return (double)usage->ru_utime.tv_sec +
	       (double)usage->ru_utime.tv_usec / 1e6 +
	       (double)usage->ru_stime.tv_sec +
	       (double)usage->ru_stime.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct compilation c;
	struct rusage before;
	struct rusage after;
	if (argc < 4)
		return 2;
	compilation_init(&c);
	if (!compilation_lower(&c, argv[1]))
		return 1;
	uint32_t *alike =
	    argc > 4 ? alike_find(&c.lowered->machine, NULL) : NULL;
	const struct explore_options options = {
		.machine = &c.lowered->machine,
		.executions = (uint32_t)atoi(argv[2]),
		.moves = (unsigned)atoi(argv[3]),
		.alike = alike,
		.memory_max = UINT64_C(4) << 30,
		.seconds_max = 600,
	};
	struct explore *explore = explore_new(&options);
	getrusage(RUSAGE_SELF, &before);
	const enum explore_outcome outcome = explore_run(explore);
	getrusage(RUSAGE_SELF, &after);
	const struct explore_progress counts = explore_counts(explore);
	printf("%llu %llu %.3f %.1f\n", (unsigned long long)counts.states,
	    (unsigned long long)counts.transitions,
	    processor_seconds(&after) - processor_seconds(&before),
	    (double)(after.ru_maxrss - before.ru_maxrss) * 1024 /
		(double)counts.states);
	explore_free(explore);
	free(alike);
	compilation_release(&c);
	return outcome != EXPLORE_COMPLETE;
}
