/*
 * The record of what reached the files of a folder, call by call: what a disk
 * that loses power may have kept of it is power.c's. Text, one line an entry,
 * some with bytes behind the line:
 *
 *   make INODE PATH        a file appeared under a name (a link, too)
 *   folder PATH            a directory did
 *   move INODE FROM TO     a file or, with INODE 0, a directory
 *   drop PATH              a name is gone
 *   write INODE OFFSET N   and N bytes
 *   size INODE N           cut or grown
 *   sync INODE N           and N bytes: all of the file, now on disk
 *   syncdir PATH           its names are on disk
 *   told SEQ               the program printed this row of the journal
 *   ran N                  and N bytes, appended to the file "runs"
 *
 * Paths are relative to the folder.
 */
#ifndef FAULT_RECORD_H
#define FAULT_RECORD_H

#include <stdio.h>

#include "tracee.h"

struct record {
	FILE *out;
	const char *folder; /* absolute, without a link in it */
	pid_t root;         /* whose standard output is what is told */
};

/* Before a call, and when it has succeeded with `result`. */
void record_entry(struct record *record, struct tracee *tracee);
void record_exit(
    struct record *record, const struct tracee *tracee, int64_t result);

#endif
