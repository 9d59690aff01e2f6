/*
 * What must hold of a file before an XML parser sees it: UTF-8 text, within
 * the limits of document.h. Linear in the file's size whatever is in it.
 */
#ifndef COMPILER_SCREEN_H
#define COMPILER_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

struct diagnostics;
struct sources;

/* False, and a diagnostic, if the file must not be parsed. */
bool screen_file(const struct sources *sources, uint32_t file,
    struct diagnostics *diagnostics);

#endif
