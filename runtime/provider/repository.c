/*
 * The only file that includes libgit2. It opens, mirrors, lists, compares and
 * exports repositories that nobody vouches for; the settings in
 * start_library are what keeps a hostile one harmless. It must not know what
 * an action, a trigger or a pipeline is.
 */
#include "repository.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <git2.h>

#include "mirror.h"
#include "ssh_key.h"
#include "tree.h"
#include "utf8.h"

/* Keys that one connection tries. */
#define CREDENTIALS_MAX 8

struct sw_repository {
	git_repository *git;
	struct sw_git_url url;
	bool is_mirror;
	bool was_there;  /* before this process: it may be damaged */
	bool is_damaged; /* a ref led to what cannot be read */
	char dir[PATH_MAX];
	int lock;
};

static void
start_library(void)
{
	git_libgit2_init();
	static const git_config_level_t levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
		GIT_CONFIG_LEVEL_PROGRAMDATA };
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	git_libgit2_opts(
	    GIT_OPT_SET_PACK_MAX_OBJECTS, (size_t)SW_GIT_PACK_OBJECTS_MAX);
#ifdef SW_GIT_HAS_OBJECT_SIZE
	git_libgit2_opts(
	    GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)SW_GIT_OBJECT_MAX);
#endif
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	git_libgit2_opts(GIT_OPT_DISABLE_PACK_KEEP_FILE_CHECKS, 1);
}

/* What libgit2 said last, without the password that it may have quoted. */
static void
last_message(const struct sw_git_url *url, char *out, size_t size)
{
	const git_error *last = git_error_last();
	const char *text = last && last->message ? last->message : "no reason";
	const char *secret = *url->secret ? strstr(text, url->secret) : NULL;
	if (secret)
		snprintf(out, size, "%.*s***%s", (int)(secret - text), text,
		    secret + strlen(url->secret));
	else
		snprintf(out, size, "%s", text);
}

/* Is it about what is stored here, and not about the other side? */
static bool
is_about_objects(void)
{
	const git_error *last = git_error_last();
	if (!last)
		return false;
	switch (last->klass) {
	case GIT_ERROR_ODB:
	case GIT_ERROR_OBJECT:
	case GIT_ERROR_TREE:
	case GIT_ERROR_TAG:
	case GIT_ERROR_ZLIB:
	case GIT_ERROR_INDEXER:
	case GIT_ERROR_REFERENCE:
	case GIT_ERROR_SHA:
		return true;
	default: /* git_error_t is libgit2's and grows */
		return false;
	}
}

static int
object_error(const struct sw_repository *repository, const char *what,
    struct sw_error *err)
{
	char text[512];
	last_message(&repository->url, text, sizeof text);
	return sw__error(err,
	    is_about_objects() ? SW_ERROR_CORRUPT : SW_ERROR_SYSTEM,
	    "cannot %s '%s': %s", what, repository->url.shown, text);
}

static int
foreign_error(const struct sw_git_url *url, struct sw_error *err)
{
	struct stat status;
	const char *path = sw__git_url_folder(url);
	const struct passwd *owner =
	    path && stat(path, &status) == 0 ? getpwuid(status.st_uid) : NULL;
	return sw__error(err, SW_ERROR_SYSTEM,
	    "the repository '%s' belongs to another user, '%s': run the "
	    "pipeline as its owner, or reach it over ssh:// or https://",
	    url->shown, owner ? owner->pw_name : "unknown");
}

/* It may still be one that libgit2 cannot read, as of SHA-256 objects. */
static bool
looks_like_git(const char *path)
{
	static const char *const marks[] = { ".git", "HEAD" };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		char mark[2 * SW_GIT_URL_MAX + 8];
		snprintf(mark, sizeof mark, "%s/%s", path, marks[i]);
		if (access(mark, F_OK) == 0)
			return true;
	}
	return false;
}

