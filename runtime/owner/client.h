/*
 * Asking whoever owns a state directory. Blocking; request.h has the words.
 */
#ifndef RUNTIME_CLIENT_H
#define RUNTIME_CLIENT_H

#include <stdbool.h>

#include <jansson.h>

#include "journal/statedir.h"

/* The owner answers a question within so long. */
#define SW_ANSWER_TIMEOUT_MS 30000

struct sw_client {
	int fd;
	char *bytes; /* received and not yet returned */
	size_t length;
	size_t capacity;
	bool is_refused; /* the owner is ending: what was not answered is not
	                    done, and may be asked again */
};

/* SW_ERROR_REFUSED if nobody listens. */
int sw__client_open(
    struct sw_client *out, const struct sw_statedir *dir, struct sw_error *err);
void sw__client_close(struct sw_client *client);

/* Sends a request (borrowed). If the owner has gone before it could take it,
 * that is no error: there is no answer, and is_refused. */
int sw__client_send(
    struct sw_client *client, const json_t *request, struct sw_error *err);
/*
 * The next line; *out NULL when the owner has closed the connection: unless
 * is_refused, nobody knows what it did before. Waits for
 * as long as it takes if `patient`. SIGINT ends the waiting (SW_ERROR_BUSY).
 */
int sw__client_receive(
    struct sw_client *client, bool patient, json_t **out, struct sw_error *err);

/*
 * Sends a request and takes its answer. *out NULL: there is none, and somebody
 * else must be asked, with the same key: the owner is ending (is_refused), has
 * gone, or cannot say what it has recorded.
 */
int sw__client_ask(struct sw_client *client, const json_t *request,
    json_t **out, struct sw_error *err);

#endif
