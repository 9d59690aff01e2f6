/* Which <allow> of a model silence something; see unused.c. */
#ifndef COMPILER_CHECK_UNUSED_H
#define COMPILER_CHECK_UNUSED_H

#include "base/diagnostic.h"

struct allow;
struct allow_uses;
struct arena;
struct model;

/* Every <allow> of a model, none of them used; owned by the arena. */
struct allow_uses *allow_uses_new(
    struct arena *arena, const struct model *model);
/* This check has run: an <allow> of it that is not used silences nothing. */
void allow_uses_judge(struct allow_uses *uses, enum check_id id);
/* This one has silenced a finding. `uses` may be NULL: nobody asks. */
void allow_uses_mark(struct allow_uses *uses, const struct allow *allow);

#endif
