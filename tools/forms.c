/* Each output is made in memory and written whole. */
#include "forms.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "command.h"
#include "report/outputs.h"
#include "whole_file.h"

enum {
	FORM_TEXT,
	FORM_JSON
};

static const struct {
	const char *name;
	void (*write)(const struct report *report, struct text *text);
} table[] = {
	[FORM_TEXT] = { "text", NULL },
	[FORM_JSON] = { "json", NULL },
	{ "sarif", output_sarif },
	{ "github", output_github },
	{ "gitlab", output_gitlab },
	{ "checkstyle", output_checkstyle },
};
#define NTABLE (sizeof table / sizeof *table)

static bool
is_on_stdout(const struct forms *forms)
{
	size_t i = 0;
	while (i < forms->n && forms->items[i].path != NULL)
		i++;
	return i < forms->n;
}

/* Adds "sarif" or "sarif=FILE". */
static bool
add(struct forms *forms, const char *asked)
{
	const size_t length = strcspn(asked, "=");
	const char *path = asked[length] == '=' ? asked + length + 1 : NULL;
	size_t form = 0;

	while (
	    form < NTABLE && (strlen(table[form].name) != length ||
				 strncmp(table[form].name, asked, length) != 0))
		form++;
	if (path != NULL && strcmp(path, "-") == 0)
		path = NULL;
	if (form == NTABLE || (path != NULL && *path == '\0')) {
		fprintf(stderr,
		    "stagewright: no output '%s'; there are text, json, sarif, "
		    "github, gitlab and checkstyle, each with =FILE\n",
		    asked);
		return false;
	}
	if (forms->n == FORMS_MAX || (path == NULL && is_on_stdout(forms))) {
		fprintf(stderr,
		    "stagewright: '%s' is one output too many; one goes to "
		    "standard output, and %d in all\n",
		    asked, FORMS_MAX);
		return false;
	}
	forms->items[forms->n].form = form;
	forms->items[forms->n++].path = path;
	return true;
}

bool
forms_read(struct forms *forms, const struct call *call)
{
	const char *asked;
	bool is_good = !call_has(call, "--json") || add(forms, "json");

	for (int at = 0;
	     is_good && (asked = call_next(call, "-o", &at)) != NULL;)
		is_good = add(forms, asked);
	return is_good;
}

static void
write_form(size_t form, const struct report *report,
    const struct forms_own *own, FILE *to)
{
	if (table[form].write == NULL) {
		(form == FORM_JSON ? own->json : own->text)(own->self, to);
		return;
	}
	struct text *text = text_new(to);
	table[form].write(report, text);
	(void)text_close(text);
}

static bool
write_file(const char *path, size_t form, const struct report *report,
    const struct forms_own *own)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&bytes, &size));

	write_form(form, report, own, memory);
	const bool is_made = fclose(memory) == 0;
	const bool is_written = is_made && whole_file_write(path, bytes, size);
	if (!is_written)
		fprintf(stderr, "stagewright: cannot write '%s': %s\n", path,
		    strerror(errno));
	free(bytes);
	return is_written;
}

bool
forms_write(const struct forms *forms, const struct report *report,
    const struct forms_own *own)
{
	bool is_good = true;

	if (forms->n == 0)
		write_form(FORM_TEXT, report, own, stdout);
	for (size_t i = 0; i < forms->n; i++)
		if (forms->items[i].path == NULL)
			write_form(forms->items[i].form, report, own, stdout);
		else
			is_good &= write_file(forms->items[i].path,
			    forms->items[i].form, report, own);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("stagewright: cannot write");
		is_good = false;
	}
	return is_good;
}
