/* What a command asks of its command line, and what is said when it is wrong. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

int
call_usage(const struct call *call, const char *format, ...)
{
	const struct command *command = call->command;
	va_list args;

	fprintf(stderr, "stagewright %s: ", command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr,
	    "\nusage: stagewright %s%s %s\n"
	    "`stagewright %s --help` says more\n",
	    command->name, command->options == NULL ? "" : " [OPTION]...",
	    command->operands, command->name);
	return EXIT_USAGE;
}

bool
call_has(const struct call *call, const char *option)
{
	return call_option(call, option) != NULL;
}

const char *
call_option(const struct call *call, const char *option)
{
	return sw_command_line_option(&call->line, option);
}

const char *
call_next(const struct call *call, const char *option, int *at)
{
	return sw_command_line_next(&call->line, option, at);
}

bool
call_number(const struct call *call, const char *option, unsigned long max,
    unsigned long *number)
{
	const char *text = call_option(call, option);
	char *end;

	if (text == NULL)
		return true;
	errno = 0;
	const unsigned long n = strtoul(text, &end, 10);
	if (errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' &&
	    n >= 1 && n <= max) {
		*number = n;
		return true;
	}
	(void)call_usage(call,
	    "'%s' wants a whole number from 1 to %lu, not '%s'", option, max,
	    text);
	return false;
}

int
call_word(const struct call *call, const char *option, const char *const *words,
    size_t nwords)
{
	const char *word = call_option(call, option);
	char list[128] = "";

	if (word == NULL)
		return 0;
	for (size_t i = 0; i < nwords; i++) {
		const size_t used = strlen(list);
		if (strcmp(words[i], word) == 0)
			return (int)i;
		snprintf(list + used, sizeof list - used, "%s%s",
		    i == 0           ? ""
		    : i + 1 < nwords ? ", "
				     : " or ",
		    words[i]);
	}
	(void)call_usage(call, "'%s' wants %s, not '%s'", option, list, word);
	return -1;
}
