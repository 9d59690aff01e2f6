/*
 * Where a git repository is, read from text that nobody vouches for. What is
 * accepted: a path, file:///PATH, https://HOST/PATH, ssh://[USER@]HOST/PATH,
 * and http:// to this machine alone. Pure.
 */
#ifndef PROVIDER_GIT_URL_H
#define PROVIDER_GIT_URL_H

#include "error.h"

/* Bytes of a URL with its NUL. */
#define SW_GIT_URL_MAX 2048
#define SW_GIT_NAME_MAX 256

enum sw_git_url_kind {
	SW_GIT_URL_PATH, /* of this machine, read in place */
	SW_GIT_URL_FILE, /* of this machine, mirrored */
	SW_GIT_URL_HTTP, /* https, or http to a loopback address */
	SW_GIT_URL_SSH
};

struct sw_git_url {
	enum sw_git_url_kind kind;
	char text[2 * SW_GIT_URL_MAX];  /* a path is absolute here; secret */
	char shown[2 * SW_GIT_URL_MAX]; /* as written, without a password */
	char name[SW_GIT_NAME_MAX];     /* last part of the path, no ".git" */
	char secret[SW_GIT_URL_MAX];    /* "user:password", or empty */
};

/* Relative paths are below `base`, an absolute path (NULL: kept relative). */
int sw__git_url_read(struct sw_git_url *out, const char *text, const char *base,
    struct sw_error *err);

/* The folder of a repository of this machine, or NULL; as long as url. */
const char *sw__git_url_folder(const struct sw_git_url *url);

#endif
