/*
 * Who speaks: the user behind a socket, as the kernel knows it, and the one
 * that this process is of. No variable of an environment is believed.
 */
#ifndef RUNTIME_PEER_H
#define RUNTIME_PEER_H

/* Bytes of a user's name. */
#define SW_PEER_MAX 128

/* Name of the user who connected a Unix socket, "uid 1000" when /etc/passwd
 * has none, "somebody" when the kernel does not say. */
void sw__peer_of(int fd, char out[SW_PEER_MAX]);
/* The same of this process. */
void sw__peer_self(char out[SW_PEER_MAX]);

#endif
