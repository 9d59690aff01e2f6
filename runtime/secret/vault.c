/*
 * Who has which secret, and what an attempt is given. Input: where secrets
 * are, a pipeline; output: environment variables and a redactor. How a value
 * is read is fetch.c's.
 */
#define _GNU_SOURCE
#include "vault.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fetch.h"

struct entry {
	const char *name; /* of the pipeline's; static */
	char *text;       /* where, as it was given */
	struct sw_secret_place place;
};

struct sw_vault {
	struct sw_redactor *redactor;
	struct entry *entries;
	struct sw_secret_value *values; /* one for each entry */
	size_t n;
	char *dir; /* where the owner was started */
};

/* LeakSanitizer traces the process that it looks at. */
#if defined __SANITIZE_ADDRESS__
#	define IS_TRACED true
#elif defined __has_feature
#	define IS_TRACED __has_feature(address_sanitizer)
#else
#	define IS_TRACED false
#endif

static const char *
find_name(const struct sw_pipeline *pipeline, const char *name, size_t length)
{
	for (const struct sw_secret *s = pipeline->secrets;
	     s != NULL && s->name != NULL; s++)
		if (strlen(s->name) == length &&
		    memcmp(s->name, name, length) == 0)
			return s->name;
	return NULL;
}

static const struct sw_secret_value *
find_value(const struct sw_vault *vault, const char *name)
{
	for (size_t i = 0; vault != NULL && i < vault->n; i++)
		if (strcmp(vault->entries[i].name, name) == 0)
			return &vault->values[i];
	return NULL;
}

/* Says which names there are. */
static int
refuse_name(const struct sw_pipeline *pipeline, struct sw_error *err)
{
	const struct sw_secret *s = pipeline->secrets;
	sw__error(err, SW_ERROR_USAGE, "the pipeline has no secret %s",
	    s == NULL ? "at all" : "of that name; it has");
	for (; s != NULL && s->name != NULL; s++)
		sw__error_add(
		    err, "%s '%s'", s == pipeline->secrets ? "" : ",", s->name);
	return err->code;
}

/* "NAME=file:PATH"; what is wrong is said without what was given: it may be
 * the secret itself. */
static int
add_entry(struct sw_vault *vault, const struct sw_pipeline *pipeline,
    const char *given, struct sw_error *err)
{
	const size_t length = strcspn(given, "=");
	if (given[length] == '\0')
		return sw__error(err, SW_ERROR_USAGE,
		    "a secret is given as NAME=fd:N, NAME=env:VARIABLE, "
		    "NAME=file:PATH or NAME=command:LINE");
	const char *name = find_name(pipeline, given, length);
	if (name == NULL)
		return refuse_name(pipeline, err);
	if (find_value(vault, name) != NULL)
		return sw__error(err, SW_ERROR_USAGE,
		    "the secret '%s' is given twice", name);
	struct entry *entry = &vault->entries[vault->n];
	entry->text = strdup(given + length + 1);
	if (entry->text == NULL) {
		sw__error_errno(err, "cannot keep secrets");
		return SW_ERROR_SYSTEM;
	}
	entry->name = name;
	vault->n++;
	if (!sw__secret_place(&entry->place, entry->text, vault->dir))
		return sw__error(err, SW_ERROR_USAGE,
		    "say where the secret '%s' is: fd:N, env:VARIABLE, "
		    "file:PATH or command:LINE; a value itself has no place "
		    "on a command line, where everybody can read it",
		    name);
	return 0;
}

static int
fetch_all(struct sw_vault *vault, struct sw_error *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < vault->n; i++)
		rc = sw__secret_fetch(&vault->values[i], vault->entries[i].name,
		    &vault->entries[i].place, err);
	/* Also if they are of no use: nobody is to inherit them. */
	for (size_t i = 0; i < vault->n; i++)
		sw__secret_forget(&vault->entries[i].place);
	return rc;
}

/* An empty one with room for so many; NULL: errno. */
static struct sw_vault *
new_vault(size_t n)
{
	struct sw_vault *vault = calloc(1, sizeof *vault);
	if (vault == NULL)
		return NULL;
	vault->entries = calloc(n + 1, sizeof *vault->entries);
	vault->values = calloc(n + 1, sizeof *vault->values);
	vault->dir = getcwd(NULL, 0);
	if (vault->entries != NULL && vault->values != NULL &&
	    vault->dir != NULL)
		return vault;
	sw__vault_free(vault);
	return NULL;
}

