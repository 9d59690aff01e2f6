/*
 * Keys as files. Input: PEM; output: keys, and the other way round. An
 * Ed25519 key has one encoding of each kind, a fixed prefix and 32 bytes, so
 * no ASN.1 is parsed. Must not know what is signed.
 */
#define _GNU_SOURCE
#include "signing_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#define SEED_BYTES 32
#define PRIVATE_LABEL "PRIVATE KEY"
#define PUBLIC_LABEL "PUBLIC KEY"

/* What stands in front of the 32 bytes (RFC 8410, sections 4 and 7). */
static const uint8_t private_prefix[16] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30,
	0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 };
static const uint8_t public_prefix[12] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
	0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

static void
complete(struct sw_public_key *key)
{
	uint8_t der[sizeof public_prefix + SW_KEY_PUBLIC_BYTES];
	uint8_t digest[crypto_hash_sha256_BYTES];
	memcpy(der, public_prefix, sizeof public_prefix);
	memcpy(der + sizeof public_prefix, key->bytes, SW_KEY_PUBLIC_BYTES);
	crypto_hash_sha256(digest, der, sizeof der);
	sodium_bin2hex(key->id, sizeof key->id, digest, sizeof digest);
}

static void
from_seed(struct sw_signing_key *out, const uint8_t seed[SEED_BYTES])
{
	_Static_assert(crypto_sign_SECRETKEYBYTES == SW_KEY_SECRET_BYTES &&
			   crypto_sign_PUBLICKEYBYTES == SW_KEY_PUBLIC_BYTES &&
			   crypto_sign_SEEDBYTES == SEED_BYTES,
	    "Ed25519");
	crypto_sign_seed_keypair(out->public_.bytes, out->secret, seed);
	complete(&out->public_);
}

/*
 * The next block of that label: prefix and 32 bytes, in base64. *at moves
 * behind it. 1: found; 0: there is none; -1: it is no Ed25519 key.
 */
