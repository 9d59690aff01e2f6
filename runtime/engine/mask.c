/*
 * Keeps secrets out of the journal, and so out of everything that is told of
 * it: words are masked, a variable that holds a secret is refused, because what
 * reads it later would get something else.
 */
#include "mask.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "secret/vault.h"

/* What people and programs say. All else is names, numbers and what the
 * machine's events are made of. */
static const char *const words[] = { "comment", "reason", "text" };

static bool
is_said(const char *name)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

int
sw__mask_said(const struct sw_redactor *redactor, const char *name,
    const char *text, char **out)
{
	*out = NULL;
	if (redactor == NULL || !is_said(name))
		return 0;
	const size_t n = strlen(text);
	if (sw__redactor_find(redactor, text, n) == NULL)
		return 0;
	*out = malloc(n + 1);
	if (*out == NULL)
		return -1;
	memcpy(*out, text, n + 1);
	(*out)[sw__redact(redactor, *out, n)] = '\0';
	return 0;
}

int
sw__mask_variables(
    const struct sw_redactor *redactor, json_t *variables, struct sw_error *err)
{
	const char *name;
	json_t *value;
	json_object_foreach(variables, name, value) {
		const char *secret = sw__redactor_find(redactor,
		    json_string_value(value), json_string_length(value));
		if (secret != NULL)
			return sw__error(err, SW_ERROR_USAGE,
			    "the value of variable '%s' holds the secret "
			    "'%s'; a variable is kept and shown, so let the "
			    "action name the secret instead",
			    name, secret);
	}
	return 0;
}
