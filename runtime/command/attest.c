/* `attest [#N] [STAGE.ACTION|ARTIFACT]`: signed statements of how artifacts
 * were made and who approved them. The statements are made of the journal;
 * this process alone has the key. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "provenance/statement.h"

static int
print_envelope(const char *envelope, void *payload, struct sw_error *err)
{
	if (fprintf(payload, "%s\n", envelope) < 0)
		return sw__error_errno(err, "cannot write the bundle");
	return 0;
}

static int
sign_all(const struct sw_statedir *dir, const json_t *document,
    const struct sw_signing_key *key, FILE *file, struct sw_error *err)
{
	size_t i;
	const json_t *artifact;
	int rc = 0;
	json_array_foreach(
	    json_object_get(document, "artifacts"), i, artifact) {
		if (rc == 0)
			rc = sw__statement_sign(dir->path, artifact, key,
			    print_envelope, file, err);
	}
	return rc;
}

static int
write_bundle(const struct call *call, const struct sw_statedir *dir,
    const json_t *document, const struct sw_signing_key *key,
    struct sw_error *err)
{
	const char *path = sw__call_option(call, "--output");
	if (path == NULL || strcmp(path, "-") == 0)
		return sign_all(dir, document, key, stdout, err);
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return sw__error_errno(err, "'%s'", path);
	int rc = sign_all(dir, document, key, file, err);
	if (fclose(file) != 0 && rc == 0)
		rc = sw__error_errno(err, "'%s'", path);
	return rc;
}

static json_t *
request_of(const struct call *call)
{
	json_t *request = json_pack("{s:s}", "verb", "provenance");
	for (int i = 0; i < call->line.noperands; i++) {
		const char *operand = call->line.operands[i];
		const uint32_t number = sw__call_number(operand);
		const char *key = number != 0 ? "execution" : "of";
		if (json_object_get(request, key) != NULL ||
		    json_object_set_new(request, key,
			number != 0 ? json_integer((json_int_t)number)
				    : json_string(operand)) != 0) {
			sw__call_usage(call,
			    "'%s': say one execution and one artifact or "
			    "action",
			    operand);
			json_decref(request);
			return NULL;
		}
	}
	return request;
}

static int
attest(const struct call *call, const json_t *document, struct sw_error *err)
{
	const char *path = sw__call_option(call, "--signing-key");
	struct sw_signing_key key;
	struct sw_statedir dir;
	int rc = sw__call_open(call, &dir, false, err);
	if (rc != 0)
		return rc;
	rc = path == NULL ? sw__key_of_state(&key, dir.path, err)
			  : sw__key_read(&key, path, err);
	if (rc == 0) {
		rc = write_bundle(call, &dir, document, &key, err);
		sw__key_wipe(&key);
	}
	sw__statedir_close(&dir);
	return rc;
}

static int
run_attest(struct call *call)
{
	struct sw_error err;
	json_t *request = request_of(call);
	if (request == NULL)
		return EXIT_USAGE;
	json_t *document = sw__call_ask(call, request, false, &err);
	if (document == NULL)
		return sw__call_failed(call, &err);
	const int rc = attest(call, document, &err);
	json_decref(document);
	return rc == 0 ? EXIT_YES : sw__call_failed(call, &err);
}

static const struct sw_option options[] = {
	{ "-o|--output", "FILE", "write it there" },
	{ "--signing-key", "FILE", "sign with this private key" },
	{ NULL, NULL, NULL },
};

const struct command sw__command_attest = {
	.name = "attest",
	.operands = "[#N] [STAGE.ACTION|ARTIFACT]",
	.max_operands = 2,
	.summary = "sign how artifacts were made and who approved them",
	.options = options,
	.run = run_attest,
};
