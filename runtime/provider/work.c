/* How a row of work is read: names parted by blanks, commands that end with a
 * NUL, the name of the provider. */
#include "work.h"

#include <string.h>

#include "provider.h"

const char *
sw__work_name(const char *names, size_t *length)
{
	if (!names)
		return NULL;
	names += strspn(names, " ");
	*length = strcspn(names, " ");
	return *length > 0 ? names : NULL;
}

const char *
sw__work_command(const char *commands)
{
	return commands && *commands ? commands : NULL;
}

const char *
sw__work_provider(const struct sw_work *work)
{
	return work->plugin ? work->plugin : work->provider->name;
}
