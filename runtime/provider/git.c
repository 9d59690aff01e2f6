/*
 * The provider Git: brings one commit of a repository into the workspace and
 * says what it is. Input: the parameters url and branch, tag or commit, and
 * the revision that an execution is pinned to; output: files and variables.
 * Names from the model and from the repository are data only: no shell and no
 * command line ever sees them. Knows nothing of libgit2: repository*.c do.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "git_url.h"
#include "provider.h"
#include "repository.h"
#include "tree.h"
#include "utf8.h"

/* Names that a message lists. */
#define SUGGESTIONS 5
/* Branches that are asked whether they contain a commit. */
#define BRANCHES_ASKED_MAX 1000

/* What the model and the start of the execution ask for. */
struct wanted {
	const char *branch; /* one of these three, or none: the HEAD's */
	const char *tag;
	const char *commit;
	const char *revision; /* pinned: stronger than them; or NULL */
	const char *ref;      /* where that was pushed; or NULL */
};

/* What that is. */
struct found {
	char id[SW_COMMIT_HEX_MAX];
	char branch[SW_REF_MAX]; /* short; empty: none known */
	char tag[SW_REF_MAX];
};

static const char *
parameter(const struct sw_parameter *parameters, const char *name)
{
	for (; parameters && parameters->name; parameters++)
		if (strcmp(parameters->name, name) == 0)
			return *parameters->value ? parameters->value : NULL;
	return NULL;
}

static int
read_wanted(struct wanted *out, const struct sw_parameter *parameters,
    const struct sw_job *job, struct sw_error *err)
{
	const struct wanted wanted = {
		.branch = parameter(parameters, "branch"),
		.tag = parameter(parameters, "tag"),
		.commit = parameter(parameters, "commit"),
		.revision = job && job->revision && *job->revision
				? job->revision
				: NULL,
		.ref = job ? job->ref : NULL,
	};
	if (!!wanted.branch + !!wanted.tag + !!wanted.commit > 1)
		return sw__error(err, SW_ERROR_USAGE,
		    "the source asks for a branch, a tag and a commit at once: "
		    "give one of 'branch', 'tag', 'commit'");
	if (wanted.branch && !sw__ref_name_is_valid(wanted.branch))
		return sw__error(err, SW_ERROR_USAGE,
		    "'%.200s' cannot be the name of a branch", wanted.branch);
	if (wanted.tag && !sw__ref_name_is_valid(wanted.tag))
		return sw__error(err, SW_ERROR_USAGE,
		    "'%.200s' cannot be the name of a tag", wanted.tag);
	*out = wanted;
	return 0;
}

/* Names of branches or tags that are like one that is not there. */

struct suggestions {
	const char *prefix; /* "refs/heads/" */
	const char *name;
	unsigned total;
	unsigned distance[SUGGESTIONS]; /* ascending, first `count` of them */
	char names[SUGGESTIONS][SW_REF_MAX];
	unsigned count;
};

/* Levenshtein's, of the first 63 bytes. */
static unsigned
edit_distance(const char *a, const char *b)
{
	unsigned row[64];
	size_t width = strlen(b) < 63 ? strlen(b) : 63;
	for (size_t k = 0; k <= width; k++)
		row[k] = (unsigned)k;
	for (size_t i = 0; i < 63 && a[i]; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i + 1;
		for (size_t k = 1; k <= width; k++) {
			const unsigned above = row[k];
			unsigned best = diagonal + (a[i] != b[k - 1]);
			best = above + 1 < best ? above + 1 : best;
			best = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
			row[k] = best;
			diagonal = above;
		}
	}
	return row[width];
}

static void
suggest(void *payload, const char *ref, const char *commit)
{
	struct suggestions *s = payload;
	(void)commit;
	if (strncmp(ref, s->prefix, strlen(s->prefix)) != 0)
		return;
	const char *name = ref + strlen(s->prefix);
	const unsigned distance = edit_distance(s->name, name);
	s->total++;
	unsigned at = s->count;
	while (at > 0 && s->distance[at - 1] > distance)
		at--;
	if (at >= SUGGESTIONS)
		return;
	if (s->count < SUGGESTIONS)
		s->count++;
	for (unsigned i = s->count - 1; i > at; i--) {
		s->distance[i] = s->distance[i - 1];
		memcpy(s->names[i], s->names[i - 1], SW_REF_MAX);
	}
	s->distance[at] = distance;
	snprintf(s->names[at], SW_REF_MAX, "%s", name);
}

