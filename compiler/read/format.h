/*
 * A model in canonical form: what people would otherwise argue about is
 * decided here. Two blanks a level; attributes in the order of the language,
 * in double quotes; one element a line; comments and single blank lines
 * where they were. What the reader sees is the same before and after.
 */
#ifndef COMPILER_FORMAT_H
#define COMPILER_FORMAT_H

#include <stdio.h>

/* Columns that a start tag may take before its attributes are broken. */
#define FORMAT_WIDTH 100

struct document;

/* Prints the document; errors stick to the stream. */
void format_document(const struct document *document, FILE *to);

#endif
