/*
 * Users by name. Input: a socket; output: a name from /etc/passwd, read
 * without the name service: a static binary has none.
 */
#define _GNU_SOURCE /* struct ucred, fgetpwent */
#include "peer.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void
name_of(uid_t uid, char out[SW_PEER_MAX])
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry = NULL;
	while (file != NULL && (entry = fgetpwent(file)) != NULL)
		if (entry->pw_uid == uid)
			break;
	if (entry != NULL)
		snprintf(out, SW_PEER_MAX, "%s", entry->pw_name);
	else
		snprintf(out, SW_PEER_MAX, "uid %lu", (unsigned long)uid);
	if (file != NULL)
		(void)fclose(file);
}

void
sw__peer_of(int fd, char out[SW_PEER_MAX])
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
		name_of(peer.uid, out);
	else
		snprintf(out, SW_PEER_MAX, "somebody");
}

void
sw__peer_self(char out[SW_PEER_MAX])
{
	name_of(geteuid(), out);
}
