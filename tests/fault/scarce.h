/*
 * What starve(1) shares with the library that it preloads into the program
 * under test: a file that all processes of the program have mapped.
 */
#ifndef FAULT_SCARCE_H
#define FAULT_SCARCE_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>

#define SCARCE_ROLES_MAX 16
#define SCARCE_ROLE_MAX 17

/* The path of the file, for the library. */
#define SCARCE_VARIABLE "STARVE"

struct scarce {
	char program[PATH_MAX];     /* under test: others are let alone */
	char role[SCARCE_ROLE_MAX]; /* whose request fails; "": none */
	unsigned long at;           /* which one, from 1 on */
	bool is_lasting;            /* and all later ones of that role */
	_Atomic bool has_struck;
	struct {
		char role[SCARCE_ROLE_MAX];
		_Atomic unsigned long n;
	} counts[SCARCE_ROLES_MAX];
};

#endif
