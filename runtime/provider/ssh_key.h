/* Where the ssh keys of the user are who runs the pipeline. */
#ifndef PROVIDER_SSH_KEY_H
#define PROVIDER_SSH_KEY_H

#include <limits.h>
#include <stdbool.h>

/* Path of the readable private key number `turn` (0, 1, ...), if there is. */
bool sw__ssh_key(char path[PATH_MAX], unsigned turn);

#endif
