/* Connections: accepts, reads requests, writes responses, in one thread. */
#ifndef SHOP_SERVER_H
#define SHOP_SERVER_H

struct catalogue;

#define SERVER_CONNECTIONS_MAX 256 /* further ones wait in the backlog */
#define SERVER_IDLE_S_MAX 30       /* then a silent connection is closed */

/*
 * Serves until `stop_fd` can be read. `listen_fd` is a listening socket that
 * does not block. Returns 0, or -1 with errno.
 */
int server_run(int listen_fd, int stop_fd, const struct catalogue *catalogue);

#endif
