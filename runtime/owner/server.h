/*
 * The owner's ear: DIR/socket, requests and answers as request.h has them.
 */
#ifndef RUNTIME_SERVER_H
#define RUNTIME_SERVER_H

#include <jansson.h>
#include <uv.h>

#include "engine/engine.h"
#include "journal/statedir.h"

/* Connections at a time; further ones are closed at once. */
#define SW_CLIENTS_MAX 256
/* Bytes that wait for a client that does not read before it is let go. */
#define SW_CLIENT_QUEUE_MAX (4u << 20)

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
