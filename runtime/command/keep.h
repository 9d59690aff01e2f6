/*
 * How long executions are kept, as a command line says it: `prune`, `serve`.
 */
#ifndef COMMAND_KEEP_H
#define COMMAND_KEEP_H

#include "command.h"
#include "engine/retention.h"

/* The rows of a table for the options that sw__call_retention reads. */
#define OPTIONS_KEEP                                                           \
	{ "--keep", "N", "keep the newest N executions" },                     \
	{                                                                      \
		"--keep-days", "DAYS",                                         \
		    "keep what ended since then (365 without --keep)"          \
	}
/* --keep and --keep-days; all 0: "--keep all". Returns 0, or the exit status
 * when what is wrong was said. */
int sw__call_retention(const struct call *call, struct sw_retention *out);

/* A document of `show`: was what it did removed? That is said, then. */
bool sw__call_is_pruned(const struct call *call, const json_t *show);

#endif
