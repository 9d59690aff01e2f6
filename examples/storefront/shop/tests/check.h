/* CHECK says where it failed and goes on; main returns check_failed. */
#ifndef SHOP_CHECK_H
#define SHOP_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_failed;

#define CHECK(condition)                                                       \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,       \
			    __LINE__, #condition);                             \
			check_failed = 1;                                      \
		}                                                              \
	} while (0)

#define CHECK_CONTAINS(text, part) CHECK(strstr((text), (part)) != NULL)

#endif
