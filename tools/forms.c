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
	FORM_JSON,
	FORM_MARKDOWN,
	FORM_SVG,
	FORM_PNG
};

static const struct {
	const char *name;
	void (*write)(const struct report *report, struct text *text);
} table[] = {
	[FORM_TEXT] = { "text", NULL },
	[FORM_JSON] = { "json", NULL },
	[FORM_MARKDOWN] = { "markdown", output_markdown },
	[FORM_SVG] = { "svg", NULL },
	[FORM_PNG] = { "png", NULL },
	{ "sarif", output_sarif },
	{ "sarif-allowed", output_sarif_allowed },
	{ "rdjson", output_rdjson },
	{ "github", output_github },
	{ "gitlab", output_gitlab },
	{ "checkstyle", output_checkstyle },
};
#define NTABLE (sizeof table / sizeof *table)

static bool
is_picture(size_t form)
{
	return form == FORM_SVG || form == FORM_PNG;
}

typedef void (*own_output)(const void *self, FILE *to);

/* The command's own output of this form; NULL: it has none. */
static own_output
own_of(const struct forms_own *own, size_t form)
{
	switch (form) {
	case FORM_TEXT:
		return own->text;
	case FORM_JSON:
		return own->json;
	case FORM_MARKDOWN:
		return own->markdown;
	default:
		return NULL;
	}
}

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
	if (form == NTABLE || (path != NULL && *path == '\0') ||
	    (is_picture(form) && forms->own->picture == NULL)) {
		fprintf(stderr,
		    "stagewright: no output '%s'; there are %s, each alone or "
		    "with =FILE\n",
		    asked,
		    forms->own->picture != NULL ? FORMS_HELP_PICTURES
						: FORMS_HELP);
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
forms_read(
    struct forms *forms, const struct forms_own *own, const struct call *call)
{
	const char *asked;
	*forms = (struct forms){ .own = own };
	bool is_good = !call_has(call, "--json") || add(forms, "json");

	for (int at = 0;
	     is_good && (asked = call_next(call, "-o", &at)) != NULL;)
		is_good = add(forms, asked);
	return is_good;
}

/* What is being written. */
struct writing {
	const struct forms_own *own;
	const struct report *report; /* NULL: nobody has asked for it yet */
	const void *self;
};

static void
write_form(struct writing *w, size_t form, FILE *to)
{
	const own_output own = own_of(w->own, form);

	if (own != NULL) {
		own(w->self, to);
		return;
	}
	if (w->report == NULL)
		w->report = w->own->report(w->self);
	struct text *text = text_new(to);
	table[form].write(w->report, text);
	(void)text_close(text);
}

static bool
write_file(struct writing *w, size_t form, const char *path)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *memory = check_memory(open_memstream(&bytes, &size));

	write_form(w, form, memory);
	close_memory(memory, &bytes);
	const bool is_written = whole_file_write(path, bytes, size);
	if (!is_written)
		fprintf(stderr, "stagewright: cannot write '%s': %s\n", path,
		    strerror(errno));
	free(bytes);
	return is_written;
}

bool
forms_write(const struct forms *forms, const void *self)
{
	struct writing w = { .own = forms->own, .self = self };
	bool is_good = true;

	if (forms->n == 0)
		write_form(&w, FORM_TEXT, stdout);
	for (size_t i = 0; i < forms->n; i++) {
		const size_t form = forms->items[i].form;
		const char *path = forms->items[i].path;
		if (is_picture(form))
			is_good &=
			    forms->own->picture(self, table[form].name, path);
		else if (path == NULL)
			write_form(&w, form, stdout);
		else
			is_good &= write_file(&w, form, path);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("stagewright: cannot write");
		is_good = false;
	}
	return is_good;
}