/* "no branch 'mian' in '../shop.git'; did you mean 'main'?" */
static int
missing_error(struct sw_repository *repository, const struct sw_git_url *url,
    const char *kind, const char *name, struct sw_error *err)
{
	struct suggestions s = {
		.prefix = *kind == 'b' ? "refs/heads/" : "refs/tags/",
		.name = name,
	};
	struct sw_error ignored;
	sw__repository_refs(repository, suggest, &s, &ignored);
	if (s.count == 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "no %s '%.200s' in '%s': it has no %s yet", kind, name,
		    url->shown, *kind == 'b' ? "commits" : "tags");
	if (s.distance[0] <= 2 && s.distance[0] < strlen(name))
		return sw__error(err, SW_ERROR_REFUSED,
		    "no %s '%.200s' in '%s'; did you mean '%s'?", kind, name,
		    url->shown, s.names[0]);
	char list[512];
	size_t length = 0;
	for (unsigned i = 0; i < s.count && length < sizeof list; i++)
		length += (size_t)snprintf(list + length, sizeof list - length,
		    "%s'%.80s'", i ? ", " : "", s.names[i]);
	return sw__error(err, SW_ERROR_REFUSED,
	    "no %s '%.200s' in '%s': it has %s%s", kind, name, url->shown, list,
	    s.total > s.count ? " and others" : "");
}

static bool
find_ref(struct sw_repository *repository, const char *prefix, const char *name,
    char short_name[SW_REF_MAX], char id[SW_COMMIT_HEX_MAX])
{
	char ref[SW_REF_MAX];
	const int n = snprintf(ref, sizeof ref, "%s%s", prefix, name);
	if (n < 0 || (size_t)n >= sizeof ref ||
	    !sw__repository_ref(repository, ref, id))
		return false;
	snprintf(short_name, SW_REF_MAX, "%s", name);
	return true;
}

/* "refs/heads/main", "refs/tags/v1", "main", "v1" */
static bool
find_named(
    struct sw_repository *repository, const char *name, struct found *out)
{
	if (strncmp(name, "refs/heads/", 11) == 0)
		return find_ref(
		    repository, "refs/heads/", name + 11, out->branch, out->id);
	if (strncmp(name, "refs/tags/", 10) == 0)
		return find_ref(
		    repository, "refs/tags/", name + 10, out->tag, out->id);
	return find_ref(
		   repository, "refs/heads/", name, out->branch, out->id) ||
	       find_ref(repository, "refs/tags/", name, out->tag, out->id);
}

static int
find_newest(struct sw_repository *repository, const struct sw_git_url *url,
    const struct wanted *wanted, struct found *out, struct sw_error *err)
{
	char head[SW_REF_MAX] = "";
	if (wanted->tag)
		return find_ref(repository, "refs/tags/", wanted->tag, out->tag,
			   out->id)
			   ? 0
			   : missing_error(
				 repository, url, "tag", wanted->tag, err);
	if (wanted->branch)
		return find_ref(repository, "refs/heads/", wanted->branch,
			   out->branch, out->id)
			   ? 0
			   : missing_error(repository, url, "branch",
				 wanted->branch, err);
	if (sw__repository_head(repository, head) &&
	    find_named(repository, head, out))
		return 0;
	return sw__error(err, SW_ERROR_REFUSED,
	    *head ? "'%s' has no commit on its main branch yet: push one, or "
		    "name another with 'branch'"
		  : "'%s' is on no branch: name one with 'branch'",
	    url->shown);
}

/* For the branch and the tag of a commit that was asked for by its id. */
struct naming {
	struct sw_repository *repository;
	struct found *found;
	unsigned asked;
};

static void
name_by_tip(void *payload, const char *ref, const char *commit)
{
	const struct naming *naming = payload;
	struct found *found = naming->found;
	if (strcmp(commit, found->id) != 0)
		return;
	if (strncmp(ref, "refs/tags/", 10) == 0 && !*found->tag)
		snprintf(found->tag, SW_REF_MAX, "%s", ref + 10);
	if (strncmp(ref, "refs/heads/", 11) == 0 && !*found->branch)
		snprintf(found->branch, SW_REF_MAX, "%s", ref + 11);
}

static void
name_by_history(void *payload, const char *ref, const char *commit)
{
	struct naming *naming = payload;
	struct found *found = naming->found;
	if (*found->branch || strncmp(ref, "refs/heads/", 11) != 0 ||
	    naming->asked++ >= BRANCHES_ASKED_MAX)
		return;
	if (sw__repository_contains(naming->repository, commit, found->id))
		snprintf(found->branch, SW_REF_MAX, "%s", ref + 11);
}

