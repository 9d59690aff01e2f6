/*
 * The drawing of a change: one pipeline with what it was and what it is. Two
 * drawings side by side leave it to the reader to find what is different; in
 * one that is merged he makes fewer mistakes (D. Archambault, H. C. Purchase,
 * B. Pinaud, "Difference Map Readability for Dynamic Graphs", GD 2010).
 */
#ifndef COMPILER_CHANGE_H
#define COMPILER_CHANGE_H

#include <stdbool.h>

struct arena;
struct comparison;
struct drawing;

/* Actions of both models together up to which a change is drawn. */
#define CHANGE_ACTIONS_MAX 1000u
/* Unchanged actions of an unchanged stage from which one card stands for all:
 * not where somebody approves or deploys to production. */
#define CHANGE_FOLDED_MIN 3u
/* Changes of one action that its card names, and code points of that. */
#define CHANGE_WORDS_MAX 2u
#define CHANGE_WORDS_CUT 44u

/*
 * False: one of the models is missing, or both are too large. The drawing is
 * owned by the arena.
 */
bool drawing_of_change(struct arena *arena, const struct comparison *comparison,
    struct drawing *out);

#endif