/* Why a repository could not be opened or reached. */
static int
reach_error(const struct sw_git_url *url, int code, struct sw_error *err)
{
	char text[512];
	last_message(url, text, sizeof text);
	struct stat status;
	const char *path = sw__git_url_folder(url);
	/* libgit2 1.5 says "not found" of a setting that would allow it. */
	if (code == GIT_EOWNER || strstr(text, "safe.directory"))
		return foreign_error(url, err);
	if (path && stat(path, &status) != 0)
		return sw__error_errno(
		    err, "there is no repository at '%s'", url->shown);
	if (path && !looks_like_git(path))
		return sw__error(err, SW_ERROR_SYSTEM,
		    "'%s' is not a git repository: correct the url, or make "
		    "one there with 'git init'",
		    url->shown);
	if (code == GIT_EAUTH)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "'%s' does not let us in: %s; %s", url->shown, text,
		    url->kind == SW_GIT_URL_SSH
			? "'ssh-copy-id' takes a key there"
			: "reach it over ssh:// with a key");
	if (code == GIT_ECERTIFICATE)
		return sw__error(err, SW_ERROR_SYSTEM,
		    "'%s' cannot prove who it is: its certificate is not known "
		    "to this system, or its ssh key is not in "
		    "~/.ssh/known_hosts",
		    url->shown);
	return sw__error(
	    err, SW_ERROR_SYSTEM, "cannot reach '%s': %s", url->shown, text);
}

/* Who asks for a key, and which one is next. */
struct dialogue {
	const struct sw_git_url *url;
	unsigned asked;
};

/* First the agent's keys, then those of ~/.ssh that have no passphrase. */
static int
offer_ssh_key(git_credential **out, const char *user, unsigned turn)
{
	char key[PATH_MAX];
	if (turn == 0 && getenv("SSH_AUTH_SOCK"))
		return git_credential_ssh_key_from_agent(out, user);
	if (!sw__ssh_key(key, turn > 0 ? turn - 1 : 0))
		return GIT_EAUTH;
	return git_credential_ssh_key_new(out, user, NULL, key, NULL);
}

static int
on_credentials(git_credential **out, const char *url, const char *user_from_url,
    unsigned allowed, void *payload)
{
	(void)url;
	struct dialogue *dialogue = payload;
	const char *user = user_from_url ? user_from_url : "git";
	if (allowed & GIT_CREDENTIAL_USERNAME)
		return git_credential_username_new(out, user);
	if (dialogue->asked >= CREDENTIALS_MAX ||
	    !(allowed & GIT_CREDENTIAL_SSH_KEY)) {
		git_error_set_str(GIT_ERROR_NET, "it asks for a password");
		return GIT_EAUTH;
	}
	const int code = offer_ssh_key(out, user, dialogue->asked++);
	if (code == GIT_EAUTH)
		git_error_set_str(GIT_ERROR_SSH,
		    "none of the agent's keys nor of ~/.ssh was accepted");
	return code;
}

static int
on_certificate(
    git_cert *certificate, int valid, const char *host, void *payload)
{
	(void)certificate;
	(void)host;
	(void)payload;
	return valid ? 0 : GIT_ECERTIFICATE;
}

static int
on_progress(const git_indexer_progress *stats, void *payload)
{
	(void)payload;
	if (stats->received_bytes <= SW_GIT_FETCH_MAX)
		return 0;
	git_error_set_str(GIT_ERROR_NET, "it sends more than the limit");
	return GIT_EUSER;
}

static void
set_callbacks(git_remote_callbacks *callbacks, struct dialogue *dialogue)
{
	callbacks->credentials = on_credentials;
	callbacks->certificate_check = on_certificate;
	callbacks->transfer_progress = on_progress;
	callbacks->payload = dialogue;
}

/* Opening and mirroring */