static int
next_block(const char **at, const char *label, const uint8_t *prefix,
    size_t prefix_bytes, uint8_t out[32])
{
	char begin[64];
	char end[64];
	uint8_t der[sizeof private_prefix + SEED_BYTES];
	size_t n = 0;
	snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
	snprintf(end, sizeof end, "-----END %s-----", label);
	const char *from = strstr(*at, begin);
	if (from == NULL)
		return 0;
	from += strlen(begin);
	const char *to = strstr(from, end);
	if (to == NULL)
		return -1;
	*at = to + strlen(end);
	const int failed =
	    sodium_base642bin(der, sizeof der, from, (size_t)(to - from),
		" \t\r\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL);
	const bool is_key = failed == 0 && n == prefix_bytes + 32 &&
			    memcmp(der, prefix, prefix_bytes) == 0;
	if (is_key)
		memcpy(out, der + prefix_bytes, 32);
	sodium_memzero(der, sizeof der);
	return is_key ? 1 : -1;
}

static int
check_private(const char *path, int fd, struct sw_error *err)
{
	struct stat info;
	if (fstat(fd, &info) != 0)
		return sw__error_errno(err, "cannot read '%s'", path);
	if ((info.st_mode & 077) != 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "others may read or write the key '%s'; `chmod 600` it, or "
		    "make a new one if they did",
		    path);
	if (info.st_uid != geteuid() && info.st_uid != 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the key '%s' belongs to another user", path);
	return 0;
}

/* Reads a whole file of keys, terminated. *is_missing: there is none. */
static int
slurp(const char *path, bool is_private, char text[SW_KEY_FILE_MAX + 1],
    bool *is_missing, struct sw_error *err)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	*is_missing = fd < 0 && errno == ENOENT;
	if (fd < 0)
		return sw__error_errno(err, "cannot read the key '%s'", path);
	int rc = is_private ? check_private(path, fd, err) : 0;
	size_t have = 0;
	while (rc == 0 && have <= SW_KEY_FILE_MAX) {
		const ssize_t n =
		    read(fd, text + have, SW_KEY_FILE_MAX + 1 - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = sw__error_errno(
			    err, "cannot read the key '%s'", path);
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	close(fd);
	if (rc == 0 && have > SW_KEY_FILE_MAX)
		rc = sw__error(err, SW_ERROR_LIMIT,
		    "the file of keys '%s' exceeds %d bytes", path,
		    SW_KEY_FILE_MAX);
	text[have > SW_KEY_FILE_MAX ? SW_KEY_FILE_MAX : have] = '\0';
	return rc;
}

static int
no_key(const char *path, struct sw_error *err)
{
	return sw__error(err, SW_ERROR_USAGE,
	    "'%s' holds no Ed25519 key in PEM; `openssl genpkey -algorithm "
	    "ed25519` makes one",
	    path);
}

/* As sw__key_read; *is_missing says whether there is such a file. */
static int
read_private(struct sw_signing_key *out, const char *path, bool *is_missing,
    struct sw_error *err)
{
	char text[SW_KEY_FILE_MAX + 1];
	uint8_t seed[SEED_BYTES];
	const char *at = text;
	if (sodium_init() < 0)
		return sw__error(
		    err, SW_ERROR_SYSTEM, "cannot initialise libsodium");
	int rc = slurp(path, true, text, is_missing, err);
	if (rc == 0 && next_block(&at, PRIVATE_LABEL, private_prefix,
			   sizeof private_prefix, seed) != 1)
		rc = no_key(path, err);
	if (rc == 0)
		from_seed(out, seed);
	sodium_memzero(text, sizeof text);
	sodium_memzero(seed, sizeof seed);
	return rc;
}

int
sw__key_read(struct sw_signing_key *out, const char *path, struct sw_error *err)
{
	bool is_missing;
	return read_private(out, path, &is_missing, err);
}

/* A new key under a name of its own, in `folder`; on the disk on return. */
static int
write_new(int folder, const char *name)
{
	uint8_t der[sizeof private_prefix + SEED_BYTES];
	char base64[128];
	char text[256];
	memcpy(der, private_prefix, sizeof private_prefix);
	randombytes_buf(der + sizeof private_prefix, SEED_BYTES);
	sodium_bin2base64(base64, sizeof base64, der, sizeof der,
	    sodium_base64_VARIANT_ORIGINAL);
	const int n = snprintf(text, sizeof text,
	    "-----BEGIN " PRIVATE_LABEL "-----\n%s\n-----END " PRIVATE_LABEL
	    "-----\n",
	    base64);
	unlinkat(folder, name, 0);
	const int fd =
	    openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_written =
	    fd >= 0 && write(fd, text, (size_t)n) == n && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		is_written = false;
	sodium_memzero(der, sizeof der);
	sodium_memzero(base64, sizeof base64);
	sodium_memzero(text, sizeof text);
	return is_written ? 0 : -1;
}

/* Whoever makes it first has made it: a link never takes another's place. */
static int
make_key(const char *state_dir, struct sw_error *err)
{
	char name[64];
	const int folder = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return sw__error_errno(err, "cannot open '%s'", state_dir);
	snprintf(name, sizeof name, "new-key-%ld", (long)getpid());
	int rc = 0;
	if (write_new(folder, name) != 0 ||
	    (linkat(folder, name, folder, SW_KEY_FILE, 0) != 0 &&
		errno != EEXIST) ||
	    fsync(folder) != 0)
		rc = sw__error_errno(
		    err, "cannot make the key '%s/" SW_KEY_FILE "'", state_dir);
	unlinkat(folder, name, 0);
	close(folder);
	return rc;
}

int
sw__key_of_state(
    struct sw_signing_key *out, const char *state_dir, struct sw_error *err)
{
	char path[PATH_MAX + sizeof SW_KEY_FILE];
	bool is_missing = false;
	snprintf(path, sizeof path, "%s/" SW_KEY_FILE, state_dir);
	int rc = read_private(out, path, &is_missing, err);
	if (rc == 0 || !is_missing)
		return rc;
	rc = make_key(state_dir, err);
	return rc != 0 ? rc : sw__key_read(out, path, err);
}

void
sw__key_wipe(struct sw_signing_key *key)
{
	sodium_memzero(key->secret, sizeof key->secret);
}

static int
add_key(struct sw_key_ring *ring, const uint8_t bytes[SW_KEY_PUBLIC_BYTES],
    const char *path, struct sw_error *err)
{
	if (ring->n == SW_KEYS_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "more than %d keys, with those of '%s'", SW_KEYS_MAX, path);
	struct sw_public_key *key = &ring->keys[ring->n++];
	memcpy(key->bytes, bytes, sizeof key->bytes);
	complete(key);
	return 0;
}

int
sw__key_ring_add(
    struct sw_key_ring *ring, const char *path, struct sw_error *err)
{
	char text[SW_KEY_FILE_MAX + 1];
	uint8_t bytes[SW_KEY_PUBLIC_BYTES];
	bool is_missing;
	const char *at = text;
	const size_t before = ring->n;
	if (sodium_init() < 0)
		return sw__error(
		    err, SW_ERROR_SYSTEM, "cannot initialise libsodium");
	int rc = slurp(path, false, text, &is_missing, err);
	int found = 1;
	while (rc == 0 && found == 1) {
		found = next_block(&at, PUBLIC_LABEL, public_prefix,
		    sizeof public_prefix, bytes);
		if (found == 1)
			rc = add_key(ring, bytes, path, err);
	}
	if (rc == 0 && (found < 0 || ring->n == before)) {
		struct sw_signing_key key;
		rc = strstr(text, "BEGIN " PRIVATE_LABEL) == NULL
			 ? no_key(path, err)
			 : sw__key_read(&key, path, err);
		if (rc == 0) {
			rc = add_key(ring, key.public_.bytes, path, err);
			sw__key_wipe(&key);
		}
	}
	sodium_memzero(text, sizeof text);
	return rc;
}

int
sw__key_ring_add_state(
    struct sw_key_ring *ring, const char *state_dir, struct sw_error *err)
{
	char path[PATH_MAX + sizeof SW_KEY_FILE];
	struct sw_signing_key key;
	bool is_missing = false;
	snprintf(path, sizeof path, "%s/" SW_KEY_FILE, state_dir);
	const int rc = read_private(&key, path, &is_missing, err);
	if (is_missing)
		return sw__error(err, SW_ERROR_REFUSED,
		    "'%s' has no key, so nothing of it was signed; give the "
		    "public one with --public-key",
		    state_dir);
	if (rc != 0)
		return rc;
	sw__key_wipe(&key);
	return add_key(ring, key.public_.bytes, path, err);
}

void
sw__key_pem(const struct sw_public_key *key, char out[SW_KEY_PEM_MAX])
{
	uint8_t der[sizeof public_prefix + SW_KEY_PUBLIC_BYTES];
	char base64[64]; /* of 44 bytes */
	memcpy(der, public_prefix, sizeof public_prefix);
	memcpy(der + sizeof public_prefix, key->bytes, SW_KEY_PUBLIC_BYTES);
	sodium_bin2base64(base64, sizeof base64, der, sizeof der,
	    sodium_base64_VARIANT_ORIGINAL);
	snprintf(out, SW_KEY_PEM_MAX,
	    "-----BEGIN " PUBLIC_LABEL "-----\n%s\n-----END " PUBLIC_LABEL
	    "-----\n",
	    base64);
}
