/*
 * Keys of requests: a request that changes something is taken once for its
 * key, however often it is sent. Who asks makes it, and sends it again with
 * the request when no answer came.
 */
#ifndef RUNTIME_KEY_H
#define RUNTIME_KEY_H

#include "error.h"

/* Bytes of a key. */
#define SW_KEY_MAX 128

/* Is this a key: 1 to SW_KEY_MAX characters of ASCII, none a blank? If not,
 * SW_ERROR_USAGE, or SW_ERROR_LIMIT of one that is too long. */
int sw__key_check(const char *key, struct sw_error *err);
/* A new one, which nobody else has: a UUID. */
void sw__key_make(char out[SW_KEY_MAX + 1]);

#endif
