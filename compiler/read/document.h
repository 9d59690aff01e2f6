/*
 * A model file as a document: elements, attributes, text and comments, each a
 * span of the source's bytes. It is compact, since a document is gone as soon
 * as it is read into a model: numbers instead of pointers, text decoded by
 * who wants it (markup.h).
 */
#ifndef COMPILER_DOCUMENT_H
#define COMPILER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"

/* The namespace of the language. */
#define DOCUMENT_NAMESPACE "urn:stagewright:pipeline:1"

/* Limits; SOURCE_SIZE_MAX is the one on bytes. */
#define DOCUMENT_DEPTH_MAX 64 /* elements inside one another */
#define DOCUMENT_ELEMENTS_MAX 2000000
#define DOCUMENT_ATTRIBUTES_MAX 256   /* of one element */
#define DOCUMENT_TAG_SIZE_MAX 1048576 /* bytes of one start tag */

struct arena;
struct diagnostics;
struct document;

enum node_kind {
	NODE_ELEMENT,
	NODE_TEXT,        /* with more than white space in it */
	NODE_COMMENT,     /* <!-- --> */
	NODE_INSTRUCTION, /* <? ?> */
};

enum node_namespace {
	NAMESPACE_OURS,    /* DOCUMENT_NAMESPACE */
	NAMESPACE_NONE,    /* no prefix, no xmlns */
	NAMESPACE_FOREIGN, /* any other */
};

struct node {
	uint32_t begin;           /* first byte: of an element, its < */
	uint32_t tag_end;         /* of an element: behind its start tag */
	uint32_t end;             /* behind the last byte */
	uint32_t first_attribute; /* number in the document */
	uint32_t first_child;     /* 0: none */
	uint32_t next;            /* the next sibling; 0: none */
	uint16_t n_attributes;
	uint16_t name_offset; /* of the local name, from begin */
	uint16_t name_length;
	uint8_t kind;       /* enum node_kind */
	uint8_t namespace_; /* enum node_namespace */
};

/* An attribute; those that declare namespaces are not among them. */
struct attribute {
	uint32_t begin; /* of its name */
	uint32_t value; /* first byte behind the quote */
	uint32_t value_end;
	uint16_t name_length;
	bool is_prefixed; /* of another language: xsi:, xml: */
};

/*
 * Parses the file with this number. NULL if it is no document that can be
 * read: what is wrong is in the diagnostics. The source must outlive it.
 * Caller frees with document_free.
 */
struct document *document_parse(const struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics);
void document_free(struct document *document);

/* The nodes at the top: the root element, comments beside it. */
const struct node *document_first(const struct document *document);
const struct node *document_root(const struct document *document);
const struct node *node_first(
    const struct document *document, const struct node *node);
const struct node *node_next(
    const struct document *document, const struct node *node);
const struct attribute *node_attributes(
    const struct document *document, const struct node *node);

/* Local names, not ended by a NUL. */
const char *node_name(const struct document *document, const struct node *node);
const char *attribute_name(
    const struct document *document, const struct attribute *attribute);
/* Bytes of the source. */
const char *document_bytes(const struct document *document, uint32_t offset);
uint32_t document_file(const struct document *document);

#endif
