/*
 * Finds commits in an open repository, by ref, by id and by what contains
 * what, and reads what one says about itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repository_open.h"
#include "utf8.h"

bool
sw__repository_ref(struct sw_repository *repository, const char *ref,
    char id[SW_COMMIT_HEX_MAX])
{
	git_oid oid;
	git_object *object = NULL;
	git_object *commit = NULL;
	if (git_reference_name_to_id(&oid, repository->git, ref) != 0)
		return false;
	if (git_object_lookup(&object, repository->git, &oid, GIT_OBJECT_ANY) !=
	    0)
		repository->is_damaged = true;
	const bool found =
	    object && git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0;
	if (found)
		git_oid_tostr(id, SW_COMMIT_HEX_MAX, git_object_id(commit));
	git_object_free(commit);
	git_object_free(object);
	return found;
}

bool
sw__repository_is_damaged(const struct sw_repository *repository)
{
	return repository->is_damaged;
}

bool
sw__repository_commit(struct sw_repository *repository, const char *hex,
    char id[SW_COMMIT_HEX_MAX])
{
	git_oid oid;
	git_commit *commit = NULL;
	const size_t length = strlen(hex);
	if (length < 4 || length > GIT_OID_HEXSZ ||
	    git_oid_fromstrn(&oid, hex, length) != 0 ||
	    git_commit_lookup_prefix(&commit, repository->git, &oid, length) !=
		0)
		return false;
	git_oid_tostr(id, SW_COMMIT_HEX_MAX, git_commit_id(commit));
	git_commit_free(commit);
	return true;
}

bool
sw__repository_head(struct sw_repository *repository, char ref[SW_REF_MAX])
{
	git_reference *head = NULL;
	if (git_reference_lookup(&head, repository->git, "HEAD") != 0)
		return false;
	const char *target = git_reference_symbolic_target(head);
	const bool found = target && strlen(target) < SW_REF_MAX;
	if (found)
		snprintf(ref, SW_REF_MAX, "%s", target);
	git_reference_free(head);
	return found;
}

bool
sw__repository_contains(
    struct sw_repository *repository, const char *tip, const char *commit)
{
	git_oid tip_oid;
	git_oid commit_oid;
	if (strcmp(tip, commit) == 0)
		return true;
	return git_oid_fromstr(&tip_oid, tip) == 0 &&
	       git_oid_fromstr(&commit_oid, commit) == 0 &&
	       git_graph_descendant_of(
		   repository->git, &tip_oid, &commit_oid) == 1;
}

bool
sw__ref_is_branch_or_tag(const char *ref)
{
	return strncmp(ref, "refs/heads/", 11) == 0 ||
	       strncmp(ref, "refs/tags/", 10) == 0;
}

int
sw__repository_refs(struct sw_repository *repository, sw_repository_ref_fn tell,
    void *payload, struct sw_error *err)
{
	git_strarray names = { 0 };
	if (git_reference_list(&names, repository->git) != 0)
		return sw__repository_object_error(
		    repository, "list the branches of", err);
	for (size_t i = 0; i < names.count; i++) {
		char id[SW_COMMIT_HEX_MAX];
		if (sw__ref_is_branch_or_tag(names.strings[i]) &&
		    sw__repository_ref(repository, names.strings[i], id))
			tell(payload, names.strings[i], id);
	}
	git_strarray_dispose(&names);
	return 0;
}

static void
write_date(char out[32], git_time_t seconds)
{
	const time_t when = (time_t)seconds;
	struct tm utc;
	if (!gmtime_r(&when, &utc) ||
	    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		snprintf(out, 32, "1970-01-01T00:00:00Z");
}

int
sw__repository_describe(struct sw_repository *repository, const char *id,
    struct sw_commit *out, struct sw_error *err)
{
	git_oid oid;
	git_commit *commit = NULL;
	struct sw_commit described = { 0 };
	if (git_oid_fromstr(&oid, id) != 0 ||
	    git_commit_lookup(&commit, repository->git, &oid) != 0)
		return sw__repository_object_error(
		    repository, "read a commit of", err);
	const git_signature *author = git_commit_author(commit);
	snprintf(described.id, sizeof described.id, "%s", id);
	write_date(described.date, author->when.time);
	described.message = sw__utf8_copy(git_commit_message(commit));
	described.author = sw__utf8_copy(author->name);
	described.email = sw__utf8_copy(author->email);
	git_commit_free(commit);
	if (!described.message || !described.author || !described.email) {
		sw__commit_release(&described);
		return sw__error_errno(err, "cannot describe a commit");
	}
	for (size_t n = strlen(described.message);
	     n > 0 && described.message[n - 1] == '\n'; n--)
		described.message[n - 1] = 0;
	*out = described;
	return 0;
}

void
sw__commit_release(struct sw_commit *commit)
{
	free(commit->message);
	free(commit->author);
	free(commit->email);
	*commit = (struct sw_commit){ 0 };
}
