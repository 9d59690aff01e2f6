/*
 * References to variables, #{namespace.name}, in the texts of a model.
 */
#ifndef NOTATION_REFERENCE_H
#define NOTATION_REFERENCE_H

#include <stddef.h>

/* Bytes of one reference. */
#define SW_REFERENCE_MAX 256

struct sw_reference {
	const char *begin; /* at the # */
	const char *end;   /* behind the } */
	const char *namespace_;
	size_t namespace_length;
	const char *name;
	size_t name_length;
};

/*
 * The first reference at or after `text`. Returns NULL when there is none or
 * *out is filled in; otherwise what is wrong with it (static), and out->begin
 * and out->end say where. *out is zero when there is none.
 */
const char *sw_reference_next(const char *text, struct sw_reference *out);

#endif
