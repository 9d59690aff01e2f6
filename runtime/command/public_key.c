/* `public-key`: the public key by which others verify what `attest` signs. */
#include <stdio.h>

#include "command.h"
#include "provenance/signing_key.h"

static int
read_key(
    const struct call *call, struct sw_signing_key *key, struct sw_error *err)
{
	const char *path = sw__call_option(call, "--signing-key");
	struct sw_statedir dir;
	if (path != NULL)
		return sw__key_read(key, path, err);
	int rc = sw__call_open(call, &dir, true, err);
	if (rc != 0)
		return rc;
	rc = sw__key_of_state(key, dir.path, err);
	sw__statedir_close(&dir);
	return rc;
}

static int
run_public_key(struct call *call)
{
	struct sw_error err;
	struct sw_signing_key key;
	char pem[SW_KEY_PEM_MAX];
	if (read_key(call, &key, &err) != 0)
		return sw__call_failed(call, &err);
	sw__key_wipe(&key);
	sw__key_pem(&key.public_, pem);
	if (call->is_json)
		return sw__call_print(json_pack("{s:s, s:s, s:s}", "keyid",
		    key.public_.id, "algorithm", "Ed25519", "publicKey", pem));
	fputs(pem, stdout);
	return EXIT_YES;
}

static const struct sw_option options[] = {
	{ "--signing-key", "FILE",
	    "of this private key, not the state directory's" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_public_key = {
	.name = "public-key",
	.operands = "",
	.summary = "the public key of what `attest` signs, as PEM",
	.options = options,
	.run = run_public_key,
};
