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

static const struct sw_option common[] = {
	{ "--state", "DIR", "the state directory" },
	{ "--json", NULL, "print JSON" },
	{ "--help", NULL, "print this" },
	{ NULL, NULL, NULL },
};

/* Of commands that change something. */
static const struct sw_option once[] = {
	{ "--key", "KEY", "done once for this key" },
	{ NULL, NULL, NULL },
};

static const struct sw_option none[] = { { NULL, NULL, NULL } };

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
	const struct sw_option *const tables[] = { common,
		call->command->changes ? once : none,
		call->command->options != NULL ? call->command->options : none,
		NULL };
	char problem[SW_COMMAND_LINE_PROBLEM];
	call->line.given = calloc((size_t)argc, sizeof *call->line.given);
	call->line.operands = calloc((size_t)argc, sizeof *call->line.operands);
	if (call->line.given == NULL || call->line.operands == NULL) {
		fprintf(stderr, "%s: error: out of memory\n", call->program);
		return EXIT_TROUBLE;
	}
	if (sw_command_line_read(&call->line, tables, argc, argv, 2, problem) !=
	    0)
		return sw__call_usage(
		    call, "%s: %s", call->command->name, problem);
	if (sw__call_option(call, "--help") != NULL)
		return -1;
	call->is_json = sw__call_option(call, "--json") != NULL;
	if (call->line.noperands < call->command->min_operands)
		return sw__call_usage(call, "'%s' wants %s",
		    call->command->name, call->command->operands);
	if (call->line.noperands > call->command->max_operands)
		return sw__call_usage(call, "'%s' is too much for '%s'",
		    call->line.operands[call->command->max_operands],
		    call->command->name);
	return EXIT_YES;
}

void
sw__call_release(struct call *call)
{
	free(call->line.given);
	free(call->line.operands);
}

const char *
sw__call_next(const struct call *call, const char *name, int *at)
{
	return sw_command_line_next(&call->line, name, at);
}

const char *
sw__call_option(const struct call *call, const char *name)
{
	return sw_command_line_option(&call->line, name);
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
