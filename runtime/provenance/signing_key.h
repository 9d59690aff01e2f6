/*
 * Signing keys: Ed25519 (RFC 8032), in the files that openssl reads and
 * writes: PEM (RFC 7468) of PKCS #8 and of SubjectPublicKeyInfo (RFC 8410).
 * A key's id is the SHA-256 of its SubjectPublicKeyInfo in DER, in hex.
 */
#ifndef RUNTIME_SIGNING_KEY_H
#define RUNTIME_SIGNING_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Bytes of a file of keys, and public keys in one. */
#define SW_KEY_FILE_MAX 65536
#define SW_KEYS_MAX 64

#define SW_KEY_ID_MAX 65
#define SW_KEY_PUBLIC_BYTES 32
#define SW_KEY_SECRET_BYTES 64
/* Characters of a public key as PEM, with the NUL. */
#define SW_KEY_PEM_MAX 128

/* The state directory's own key is here. */
#define SW_KEY_FILE "signing-key.pem"

struct sw_public_key {
	uint8_t bytes[SW_KEY_PUBLIC_BYTES];
	char id[SW_KEY_ID_MAX];
};

struct sw_signing_key {
	uint8_t secret[SW_KEY_SECRET_BYTES];
	struct sw_public_key public_;
};

/* Keys that are trusted: of several, any may have signed. */
struct sw_key_ring {
	struct sw_public_key keys[SW_KEYS_MAX];
	size_t n;
};

/*
 * Reads a private key. Nobody but its owner may have any permission on the
 * file (SW_ERROR_REFUSED, with the command that helps). The caller wipes with
 * sw__key_wipe.
 */
int sw__key_read(
    struct sw_signing_key *out, const char *path, struct sw_error *err);
/* The key of a state directory, made at first need with mode 0600. */
int sw__key_of_state(
    struct sw_signing_key *out, const char *state_dir, struct sw_error *err);
void sw__key_wipe(struct sw_signing_key *key);

/* Adds the public keys of a file, or the one of a private key in it. */
int sw__key_ring_add(
    struct sw_key_ring *ring, const char *path, struct sw_error *err);
/* Adds the key of a state directory; SW_ERROR_REFUSED if it has none. */
int sw__key_ring_add_state(
    struct sw_key_ring *ring, const char *state_dir, struct sw_error *err);

void sw__key_pem(const struct sw_public_key *key, char out[SW_KEY_PEM_MAX]);

#endif
