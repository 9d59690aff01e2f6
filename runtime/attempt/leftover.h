/*
 * What an owner left that was killed between the launch of an attempt and the
 * commit that records it, or an attempt that provably did not start.
 */
#ifndef RUNTIME_LEFTOVER_H
#define RUNTIME_LEFTOVER_H

#include <stdbool.h>

#include "error.h"

/*
 * Empties such an attempt's directory, so that the attempt can be launched;
 * waits for the supervisor at its closed gate to go. The journal knows of an
 * attempt that is launched again: `keeps_gate` keeps the file that proves that
 * it did not start, whenever we are killed; otherwise the directory goes. 0
 * also if nothing is there; an error if something may have been executed.
 */
int sw__leftover_clear(const char *path, bool keeps_gate, struct sw_error *err);

#endif
