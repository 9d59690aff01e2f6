/* What a terminal can show. Input: a stream and the environment. */
#define _DEFAULT_SOURCE
#include "screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const marks[SW_NMARKS][2] = {
	[SW_MARK_NONE] = { "·", "." },
	[SW_MARK_GOING] = { "●", "*" },
	[SW_MARK_GOOD] = { "✓", "+" },
	[SW_MARK_BAD] = { "✗", "x" },
	[SW_MARK_ASKS] = { "?", "?" },
	[SW_MARK_OTHER] = { "!", "!" },
	[SW_MARK_DASH] = { "─", "-" },
	[SW_MARK_BAR] = { "│", "|" },
	[SW_MARK_UPPER_LEFT] = { "╭", "+" },
	[SW_MARK_UPPER_RIGHT] = { "╮", "+" },
	[SW_MARK_LOWER_LEFT] = { "╰", "+" },
	[SW_MARK_LOWER_RIGHT] = { "╯", "+" },
	[SW_MARK_ARROW] = { "▶", ">" },
	[SW_MARK_SHUT_LEFT] = { "┤", "|" },
	[SW_MARK_SHUT_RIGHT] = { "├", "|" },
	[SW_MARK_FIRST] = { "┌", "/" },
	[SW_MARK_MIDDLE] = { "├", "|" },
	[SW_MARK_LAST] = { "└", "\\" },
	[SW_MARK_DOT] = { "·", "-" },
	[SW_MARK_CUT] = { "…", "~" },
};

/* Attributes of ECMA-48, 8.3.117 (SGR); the sixteen colours follow the theme
 * of the terminal, light or dark. */
static const char *const inks[SW_NINKS] = {
	[SW_INK_PLAIN] = "",
	[SW_INK_STRONG] = "\033[1m",
	[SW_INK_FAINT] = "\033[2m",
	[SW_INK_GOOD] = "\033[32m",
	[SW_INK_GOING] = "\033[1;36m",
	[SW_INK_WAIT] = "\033[1;33m",
	[SW_INK_BAD] = "\033[1;31m",
};

static bool
wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");
	return no_color == NULL || no_color[0] == '\0';
}

/* The text of the locale is UTF-8; the program's own locale stays as it is. */
static bool
locale_has_unicode(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (locale == (locale_t)0)
		return false;
	const bool is_utf8 =
	    strcasecmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return is_utf8;
}

static uint32_t
between(uint32_t low, uint32_t n, uint32_t high)
{
	return n < low ? low : n > high ? high : n;
}

void
sw__screen_open(struct sw_screen *screen, FILE *out, const char *program)
{
	const char *term = getenv("TERM");
	struct winsize size = { 0 };

	*screen = (struct sw_screen){ .out = out, .program = program };
	if (!isatty(fileno(out)) || term == NULL || strcmp(term, "dumb") == 0)
		return;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		size = (struct winsize){ .ws_col = 80, .ws_row = 24 };
	screen->columns =
	    between(SW_SCREEN_COLUMNS_MIN, size.ws_col, SW_SCREEN_COLUMNS_MAX);
	screen->rows = size.ws_row;
	screen->has_color = wants_color();
	screen->has_unicode = locale_has_unicode();
}

const char *
sw__screen_mark(const struct sw_screen *screen, enum sw_mark mark)
{
	return marks[mark][screen->has_unicode ? 0 : 1];
}

const char *
sw__screen_ink(const struct sw_screen *screen, enum sw_ink ink)
{
	return screen->has_color ? inks[ink] : "";
}

const char *
sw__screen_ink_end(const struct sw_screen *screen)
{
	return screen->has_color ? "\033[0m" : "";
}
