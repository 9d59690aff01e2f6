/* Text of unknown encoding made fit for JSON: valid UTF-8, and no more. */
#ifndef PROVIDER_UTF8_H
#define PROVIDER_UTF8_H

#include <stdbool.h>

/* A copy in which each byte that is no UTF-8 is U+FFFD; caller frees. */
char *sw__utf8_copy(const char *text);
bool sw__utf8_is_valid(const char *text);

#endif
