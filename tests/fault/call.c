/* The table is made of <sys/syscall.h>, see the Makefile. */
#include "call.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

static const char *const names[CALLS_MAX] = {
#include "calls.inc"
};

const char *
call_name(uint64_t number)
{
	return number < CALLS_MAX && names[number] != NULL ? names[number]
							   : "?";
}

uint64_t
call_number(const char *name)
{
	uint64_t number = 0;
	while (number < CALLS_MAX && strcmp(call_name(number), name) != 0)
		number++;
	return number;
}
