/* What `check --since` leaves out: what an earlier revision had, too. */
#ifndef TOOLS_SINCE_H
#define TOOLS_SINCE_H

#include <stddef.h>

struct compilation;
struct since;

/*
 * Finds where these models stand in a revision; they are read when they are
 * asked for. NULL, and said: it cannot be found out. Lives in the arena of
 * the compilation, whose settings it takes; since_free before that goes.
 */
struct since *since_new(struct compilation *c, const char *revision,
    const char *const *models, size_t n);
/* NULL is none. */
void since_free(struct since *since);
/* That of the earlier models: what is given beside models is for them, too. */
struct compilation *since_compilation(struct since *since);
/*
 * Forgets, after compilation_check of this model, which began when so many
 * findings were there, what its earlier state had, too.
 */
void since_forget(struct since *since, struct compilation *c, const char *model,
    size_t begin);

#endif
