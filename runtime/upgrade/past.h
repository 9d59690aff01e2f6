/*
 * Is what an execution did a past that the new machine could have given it?
 * Then what was proved of all runs of the new machine, its policies among it,
 * is true of this one too.
 */
#ifndef RUNTIME_PAST_H
#define RUNTIME_PAST_H

#include <stdbool.h>

#include "journal/book.h"
#include "machine/carry.h"
#include "needs.h"

/*
 * What a STANDARD execution at stage `stage` of the old machine has not done as
 * the new one would have had it: an action that lies behind it there did not
 * succeed, since its stage was skipped, and the new machine skips it for
 * nobody; or was of another provider or environment, and so another action to
 * a policy. sw_carry_judge is asked before. Not `anew`: what has begun in the
 * stage itself counts too. Writes it into SW_NEED_MAX bytes; false: nothing.
 */
bool sw__past_differs(const struct sw_book *book, const struct sw_carry *carry,
    uint32_t execution, uint32_t stage, bool anew, char *what);

#endif
