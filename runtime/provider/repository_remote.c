/*
 * Talks to a remote: keys and certificates, the fetch into a mirror, and the
 * listing that stores nothing. What the other side sends has a limit.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repository_open.h"
#include "ssh_key.h"

/* Keys that one connection tries. */
#define CREDENTIALS_MAX 8

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

/* What a remote that was called has; all of it counts, whatever is wanted. */
static int
read_heads(git_remote *remote, const struct sw_git_url *url,
    const git_remote_head ***heads, size_t *count, struct sw_error *err)
{
	const int code = git_remote_ls(heads, count, remote);
	if (code != 0)
		return sw__repository_reach_error(url, code, err);
	if (*count > SW_GIT_REFS_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "'%s' has more than %d branches and tags", url->shown,
		    SW_GIT_REFS_MAX);
	return 0;
}

/* Calls a remote, which its fetch then need not. */
static int
call_remote(git_remote *remote, const struct sw_git_url *url,
    const git_fetch_options *fetch, struct sw_error *err)
{
	git_remote_connect_options options;
	const git_remote_head **heads = NULL;
	size_t count = 0;
	git_remote_connect_options_init(
	    &options, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	options.callbacks = fetch->callbacks;
	options.follow_redirects = fetch->follow_redirects;
	options.proxy_opts = fetch->proxy_opts;
	const int code =
	    git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &options);
	if (code != 0)
		return sw__repository_reach_error(url, code, err);
	return read_heads(remote, url, &heads, &count, err);
}

/* Fetching */

/* The mirror's HEAD: what the remote says, so it is known without asking. */
static int
take_over_head(
    struct sw_repository *repository, git_remote *remote, struct sw_error *err)
{
	git_buf name = { 0 };
	int result = 0;
	if (git_remote_default_branch(&name, remote) == 0 &&
	    git_repository_set_head(repository->git, name.ptr) != 0)
		result = sw__repository_object_error(
		    repository, "mirror the HEAD of", err);
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
	int result = code == 0
			 ? call_remote(remote, &repository->url, &options, err)
			 : 0;
	if (code == 0 && result == 0)
		code = git_remote_fetch(remote, &refspecs, &options, NULL);
	if (code != 0)
		result =
		    sw__repository_blames_objects()
			? sw__repository_object_error(repository, "mirror", err)
			: sw__repository_reach_error(
			      &repository->url, code, err);
	else if (result == 0)
		result = take_over_head(repository, remote, err);
	git_remote_free(remote);
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
		if (!sw__ref_is_branch_or_tag(name) || length >= SW_REF_MAX ||
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
	const int code =
	    git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &options);
	if (code != 0)
		return sw__repository_reach_error(url, code, err);
	const int result = read_heads(remote, url, &heads, &count, err);
	if (result != 0)
		return result;
	tell_heads((const git_remote_head *const *)heads, count, tell, head_ref,
	    payload);
	return 0;
}

int
sw__remote_refs(const struct sw_git_url *url, sw_repository_ref_fn tell,
    char head[SW_REF_MAX], void *payload, struct sw_error *err)
{
	sw__repository_begin();
	git_remote *remote = NULL;
	head[0] = 0;
	const int code = git_remote_create_detached(&remote, url->text);
	const int result =
	    code != 0 ? sw__repository_reach_error(url, code, err)
		      : list_heads(remote, url, tell, head, payload, err);
	git_remote_free(remote);
	git_libgit2_shutdown();
	return result;
}
