/*
 * Files as somebody has them, measured as statements measure those of an
 * artifact: in the order of their paths, SHA-256 and mode.
 */
#ifndef RUNTIME_MEASURE_H
#define RUNTIME_MEASURE_H

#include <stdbool.h>

#include "store/artifact.h"

/*
 * Hands out the one file at `path` (as ""), or all below it if it is a folder
 * (*is_folder); a link at `path` itself is followed, others are measured.
 * SW_ERROR_LIMIT past the limits of an artifact; SW_ERROR_REFUSED at what no
 * artifact holds, such as a socket.
 */
int sw__measure(const char *path, sw_artifact_file_fn take, void *payload,
    bool *is_folder, struct sw_error *err);

#endif
