/*
 * Objects of the store that somebody needs, and the removal of the others.
 * Knows nobody who needs one. While objects are removed nobody may put any:
 * one that is found there is not written again.
 */
#ifndef RUNTIME_MARKS_H
#define RUNTIME_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object.h"

#define SW_MARK_BYTES 32

/* A set of hashes. None: { 0 }. */
struct sw_marks {
	uint8_t (*hashes)[SW_MARK_BYTES]; /* all zero: a free place */
	size_t room;                      /* a power of 2, or 0 */
	size_t n;
};

void sw__marks_free(struct sw_marks *marks);
bool sw__marks_have(const struct sw_marks *marks, const char *hash);
/* 1: it is new; 0: it was there, or is no hash; SW_ERROR_SYSTEM. */
int sw__marks_add(
    struct sw_marks *marks, const char *hash, struct sw_error *err);
/* An artifact and its files. Of one that is damaged or missing, and so of no
 * use to anybody, nothing more is needed. */
int sw__marks_add_artifact(struct sw_marks *marks, struct sw_objects *objects,
    const char *hash, struct sw_error *err);

/* Removes all other objects. What cannot be removed is left; *err. */
int sw__objects_sweep(struct sw_objects *objects, const struct sw_marks *marks,
    struct sw_error *err);

#endif
