/* Container images that parameters name. */
#ifndef COMPILER_IMAGE_H
#define COMPILER_IMAGE_H

#include <stdbool.h>

struct parameter;

/*
 * Names this an image by a tag, or by nothing, which whoever may push can move
 * to other bytes? A digest ("name@sha256:...") cannot be moved. Told by the
 * parameter's name, which ends with "image", "imageUri" or "imageUrl"; a value
 * with a reference in it is worked out later and is not judged.
 */
bool image_is_mutable(const struct parameter *parameter);
/* The same of one with a digest. */
bool image_is_pinned(const struct parameter *parameter);

#endif
