/*
 * The forms in which a secret gets into a log: as it is, a line of it, and as
 * programs write it for others: base64 (RFC 4648, both alphabets, wherever it
 * begins in what was encoded, and in lines of 64 and 76 as openssl and base64
 * write them), hexadecimal, percent-encoded (RFC 3986 and the usual dialects),
 * in a JSON string (RFC 8259), in the quotes of a shell's trace.
 */
#ifndef RUNTIME_REDACT_FORMS_H
#define RUNTIME_REDACT_FORMS_H

#include <stddef.h>

/* Takes one form; some come more than once. 0 goes on, another value ends. */
typedef int (*sw_form_fn)(void *payload, const unsigned char *bytes, size_t n);

/*
 * Tells each form of a value, none if it is shorter than SW_SECRET_MIN, and
 * none that is. 0, what `tell` ended with, or -1: out of memory.
 */
int sw__forms_each(const char *bytes, size_t n, sw_form_fn tell, void *payload);

#endif
