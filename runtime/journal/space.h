/*
 * Room on the disk of a state directory. Below a floor nothing new is started,
 * so that what goes on, and what people decide, can still be recorded; and
 * DIR/ballast is given up when the disk is full all the same.
 */
#ifndef RUNTIME_SPACE_H
#define RUNTIME_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "statedir.h"

/* Bytes of DIR/ballast: room for a write-ahead log as long as it gets. */
#define SW_BALLAST_BYTES (4u << 20)
/* The floor, if nobody says one: the smaller of the two. */
#define SW_FLOOR_BYTES (UINT64_C(1) << 30)
#define SW_FLOOR_PERCENT 5
#define SW_FLOOR_UNSAID UINT64_MAX
/* Between two looks while there is too little. */
#define SW_SPACE_AGAIN_MS 5000

struct sw_space {
	const struct sw_statedir *dir;
	uint64_t floor; /* bytes; SW_FLOOR_UNSAID; 0: there is none */
	bool has_ballast;
};

/* How it stands now. */
struct sw_room {
	uint64_t free_bytes; /* for this user */
	uint64_t floor_bytes;
	bool is_low; /* free is below the floor; false if nobody can say */
};

struct sw_room sw__space_look(const struct sw_space *space);
/* SW_ERROR_LIMIT, with a way out, if there is too little for something new. */
int sw__space_check(const struct sw_space *space, struct sw_error *err);

/* Makes the ballast, if it is not there and there is room enough. */
void sw__space_load(struct sw_space *space);
/* Gives it up if the disk is as good as full. True: there is room now. */
bool sw__space_unload(struct sw_space *space);

#endif
