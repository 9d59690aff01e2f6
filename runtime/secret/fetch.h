/*
 * Gets the value of one secret from where it is. Values go into locked memory
 * that sw__secret_wipe frees, and into no error.
 */
#ifndef RUNTIME_SECRET_FETCH_H
#define RUNTIME_SECRET_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "redact/redact.h"

enum sw_secret_kind {
	SW_SECRET_FD,
	SW_SECRET_ENV,
	SW_SECRET_FILE,
	SW_SECRET_COMMAND
};

struct sw_secret_place {
	enum sw_secret_kind kind;
	const char *where; /* behind the colon; borrowed */
	const char *dir;   /* where relative paths begin, absolute; borrowed */
};

/* Reads "file:PATH", relative to `dir`. False: it is no place. */
bool sw__secret_place(
    struct sw_secret_place *out, const char *text, const char *dir);

/*
 * Fetches the value of `name`: out->bytes is terminated and wiped by
 * sw__secret_wipe. An environment variable stays until sw__secret_forget.
 */
int sw__secret_fetch(struct sw_secret_value *out, const char *name,
    const struct sw_secret_place *place, struct sw_error *err);
/* Takes a variable out of the environment of this process, and its bytes out of
 * what /proc shows of it. */
void sw__secret_forget(const struct sw_secret_place *place);
void sw__secret_wipe(struct sw_secret_value *value);

#endif
