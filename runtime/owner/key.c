/* Keys of requests: what may be one, and new ones. */
#include "key.h"

#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include "journal/book.h"

int
sw__key_check(const char *key, struct sw_error *err)
{
	const size_t length = strlen(key);
	if (length > SW_KEY_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the key has %zu characters; %d are the limit", length,
		    SW_KEY_MAX);
	for (size_t i = 0; i < length; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return sw__error(err, SW_ERROR_USAGE,
			    "a key is made of letters, digits and signs of "
			    "ASCII, without blanks");
	return length == 0 ? sw__error(err, SW_ERROR_USAGE, "the key is empty")
			   : 0;
}

void
sw__key_make(char out[SW_KEY_MAX + 1])
{
	uint8_t bits[16];
	randombytes_buf(bits, sizeof bits);
	sw__uuid_write(bits, 4, out);
}
