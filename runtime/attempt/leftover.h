/*
 * What an owner left that was killed between the launch of an attempt and the
 * commit that records it, or an attempt that provably did not start.
 */
#ifndef RUNTIME_LEFTOVER_H
#define RUNTIME_LEFTOVER_H

#include "error.h"

/*
 * Removes such an attempt's directory, so that the attempt can be launched;
 * waits for the supervisor at its closed gate to go. 0 also if nothing is
 * there; an error if something may have been executed.
 */
int sw__leftover_clear(const char *path, struct sw_error *err);

#endif
