/* Makes the corrections that findings carry, in the bytes of a file. */
#ifndef COMPILER_FIX_H
#define COMPILER_FIX_H

#include <stddef.h>

#include "base/diagnostic.h"

struct arena;

/* What became of a file. */
struct fix {
	const char *bytes; /* with a NUL behind them; the arena's */
	size_t size;
	size_t nfixed;     /* findings whose corrections were made */
	size_t nelsewhere; /* those with a place in another file: not made */
};

/*
 * Makes the corrections that are as safe as `most` or safer, of all findings
 * that nothing hides, from the first to the last. One that touches another's
 * bytes waits for the next time. All other bytes stay as they are.
 */
struct fix fix_apply(struct arena *arena, const struct diagnostics *diagnostics,
    uint32_t file, enum fix_safety most);

#endif
