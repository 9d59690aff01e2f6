/*
 * A selector as it is kept: selector_read.c makes it of a text, selector.c
 * picks by it. Nobody else includes this.
 */
#ifndef COMPILER_SELECTOR_PART_H
#define COMPILER_SELECTOR_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attribute.h"
#include "selector.h"

enum head {
	HEAD_ACTION, /* of any category */
	HEAD_CATEGORY,
	HEAD_STAGE,
	HEAD_ROLLBACK
};

enum operator{
	OP_GIVEN,
	OP_EQUAL,
	OP_NOT_EQUAL,
	OP_PREFIX,
	OP_SUFFIX,
	OP_PART
};

/* A piece of the selector's text. */
struct piece {
	size_t offset;
	size_t length;
};

struct test {
	struct attribute attribute;
	enum operator op;
	const char *value;
	struct piece at; /* of the value; of the name, if there is none */
	bool is_number;  /* compared as one */
	uint64_t number;
};

struct part {
	enum head head;
	enum sw_category category;
	const char *path; /* NULL: any */
	struct piece path_at;
	struct test *tests;
	size_t ntests;
};

struct selector {
	const struct value *text; /* the attribute what= or by= */
	struct part *parts;
	size_t nparts;
};

#endif
