/*
 * DSSE envelopes (Dead Simple Signing Envelope 1.0.2): bytes, their type and
 * signatures over both, as one line of JSON. Verified first; only bytes whose
 * signature holds are handed out. The "keyid" is a hint that nothing rests on.
 */
#ifndef RUNTIME_ENVELOPE_H
#define RUNTIME_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "signing_key.h"

/* Bytes of what is signed: a statement of an artifact with the most files. */
#define SW_PAYLOAD_MAX ((size_t)128 << 20)
/* Bytes of an envelope, and signatures that one may have. */
#define SW_ENVELOPE_MAX ((size_t)192 << 20)
#define SW_SIGNATURES_MAX 16
/* Bytes of a payload's type. */
#define SW_PAYLOAD_TYPE_MAX 256

/*
 * What is signed, the pre-authentication encoding:
 * "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body. Caller frees; NULL
 * without memory. *body_at (may be NULL) is where the body begins.
 */
uint8_t *sw__envelope_encode(const char *type, const void *body, size_t n,
    size_t *size, size_t *body_at);

/* Signs. *out is one line without its end; caller frees. */
int sw__envelope_seal(char **out, const char *type, const void *body, size_t n,
    const struct sw_signing_key *key, struct sw_error *err);

/* What an envelope held. */
struct sw_payload {
	char type[SW_PAYLOAD_TYPE_MAX];
	char *body; /* terminated; the one that was signed */
	size_t size;
	const struct sw_public_key *signer; /* of the ring */
	uint8_t *room;
};

/*
 * Opens an envelope, if one of the keys has signed it. SW_ERROR_CORRUPT: it
 * is none; SW_ERROR_REFUSED: nobody who is trusted has signed these bytes;
 * SW_ERROR_LIMIT. Caller: sw__payload_release, on success alone.
 */
int sw__envelope_open(struct sw_payload *out, const char *text, size_t n,
    const struct sw_key_ring *ring, struct sw_error *err);
void sw__payload_release(struct sw_payload *payload);

#endif
