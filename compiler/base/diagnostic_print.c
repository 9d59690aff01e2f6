/*
 * Findings as people and programs read them: an excerpt with marks below it,
 * or JSON. What comes from a model is printed without characters that could
 * command a terminal or turn a line round.
 */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "diagnostic_store.h"
#include "text.h"
#include "utf8.h"

/* Characters of a source line that an excerpt shows. */
#define EXCERPT_MAX 160
/* Of these, how many stand left of the mark when a line is cut. */
#define EXCERPT_LEFT 60
#define GUTTER_MIN 5

enum tint {
	TINT_NONE,
	TINT_ERROR,
	TINT_WARNING,
	TINT_NOTE,
	TINT_BOLD,
	TINT_DIM,
};

static const char *const tints[] = {
	[TINT_NONE] = "\033[0m",
	[TINT_ERROR] = "\033[1;31m",
	[TINT_WARNING] = "\033[1;33m",
	[TINT_NOTE] = "\033[1;36m",
	[TINT_BOLD] = "\033[1m",
	[TINT_DIM] = "\033[2m",
};

static const struct {
	const char *name;
	enum tint tint;
} severities[] = {
	[SEVERITY_NOTE] = { "note", TINT_NOTE },
	[SEVERITY_WARNING] = { "warning", TINT_WARNING },
	[SEVERITY_ERROR] = { "error", TINT_ERROR },
};

struct printer {
	const struct sources *sources;
	FILE *to;
	struct diagnostic_style style;
	int gutter; /* width of a line number */
};

static void
tint(const struct printer *printer, enum tint which)
{
	if (printer->style.color)
		fputs(tints[which], printer->to);
}

/* One character, in one cell; what a terminal would obey as a question mark. */
static void
put_character(FILE *to, const char *p, size_t size)
{
	if (*p == '\t')
		fputc(' ', to);
	else if (!utf8_is_plain(p, size))
		fputc('?', to);
	else
		(void)fwrite(p, 1, size, to);
}

static void
put_safely(FILE *to, const char *text)
{
	const char *end = text + strlen(text);

	for (size_t size; text < end; text += size) {
		size = utf8_character(text, end);
		put_character(to, text, size);
	}
}

/* What an excerpt shows of a line, in characters. */
struct window {
	const char *start; /* of what is shown */
	const char *end;   /* of the line */
	size_t begin;      /* of the mark, from the start */
	size_t width;      /* of the mark, at least 1 */
	bool is_cut_left;
	bool is_cut_right;
};

/* Characters from p, no more than `most`. */
static size_t
count_characters(const char *p, const char *end, size_t most)
{
	size_t n = 0;

	for (; p < end && n < most; p += utf8_character(p, end))
		n++;
	return n;
}

/* A long line is cut round the mark; no more of it than that is looked at,
 * since it may have megabytes. */
static struct window
frame(const char *line, size_t length, size_t column, const char *mark,
    size_t mark_bytes)
{
	struct window window = { line, line + length, column - 1, 1, false,
		false };
	size_t right = count_characters(mark, window.end, EXCERPT_MAX + 1);
	const char *mark_end = mark_bytes < (size_t)(window.end - mark)
				   ? mark + mark_bytes
				   : window.end;

	window.width = count_characters(mark, mark_end, EXCERPT_MAX);
	if (window.width == 0)
		window.width = 1;
	if (window.begin + right <= EXCERPT_MAX)
		return window;
	if (window.begin > EXCERPT_LEFT) {
		window.is_cut_left = true;
		window.begin = EXCERPT_LEFT;
		for (size_t i = 0; i < EXCERPT_LEFT; i++)
			do
				mark--;
			while (mark > line &&
			       ((unsigned char)*mark & 0xc0) == 0x80);
		window.start = mark;
	}
	window.is_cut_right = window.begin + right > EXCERPT_MAX;
	if (window.begin + window.width > EXCERPT_MAX)
		window.width = EXCERPT_MAX - window.begin;
	return window;
}

static void
print_gutter(const struct printer *printer, uint32_t line)
{
	tint(printer, TINT_DIM);
	if (line != 0)
		fprintf(printer->to, "%*u |", printer->gutter, line);
	else
		fprintf(printer->to, "%*s |", printer->gutter, "");
	tint(printer, TINT_NONE);
}

