/*
 * Looks over a file before libxml2 does, whose time grows with the square of
 * the attributes of one element. What is malformed is left to the parser,
 * which stops at the first such place: up to there this has looked.
 */
#include "screen.h"

#include <string.h>
#include <strings.h>

#include "base/diagnostic.h"
#include "base/markup.h"
#include "base/utf8.h"
#include "document.h"

struct screen {
	const char *bytes;
	size_t size;
	uint32_t file;
	struct diagnostics *diagnostics;
};

static struct span
span_at(const struct screen *screen, size_t begin, size_t size)
{
	return (struct span){ screen->file, (uint32_t)begin,
		(uint32_t)(begin + size) };
}

static bool
screen_utf8(const struct screen *screen)
{
	const char *p = screen->bytes;
	size_t i = 0;

	while (i < screen->size) {
		uint64_t eight;
		size_t size;

		/* Eight characters of ASCII at a time. */
		if (screen->size - i >= sizeof eight) {
			memcpy(&eight, p + i, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += sizeof eight;
				continue;
			}
		}
		size = utf8_size(p + i, screen->size - i);
		if (size == 0) {
			struct diagnostic *d =
			    diagnostic_add(screen->diagnostics,
				CHECK_XML_ENCODING, span_at(screen, i, 1),
				"byte 0x%02x is not UTF-8 text",
				(unsigned char)p[i]);
			diagnostic_help(d, "save the file as UTF-8");
			return false;
		}
		i += size;
	}
	return true;
}

static bool
refuse_encoding(const struct screen *screen, struct span at, const char *name)
{
	struct diagnostic *d = diagnostic_add(screen->diagnostics,
	    CHECK_XML_ENCODING, at, "the encoding is %s, not UTF-8", name);

	diagnostic_help(d, "save the file as UTF-8");
	return false;
}

/* The first bytes of the encodings that a NUL or a declaration cannot tell. */
static bool
screen_mark(const struct screen *screen)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *name;
	} marks[] = {
		{ "\0\0\xfe\xff", 4, "UTF-32" },
		{ "\xff\xfe\0\0", 4, "UTF-32" },
		{ "\xfe\xff", 2, "UTF-16" },
		{ "\xff\xfe", 2, "UTF-16" },
		{ "\0\0\0<", 4, "UTF-32" },
		{ "<\0\0\0", 4, "UTF-32" },
		{ "\0<", 2, "UTF-16" },
		{ "<\0", 2, "UTF-16" },
		{ "\x4c\x6f\xa7\x94", 4, "EBCDIC" },
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (screen->size >= marks[i].size &&
		    memcmp(screen->bytes, marks[i].bytes, marks[i].size) == 0)
			return refuse_encoding(
			    screen, span_of_file(screen->file), marks[i].name);
	return true;
}

static bool
screen_nul(const struct screen *screen)
{
	const char *nul = memchr(screen->bytes, '\0', screen->size);

	if (nul == NULL)
		return true;
	diagnostic_add(screen->diagnostics, CHECK_XML_ENCODING,
	    span_at(screen, (size_t)(nul - screen->bytes), 1),
	    "a NUL byte, which no text has");
	return false;
}

/* <?xml version="1.0" encoding="..."?> */
static bool
screen_declaration(const struct screen *screen)
{
	const char *end = screen->bytes + screen->size;
	const char *p = markup_past_mark(screen->bytes, end);
	struct markup_attribute attribute;
	struct markup declaration;
	char name[40];
	size_t length;

	declaration = markup_next(p, end);
	if (declaration.begin != p || declaration.kind != MARKUP_INSTRUCTION ||
	    declaration.end - p < 8 || strncmp(p, "<?xml", 5) != 0 ||
	    !markup_is_space(p[5]))
		return true;
	p += 5;
	while (markup_attribute_next(p, declaration.end, &attribute)) {
		p = attribute.value_end + 1;
		if (attribute.name_end - attribute.name != 8 ||
		    strncmp(attribute.name, "encoding", 8) != 0)
			continue;
		length = (size_t)(attribute.value_end - attribute.value);
		if (length == 5 &&
		    strncasecmp(attribute.value, "utf-8", 5) == 0)
			return true;
		if (length >= sizeof name)
			length = sizeof name - 1;
		memcpy(name, attribute.value, length);
		name[length] = '\0';
		return refuse_encoding(screen,
		    span_at(screen, (size_t)(attribute.value - screen->bytes),
			(size_t)(attribute.value_end - attribute.value)),
		    name);
	}
	return true;
}

static bool
refuse_limit(const struct screen *screen, struct markup markup,
    const char *what, unsigned limit, const char *name)
{
	const char *end = screen->bytes + screen->size;
	size_t length =
	    (size_t)(markup_name_end(markup.begin + 1, end) - markup.begin);
	struct diagnostic *d =
	    diagnostic_add(screen->diagnostics, CHECK_XML_LIMIT,
		span_at(screen, (size_t)(markup.begin - screen->bytes), length),
		"more than %u %s", limit, what);

	diagnostic_label(d, "limit %s", name);
	return false;
}

#define REFUSE(screen, markup, what, limit)                                    \
	refuse_limit(screen, markup, what, limit, #limit)

/* Elements in all, inside one another, and how big a start tag is. */
static bool
screen_markup(const struct screen *screen)
{
	const char *p = screen->bytes, *end = p + screen->size;
	unsigned depth = 0, elements = 0;

	for (;;) {
		struct markup markup = markup_next(p, end);

		p = markup.end;
		switch (markup.kind) {
		case MARKUP_NONE:
		case MARKUP_OTHER:
			return true;
		case MARKUP_COMMENT:
		case MARKUP_INSTRUCTION:
			continue;
		case MARKUP_END:
			if (depth == 0)
				return true;
			depth--;
			continue;
		case MARKUP_EMPTY:
		case MARKUP_START:
			break;
		}
		if (++elements > DOCUMENT_ELEMENTS_MAX)
			return REFUSE(
			    screen, markup, "elements", DOCUMENT_ELEMENTS_MAX);
		if (markup.attributes > DOCUMENT_ATTRIBUTES_MAX)
			return REFUSE(screen, markup,
			    "attributes of one element",
			    DOCUMENT_ATTRIBUTES_MAX);
		if ((size_t)(markup.end - markup.begin) > DOCUMENT_TAG_SIZE_MAX)
			return REFUSE(screen, markup, "bytes in one start tag",
			    DOCUMENT_TAG_SIZE_MAX);
		if (depth == DOCUMENT_DEPTH_MAX)
			return REFUSE(screen, markup,
			    "elements inside one another", DOCUMENT_DEPTH_MAX);
		depth += markup.kind == MARKUP_START;
	}
}

bool
screen_file(const struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics)
{
	const struct screen screen = { source_bytes(sources, file),
		source_size(sources, file), file, diagnostics };

	return screen_mark(&screen) && screen_nul(&screen) &&
	       screen_utf8(&screen) && screen_declaration(&screen) &&
	       screen_markup(&screen);
}
