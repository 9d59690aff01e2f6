/*
 * From the book to predicates. Input: the book; output: JSON that depends on
 * the journal and the pipeline's tables, and on nothing else: no clock, no
 * file, no name of this machine. Must not know of keys.
 */
#include "predicate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "machine/words.h"
#include "provider/git_url.h"

/* An artifact, and who made it. */
struct made {
	const struct sw_book *book;
	const struct sw_execution *execution;
	const struct sw_try *maker;
	const char *name;
	const char *hash;
};

/* "2026-11-23T08:00:00Z" */
static json_t *
time_text(uint64_t ms)
{
	const time_t seconds = (time_t)(ms / 1000);
	struct tm parts;
	char text[32];
	if (gmtime_r(&seconds, &parts) == NULL ||
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		return json_null();
	return json_string(text);
}

static bool
is_made(const struct sw_try *t)
{
	return t->status == SW_STATUS_SUCCEEDED && t->asked == NULL;
}

/* Of an action, the last of these tries that made something. */
static const struct sw_try *
last_made(const struct sw_try *newest, uint32_t action)
{
	const struct sw_try *t = newest;
	while (t != NULL && (t->action != action || !is_made(t)))
		t = t->before;
	return t;
}

/* Whose sources an execution has: a rollback those of its target. */
static const struct sw_execution *
origin_of(const struct sw_book *book, const struct sw_execution *execution)
{
	const struct sw_execution *at = execution;
	while (at != NULL && at->target != 0)
		at = sw__book_execution(book, at->target);
	return at == NULL ? execution : at;
}

static const char *
parameter_of(const struct sw_work *work, const char *name)
{
	for (const struct sw_parameter *p = work->parameters;
	     p != NULL && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p->value;
	return NULL;
}

/* Where it came from, without a password; a path of this machine is a name. */
static void
add_place(json_t *descriptor, const struct sw_work *work,
    const struct sw_json_value *found)
{
	struct sw_git_url url;
	struct sw_error ignored;
	const char *text = parameter_of(work, "url");
	const char *branch = sw__json_text_in(found, "BranchName");
	const char *tag = sw__json_text_in(found, "TagName");
	if (text == NULL || sw__git_url_read(&url, text, NULL, &ignored) != 0)
		return;
	if (url.kind == SW_GIT_URL_PATH)
		json_object_set_new(descriptor, "annotations",
		    json_pack("{s:s}", "repository", url.shown));
	else
		json_object_set_new(descriptor, "uri",
		    json_sprintf("git+%s%s%s", url.shown,
			branch != NULL ? "@refs/heads/"
			: tag != NULL  ? "@refs/tags/"
				       : "",
			branch != NULL ? branch
			: tag != NULL  ? tag
				       : ""));
}

/* Of git: SHA-1 or SHA-256. */
static bool
is_object_id(const char *text)
{
	const size_t n = text == NULL ? 0 : strlen(text);
	return (n == 40 || n == 64) && strspn(text, "0123456789abcdef") == n;
}

/* The revision of one source, as a resource; NULL: none is known. */
static json_t *
source_of(const struct made *m, uint32_t action)
{
	const struct sw_book *book = m->book;
	const struct sw_execution *origin = origin_of(book, m->execution);
	const struct sw_try *t = last_made(origin->last_try, action);
	const struct sw_json_value *found =
	    t == NULL ? NULL : sw__body_in(t->result, "variables");
	char name[SW_WORDS_MAX];
	sw_words_action(book->pipeline->machine, action, name);
	const char *revision = sw__json_text_in(found, "CommitId");
	const bool is_commit = is_object_id(revision);
	if (revision == NULL)
		revision = sw__json_text_in(
		    sw__body_in(origin->start, "revisions"), name);
	if (revision == NULL)
		return NULL;
	json_t *out = json_pack("{s:s}", "name", name);
	json_t *digest = json_object();
	if (is_commit)
		add_place(out, &book->pipeline->work[action], found);
	json_object_set_new(digest,
	    is_commit ? "gitCommit" : "stagewrightRevision",
	    json_string(revision));
	json_object_set_new(out, "digest", digest);
	return out;
}

static json_t *
sources_of(const struct made *m)
{
	const struct sw_machine *machine = m->book->pipeline->machine;
	json_t *list = json_array();
	for (uint32_t a = 0; a < machine->nactions; a++) {
		json_t *source =
		    machine->actions[a].category == SW_CATEGORY_SOURCE
			? source_of(m, a)
			: NULL;
		if (source != NULL)
			json_array_append_new(list, source);
	}
	return list;
}

static bool
writes(const struct sw_work *work, const char *artifact, size_t length)
{
	for (const struct sw_artifact *out = work->outputs;
	     out != NULL && out->name != NULL; out++)
		if (strlen(out->name) == length &&
		    memcmp(out->name, artifact, length) == 0)
			return true;
	return false;
}

/* An input as it was when its reader was started; what a rollback reads was
 * made in its target. */
static const char *
input_hash(const struct made *m, const char *name, size_t length)
{
	const struct sw_book *book = m->book;
	const struct sw_machine *machine = book->pipeline->machine;
	char key[SW_WORDS_MAX];
	snprintf(key, sizeof key, "%.*s", (int)length, name);
	for (uint32_t a = 0; a < machine->nactions; a++) {
		if (!writes(&book->pipeline->work[a], name, length))
			continue;
		const struct sw_try *t = last_made(m->maker->before, a);
		const char *hash =
		    t == NULL ? NULL
			      : sw__json_text_in(
				    sw__body_in(t->result, "artifacts"), key);
		if (hash != NULL)
			return hash;
	}
	return sw__members_text(&m->execution->artifacts, key);
}

static void
add_inputs(json_t *list, const struct made *m)
{
	const char *at = m->book->pipeline->work[m->maker->action].inputs;
	while (at != NULL && *at != '\0') {
		const size_t length = strcspn(at, " ");
		const char *hash = input_hash(m, at, length);
		if (hash != NULL)
			json_array_append_new(
			    list, json_pack("{s:o, s:{s:s}}", "name",
				      json_stringn(at, length), "digest",
				      SW_DIGEST_ARTIFACT, hash));
		at += length;
		at += *at == ' ';
	}
}

/* What whoever started it chose; secrets are no variables. */
static json_t *
external_of(const struct made *m)
{
	const struct sw_body *start = m->execution->start;
	const struct sw_json_value *trigger = sw__body_in(start, "trigger");
	json_t *out = json_pack("{s:s}", "pipeline", m->book->pipeline->name);
	static const char *const keys[] = { "type", "by", "detail" };
	static const char *const names[] = { "trigger", "startedBy",
		"startedFor" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *text = sw__json_text_in(trigger, keys[i]);
		if (text != NULL)
			json_object_set_new(out, names[i], json_string(text));
	}
	const struct sw_json_value *variables = sw__body_in(start, "variables");
	if (variables != NULL && variables->size > 1)
		json_object_set_new(
		    out, "variables", sw__body_document(variables));
	return out;
}

static json_t *
internal_of(const struct made *m)
{
	const struct sw_machine *machine = m->book->pipeline->machine;
	const uint32_t action = m->maker->action;
	return json_pack("{s:o, s:s, s:s, s:s, s:I, s:s}", "machineFingerprint",
	    json_sprintf("%016" PRIx64, machine->fingerprint), "stage",
	    machine->stages[machine->actions[action].stage].name, "action",
	    machine->actions[action].name, "artifact", m->name, "attempt",
	    (json_int_t)m->maker->number, "attemptId", m->maker->id);
}

/* Where in the journal it says so. */
static json_t *
journal_of(const struct sw_try *t)
{
	return json_pack("{s:I}", "seq", (json_int_t)t->ended_seq);
}

static json_t *
invocation_of(const struct made *m)
{
	return json_sprintf("%s/%s/%" PRIu32, m->book->pipeline->name,
	    m->execution->id, m->execution->number);
}

static json_t *
provenance_of(const struct made *m)
{
	const char *version = m->book->pipeline->version;
	json_t *dependencies = sources_of(m);
	add_inputs(dependencies, m);
	json_t *builder = json_pack("{s:s}", "id", SW_BUILDER_ID);
	if (version != NULL)
		json_object_set_new(builder, "version",
		    json_pack("{s:s}", "stagewright", version));
	return json_pack("{s:{s:s, s:o, s:o, s:o}, s:{s:o, s:{s:o, s:o, s:o},"
			 " s:o}}",
	    "buildDefinition", "buildType", SW_BUILD_TYPE, "externalParameters",
	    external_of(m), "internalParameters", internal_of(m),
	    "resolvedDependencies", dependencies, "runDetails", "builder",
	    builder, "metadata", "invocationId", invocation_of(m), "startedOn",
	    time_text(m->maker->started_ms), "finishedOn",
	    time_text(m->maker->ended_ms), "stagewright_journal",
	    journal_of(m->maker));
}

static json_t *
approval_of(const struct made *m, const struct sw_try *t, const char *by)
{
	const struct sw_machine *machine = m->book->pipeline->machine;
	const struct sw_action *action = &machine->actions[t->action];
	const char *comment = sw__body_text(t->result, "comment");
	json_t *out = json_pack("{s:s, s:o, s:s, s:s, s:s, s:o, s:s, s:o}",
	    "pipeline", m->book->pipeline->name, "execution", invocation_of(m),
	    "stage", machine->stages[action->stage].name, "action",
	    action->name, "question", t->id, "asked",
	    sw__body_document(sw__body_value(t->asked)), "decision",
	    t->status == SW_STATUS_SUCCEEDED ? "approved" : "rejected",
	    "decidedOn", time_text(t->ended_ms));
	json_object_set_new(out, "decidedBy", json_string(by));
	if (comment != NULL)
		json_object_set_new(out, "comment", json_string(comment));
	json_object_set_new(out, "artifact", json_string(m->name));
	json_object_set_new(out, "reviewed", sources_of(m));
	json_object_set_new(out, "journal", journal_of(t));
	return out;
}

static void
add_predicate(json_t *list, const char *type, json_t *predicate)
{
	json_array_append_new(list,
	    json_pack("{s:s, s:o}", "type", type, "predicate", predicate));
}

/* How it was made, and what was decided when it was there. */
static json_t *
predicates_of(const struct made *m)
{
	const struct sw_machine *machine = m->book->pipeline->machine;
	json_t *list = json_array();
	add_predicate(list, SW_PREDICATE_PROVENANCE, provenance_of(m));
	for (uint32_t a = 0; a < machine->nactions; a++) {
		if (machine->actions[a].category != SW_CATEGORY_APPROVAL)
			continue;
		const struct sw_try *t =
		    sw__book_last(m->book, a, m->execution->number);
		const char *by =
		    t == NULL ? NULL : sw__body_text(t->result, "by");
		/* Silence is nobody's decision. */
		if (by != NULL && t->asked != NULL &&
		    t->ended_seq > m->maker->ended_seq)
			add_predicate(
			    list, SW_PREDICATE_APPROVAL, approval_of(m, t, by));
	}
	return list;
}

static void
add_artifacts(json_t *list, struct made *m, const char *of)
{
	char path[SW_WORDS_MAX];
	const struct sw_json_value *artifacts =
	    sw__body_in(m->maker->result, "artifacts");
	const struct sw_json_value *hash = NULL;
	sw_words_action(m->book->pipeline->machine, m->maker->action, path);
	while ((hash = sw__json_next(artifacts, hash)) != NULL) {
		const char *name = hash->name;
		if (of != NULL && strcmp(of, path) != 0 &&
		    strcmp(of, name) != 0)
			continue;
		m->name = name;
		m->hash = hash->text;
		if (m->hash != NULL)
			json_array_append_new(
			    list, json_pack("{s:s, s:s, s:s, s:o}", "name",
				      name, "action", path, "hash", m->hash,
				      "predicates", predicates_of(m)));
	}
}

static int
nothing(
    const struct sw_execution *execution, const char *of, struct sw_error *err)
{
	if (execution->pruned_ms != 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "what #%" PRIu32 " made was removed by retention; only a "
		    "line of `history` is left",
		    execution->number);
	if (of != NULL)
		return sw__error(err, SW_ERROR_REFUSED,
		    "nothing that '%.200s' made or is was finished in #%" PRIu32
		    "; `show` lists what there is",
		    of, execution->number);
	if (execution->target != 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "#%" PRIu32 " went back to what #%" PRIu32
		    " had made; attest that one",
		    execution->number, execution->target);
	return sw__error(err, SW_ERROR_REFUSED,
	    "no action has finished an artifact in #%" PRIu32,
	    execution->number);
}

json_t *
sw__predicates(const struct sw_book *book, uint32_t execution, const char *of,
    struct sw_error *err)
{
	const struct sw_execution *x;
	const int found = sw__book_find(
	    book, execution == 0 ? book->nexecutions : execution, &x, err);
	if (found == 0)
		sw__error(err, SW_ERROR_REFUSED,
		    execution == 0
			? "nothing was ever started; `run` does"
			: "there is no such execution; `history` lists them");
	if (found != 1)
		return NULL;
	json_t *list = json_array();
	for (uint32_t a = 0; a < book->pipeline->machine->nactions; a++) {
		struct made m = { .book = book, .execution = x };
		m.maker = last_made(x->last_try, a);
		if (m.maker != NULL)
			add_artifacts(list, &m, of);
	}
	if (json_array_size(list) == 0) {
		json_decref(list);
		nothing(x, of, err);
		return NULL;
	}
	return json_pack("{s:s, s:I, s:o}", "pipeline", book->pipeline->name,
	    "execution", (json_int_t)x->number, "artifacts", list);
}