void
sw__secret_hide(void)
{
	if (!IS_TRACED)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int
sw__vault_open(struct sw_vault **out, const struct sw_pipeline *pipeline,
    const char *const *given, struct sw_error *err)
{
	size_t n = 0;
	while (given[n] != NULL)
		n++;
	struct sw_vault *vault = new_vault(n);
	if (vault == NULL) {
		sw__error_errno(err, "cannot keep secrets");
		return SW_ERROR_SYSTEM;
	}
	if (n > 0)
		sw__secret_hide();
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_entry(vault, pipeline, given[i], err);
	if (rc == 0)
		rc = fetch_all(vault, err);
	if (rc == 0)
		rc = sw__redactor_new(
		    &vault->redactor, vault->values, vault->n, err);
	if (rc != 0) {
		sw__vault_free(vault);
		return rc;
	}
	*out = vault;
	return 0;
}

void
sw__vault_free(struct sw_vault *vault)
{
	if (vault == NULL)
		return;
	for (size_t i = 0; i < vault->n; i++) {
		sw__secret_wipe(&vault->values[i]);
		free(vault->entries[i].text);
	}
	sw__redactor_free(vault->redactor);
	free(vault->values);
	free(vault->entries);
	free(vault->dir);
	free(vault);
}

const char *
sw__vault_missing(const struct sw_vault *vault, const struct sw_work *work)
{
	for (const struct sw_parameter *p = work->secrets;
	     p != NULL && p->name != NULL; p++)
		if (find_value(vault, p->value) == NULL)
			return p->value;
	return NULL;
}

const struct sw_redactor *
sw__vault_redactor(const struct sw_vault *vault)
{
	return vault == NULL ? NULL : vault->redactor;
}

/* Can another value have come there since? */
static bool
can_change(enum sw_secret_kind kind)
{
	return kind == SW_SECRET_FILE || kind == SW_SECRET_COMMAND;
}

/* The value that a secret has now: a new one, or the one that it had. */
static int
refresh(struct sw_handed *out, const struct sw_vault *vault, const char *name,
    const char **value, struct sw_error *err)
{
	const struct sw_secret_value *known = find_value(vault, name);
	if (known == NULL)
		return sw__error(
		    err, SW_ERROR_REFUSED, "nobody gave the secret '%s'", name);
	const size_t i = (size_t)(known - vault->values);
	const struct entry *entry = &vault->entries[i];
	struct sw_secret_value *fresh = &out->fresh[i];
	*value = known->bytes;
	if (!can_change(entry->place.kind))
		return 0;
	if (fresh->bytes == NULL &&
	    sw__secret_fetch(fresh, entry->name, &entry->place, err) != 0)
		return err->code;
	*value = fresh->bytes;
	return 0;
}

/* Values that are new are masked beside all those that were known. */
static int
renew_redactor(
    struct sw_handed *out, const struct sw_vault *vault, struct sw_error *err)
{
	size_t n = vault->n;
	struct sw_secret_value *all = calloc(2 * n + 1, sizeof *all);
	if (all == NULL)
		return sw__error_errno(err, "cannot prepare to mask secrets");
	for (size_t i = 0; i < vault->n; i++) {
		const struct sw_secret_value *fresh = &out->fresh[i];
		all[i] = vault->values[i];
		if (fresh->bytes != NULL &&
		    (fresh->size != all[i].size ||
			memcmp(fresh->bytes, all[i].bytes, fresh->size) != 0))
			all[n++] = *fresh;
	}
	const int rc =
	    n == vault->n ? 0 : sw__redactor_new(&out->own, all, n, err);
	if (out->own != NULL)
		out->redactor = out->own;
	free(all);
	return rc;
}

int
sw__vault_hand(struct sw_handed *out, const struct sw_vault *vault,
    const struct sw_work *work, struct sw_error *err)
{
	size_t n = 0;
	*out = (struct sw_handed){ .redactor = sw__vault_redactor(vault) };
	while (work->secrets != NULL && work->secrets[n].name != NULL)
		n++;
	if (n == 0)
		return 0;
	out->nfresh = vault == NULL ? 0 : vault->n;
	out->env = calloc(n + 1, sizeof *out->env);
	out->fresh = calloc(out->nfresh + 1, sizeof *out->fresh);
	if (out->env == NULL || out->fresh == NULL)
		return sw__error_errno(err, "cannot hand out secrets");
	for (size_t i = 0; i < n; i++) {
		const char *value = NULL;
		if (refresh(out, vault, work->secrets[i].value, &value, err) !=
		    0)
			return err->code;
		out->env[i] =
		    (struct sw_parameter){ work->secrets[i].name, value };
	}
	return renew_redactor(out, vault, err);
}

void
sw__handed_release(struct sw_handed *handed)
{
	for (size_t i = 0; handed->fresh != NULL && i < handed->nfresh; i++)
		sw__secret_wipe(&handed->fresh[i]);
	sw__redactor_free(handed->own);
	free(handed->env);
	free(handed->fresh);
	*handed = (struct sw_handed){ 0 };
}
