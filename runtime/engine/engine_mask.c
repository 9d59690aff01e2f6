/*
 * Keeps secrets out of the journal, and so out of everything that is told of
 * it: words are masked, a variable that holds a secret is refused, because what
 * reads it later would get something else.
 */
#include <stdlib.h>
#include <string.h>

#include "engine_turn.h"
#include "secret/vault.h"

/* What people and programs say. All else is names, numbers and what the
 * machine's events are made of. */
static const char *const words[] = { "comment", "reason", "text" };

static void
mask(const struct sw_redactor *redactor, json_t *body, const char *key)
{
	const json_t *value = json_object_get(body, key);
	const char *text = json_string_value(value);
	const size_t n = json_string_length(value);
	if (text == NULL || sw__redactor_find(redactor, text, n) == NULL)
		return;
	char *copy = malloc(n + 1);
	if (copy != NULL)
		memcpy(copy, text, n + 1);
	const size_t left = copy == NULL ? 0 : sw__redact(redactor, copy, n);
	/* A secret may have been part of a character. */
	if (copy == NULL ||
	    json_object_set_new(body, key, json_stringn(copy, left)) != 0)
		json_object_set_new(body, key, json_string(SW_REDACTED));
	free(copy);
}

void
sw__mask_row(const struct sw_engine *engine, json_t *body)
{
	const struct sw_redactor *redactor =
	    sw__vault_redactor(engine->options.vault);
	if (redactor == NULL)
		return;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		mask(redactor, body, words[i]);
}

int
sw__mask_variables(
    const struct sw_engine *engine, json_t *variables, struct sw_error *err)
{
	const struct sw_redactor *redactor =
	    sw__vault_redactor(engine->options.vault);
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