/* The source's own branch if it has the commit, or the first that does. */
static void
name_commit(struct sw_repository *repository, const struct wanted *wanted,
    struct found *found)
{
	struct naming naming = { repository, found, 0 };
	struct sw_error ignored;
	char own[SW_REF_MAX] = "";
	char tip[SW_COMMIT_HEX_MAX];
	if (wanted->branch)
		snprintf(own, sizeof own, "refs/heads/%s", wanted->branch);
	else if (!sw__repository_head(repository, own))
		own[0] = 0;
	if (*own && sw__repository_ref(repository, own, tip))
		name_by_history(&naming, own, tip);
	sw__repository_refs(repository, name_by_tip, &naming, &ignored);
	if (!*found->branch)
		sw__repository_refs(
		    repository, name_by_history, &naming, &ignored);
}

/*
 * A revision is a commit id, whole or its beginning, or the name of a branch
 * or tag. A commit that is here already is not asked for again.
 */
static int
find_pinned(struct sw_repository *repository, const struct sw_git_url *url,
    const struct wanted *wanted, struct found *out, struct sw_error *err)
{
	const char *asked =
	    wanted->revision ? wanted->revision : wanted->commit;
	bool is_here = strlen(asked) == SW_COMMIT_HEX_MAX - 1 &&
		       sw__repository_commit(repository, asked, out->id);
	if (!is_here) {
		const int failed = sw__repository_fetch(repository, err);
		if (failed)
			return failed;
		is_here = sw__repository_commit(repository, asked, out->id);
	}
	if (!is_here && find_named(repository, asked, out))
		return 0;
	if (!is_here)
		return sw__error(err, SW_ERROR_REFUSED,
		    "no revision '%.200s' in '%s': it is neither a commit "
		    "that its branches and tags lead to, nor one of those",
		    asked, url->shown);
	if (wanted->ref && strncmp(wanted->ref, "refs/heads/", 11) == 0)
		snprintf(out->branch, SW_REF_MAX, "%s", wanted->ref + 11);
	else if (wanted->ref && strncmp(wanted->ref, "refs/tags/", 10) == 0)
		snprintf(out->tag, SW_REF_MAX, "%s", wanted->ref + 10);
	name_commit(repository, wanted, out);
	return 0;
}

static int
find(struct sw_repository *repository, const struct sw_git_url *url,
    const struct wanted *wanted, struct found *out, struct sw_error *err)
{
	*out = (struct found){ .id = "" };
	if (wanted->revision || wanted->commit)
		return find_pinned(repository, url, wanted, out, err);
	const int failed = sw__repository_fetch(repository, err);
	if (failed)
		return failed;
	return find_newest(repository, url, wanted, out, err);
}

static int
export_variables(const struct sw_job *job, const struct sw_git_url *url,
    const struct found *found, const struct sw_commit *commit,
    struct sw_error *err)
{
	const struct sw_parameter variables[] = {
		{ "CommitId", commit->id },
		{ "CommitMessage", commit->message },
		{ "AuthorDate", commit->date },
		{ "AuthorDisplayName", commit->author },
		{ "AuthorEmail", commit->email },
		{ "RepositoryName", url->name },
		{ "BranchName", found->branch },
		{ "TagName", found->tag },
	};
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		if (*variables[i].value &&
		    sw__job_export(
			job, variables[i].name, variables[i].value) != 0)
			return sw__error_errno(err,
			    "cannot keep the variable '%s'", variables[i].name);
	return 0;
}

/* One line for the log; the rest of a message is in CommitMessage. */
static void
report(const struct sw_git_url *url, const struct found *found,
    const struct sw_commit *commit, const struct sw_export *sum)
{
	printf("%.12s of %s%s'%s': %.*s\n", commit->id,
	    *found->branch ? found->branch
	    : *found->tag  ? found->tag
			   : "",
	    *found->branch || *found->tag ? " in " : "", url->shown,
	    (int)strcspn(commit->message, "\n"), commit->message);
	printf("by %s <%s>, %s; %" PRIu64 " files, %" PRIu64 " bytes\n",
	    commit->author, commit->email, commit->date, sum->files,
	    sum->bytes);
	if (sum->submodules)
		printf("%" PRIu64 " submodules are not fetched: their folders "
		       "are empty\n",
		    sum->submodules);
	(void)fflush(stdout);
}

