/*
 * From predicates to signed statements. Input: what the book says of an
 * artifact, and the artifact's files in the store; output: envelopes. Signs
 * nothing else, and no predicate of a type that is not ours.
 */
#include "statement.h"

#include <stdlib.h>
#include <string.h>

#include "envelope.h"
#include "journal/json_write.h"
#include "predicate.h"
#include "store/artifact.h"

static int
add_file(
    const struct sw_artifact_file *file, void *payload, struct sw_error *err)
{
	json_t *subjects = payload;
	json_t *subject = json_pack("{s:s, s:{s:s}}", "name", file->path,
	    "digest", "sha256", file->sha256);
	if (subject == NULL)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the name of the file '%.200s' is no UTF-8, and cannot be "
		    "in a statement",
		    file->path);
	if (file->kind != SW_ARTIFACT_PLAIN)
		json_object_set_new(subject, "annotations",
		    json_pack("{s:s}", "mode",
			file->kind == SW_ARTIFACT_LINK ? "link"
						       : "executable"));
	return json_array_append_new(subjects, subject) == 0
		   ? 0
		   : sw__error(err, SW_ERROR_SYSTEM, "out of memory");
}

static int
sign_one(const json_t *subjects, const char *type, const json_t *predicate,
    const struct sw_signing_key *key, char **out, struct sw_error *err)
{
	json_t *statement = json_pack("{s:s, s:O, s:s, s:O}", "_type",
	    SW_STATEMENT_TYPE, "subject", subjects, "predicateType", type,
	    "predicate", predicate);
	char *text = statement == NULL ? NULL
				       : sw__json_dump(statement,
					     JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(statement);
	if (text == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	const int rc = sw__envelope_seal(
	    out, SW_STATEMENT_PAYLOAD, text, strlen(text), key, err);
	free(text);
	return rc;
}

static bool
is_ours(const char *type)
{
	return type != NULL && (strcmp(type, SW_PREDICATE_PROVENANCE) == 0 ||
				   strcmp(type, SW_PREDICATE_APPROVAL) == 0);
}

int
sw__statement_sign(const char *state_dir, const json_t *artifact,
    const struct sw_signing_key *key, sw_statement_fn take, void *payload,
    struct sw_error *err)
{
	const char *name = json_string_value(json_object_get(artifact, "name"));
	const char *hash = json_string_value(json_object_get(artifact, "hash"));
	size_t i;
	const json_t *each;
	if (name == NULL || hash == NULL)
		return sw__error(
		    err, SW_ERROR_CORRUPT, "it is not said of what");
	json_t *subjects = json_pack("[{s:s, s:{s:s}}]", "name", name, "digest",
	    SW_DIGEST_ARTIFACT, hash);
	int rc = sw__artifact_list(state_dir, hash, add_file, subjects, err);
	json_array_foreach(json_object_get(artifact, "predicates"), i, each) {
		const char *type =
		    json_string_value(json_object_get(each, "type"));
		const json_t *predicate = json_object_get(each, "predicate");
		char *envelope = NULL;
		if (rc == 0 && (!is_ours(type) || !json_is_object(predicate)))
			rc = sw__error(err, SW_ERROR_CORRUPT,
			    "nothing of that type is signed");
		if (rc == 0)
			rc = sign_one(
			    subjects, type, predicate, key, &envelope, err);
		if (rc == 0)
			rc = take(envelope, payload, err);
		free(envelope);
	}
	json_decref(subjects);
	return rc;
}
