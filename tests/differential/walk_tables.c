/*
 * Linked with a list of subjects made by emit-models.
 *   SEED EVENTS   walks them all, the first with SEED, the next SEED + 1, ...
 *   (nothing)     drives the first through the event lines of stdin
 */
#include <stdlib.h>

#include "subject.h"

extern const struct subject subjects[];

int
main(int argc, char **argv)
{
	if (argc == 1)
		return subject_drive(&subjects[0], stdin, stdout) < 0;
	if (argc != 3)
		return 2;
	const uint64_t seed = strtoull(argv[1], NULL, 10);
	const unsigned long events = strtoul(argv[2], NULL, 10);
	for (uint64_t i = 0; subjects[i].machine != NULL; i++)
		if (subject_walk(&subjects[i], seed + i, events, stdout) < 0)
			return 1;
	return 0;
}