static int
make_mirror(struct sw_repository *repository, struct sw_error *err)
{
	repository->was_there = false;
	const int failed = sw__mirror_clear(repository->dir, err);
	if (failed)
		return failed;
	git_repository_init_options options;
	git_repository_init_options_init(
	    &options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
	if (git_repository_init_ext(
		&repository->git, repository->dir, &options) != 0)
		return object_error(repository, "make a mirror of", err);
	return 0;
}

static int
open_mirror(struct sw_repository *repository, const char *state_dir,
    struct sw_error *err)
{
	int failed = sw__mirror_path(
	    repository->dir, state_dir, repository->url.text, err);
	if (failed)
		return failed;
	repository->lock = sw__mirror_lock(repository->dir, err);
	if (repository->lock < 0)
		return repository->lock;
	repository->was_there = true;
	if (sw__mirror_packs(repository->dir) <= SW_MIRROR_PACKS_MAX &&
	    git_repository_open_bare(&repository->git, repository->dir) == 0)
		return 0;
	return make_mirror(repository, err);
}

static int
open_in_place(struct sw_repository *repository, struct sw_error *err)
{
	const int code = git_repository_open_ext(&repository->git,
	    repository->url.text, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	return code == 0 ? 0 : reach_error(&repository->url, code, err);
}

int
sw__repository_open(struct sw_repository **out, const struct sw_git_url *url,
    const char *state_dir, struct sw_error *err)
{
	struct sw_repository *repository = calloc(1, sizeof *repository);
	if (!repository)
		return sw__error_errno(err, "cannot open a repository");
	start_library();
	repository->url = *url;
	repository->lock = -1;
	repository->is_mirror = url->kind != SW_GIT_URL_PATH;
	const int failed = repository->is_mirror
			       ? open_mirror(repository, state_dir, err)
			       : open_in_place(repository, err);
	if (failed) {
		sw__repository_close(repository);
		return failed;
	}
	*out = repository;
	return 0;
}

void
sw__repository_close(struct sw_repository *repository)
{
	if (!repository)
		return;
	git_repository_free(repository->git);
	if (repository->lock >= 0)
		close(repository->lock);
	free(repository);
	git_libgit2_shutdown();
}

bool
sw__repository_renew(struct sw_repository *repository)
{
	struct sw_error ignored;
	if (!repository->is_mirror || !repository->was_there)
		return false;
	git_repository_free(repository->git);
	repository->git = NULL;
	repository->is_damaged = false;
	return make_mirror(repository, &ignored) == 0;
}

/* The mirror's HEAD: what the remote says, so it is known without asking. */
static int
take_over_head(
    struct sw_repository *repository, git_remote *remote, struct sw_error *err)
{
	git_buf name = { 0 };
	int result = 0;
	if (git_remote_default_branch(&name, remote) == 0 &&
	    git_repository_set_head(repository->git, name.ptr) != 0)
		result = object_error(repository, "mirror the HEAD of", err);
	git_buf_dispose(&name);
	return result;
}

int
sw__repository_fetch(struct sw_repository *repository, struct sw_error *err)
{
	if (!repository->is_mirror)
		return 0;
	git_remote *remote = NULL;
	char heads[] = "+refs/heads/*:refs/heads/*";
	char tags[] = "+refs/tags/*:refs/tags/*";
	char *specs[] = { heads, tags };
	const git_strarray refspecs = { specs, 2 };
	struct dialogue dialogue = { &repository->url, 0 };
	git_fetch_options options;
	git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
	set_callbacks(&options.callbacks, &dialogue);
	options.prune = GIT_FETCH_PRUNE;
	options.update_fetchhead = 0;
	options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
	options.proxy_opts.type = GIT_PROXY_AUTO;
	int code = git_remote_create_anonymous(
	    &remote, repository->git, repository->url.text);
	if (code == 0)
		code = git_remote_fetch(remote, &refspecs, &options, NULL);
	int result = 0;
	if (code != 0)
		result = is_about_objects()
			     ? object_error(repository, "mirror", err)
			     : reach_error(&repository->url, code, err);
	else
		result = take_over_head(repository, remote, err);
	git_remote_free(remote);
	return result;
}

/* Finding commits */

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

static bool
is_branch_or_tag(const char *ref)
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
		return object_error(repository, "list the branches of", err);
	for (size_t i = 0; i < names.count; i++) {
		char id[SW_COMMIT_HEX_MAX];
		if (is_branch_or_tag(names.strings[i]) &&
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
		return object_error(repository, "read a commit of", err);
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

/* Export */

struct exporter {
	struct sw_repository *repository;
	struct sw_export sum;
	char path[PATH_MAX]; /* of the folder that is written, with a slash */
	struct sw_error *err;
};

static int
refuse_entry(struct exporter *exporter, const char *name, const char *why)
{
	return sw__error(exporter->err, SW_ERROR_REFUSED,
	    "the commit holds '%s%s', %s: it is not written", exporter->path,
	    name, why);
}

static int
write_blob(struct exporter *exporter, const git_tree_entry *entry, int dir)
{
	const char *name = git_tree_entry_name(entry);
	const git_filemode_t mode = git_tree_entry_filemode(entry);
	git_blob *blob = NULL;
	if (++exporter->sum.files > SW_GIT_FILES_MAX)
		return sw__error(exporter->err, SW_ERROR_LIMIT,
		    "the commit holds more than %d files", SW_GIT_FILES_MAX);
	if (git_blob_lookup(&blob, exporter->repository->git,
		git_tree_entry_id(entry)) != 0)
		return object_error(
		    exporter->repository, "read a file of", exporter->err);
	const size_t size = (size_t)git_blob_rawsize(blob);
	exporter->sum.bytes += size;
	int result = 0;
	if (exporter->sum.bytes > SW_GIT_EXPORT_MAX)
		result = sw__error(exporter->err, SW_ERROR_LIMIT,
		    "the files of the commit are larger than %llu GiB",
		    (unsigned long long)(SW_GIT_EXPORT_MAX >> 30));
	else if (mode == GIT_FILEMODE_LINK)
		result = sw__tree_link(
		    dir, name, git_blob_rawcontent(blob), size, exporter->err);
	else
		result = sw__tree_file(dir, name,
		    mode == GIT_FILEMODE_BLOB_EXECUTABLE,
		    git_blob_rawcontent(blob), size, exporter->err);
	git_blob_free(blob);
	return result;
}

static int write_tree(
    struct exporter *exporter, const git_tree *tree, int dir, unsigned depth);

static int
write_folder(struct exporter *exporter, const git_tree_entry *entry, int dir,
    unsigned depth)
{
	const char *name = git_tree_entry_name(entry);
	const size_t length = strlen(exporter->path);
	git_tree *below = NULL;
	if (depth >= SW_GIT_DEPTH_MAX ||
	    length + strlen(name) + 2 > sizeof exporter->path)
		return refuse_entry(exporter, name, "too deep a folder");
	if (git_tree_lookup(&below, exporter->repository->git,
		git_tree_entry_id(entry)) != 0)
		return object_error(
		    exporter->repository, "read a folder of", exporter->err);
	const int fd = sw__tree_enter(dir, name, exporter->err);
	int result = fd < 0 ? fd : 0;
	if (fd >= 0) {
		snprintf(exporter->path + length,
		    sizeof exporter->path - length, "%s/", name);
		result = write_tree(exporter, below, fd, depth + 1);
		exporter->path[length] = 0;
		close(fd);
	}
	git_tree_free(below);
	return result;
}

/* A submodule is another repository: its folder stays empty, as git's does. */
static int
skip_submodule(struct exporter *exporter, const char *name, int dir)
{
	const int fd = sw__tree_enter(dir, name, exporter->err);
	if (fd < 0)
		return fd;
	close(fd);
	exporter->sum.submodules++;
	return 0;
}

static int
write_entry(struct exporter *exporter, const git_tree_entry *entry, int dir,
    unsigned depth)
{
	const char *name = git_tree_entry_name(entry);
	const char *flaw = sw__tree_name_flaw(name);
	if (flaw)
		return refuse_entry(exporter, name, flaw);
	switch (git_tree_entry_filemode(entry)) {
	case GIT_FILEMODE_TREE:
		return write_folder(exporter, entry, dir, depth);
	case GIT_FILEMODE_BLOB:
	case GIT_FILEMODE_BLOB_EXECUTABLE:
	case GIT_FILEMODE_LINK:
		return write_blob(exporter, entry, dir);
	case GIT_FILEMODE_COMMIT:
		return skip_submodule(exporter, name, dir);
	case GIT_FILEMODE_UNREADABLE:
		break;
	}
	return refuse_entry(exporter, name, "neither a file nor a folder");
}

static int
write_tree(
    struct exporter *exporter, const git_tree *tree, int dir, unsigned depth)
{
	const size_t count = git_tree_entrycount(tree);
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++)
		result = write_entry(
		    exporter, git_tree_entry_byindex(tree, i), dir, depth);
	return result;
}

/* The tree of a commit; caller frees with git_tree_free. */
static int
commit_tree(git_tree **out, struct sw_repository *repository, const char *id)
{
	git_oid oid;
	git_commit *commit = NULL;
	if (git_oid_fromstr(&oid, id) != 0 ||
	    git_commit_lookup(&commit, repository->git, &oid) != 0)
		return -1;
	const int code = git_commit_tree(out, commit);
	git_commit_free(commit);
	return code;
}

int
sw__repository_export(struct sw_repository *repository, const char *id, int dir,
    struct sw_export *out, struct sw_error *err)
{
	git_tree *tree = NULL;
	if (commit_tree(&tree, repository, id) != 0)
		return object_error(repository, "read a commit of", err);
	struct exporter exporter = { .repository = repository, .err = err };
	const int failed = write_tree(&exporter, tree, dir, 0);
	git_tree_free(tree);
	if (!failed)
		*out = exporter.sum;
	return failed;
}

int
sw__repository_changed(struct sw_repository *repository, const char *from,
    const char *to, sw_repository_path_fn tell, void *payload,
    struct sw_error *err)
{
	git_tree *old = NULL;
	git_tree *new = NULL;
	git_diff *diff = NULL;
	git_diff_options options;
	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags |= GIT_DIFF_SKIP_BINARY_CHECK;
	if (commit_tree(&old, repository, from) != 0)
		old = NULL;
	int result = 0;
	if (commit_tree(&new, repository, to) != 0 ||
	    git_diff_tree_to_tree(&diff, repository->git, old, new, &options) !=
		0)
		result = object_error(repository, "compare commits of", err);
	const size_t count = diff ? git_diff_num_deltas(diff) : 0;
	for (size_t i = 0; i < count; i++)
		tell(payload, git_diff_get_delta(diff, i)->new_file.path);
	git_diff_free(diff);
	git_tree_free(new);
	git_tree_free(old);
	return result;
}

/* Listing a remote */

/*
 * Heads come sorted; an annotated tag comes twice, the second time as
 * "refs/tags/v1^{}" with the commit that it is of, which is the one to tell.
 */
static void
tell_heads(const git_remote_head *const *heads, size_t count,
    sw_repository_ref_fn tell, char head_ref[SW_REF_MAX], void *payload)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = heads[i]->name;
		const char *target = heads[i]->symref_target;
		const git_oid *oid = &heads[i]->oid;
		const size_t length = strlen(name);
		if (strcmp(name, "HEAD") == 0 && target &&
		    strlen(target) < SW_REF_MAX)
			snprintf(head_ref, SW_REF_MAX, "%s", target);
		if (!is_branch_or_tag(name) || length >= SW_REF_MAX ||
		    strchr(name, '^'))
			continue;
		if (i + 1 < count &&
		    strncmp(heads[i + 1]->name, name, length) == 0 &&
		    strcmp(heads[i + 1]->name + length, "^{}") == 0)
			oid = &heads[i + 1]->oid;
		char id[SW_COMMIT_HEX_MAX];
		git_oid_tostr(id, sizeof id, oid);
		tell(payload, name, id);
	}
}

static int
list_heads(git_remote *remote, const struct sw_git_url *url,
    sw_repository_ref_fn tell, char head_ref[SW_REF_MAX], void *payload,
    struct sw_error *err)
{
	struct dialogue dialogue = { url, 0 };
	git_remote_connect_options options;
	git_remote_connect_options_init(
	    &options, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	set_callbacks(&options.callbacks, &dialogue);
	options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
	options.proxy_opts.type = GIT_PROXY_AUTO;
	const git_remote_head **heads = NULL;
	size_t count = 0;
	int code =
	    git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &options);
	if (code == 0)
		code = git_remote_ls(&heads, &count, remote);
	if (code != 0)
		return reach_error(url, code, err);
	if (count > SW_GIT_REFS_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "'%s' has more than %d branches and tags", url->shown,
		    SW_GIT_REFS_MAX);
	tell_heads((const git_remote_head *const *)heads, count, tell, head_ref,
	    payload);
	return 0;
}

int
sw__remote_refs(const struct sw_git_url *url, sw_repository_ref_fn tell,
    char head[SW_REF_MAX], void *payload, struct sw_error *err)
{
	start_library();
	git_remote *remote = NULL;
	head[0] = 0;
	const int code = git_remote_create_detached(&remote, url->text);
	const int result =
	    code != 0 ? reach_error(url, code, err)
		      : list_heads(remote, url, tell, head, payload, err);
	git_remote_free(remote);
	git_libgit2_shutdown();
	return result;
}
