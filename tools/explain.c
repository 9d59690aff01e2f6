/* stagewright explain: what a check is about, with a wrong and a right model. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/diagnostic.h"
#include "base/embedded.h"
#include "command.h"
#include "compare/compare.h"

#define PAGES "compiler/check/pages/"

static const char *const severities[] = {
	[SEVERITY_NOTE] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

static void
list_checks(void)
{
	for (int i = 0; i < NCHECKS; i++) {
		const struct check_info *info = check_info((enum check_id)i);

		printf("%-20s %-8s %s\n", info->name,
		    severities[info->severity], info->title);
	}
}

/* The page of a check; NULL: there is none of this name. */
static const struct embedded_file *
find_page(const char *name)
{
	for (const struct embedded_file *file = embedded_files;
	     file->path != NULL; file++) {
		const char *page = file->path;
		size_t length = strlen(name);

		if (strncmp(page, PAGES, strlen(PAGES)) != 0)
			continue;
		page += strlen(PAGES);
		if (strncmp(page, name, length) == 0 &&
		    strcmp(page + length, ".md") == 0)
			return file;
	}
	return NULL;
}

/* Changes are told in lines that say it all; the manual lists them. False: none
 * has this name. */
static bool
print_change(const char *name)
{
	static const char *const says[] = {
		[WEIGHT_FOLDED] = "It is folded away: nothing else is done.",
		[WEIGHT_SHOWN] = "It is shown, to be looked at.",
		[WEIGHT_DECISION] = "It is to be decided: they end with 1.",
	};

	for (int i = 0; i < NCHANGES; i++) {
		const struct change_info *info = change_info((enum change_id)i);

		if (strcmp(info->name, name) != 0)
			continue;
		printf("# %s: %s\n\nA change that `stagewright diff` and "
		       "`review` tell. %s\n\nSee also: stagewright(1), diff.\n",
		    info->name, info->title, says[info->weight]);
		return true;
	}
	return false;
}

static int
refuse(const char *name)
{
	const char *names[NCHECKS];
	const char *meant;

	for (int i = 0; i < NCHECKS; i++)
		names[i] = check_info((enum check_id)i)->name;
	meant = did_you_mean(name, names, NCHECKS);
	fprintf(stderr, "stagewright: no check has the name '%s'", name);
	if (meant != NULL)
		fprintf(stderr, "; did you mean '%s'?\n", meant);
	else
		fputs("; 'stagewright explain' lists them\n", stderr);
	return EXIT_USAGE;
}

static int
run(const struct call *call)
{
	const struct embedded_file *page;

	if (call->line.noperands == 0) {
		list_checks();
	} else {
		const char *name = call->line.operands[0];

		page = find_page(name);
		if (page != NULL)
			(void)fwrite(page->text, 1, page->size, stdout);
		else if (!print_change(name))
			return refuse(name);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("stagewright: cannot write");
		return EXIT_TROUBLE;
	}
	return EXIT_YES;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "[ID]",
	.min_operands = 0,
	.max_operands = 1,
	.summary = "say what a check is about, and how to do it right",
	.run = run,
};
