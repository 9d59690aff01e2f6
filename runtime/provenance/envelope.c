/*
 * Envelopes. Input: bytes and a key; output: a line of JSON, and the other way
 * round. Base64 may be of either alphabet (RFC 4648, 4 and 5), padded or not.
 * Must not know what the bytes mean.
 */
#include "envelope.h"
#include "journal/json_write.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

/* Of "DSSEv1", two lengths and the blanks between. */
#define PREFIX_MAX 64

uint8_t *
sw__envelope_encode(
    const char *type, const void *body, size_t n, size_t *size, size_t *body_at)
{
	const size_t room = PREFIX_MAX + strlen(type) + n + 1;
	char *out = malloc(room);
	if (out == NULL)
		return NULL;
	const int head =
	    snprintf(out, room, "DSSEv1 %zu %s %zu ", strlen(type), type, n);
	memcpy(out + head, body, n);
	*size = (size_t)head + n;
	out[*size] = '\0';
	if (body_at != NULL)
		*body_at = (size_t)head;
	return (uint8_t *)out;
}

static char *
base64_of(const void *bytes, size_t n)
{
	const size_t size =
	    sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	char *out = malloc(size);
	if (out != NULL)
		sodium_bin2base64(
		    out, size, bytes, n, sodium_base64_VARIANT_ORIGINAL);
	return out;
}

int
sw__envelope_seal(char **out, const char *type, const void *body, size_t n,
    const struct sw_signing_key *key, struct sw_error *err)
{
	uint8_t signature[crypto_sign_BYTES];
	size_t size;
	if (n > SW_PAYLOAD_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "a statement exceeds %zu bytes; attest artifacts with "
		    "fewer files",
		    SW_PAYLOAD_MAX);
	uint8_t *encoded = sw__envelope_encode(type, body, n, &size, NULL);
	char *payload = base64_of(body, n);
	char *text = NULL;
	if (encoded != NULL && payload != NULL) {
		crypto_sign_detached(
		    signature, NULL, encoded, size, key->secret);
		char *sig = base64_of(signature, sizeof signature);
		json_t *envelope = json_pack("{s:s, s:s, s:[{s:s, s:s}]}",
		    "payload", payload, "payloadType", type, "signatures",
		    "keyid", key->public_.id, "sig", sig == NULL ? "" : sig);
		if (sig != NULL)
			text = sw__json_dump(envelope, JSON_COMPACT);
		json_decref(envelope);
		free(sig);
	}
	free(encoded);
	free(payload);
	if (text == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	*out = text;
	return 0;
}

/* Either alphabet, with padding or without. 0, or -1. */
static int
base64_read(uint8_t *out, size_t room, const char *text, size_t n, size_t *size)
{
	const bool is_url = strpbrk(text, "-_") != NULL;
	const bool is_padded = n > 0 && n % 4 == 0;
	const int variant =
	    is_url ? (is_padded ? sodium_base64_VARIANT_URLSAFE
				: sodium_base64_VARIANT_URLSAFE_NO_PADDING)
		   : (is_padded ? sodium_base64_VARIANT_ORIGINAL
				: sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	return sodium_base642bin(out, room, text, n, NULL, size, NULL, variant);
}

static const struct sw_public_key *
signer_of(const json_t *signatures, const struct sw_key_ring *ring,
    const uint8_t *encoded, size_t size)
{
	size_t i;
	const json_t *each;
	json_array_foreach(signatures, i, each) {
		uint8_t sig[crypto_sign_BYTES];
		size_t n = 0;
		const json_t *text = json_object_get(each, "sig");
		if (!json_is_string(text) ||
		    base64_read(sig, sizeof sig, json_string_value(text),
			json_string_length(text), &n) != 0 ||
		    n != sizeof sig)
			continue;
		for (size_t k = 0; k < ring->n; k++)
			if (crypto_sign_verify_detached(
				sig, encoded, size, ring->keys[k].bytes) == 0)
				return &ring->keys[k];
	}
	return NULL;
}

/* Whose key it was, as the envelope has it: a hint for a message. */
static const char *
hint_of(const json_t *signatures)
{
	const char *id = json_string_value(
	    json_object_get(json_array_get(signatures, 0), "keyid"));
	if (id == NULL || strlen(id) != SW_KEY_ID_MAX - 1 ||
	    strspn(id, "0123456789abcdef") != SW_KEY_ID_MAX - 1)
		return "?";
	return id;
}

static int
open_envelope(struct sw_payload *out, const json_t *envelope,
    const struct sw_key_ring *ring, struct sw_error *err)
{
	const json_t *payload = json_object_get(envelope, "payload");
	const char *type =
	    json_string_value(json_object_get(envelope, "payloadType"));
	const json_t *signatures = json_object_get(envelope, "signatures");
	if (!json_is_string(payload) || type == NULL ||
	    strlen(type) >= sizeof out->type || !json_is_array(signatures))
		return sw__error(
		    err, SW_ERROR_CORRUPT, "it is no DSSE envelope");
	if (json_array_size(signatures) > SW_SIGNATURES_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "it has more than %d signatures", SW_SIGNATURES_MAX);
	const size_t length = json_string_length(payload);
	size_t n = 0;
	uint8_t *body = malloc(length + 1);
	if (body == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	if (base64_read(body, length, json_string_value(payload), length, &n) !=
		0 ||
	    n > SW_PAYLOAD_MAX) {
		free(body);
		return sw__error(
		    err, SW_ERROR_CORRUPT, "its payload is no base64");
	}
	size_t size;
	size_t at;
	uint8_t *encoded = sw__envelope_encode(type, body, n, &size, &at);
	free(body);
	if (encoded == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	const struct sw_public_key *signer =
	    signer_of(signatures, ring, encoded, size);
	if (signer == NULL) {
		free(encoded);
		return sw__error(err, SW_ERROR_REFUSED,
		    "no trusted key has signed it (it names key %s)",
		    hint_of(signatures));
	}
	*out = (struct sw_payload){ .body = (char *)encoded + at,
		.size = n,
		.signer = signer,
		.room = encoded };
	snprintf(out->type, sizeof out->type, "%s", type);
	return 0;
}

int
sw__envelope_open(struct sw_payload *out, const char *text, size_t n,
    const struct sw_key_ring *ring, struct sw_error *err)
{
	if (sodium_init() < 0)
		return sw__error(
		    err, SW_ERROR_SYSTEM, "cannot initialise libsodium");
	if (n > SW_ENVELOPE_MAX)
		return sw__error(err, SW_ERROR_LIMIT, "it exceeds %zu bytes",
		    SW_ENVELOPE_MAX);
	json_t *envelope = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	const int rc = open_envelope(out, envelope, ring, err);
	json_decref(envelope);
	return rc;
}

void
sw__payload_release(struct sw_payload *payload)
{
	free(payload->room);
	payload->room = NULL;
}
