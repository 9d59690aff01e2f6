/* Tells images from other parameters, and digests from tags. */
#include "image.h"

#include <string.h>
#include <strings.h>

#include "model.h"

static bool
ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), n = strlen(end);

	return length >= n && strcasecmp(text + length - n, end) == 0;
}

/* The image that a parameter names; NULL: none that can be judged. */
static const char *
image_of(const struct parameter *parameter)
{
	const char *name = parameter->name.text, *value = parameter->value.text;

	if (name == NULL || value == NULL || *value == '\0' ||
	    (!ends_with(name, "image") && !ends_with(name, "imageuri") &&
		!ends_with(name, "imageurl")))
		return NULL;
	return strpbrk(value, " \t\n#{}") == NULL ? value : NULL;
}

bool
image_is_pinned(const struct parameter *parameter)
{
	const char *image = image_of(parameter);

	return image != NULL && strstr(image, "@sha256:") != NULL;
}

bool
image_is_mutable(const struct parameter *parameter)
{
	return image_of(parameter) != NULL && !image_is_pinned(parameter);
}
