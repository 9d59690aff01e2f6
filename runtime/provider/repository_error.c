/*
 * Says why a repository cannot be opened, reached or read: what libgit2
 * reported, without secrets, and the way out where there is one.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repository_open.h"

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
bool
sw__repository_blames_objects(void)
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

int
sw__repository_object_error(const struct sw_repository *repository,
    const char *what, struct sw_error *err)
{
	char text[512];
	last_message(&repository->url, text, sizeof text);
	return sw__error(err,
	    sw__repository_blames_objects() ? SW_ERROR_CORRUPT
					    : SW_ERROR_SYSTEM,
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
int
sw__repository_reach_error(
    const struct sw_git_url *url, int code, struct sw_error *err)
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