static void
print_source(const struct printer *printer, struct window window)
{
	const char *p = window.start;

	for (size_t shown = 0; p < window.end && shown < EXCERPT_MAX; shown++) {
		size_t size = utf8_character(p, window.end);
		bool is_edge =
		    (shown < 3 && window.is_cut_left) ||
		    (shown >= EXCERPT_MAX - 3 && window.is_cut_right);

		if (is_edge)
			fputc('.', printer->to);
		else
			put_character(printer->to, p, size);
		p += size;
	}
}

/* The line of a place and the marks below it: ^~~ first, --- otherwise. */
static void
print_excerpt(const struct printer *printer, struct span at,
    struct location location, const char *label, enum tint mark_tint)
{
	bool is_first = mark_tint != TINT_BOLD;
	struct window window;
	const char *line, *mark;
	size_t length;

	if (location.line == 0)
		return;
	line = source_line(printer->sources, at.file, location.line, &length);
	mark = source_bytes(printer->sources, at.file) + at.begin;
	if (mark > line + length)
		mark = line + length;
	window = frame(line, length, location.column, mark, at.end - at.begin);
	print_gutter(printer, location.line);
	if (length > 0)
		fputc(' ', printer->to);
	print_source(printer, window);
	fputc('\n', printer->to);
	print_gutter(printer, 0);
	fprintf(printer->to, " %*s", (int)window.begin, "");
	tint(printer, mark_tint);
	for (size_t i = 0; i < window.width; i++)
		fputc(!is_first ? '-' : i == 0 ? '^' : '~', printer->to);
	if (label != NULL && *label != '\0') {
		fputc(' ', printer->to);
		put_safely(printer->to, label);
	}
	tint(printer, TINT_NONE);
	fputc('\n', printer->to);
}

static int
digits(uint32_t number)
{
	int n = 1;

	while (number >= 10) {
		number /= 10;
		n++;
	}
	return n;
}

static int
gutter_of(const struct diagnostic *diagnostic)
{
	int width = digits(diagnostic->location.line);

	for (const struct diagnostic_place *p = diagnostic->places; p;
	     p = p->next)
		if (digits(p->location.line) > width)
			width = digits(p->location.line);
	return width > GUTTER_MIN ? width : GUTTER_MIN;
}

static void
print_first_line(
    const struct printer *printer, const struct diagnostic *diagnostic)
{
	const struct check_info *info = check_info(diagnostic->id);
	FILE *to = printer->to;

	tint(printer, TINT_BOLD);
	if (span_is_set(diagnostic->at)) {
		put_safely(
		    to, source_name(printer->sources, diagnostic->at.file));
		fputc(':', to);
	}
	if (diagnostic->location.line != 0)
		fprintf(to, "%u:%u:", diagnostic->location.line,
		    diagnostic->location.column);
	tint(printer, TINT_NONE);
	if (span_is_set(diagnostic->at))
		fputc(' ', to);
	tint(printer, severities[diagnostic->severity].tint);
	fprintf(to, "%s:", severities[diagnostic->severity].name);
	tint(printer, TINT_NONE);
	fputc(' ', to);
	tint(printer, TINT_BOLD);
	put_safely(to, diagnostic->text);
	tint(printer, TINT_NONE);
	fprintf(to, " [%s]\n", info->name);
}

static void
print_one(struct printer *printer, const struct diagnostic *diagnostic)
{
	print_first_line(printer, diagnostic);
	if (printer->style.brief)
		return;
	printer->gutter = gutter_of(diagnostic);
	print_excerpt(printer, diagnostic->at, diagnostic->location,
	    diagnostic->label, severities[diagnostic->severity].tint);
	for (const struct diagnostic_place *p = diagnostic->places; p;
	     p = p->next) {
		if (p->at.file != diagnostic->at.file) {
			fprintf(printer->to, "%*s in ", printer->gutter, "");
			put_safely(printer->to,
			    source_name(printer->sources, p->at.file));
			fputs(":\n", printer->to);
		}
		print_excerpt(printer, p->at, p->location, p->text, TINT_BOLD);
	}
	if (diagnostic->help != NULL) {
		fprintf(printer->to, "%*s ", printer->gutter, "");
		tint(printer, TINT_BOLD);
		fputs("= help:", printer->to);
		tint(printer, TINT_NONE);
		fputc(' ', printer->to);
		put_safely(printer->to, diagnostic->help);
		fputc('\n', printer->to);
	}
	fputc('\n', printer->to);
}

