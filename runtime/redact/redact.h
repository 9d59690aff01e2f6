/*
 * The redactor: what knows the values of secrets and keeps them out of
 * everything that is written, shown or kept. Each run of bytes that are part
 * of a known form of a secret (forms.h) becomes SW_REDACTED, whether forms
 * overlap, touch, or come in several writes. Pure: it reads and writes
 * nothing but memory.
 */
#ifndef RUNTIME_REDACT_H
#define RUNTIME_REDACT_H

#include <stddef.h>

#include "error.h"

/* A value, or a line of one, of fewer bytes is never masked: it would stand
 * everywhere by chance. */
#define SW_SECRET_MIN 6
/* Bytes of a value. */
#define SW_SECRET_MAX 16384
/* What stands in the place of a secret. */
#define SW_REDACTED "***"

/* A secret and what must not be seen; bytes may hold anything. */
struct sw_secret_value {
	const char *name;
	const char *bytes;
	size_t size;
};

/* Knows the forms of some secrets; never changes, so many may use it. */
struct sw_redactor;

/*
 * The values are copied, into memory that is locked where the system allows
 * it, left out of core dumps and wiped when freed; the names are borrowed for
 * as long as the redactor lives. SW_ERROR_LIMIT: the values are too many or
 * too long. Caller frees with sw__redactor_free, which takes NULL.
 */
int sw__redactor_new(struct sw_redactor **out,
    const struct sw_secret_value *values, size_t n, struct sw_error *err);
void sw__redactor_free(struct sw_redactor *redactor);

/* Bytes of the longest form; 0: nothing is ever masked. */
size_t sw__redactor_longest(const struct sw_redactor *redactor);

/* Takes what may be seen; borrowed for the time of the call. */
typedef void (*sw_redact_fn)(void *payload, const char *bytes, size_t n);

/* One stream of bytes through a redactor. */
struct sw_redaction;

/* The redactor (NULL: nothing is masked) is borrowed. Caller frees. */
int sw__redaction_new(struct sw_redaction **out,
    const struct sw_redactor *redactor, sw_redact_fn emit, void *payload,
    struct sw_error *err);
/*
 * Emits all of it but what may be the beginning of a secret, fewer bytes than
 * the longest form: a prompt shows, and a secret that comes byte by byte with
 * pauses does not.
 */
void sw__redaction_write(
    struct sw_redaction *stream, const char *bytes, size_t n);
/* The end of the stream: what was held back cannot become a secret. */
void sw__redaction_flush(struct sw_redaction *stream);
void sw__redaction_free(struct sw_redaction *stream);

/*
 * A whole text in place; returns its new size, which is never larger, and
 * terminates it if it became shorter. Out of memory leaves nothing of it.
 */
size_t sw__redact(const struct sw_redactor *redactor, char *text, size_t n);
/* The name of a secret that these bytes hold in some form, or NULL. */
const char *sw__redactor_find(
    const struct sw_redactor *redactor, const char *bytes, size_t n);

#endif
