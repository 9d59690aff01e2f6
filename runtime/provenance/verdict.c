/*
 * Verdicts. Input: what there is, a bundle of envelopes, trusted keys; output:
 * yes or no, with reasons. An envelope that nobody trusted has signed says
 * nothing, and is a reason only if no other one says yes.
 */
#include "verdict.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "attempt/result.h"
#include "envelope.h"
#include "measure.h"
#include "predicate.h"
#include "statement.h"

struct judging {
	json_t *files; /* { PATH: { "sha256", "mode" } } as they are here */
	bool is_folder;
	const char *pipeline;
	json_t *out;
	json_t *reasons;
	size_t nreasons;
	char signer[SW_KEY_ID_MAX];
};

static void reason(struct judging *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
reason(struct judging *j, const char *format, ...)
{
	struct sw_error text = { 0 };
	va_list args;
	if (++j->nreasons > SW_VERDICT_REASONS_MAX)
		return;
	va_start(args, format);
	vsnprintf(text.text, sizeof text.text, format, args);
	va_end(args);
	json_array_append_new(j->reasons, json_string(text.text));
}

static const char *
text_in(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static const char *
mode_of(enum sw_artifact_kind kind)
{
	return kind == SW_ARTIFACT_LINK         ? "link"
	       : kind == SW_ARTIFACT_EXECUTABLE ? "executable"
						: "plain";
}

static int
keep_file(
    const struct sw_artifact_file *file, void *payload, struct sw_error *err)
{
	struct judging *j = payload;
	json_t *seen = json_pack(
	    "{s:s, s:s}", "sha256", file->sha256, "mode", mode_of(file->kind));
	if (json_object_set_new(j->files, file->path, seen) != 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "the name of the file '%.200s' is no UTF-8", file->path);
	return 0;
}

/* Of equal length, compared in a time that does not tell where they differ. */
static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strlen(a) == SW_HASH_HEX_MAX - 1 &&
	       strlen(b) == SW_HASH_HEX_MAX - 1 &&
	       sodium_memcmp(a, b, SW_HASH_HEX_MAX - 1) == 0;
}

static const char *
subject_digest(const json_t *subject)
{
	return text_in(json_object_get(subject, "digest"), "sha256");
}

static const char *
subject_mode(const json_t *subject)
{
	const char *mode =
	    text_in(json_object_get(subject, "annotations"), "mode");
	return mode == NULL ? "plain" : mode;
}

/* The file of the artifact that has the content; NULL: none. */
static const char *
match_file(const struct judging *j, const json_t *subjects)
{
	const char *here = text_in(json_object_get(j->files, ""), "sha256");
	size_t i;
	const json_t *subject;
	json_array_foreach(subjects, i, subject)
		if (is_same(subject_digest(subject), here) &&
		    strcmp(subject_mode(subject), "link") != 0)
			return text_in(subject, "name");
	return NULL;
}

/* What is wrong with one file of a folder; NULL: nothing. */
static const char *
fault_of(const struct judging *j, const json_t *subject)
{
	const json_t *here =
	    json_object_get(j->files, text_in(subject, "name"));
	if (here == NULL)
		return "is missing";
	if (!is_same(text_in(here, "sha256"), subject_digest(subject)))
		return "is not what was signed";
	if (strcmp(text_in(here, "mode"), subject_mode(subject)) != 0)
		return "has another mode than what was signed";
	return NULL;
}

/* Whether the files are those, none missing and none more; if `is_said`, what
 * is wrong becomes reasons. */
static bool
match_folder(struct judging *j, const json_t *subjects, bool is_said)
{
	const char *artifact = text_in(json_array_get(subjects, 0), "name");
	bool is_good = true;
	size_t i;
	const json_t *subject;
	json_t *known = json_object();
	json_array_foreach(subjects, i, subject) {
		const char *path = text_in(subject, "name");
		if (path == NULL || subject_digest(subject) == NULL)
			continue; /* the artifact as a whole */
		const char *fault = fault_of(j, subject);
		json_object_set_new(known, path, json_true());
		is_good = is_good && fault == NULL;
		if (fault != NULL && is_said)
			reason(j, "'%s' of artifact '%s' %s", path, artifact,
			    fault);
	}
	const char *path;
	json_t *here;
	json_object_foreach(j->files, path, here) {
		if (json_object_get(known, path) != NULL)
			continue;
		is_good = false;
		if (is_said)
			reason(j, "'%s' is no file of artifact '%s'", path,
			    artifact);
	}
	json_decref(known);
	return is_good;
}

static void
say_yes(struct judging *j, const json_t *statement, const char *file)
{
	const json_t *predicate = json_object_get(statement, "predicate");
	const json_t *build = json_object_get(predicate, "buildDefinition");
	const json_t *internal = json_object_get(build, "internalParameters");
	const json_t *metadata = json_object_get(
	    json_object_get(predicate, "runDetails"), "metadata");
	const char *stage = text_in(internal, "stage");
	const char *action = text_in(internal, "action");
	json_object_set_new(j->out, "verified", json_true());
	json_object_set(j->out, "artifact",
	    json_object_get(
		json_array_get(json_object_get(statement, "subject"), 0),
		"name"));
	json_object_set_new(j->out, "file",
	    j->is_folder || file == NULL ? json_null() : json_string(file));
	json_object_set_new(j->out, "action",
	    json_sprintf("%s.%s", stage == NULL ? "?" : stage,
		action == NULL ? "?" : action));
	json_object_set(
	    j->out, "invocation", json_object_get(metadata, "invocationId"));
	json_object_set(
	    j->out, "finishedOn", json_object_get(metadata, "finishedOn"));
	json_object_set(
	    j->out, "sources", json_object_get(build, "resolvedDependencies"));
	json_object_set_new(j->out, "key", json_string(j->signer));
}

static void
add_approval(struct judging *j, const json_t *predicate)
{
	const char *stage = text_in(predicate, "stage");
	const char *action = text_in(predicate, "action");
	const char *const keys[] = { "execution", "decision", "decidedBy",
		"decidedOn", "comment" };
	json_t *approval = json_object();
	json_object_set_new(approval, "action",
	    json_sprintf("%s.%s", stage == NULL ? "?" : stage,
		action == NULL ? "?" : action));
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (text_in(predicate, keys[i]) != NULL)
			json_object_set(approval, keys[i],
			    json_object_get(predicate, keys[i]));
	json_array_append_new(json_object_get(j->out, "approvals"), approval);
}

/* Whose pipeline a statement is of; NULL: none of ours. */
static const char *
pipeline_of(const json_t *predicate, bool is_made)
{
	const json_t *definition =
	    json_object_get(predicate, "buildDefinition");
	return text_in(is_made
			   ? json_object_get(definition, "externalParameters")
			   : predicate,
	    "pipeline");
}

/* A statement of one of our types, of this pipeline. */
static void
judge_ours(struct judging *j, const json_t *statement, bool is_made)
{
	const json_t *subjects = json_object_get(statement, "subject");
	const char *file = j->is_folder ? NULL : match_file(j, subjects);
	const bool matches =
	    j->is_folder ? match_folder(j, subjects, is_made) : file != NULL;
	if (!matches && is_made && !j->is_folder)
		reason(j, "no file of artifact '%s' has this content",
		    text_in(json_array_get(subjects, 0), "name"));
	if (!matches)
		return;
	if (!is_made)
		add_approval(j, json_object_get(statement, "predicate"));
	else if (!json_is_true(json_object_get(j->out, "verified")))
		say_yes(j, statement, file);
}

static void
judge_statement(struct judging *j, const json_t *statement, size_t line)
{
	const char *type = text_in(statement, "predicateType");
	const char *kind = text_in(statement, "_type");
	const json_t *first =
	    json_array_get(json_object_get(statement, "subject"), 0);
	if (kind == NULL || strcmp(kind, SW_STATEMENT_TYPE) != 0 ||
	    type == NULL || text_in(first, "name") == NULL) {
		reason(j, "statement %zu is no in-toto statement v1", line);
		return;
	}
	const bool is_made = strcmp(type, SW_PREDICATE_PROVENANCE) == 0;
	if (!is_made && strcmp(type, SW_PREDICATE_APPROVAL) != 0)
		return; /* of others; it says nothing here */
	const char *pipeline =
	    pipeline_of(json_object_get(statement, "predicate"), is_made);
	if (pipeline == NULL || strcmp(pipeline, j->pipeline) != 0)
		reason(j, "statement %zu is of pipeline '%s', not of '%s'",
		    line, pipeline == NULL ? "?" : pipeline, j->pipeline);
	else
		judge_ours(j, statement, is_made);
}

static void
judge_envelope(struct judging *j, const char *text, size_t n, size_t line,
    const struct sw_key_ring *ring)
{
	struct sw_payload payload;
	struct sw_error err;
	if (sw__envelope_open(&payload, text, n, ring, &err) != 0) {
		reason(j, "envelope %zu: %s", line, err.text);
		return;
	}
	json_t *statement = strcmp(payload.type, SW_STATEMENT_PAYLOAD) != 0
				? NULL
				: json_loadb(payload.body, payload.size,
				      JSON_REJECT_DUPLICATES, NULL);
	memcpy(j->signer, payload.signer->id, sizeof j->signer);
	if (json_is_object(statement))
		judge_statement(j, statement, line);
	else
		reason(j, "envelope %zu holds no in-toto statement", line);
	json_decref(statement);
	sw__payload_release(&payload);
}

static int
judge_bundle(struct judging *j, const char *text, size_t size,
    const struct sw_key_ring *ring, struct sw_error *err)
{
	size_t line = 0;
	for (size_t at = 0; at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		const size_t n =
		    end == NULL ? size - at : (size_t)(end - text) - at;
		if (n > 0 && ++line > SW_BUNDLE_ENVELOPES_MAX)
			return sw__error(err, SW_ERROR_LIMIT,
			    "the bundle has more than %d envelopes",
			    SW_BUNDLE_ENVELOPES_MAX);
		if (n > 0)
			judge_envelope(j, text + at, n, line, ring);
		at += n + 1;
	}
	if (line == 0)
		reason(j, "the bundle is empty");
	return 0;
}

static void
conclude(struct judging *j)
{
	if (json_is_true(json_object_get(j->out, "verified"))) {
		json_array_clear(j->reasons);
		return;
	}
	if (j->nreasons == 0)
		reason(j, "the bundle says nothing of how it was made");
	json_object_del(j->out, "approvals");
	if (j->nreasons > SW_VERDICT_REASONS_MAX)
		json_array_append_new(
		    j->reasons, json_sprintf("and %zu more",
				    j->nreasons - SW_VERDICT_REASONS_MAX));
}

json_t *
sw__verdict(const char *path, const char *bundle,
    const struct sw_key_ring *ring, const char *pipeline, struct sw_error *err)
{
	char *text = NULL;
	size_t size = 0;
	struct judging j = {
		.files = json_object(),
		.pipeline = pipeline,
		.out = json_pack("{s:b, s:s, s:[], s:[]}", "verified", 0,
		    "path", path, "approvals", "reasons"),
	};
	j.reasons = json_object_get(j.out, "reasons");
	int rc = 0;
	if (j.out == NULL)
		rc = sw__error(err, SW_ERROR_USAGE,
		    "the name of the file is no UTF-8 text");
	if (rc == 0)
		rc = sw__result_slurp(&text, &size, bundle, SW_BUNDLE_MAX, err);
	if (rc == 0)
		rc = sw__measure(path, keep_file, &j, &j.is_folder, err);
	if (rc == 0)
		rc = judge_bundle(&j, text, size, ring, err);
	free(text);
	json_decref(j.files);
	if (rc != 0) {
		json_decref(j.out);
		return NULL;
	}
	conclude(&j);
	return j.out;
}
