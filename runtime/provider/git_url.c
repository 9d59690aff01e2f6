/*
 * Reads the URL of a git repository and refuses what is not meant to be one:
 * commands of git's remote helpers ("ext::sh -c ..."), options in place of a
 * host ("ssh://-oProxyCommand=..."), plain http across a network. Knows
 * nothing of libgit2 and does no I/O.
 */
#include "git_url.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"abcdefghijklmnopqrstuvwxyz0123456789";

static bool
has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/* [A-Za-z0-9._-]+, not an option; or an IPv6 address in brackets. */
static bool
is_host(const char *host, size_t length)
{
	if (length == 0)
		return false;
	if (host[0] == '[') {
		return length > 2 &&
		       strspn(host + 1, "0123456789abcdefABCDEF:.") ==
			   length - 2 &&
		       host[length - 1] == ']';
	}
	for (size_t i = 0; i < length; i++)
		if (!strchr(alphanumeric, host[i]) && !strchr("._-", host[i]))
			return false;
	return host[0] != '-' && host[0] != '.';
}

static bool
is_loopback(const char *host, size_t length)
{
	char name[64];
	if (length >= sizeof name)
		return false;
	memcpy(name, host, length);
	name[length] = 0;
	if (strcasecmp(name, "localhost") == 0 || strcmp(name, "[::1]") == 0)
		return true;
	return strncmp(name, "127.", 4) == 0 &&
	       strspn(name, "0123456789.") == length;
}

/* The parts of scheme://[USERINFO@]HOST[:PORT]/PATH. */
struct authority {
	const char *user; /* userinfo, of user_length bytes */
	size_t user_length;
	const char *host;
	size_t host_length;
	const char *path;
};

static int
read_authority(
    struct authority *out, const char *after_scheme, struct sw_error *err)
{
	const size_t length = strcspn(after_scheme, "/?#");
	const char *end = after_scheme + length;
	const char *host = after_scheme;
	for (const char *at = after_scheme; at < end; at++)
		if (*at == '@')
			host = at + 1;
	*out = (struct authority){ .user = after_scheme,
		.user_length =
		    host > after_scheme ? (size_t)(host - after_scheme) - 1 : 0,
		.host = host,
		.path = end };
	const char *port = end;
	for (const char *at = end; at > host && at[-1] != ']'; at--)
		if (at[-1] == ':')
			port = at - 1;
	out->host_length = (size_t)(port - host);
	if (!is_host(host, out->host_length) || *after_scheme == '-')
		return sw__error(err, SW_ERROR_USAGE,
		    "the url of the repository has no proper host name: "
		    "write it as in 'https://example.org/team/shop.git'");
	if (port < end &&
	    strspn(port + 1, "0123456789") != (size_t)(end - port) - 1)
		return sw__error(err, SW_ERROR_USAGE,
		    "the port in the url of the repository is not a number");
	if (*end != '/' || end[1] == 0)
		return sw__error(err, SW_ERROR_USAGE,
		    "the url of the repository names a host but no path");
	return 0;
}

/* What stands before the "@" may be secret: three asterisks stand for it. */
static void
show_without_password(
    struct sw_git_url *url, const char *text, const struct authority *parts)
{
	const char *colon = memchr(parts->user, ':', parts->user_length);
	if (parts->user_length == 0 || (url->kind == SW_GIT_URL_SSH && !colon))
		return;
	snprintf(url->secret, sizeof url->secret, "%.*s",
	    (int)parts->user_length, parts->user);
	snprintf(url->shown, sizeof url->shown, "%.*s***@%s",
	    (int)(parts->user - text), text, parts->host);
}

static int
read_remote(struct sw_git_url *url, const char *text, const char *after_scheme,
    struct sw_error *err)
{
	struct authority parts;
	const int failed = read_authority(&parts, after_scheme, err);
	if (failed)
		return failed;
	if (strncmp(text, "http:", 5) == 0 &&
	    !is_loopback(parts.host, parts.host_length))
		return sw__error(err, SW_ERROR_USAGE,
		    "http:// is refused, since anybody on the way could change "
		    "what is released: use https:// or ssh://");
	show_without_password(url, text, &parts);
	return 0;
}

static int
read_file(
    struct sw_git_url *url, const char *after_scheme, struct sw_error *err)
{
	if (strncmp(after_scheme, "localhost/", 10) == 0)
		after_scheme += 9;
	if (*after_scheme != '/')
		return sw__error(err, SW_ERROR_USAGE,
		    "file:// wants an absolute path, as in "
		    "'file:///srv/git/shop.git': for a relative one write the "
		    "path alone");
	snprintf(url->text, sizeof url->text, "file://%s", after_scheme);
	return 0;
}