/* Finds, writes and describes; the workspace is empty before. */
static int
bring(const struct sw_job *job, struct sw_repository *repository,
    const struct sw_git_url *url, int dir, struct sw_error *err)
{
	struct wanted wanted = { .branch = NULL };
	struct found found = { .id = "" };
	struct sw_commit commit = { .id = "" };
	struct sw_export sum = { 0 };
	int failed = read_wanted(&wanted, job->parameters, job, err);
	if (!failed)
		failed = find(repository, url, &wanted, &found, err);
	if (failed == SW_ERROR_REFUSED && sw__repository_is_damaged(repository))
		failed = sw__error(err, SW_ERROR_CORRUPT,
		    "'%s' is damaged: a branch or tag is at an object that "
		    "cannot be read; 'git fsck' says more",
		    url->shown);
	if (!failed)
		failed =
		    sw__repository_export(repository, found.id, dir, &sum, err);
	if (!failed)
		failed =
		    sw__repository_describe(repository, found.id, &commit, err);
	if (!failed)
		failed = export_variables(job, url, &found, &commit, err);
	if (!failed)
		report(url, &found, &commit, &sum);
	sw__commit_release(&commit);
	return failed;
}

static int
bring_or_renew(const struct sw_job *job, struct sw_repository *repository,
    const struct sw_git_url *url, struct sw_error *err)
{
	const int dir =
	    open(job->workspace, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return sw__error_errno(
		    err, "cannot open the workspace '%s'", job->workspace);
	int failed = bring(job, repository, url, dir, err);
	if (failed == SW_ERROR_CORRUPT && sw__repository_renew(repository)) {
		printf("the mirror was damaged and is fetched anew: %s\n",
		    err->text);
		failed = sw__tree_clear(dir, err);
		if (!failed)
			failed = bring(job, repository, url, dir, err);
	}
	close(dir);
	return failed;
}

static int
perform(const struct sw_job *job)
{
	struct sw_git_url url;
	struct sw_repository *repository = NULL;
	struct sw_error err;
	const struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_CORE, &none);
	int failed = sw__git_url_read(
	    &url, parameter(job->parameters, "url"), job->base_dir, &err);
	if (!failed)
		failed = sw__repository_open(
		    &repository, &url, job->state_dir, &err);
	if (!failed)
		failed = bring_or_renew(job, repository, &url, &err);
	sw__repository_close(repository);
	return failed ? sw__job_fail(job, 1, "%s", err.text) : 0;
}

/* Watching */

static int
read_source_url(struct sw_git_url *url, const struct sw_source *source,
    struct sw_error *err)
{
	const char *text = parameter(source->parameters, "url");
	if (text && strstr(text, "#{"))
		return sw__error(err, SW_ERROR_USAGE,
		    "the url '%s' holds a variable, whose value only an "
		    "execution knows: it cannot be watched",
		    text);
	return sw__git_url_read(url, text, source->base_dir, err);
}

/* Refs wait here until it is known which one is the HEAD. */
struct listing {
	sw_ref_fn tell;
	void *payload;
	const char *own; /* full ref name, empty: none */
};

static void
tell_ref(void *payload, const char *ref, const char *commit)
{
	const struct listing *listing = payload;
	/* A name that JSON cannot hold starts nothing. */
	if (!sw__utf8_is_valid(ref))
		return;
	listing->tell(listing->payload, ref, commit,
	    *listing->own && strcmp(ref, listing->own) == 0);
}

static int
list(const struct sw_source *source, sw_ref_fn tell, void *payload,
    struct sw_error *err)
{
	struct sw_git_url url;
	struct wanted wanted = { .branch = NULL };
	char own[SW_REF_MAX] = "";
	char head[SW_REF_MAX];
	int failed = read_wanted(&wanted, source->parameters, NULL, err);
	if (!failed)
		failed = read_source_url(&url, source, err);
	if (failed)
		return failed;
	if (wanted.branch)
		snprintf(own, sizeof own, "refs/heads/%s", wanted.branch);
	else if (wanted.tag)
		snprintf(own, sizeof own, "refs/tags/%s", wanted.tag);
	const bool is_head = !*own && !wanted.commit;
	struct listing listing = { tell, payload, is_head ? head : own };
	return sw__remote_refs(&url, tell_ref, head, &listing, err);
}

static int
changed(const struct sw_source *source, const char *const fromto[2],
    sw_path_fn tell, void *payload, struct sw_error *err)
{
	struct sw_git_url url;
	struct sw_repository *repository = NULL;
	char id[SW_COMMIT_HEX_MAX];
	int failed = read_source_url(&url, source, err);
	if (!failed)
		failed = sw__repository_open(
		    &repository, &url, source->state_dir, err);
	if (!failed && !sw__repository_commit(repository, fromto[1], id))
		failed = sw__repository_fetch(repository, err);
	if (!failed)
		failed = sw__repository_changed(
		    repository, fromto[0], fromto[1], tell, payload, err);
	sw__repository_close(repository);
	return failed;
}

const struct sw_provider sw_provider_git = {
	.name = "Git",
	.perform = perform,
	.list = list,
	.changed = changed,
};
