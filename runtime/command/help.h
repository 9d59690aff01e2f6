/* Help and usage, made from the table of commands. */
#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H

#include <stdio.h>

#include "command.h"

/* "usage: release run [--var N=V]..." of the call's command. */
void sw__help_usage(FILE *out, const struct call *call);
/* Of the call's command, or of all of them. */
void sw__help(FILE *out, const struct call *call);

#endif
