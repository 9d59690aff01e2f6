/*
 * A command line taken apart by the table of its command. Input: argv; output:
 * a call, or what is wrong with it. Runs nothing.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "canvas.h"
#include "command.h"
#include "help.h"
#include "screen.h"

static const struct command_option common[] = {
	{ "--state", "DIR", "the state directory" },
	{ "--json", NULL, "print JSON" },
	{ "--help", NULL, "print this" },
	{ NULL, NULL, NULL },
};

/* Of commands that change something. */
static const struct command_option once[] = {
	{ "--key", "KEY", "done once for this key" },
	{ NULL, NULL, NULL },
};

int
sw__call_usage(const struct call *call, const char *format, ...)
{
	va_list args;
	fprintf(stderr, "%s: ", call->program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	if (call->command != NULL)
		sw__help_usage(stderr, call);
	else
		fprintf(
		    stderr, "`%s --help` lists the commands\n", call->program);
	return EXIT_USAGE;
}

int
sw__call_failed(const struct call *call, const struct sw_error *err)
{
	/* What others wrote may be in it. */
	fprintf(stderr, "%s: error: ", call->program);
	sw__canvas_text(stderr, err->text);
	fputc('\n', stderr);
	switch (err->code) {
	case SW_ERROR_REFUSED:
		return EXIT_NO;
	case SW_ERROR_USAGE:
		return EXIT_USAGE;
	default:
		return EXIT_TROUBLE;
	}
}

static const struct command_option *
find_option(const struct command *command, const char *name, size_t length)
{
	const struct command_option *tables[] = { command->options, common,
		command->changes ? once : NULL };
	for (int i = 0; i < 3; i++)
		for (const struct command_option *o = tables[i];
		     o != NULL && o->name != NULL; o++)
			if (strlen(o->name) == length &&
			    memcmp(o->name, name, length) == 0)
				return o;
	return NULL;
}

/* One option at argv[*i], its value perhaps in the next one. */
static int
take_option(struct call *call, int argc, char **argv, int *i)
{
	const char *text = argv[*i];
	if (strcmp(text, "-f") == 0)
		text = "--follow";
	if (strcmp(text, "-o") == 0)
		text = "--output";
	const size_t length = strcspn(text, "=");
	const struct command_option *option =
	    find_option(call->command, text, length);
	if (option == NULL)
		return sw__call_usage(call, "'%s' has no option '%.*s'",
		    call->command->name, (int)length, text);
	struct given given = { option->name, "" };
	if (option->value == NULL && text[length] == '=')
		return sw__call_usage(
		    call, "'%s' takes no value", option->name);
	if (option->value != NULL) {
		if (text[length] == '=')
			given.value = text + length + 1;
		else if (++*i < argc)
			given.value = argv[*i];
		else
			return sw__call_usage(
			    call, "'%s' wants %s", option->name, option->value);
	}
	call->given[call->ngiven++] = given;
	return EXIT_YES;
}

static int
find_command(struct call *call, const char *name)
{
	for (int i = 0; sw__commands[i] != NULL; i++)
		if (strcmp(sw__commands[i]->name, name) == 0) {
			call->command = sw__commands[i];
			return EXIT_YES;
		}
	return sw__call_usage(call, "there is no command '%s'", name);
}

int
sw__call_read(struct call *call, int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	call->program = slash == NULL ? argv[0] : slash + 1;
	call->typed = argv[0];
	if (argc < 2)
		return sw__call_usage(call, "what is to be done?");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return -1;
	if (find_command(call, argv[1]) != EXIT_YES)
		return EXIT_USAGE;
	call->given = calloc((size_t)argc, sizeof *call->given);
	call->operands = calloc((size_t)argc, sizeof *call->operands);
	if (call->given == NULL || call->operands == NULL) {
		fprintf(stderr, "%s: error: out of memory\n", call->program);
		return EXIT_TROUBLE;
	}
	bool only_operands = false;
	for (int i = 2; i < argc; i++) {
		if (!only_operands && strcmp(argv[i], "--") == 0)
			only_operands = true;
		else if (only_operands || argv[i][0] != '-')
			call->operands[call->noperands++] = argv[i];
		else if (take_option(call, argc, argv, &i) != EXIT_YES)
			return EXIT_USAGE;
	}
	if (sw__call_option(call, "--help") != NULL)
		return -1;
	call->is_json = sw__call_option(call, "--json") != NULL;
	if (call->noperands < call->command->min_operands)
		return sw__call_usage(call, "'%s' wants %s",
		    call->command->name, call->command->operands);
	if (call->noperands > call->command->max_operands)
		return sw__call_usage(call, "'%s' is too much for '%s'",
		    call->operands[call->command->max_operands],
		    call->command->name);
	return EXIT_YES;
}

void
sw__call_release(struct call *call)
{
	free(call->given);
	free(call->operands);
}

const char *
sw__call_next(const struct call *call, const char *name, int *at)
{
	while (*at < call->ngiven) {
		const struct given *given = &call->given[(*at)++];
		if (strcmp(given->name, name) == 0)
			return given->value;
	}
	return NULL;
}

const char *
sw__call_option(const struct call *call, const char *name)
{
	const char *last = NULL;
	int at = 0;
	for (const char *value;
	     (value = sw__call_next(call, name, &at)) != NULL;)
		last = value;
	return last;
}

uint32_t
sw__call_number(const char *text)
{
	char *end;
	if (text[0] == '#')
		text++;
	if (text[0] < '1' || text[0] > '9')
		return 0;
	const unsigned long n = strtoul(text, &end, 10);
	return *end == '\0' && n <= UINT32_MAX ? (uint32_t)n : 0;
}

void
sw__call_screen(const struct call *call, struct sw_screen *screen)
{
	sw__screen_open(screen, stdout, call->typed);
	screen->state = sw__call_option(call, "--state");
}
