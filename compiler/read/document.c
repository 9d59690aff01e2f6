/*
 * Holds the nodes and attributes of a document, and answers for them. Who
 * makes them is parser.c; knows nothing of XML.
 */
#include "document_build.h"

#include <stdlib.h>

#include "base/arena.h"

static void *
grow(void *items, uint32_t *capacity, size_t size)
{
	*capacity = *capacity * 2 + 64;
	return check_memory(realloc(items, *capacity * size));
}

struct document *
document_new(const char *bytes, uint32_t file)
{
	struct document *document = check_memory(calloc(1, sizeof *document));

	document->bytes = bytes;
	document->file = file;
	(void)document_new_node(document);
	return document;
}

struct node *
document_new_node(struct document *document)
{
	struct node *node;

	if (document->n_nodes == document->node_capacity)
		document->nodes = grow(document->nodes,
		    &document->node_capacity, sizeof *document->nodes);
	node = &document->nodes[document->n_nodes++];
	*node = (struct node){ 0 };
	return node;
}

struct attribute *
document_new_attribute(struct document *document)
{
	struct attribute *attribute;

	if (document->n_attributes == document->attribute_capacity)
		document->attributes =
		    grow(document->attributes, &document->attribute_capacity,
			sizeof *document->attributes);
	attribute = &document->attributes[document->n_attributes++];
	*attribute = (struct attribute){ 0 };
	return attribute;
}

void
document_free(struct document *document)
{
	if (document == NULL)
		return;
	free(document->nodes);
	free(document->attributes);
	free(document);
}

static const struct node *
node_at(const struct document *document, uint32_t number)
{
	return number == 0 ? NULL : &document->nodes[number];
}

const struct node *
document_first(const struct document *document)
{
	return node_at(document, document->nodes[0].first_child);
}

const struct node *
document_root(const struct document *document)
{
	return node_at(document, document->root);
}

const struct node *
node_first(const struct document *document, const struct node *node)
{
	return node_at(document, node->first_child);
}

const struct node *
node_next(const struct document *document, const struct node *node)
{
	return node_at(document, node->next);
}

const struct attribute *
node_attributes(const struct document *document, const struct node *node)
{
	return node->n_attributes == 0
		   ? NULL
		   : document->attributes + node->first_attribute;
}

const char *
node_name(const struct document *document, const struct node *node)
{
	return document->bytes + node->begin + node->name_offset;
}

const char *
attribute_name(
    const struct document *document, const struct attribute *attribute)
{
	return document->bytes + attribute->begin;
}

const char *
document_bytes(const struct document *document, uint32_t offset)
{
	return document->bytes + offset;
}

uint32_t
document_file(const struct document *document)
{
	return document->file;
}
