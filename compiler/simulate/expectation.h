/* What a step of a scenario expects, compared with how everything stands. */
#ifndef COMPILER_EXPECTATION_H
#define COMPILER_EXPECTATION_H

struct player;
struct step;

/* Compares one <expect>; what is not as told is added to the failures. */
void expectation_compare(struct player *player, const struct step *step);

/* Adds a failure: what was expected, and what is. */
void player_fail(struct player *player, const struct step *step,
    const char *expected, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
