/* Errors as text in the caller's buffer. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
sw__error(
    struct sw_error *err, enum sw_error_code code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	err->code = code;
	return code;
}

int
sw__error_errno(struct sw_error *err, const char *format, ...)
{
	char reason[128];
	if (strerror_r(errno, reason, sizeof reason) != 0)
		snprintf(reason, sizeof reason, "error %d", errno);
	va_list args;
	va_start(args, format);
	const int n = vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof err->text)
		snprintf(err->text + n, sizeof err->text - (size_t)n, ": %s",
		    reason);
	err->code = SW_ERROR_SYSTEM;
	return SW_ERROR_SYSTEM;
}

void
sw__error_add(struct sw_error *err, const char *format, ...)
{
	const size_t length = strlen(err->text);
	va_list args;
	va_start(args, format);
	vsnprintf(err->text + length, sizeof err->text - length, format, args);
	va_end(args);
}