/* ", 3 allowed" and the like, if there are any. */
static void
print_count(FILE *to, const char *between, size_t n, const char *what)
{
	if (n > 0)
		fprintf(to, "%s%zu %s", between, n, what);
}

/* What is said twice is counted once, unless it was not kept at all. */
static void
print_summary(const struct printer *printer,
    const struct diagnostics *diagnostics, struct diagnostic **sorted, size_t n)
{
	size_t counts[NSEVERITIES] = { 0 };
	size_t off = 0, allowed;
	const char *between = "";

	for (size_t i = 0; i < n; i++)
		counts[sorted[i]->severity]++;
	for (int i = NSEVERITIES - 1; i >= 0; i--) {
		if (counts[i] == 0)
			continue;
		fprintf(printer->to, "%s%zu %s%s", between, counts[i],
		    severities[i].name, counts[i] == 1 ? "" : "s");
		between = ", ";
	}
	print_count(
	    printer->to, between, diagnostics->dropped, "more not shown");
	(void)diagnostics_sorted_allowed(diagnostics, &allowed);
	for (int i = 0; i < NCHECKS; i++)
		off += diagnostics->is_off[i];
	print_count(printer->to, between, allowed, "allowed");
	print_count(
	    printer->to, between, off, off == 1 ? "rule off" : "rules off");
	fputc('\n', printer->to);
}

void
diagnostics_print(const struct diagnostics *diagnostics, FILE *to,
    struct diagnostic_style style)
{
	struct printer printer = { diagnostics->sources, to, style, 0 };
	size_t n;
	struct diagnostic **sorted = diagnostics_sorted(diagnostics, &n);

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		print_one(&printer, sorted[i]);
	print_summary(&printer, diagnostics, sorted, n);
}

static void
print_json_place(struct text *text, const struct sources *sources,
    struct span at, struct location begin)
{
	struct location end;

	TEXT(text, "\"file\":$file$",
	    JSTR("file",
		span_is_set(at) ? source_name(sources, at.file) : NULL));
	if (begin.line == 0)
		return;
	end = source_locate(sources, at.file, at.end);
	TEXT(text,
	    ",\"line\":$line$,\"column\":$column$,"
	    "\"endLine\":$endline$,\"endColumn\":$endcolumn$",
	    NUM("line", begin.line), NUM("column", begin.column),
	    NUM("endline", end.line), NUM("endcolumn", end.column));
}

static void
print_json_one(struct text *text, const struct sources *sources,
    const struct diagnostic *diagnostic)
{
	const struct check_info *info = check_info(diagnostic->id);
	const char *between = "";

	text_put(text, "{");
	print_json_place(text, sources, diagnostic->at, diagnostic->location);
	TEXT(text,
	    ",\"severity\":$severity$,\"id\":$id$,\"message\":$message$,"
	    "\"label\":$label$,\"help\":$help$,\"related\":[",
	    JSTR("severity", severities[diagnostic->severity].name),
	    JSTR("id", info->name), JSTR("message", diagnostic->text),
	    JSTR("label", diagnostic->label), JSTR("help", diagnostic->help));
	for (const struct diagnostic_place *p = diagnostic->places; p;
	     p = p->next) {
		text_put(text, between);
		text_put(text, "{");
		print_json_place(text, sources, p->at, p->location);
		TEXT(text, ",\"message\":$message$}", JSTR("message", p->text));
		between = ",";
	}
	text_put(text, "]}");
}

void
diagnostics_print_json(const struct diagnostics *diagnostics, FILE *to)
{
	struct text *text = text_new(to);
	const char *between = "\n";
	size_t n;
	struct diagnostic **sorted = diagnostics_sorted(diagnostics, &n);

	text_put(text, "[");
	for (size_t i = 0; i < n; i++) {
		text_put(text, between);
		print_json_one(text, diagnostics->sources, sorted[i]);
		between = ",\n";
	}
	text_put(text, n > 0 ? "\n]\n" : "]\n");
	/* The stream's own error flag tells the caller. */
	(void)text_close(text);
}
