/*
 * Judges names of branches and tags as git-check-ref-format(1) does, and
 * refuses a leading '-', as git does for branches. Such a name may still be
 * hostile to a shell: it is data.
 */
#include "ref_name.h"

#include <string.h>

/* Of the parts between slashes; none may be empty. */
static bool
is_component(const char *part, size_t length)
{
	return length > 0 && part[0] != '.' &&
	       !(length >= 5 && strncmp(part + length - 5, ".lock", 5) == 0);
}

bool
sw__ref_name_is_valid(const char *name)
{
	const size_t length = strlen(name);
	if (length == 0 || length >= SW_REF_MAX - strlen("refs/heads/") ||
	    name[0] == '-' || name[length - 1] == '.' ||
	    strcmp(name, "@") == 0 || strcmp(name, "HEAD") == 0 ||
	    strstr(name, "..") || strstr(name, "@{"))
		return false;
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c <= ' ' || strchr("~^:?*[\\\x7f", *c))
			return false;
	for (const char *part = name;; part++) {
		const size_t size = strcspn(part, "/");
		if (!is_component(part, size))
			return false;
		part += size;
		if (!*part)
			return true;
	}
}
