/* System calls of this processor, by name and number. */
#ifndef FAULT_CALL_H
#define FAULT_CALL_H

#include <stdint.h>

#define CALLS_MAX 512

/* "?" if it has no name. */
const char *call_name(uint64_t number);
/* CALLS_MAX if there is none of that name. */
uint64_t call_number(const char *name);

#endif
