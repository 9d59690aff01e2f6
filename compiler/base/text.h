/*
 * The writer that every emitter prints through: text with typed holes. The
 * kind of a hole chooses its escaper, so nobody escapes by hand; a hole that
 * the text does not name, or a name without its hole, is an assertion. An
 * error sticks and is read once, by text_close.
 *
 *	TEXT(t, "static const struct sw_stage $id$ = { .name = $name$ };\n",
 *	    IDENT("id", ident), CSTR("name", name));
 */
#ifndef COMPILER_TEXT_H
#define COMPILER_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum hole_kind {
	HOLE_END,
	HOLE_IDENT,   /* asserted to be a C identifier */
	HOLE_CSTR,    /* a C string literal with its quotes, or NULL */
	HOLE_CPART,   /* inside a C string literal, no quotes */
	HOLE_COMMENT, /* inside a C comment: breaks comment ends, no controls */
	HOLE_JSTR,    /* a JSON string with its quotes, or null */
	HOLE_DOT,     /* inside a string of DOT, no quotes */
	HOLE_MERMAID, /* a Mermaid label, quotes included */
	HOLE_XML,     /* XML text or attribute value, no quotes */
	HOLE_LABEL,   /* the same in one line, without what hides or turns */
	HOLE_MARKDOWN, /* plain words of Markdown in one line: no markup in it */
	HOLE_SUMMARY,  /* the same in HTML of a page of Markdown */
	HOLE_NUMBER,   /* decimal */
	HOLE_HEX64,    /* 0x and 16 digits */
};

struct hole {
	const char *name;
	enum hole_kind kind;
	const char *text;
	uint64_t number;
};

#define IDENT(name, text)                                                      \
	{                                                                      \
		name, HOLE_IDENT, text, 0                                      \
	}
#define CSTR(name, text)                                                       \
	{                                                                      \
		name, HOLE_CSTR, text, 0                                       \
	}
#define CPART(name, text)                                                      \
	{                                                                      \
		name, HOLE_CPART, text, 0                                      \
	}
#define COMMENT(name, text)                                                    \
	{                                                                      \
		name, HOLE_COMMENT, text, 0                                    \
	}
#define JSTR(name, text)                                                       \
	{                                                                      \
		name, HOLE_JSTR, text, 0                                       \
	}
#define DOT(name, text)                                                        \
	{                                                                      \
		name, HOLE_DOT, text, 0                                        \
	}
#define MERMAID(name, text)                                                    \
	{                                                                      \
		name, HOLE_MERMAID, text, 0                                    \
	}
#define XML(name, text)                                                        \
	{                                                                      \
		name, HOLE_XML, text, 0                                        \
	}
#define LABEL(name, text)                                                      \
	{                                                                      \
		name, HOLE_LABEL, text, 0                                      \
	}
#define MARKDOWN(name, text)                                                   \
	{                                                                      \
		name, HOLE_MARKDOWN, text, 0                                   \
	}
#define SUMMARY(name, text)                                                    \
	{                                                                      \
		name, HOLE_SUMMARY, text, 0                                    \
	}
#define NUM(name, number)                                                      \
	{                                                                      \
		name, HOLE_NUMBER, NULL, number                                \
	}
#define HEX64(name, number)                                                    \
	{                                                                      \
		name, HOLE_HEX64, NULL, number                                 \
	}

struct text;

/* Writes to a stream, borrowed until text_close. */
struct text *text_new(FILE *to);
/* Writes what is buffered, for somebody who waits for it. */
void text_flush(struct text *text);
/* 0, or -1 with errno when anything could not be written; frees. */
int text_close(struct text *text);

/* The template as it stands: no holes in it, not even a $. */
void text_put(struct text *text, const char *plain);
void text_fill(
    struct text *text, const char *template_, const struct hole *holes);

#define TEXT(text, template_, ...)                                             \
	text_fill(text, template_,                                             \
	    (const struct hole[]){ __VA_ARGS__, { NULL, HOLE_END, NULL, 0 } })

#endif
