/*
 * Selectors: which actions and stages a policy is about. As in CSS, on one
 * line:
 *
 *	selector = part { "|" part }
 *	part     = head { test } | "#" path { test }
 *	head     = "*" | category | "action" | "stage" ; either with "#" path
 *	test     = "[" name [ op value ] "]"
 *	op       = "=" | "!=" | "^=" | "$=" | "*="
 *	value    = characters but ] and quotes, or 'any but quotes'
 *
 * A category is an action's element, in any case of letters; "action" and "*"
 * are actions of all categories. A path is a name, or STAGE.ACTION. White
 * space around parts and values does not count. `rollback` is a part of its
 * own where the policy is about what follows.
 */
#ifndef COMPILER_SELECTOR_H
#define COMPILER_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "policy.h"
#include "roster.h"

/* Parts of a selector; tests of a part. */
#define SELECTOR_PARTS_MAX 64
#define SELECTOR_TESTS_MAX 32

struct arena;
struct diagnostics;
struct selector;

/*
 * Reads the text of a what= or by=. NULL if it is none, which is reported to
 * the byte (pol-syntax, pol-unknown). Owned by the arena.
 */
struct selector *selector_read(struct arena *arena, const struct roster *roster,
    const struct value *text, bool takes_rollback,
    struct diagnostics *diagnostics);

/* What it picks; owned by the arena. */
struct picked selector_pick(struct arena *arena, const struct roster *roster,
    const struct selector *selector);

/* How often that looks at an action or stage. */
size_t selector_looks(
    const struct selector *selector, const struct roster *roster);

/*
 * Why a selector picks nothing: adds to a finding the place of the first name
 * or value that nothing has, and what may have been meant.
 */
struct span selector_miss(struct arena *arena, const struct roster *roster,
    const struct selector *selector, const struct sources *sources,
    const char **meant);

#endif
