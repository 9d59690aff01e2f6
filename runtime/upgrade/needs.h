/*
 * What the rest of a machine reads, and whether an execution has it: artifacts
 * and namespaces of variables, by name.
 */
#ifndef RUNTIME_NEEDS_H
#define RUNTIME_NEEDS_H

#include <stdbool.h>

#include "journal/book.h"
#include "machine/carry.h"

/* Bytes of a reason. */
#define SW_NEED_MAX 512

/*
 * What an execution lacks when it goes on in front of stage `from` of the new
 * pipeline (`anew`: at its beginning), or in the midst of it. Writes what an
 * action reads and nobody will have written into SW_NEED_MAX bytes; false:
 * nothing is lacking.
 */
bool sw__needs(const struct sw_book *book, const struct sw_carry *carry,
    uint32_t execution, uint32_t from, bool anew, char *lacks);

#endif
