/* What the files of the story share. Internal to compiler/verify/. All words
 * are the arena's, or static. */
#ifndef COMPILER_VERIFY_STORY_PART_H
#define COMPILER_VERIFY_STORY_PART_H

#include "verify.h"

struct arena;
struct lowered;
struct model;

/* story.c: where an action, or a rule, is. */
struct span story__of_action(const struct lowered *lowered, uint32_t action);
/* story_fact.c: the other of two, "'Prod.Ship'" or "another execution". */
const char *story__other(struct arena *arena, const struct lowered *lowered,
    const struct breach *breach);
/* story_why.c: that the action's stage can be skipped. */
const char *story__skipped(
    struct arena *arena, const struct lowered *lowered, uint32_t action);
/* Which trigger takes pull requests; NULL: none does. */
const char *story__pull_request(struct arena *arena, const struct model *model);
/* story_policy.c: of a policy; `who` begins, or ends. */
const char *story__policy_fact(struct arena *arena,
    const struct lowered *lowered, const struct verdict *verdict,
    const char *who);
/* NULL: the run says it all. */
const char *story__policy_why(struct arena *arena, const struct properties *p,
    const struct verdict *verdict);

#endif
