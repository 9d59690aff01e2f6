/*
 * Statements (in-toto Statement v1): which files something is said of, and
 * what; the same bytes whenever the journal and the artifact are the same.
 *
 * Each file of an artifact is a subject: "name" is its path, "digest" its
 * SHA-256, as sha256sum prints it. Of an executable one and of a link
 * "annotations": {"mode": "executable" or "link"}; the digest of a link is
 * that of its target's text. The artifact as a whole comes first, with the
 * digest by which the journal knows it (predicate.h).
 */
#ifndef RUNTIME_STATEMENT_H
#define RUNTIME_STATEMENT_H

#include <jansson.h>

#include "signing_key.h"

#define SW_STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define SW_STATEMENT_PAYLOAD "application/vnd.in-toto+json"

/* Takes one envelope, a line without its end; a negative return ends it. */
typedef int (*sw_statement_fn)(
    const char *envelope, void *payload, struct sw_error *err);

/*
 * Signs what predicate.h says of one artifact (an element of "artifacts"),
 * with the digests of its files, which are read from the store and checked.
 */
int sw__statement_sign(const char *state_dir, const json_t *artifact,
    const struct sw_signing_key *key, sw_statement_fn take, void *payload,
    struct sw_error *err);

#endif
