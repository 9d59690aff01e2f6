/*
 * A document while it is made: parser.c fills it in, document.c holds it.
 * Nobody else includes this.
 */
#ifndef COMPILER_DOCUMENT_BUILD_H
#define COMPILER_DOCUMENT_BUILD_H

#include "document.h"

struct document {
	const char *bytes;
	uint32_t file;
	uint32_t root;      /* number of its node; 0: none */
	struct node *nodes; /* number 0 is the document itself */
	uint32_t n_nodes, node_capacity;
	struct attribute *attributes;
	uint32_t n_attributes, attribute_capacity;
};

/* Without nodes but number 0; never NULL. */
struct document *document_new(const char *bytes, uint32_t file);
/* The next node or attribute, all zero; older pointers to them end. */
struct node *document_new_node(struct document *document);
struct attribute *document_new_attribute(struct document *document);

#endif