static int
read_path(struct sw_git_url *url, const char *text, const char *base,
    struct sw_error *err)
{
	const size_t head = strcspn(text, "/");
	const char *colon = memchr(text, ':', head);
	if (colon && colon[1] == ':')
		return sw__error(err, SW_ERROR_USAGE,
		    "'%.*s::' is refused: remote helpers of git run commands",
		    (int)(colon - text), text);
	if (colon)
		return sw__error(err, SW_ERROR_USAGE,
		    "'%.*s' is not a folder: write a repository reached over "
		    "ssh as 'ssh://USER@HOST/PATH', and a folder with a colon "
		    "in its name as './NAME'",
		    (int)head, text);
	if (text[0] == '/' || !base)
		snprintf(url->text, sizeof url->text, "%s", text);
	else if (strlen(base) >= SW_GIT_URL_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the folder that '%s' is relative to has too long a name",
		    text);
	else
		snprintf(url->text, sizeof url->text, "%s/%s", base, text);
	return 0;
}

/* "/srv/git/shop.git/" is called "shop". */
static void
name_it(struct sw_git_url *url)
{
	const char *end = url->text + strlen(url->text);
	while (end > url->text && end[-1] == '/')
		end--;
	if (end - url->text >= 5 && strncmp(end - 5, "/.git", 5) == 0)
		end -= 5;
	const char *start = end;
	while (start > url->text && start[-1] != '/')
		start--;
	if (end - start > 4 && strncmp(end - 4, ".git", 4) == 0)
		end -= 4;
	snprintf(
	    url->name, sizeof url->name, "%.*s", (int)(end - start), start);
}

static int
read_kind(struct sw_git_url *url, const char *text, const char *base,
    struct sw_error *err)
{
	static const struct {
		const char *scheme;
		enum sw_git_url_kind kind;
	} schemes[] = {
		{ "file", SW_GIT_URL_FILE },
		{ "https", SW_GIT_URL_HTTP },
		{ "http", SW_GIT_URL_HTTP },
		{ "ssh", SW_GIT_URL_SSH },
	};
	const char *mark = strstr(text, "://");
	if (!mark || strcspn(text, "/:") != (size_t)(mark - text)) {
		url->kind = SW_GIT_URL_PATH;
		return read_path(url, text, base, err);
	}
	const size_t length = (size_t)(mark - text);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (strlen(schemes[i].scheme) != length ||
		    strncmp(text, schemes[i].scheme, length) != 0)
			continue;
		url->kind = schemes[i].kind;
		return url->kind == SW_GIT_URL_FILE
			   ? read_file(url, mark + 3, err)
			   : read_remote(url, text, mark + 3, err);
	}
	return sw__error(err, SW_ERROR_USAGE,
	    "'%.*s://' is not a way to a repository: there are https://, "
	    "ssh://, file:// and paths",
	    (int)length, text);
}

int
sw__git_url_read(struct sw_git_url *out, const char *text, const char *base,
    struct sw_error *err)
{
	struct sw_git_url url = { .kind = SW_GIT_URL_PATH };
	if (!text || !*text)
		return sw__error(err, SW_ERROR_USAGE,
		    "the source has no 'url': say where its repository is");
	if (strlen(text) >= SW_GIT_URL_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the url of the repository is longer than %d bytes",
		    SW_GIT_URL_MAX - 1);
	if (has_control(text))
		return sw__error(err, SW_ERROR_USAGE,
		    "the url of the repository holds a control character");
	if (text[0] == '-')
		return sw__error(err, SW_ERROR_USAGE,
		    "the url '%s' looks like an option: write a path as "
		    "'./%s'",
		    text, text);
	snprintf(url.text, sizeof url.text, "%s", text);
	snprintf(url.shown, sizeof url.shown, "%s", text);
	const int failed = read_kind(&url, text, base, err);
	if (failed)
		return failed;
	name_it(&url);
	*out = url;
	return 0;
}

const char *
sw__git_url_folder(const struct sw_git_url *url)
{
	if (url->kind == SW_GIT_URL_PATH)
		return url->text;
	/* Escapes are git's to read: no folder, no better message. */
	if (url->kind == SW_GIT_URL_FILE && !strchr(url->text, '%'))
		return url->text + strlen("file://");
	return NULL;
}
