/*
 * The owner's ear: DIR/socket, requests and answers as request.h has them.
 */
#ifndef RUNTIME_SERVER_H
#define RUNTIME_SERVER_H

#include <jansson.h>
#include <uv.h>

#include "engine/engine.h"
#include "journal/statedir.h"

/* Connections at a time. For a further one the one is let go that has been
 * silent for longest, so that somebody can always be heard. */
#define SW_CLIENTS_MAX 256
/* Of these, who follow an execution; they are not let go for others. */
#define SW_FOLLOWERS_MAX 192
/* Requests of one client that wait; then the engine turns at once. */
#define SW_PIPELINED_MAX 64
/* Bytes that wait for a client that does not read before it is let go: for one
 * that asks, and for one that follows. */
#define SW_CLIENT_QUEUE_MAX (4u << 20)
#define SW_FOLLOWER_QUEUE_MAX (256u << 10)

struct sw_server;

/* `hint` (may be NULL) is called when a source is said to have changed. */
int sw__server_open(struct sw_server **out, uv_loop_t *loop,
    const struct sw_statedir *dir, struct sw_engine *engine,
    struct sw_error *err);
void sw__server_on_hint(
    struct sw_server *server, void (*hint)(void *payload), void *payload);
/* Tells the followers about a row (sw__view_row's document). */
void sw__server_tell(struct sw_server *server, const json_t *row);
/* Closes; frees itself when the loop has run. NULL is fine. */
void sw__server_close(struct sw_server *server);

#endif
