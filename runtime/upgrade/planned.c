/*
 * Reading a plan that was made before. Input: a file of anybody's; output: its
 * rows, by stage and place. What it cannot be is said with what it is.
 */
#include "planned.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "stagewright upgrade 1"

struct sw_planned {
	char *path;
	json_t *document;
	json_t *places; /* { "STAGE\nPLACE": row } */
};

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int
no_plan(const char *path, const char *why, struct sw_error *err)
{
	return sw__error(err, SW_ERROR_SYSTEM,
	    "'%.300s' is no plan of an upgrade: %s; `upgrade --dry-run --json` "
	    "writes one",
	    path, why);
}

/* All bytes of a file, or NULL. */
static char *
read_file(const char *path, size_t *size, struct sw_error *err)
{
	FILE *file = fopen(path, "rbe");
	char *bytes = NULL;
	size_t room = 0;
	size_t n = 0;
	if (file == NULL) {
		sw__error_errno(err, "the plan '%.300s' cannot be read", path);
		return NULL;
	}
	do {
		room = room == 0 ? 65536 : 2 * room;
		char *grown = realloc(bytes, room);
		if (grown == NULL)
			break;
		bytes = grown;
		n += fread(bytes + n, 1, room - n, file);
	} while (n == room && n <= SW_PLAN_FILE_MAX);
	const int trouble = ferror(file) ? errno : 0;
	(void)fclose(file);
	*size = n;
	if (bytes != NULL && trouble == 0 && n <= SW_PLAN_FILE_MAX)
		return bytes;
	free(bytes);
	errno = trouble;
	if (trouble != 0)
		sw__error_errno(err, "the plan '%.300s' cannot be read", path);
	else
		sw__error(err, SW_ERROR_LIMIT,
		    "the plan '%.300s' has more than %d bytes", path,
		    SW_PLAN_FILE_MAX);
	return NULL;
}

/* A name for the place of a stage; NULL without memory. */
static char *
key_of(const char *stage, const char *place)
{
	const size_t size = strlen(stage) + strlen(place) + 2;
	char *key = malloc(size);
	if (key != NULL)
		snprintf(key, size, "%s\n%s", stage, place);
	return key;
}

static bool
is_known(const char *what)
{
	static const char *const words[] = { "carries", "repeats", "old",
		"person", "ends" };
	for (size_t i = 0; what != NULL && i < sizeof words / sizeof words[0];
	     i++)
		if (strcmp(words[i], what) == 0)
			return true;
	return false;
}

static int
take_row(struct sw_planned *planned, json_t *row, struct sw_error *err)
{
	const char *stage = text_of(row, "stage");
	const char *place = text_of(row, "place");
	const char *what = text_of(row, "what");
	if (stage == NULL || place == NULL || !is_known(what))
		return no_plan(planned->path,
		    "one of its executions has no \"stage\", no \"place\", or "
		    "no \"what\" that is known here",
		    err);
	char *key = key_of(stage, place);
	if (key == NULL)
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	const json_t *other = json_object_get(planned->places, key);
	int status = 0;
	if (other != NULL && strcmp(text_of(other, "what"), what) != 0)
		status = no_plan(
		    planned->path, "it says two things of one place", err);
	else if (json_object_set(planned->places, key, row) != 0)
		status = sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	free(key);
	return status;
}

static int
take_document(struct sw_planned *planned, struct sw_error *err)
{
	size_t i;
	json_t *row;
	const json_t *rows = json_object_get(planned->document, "executions");
	const char *format = text_of(planned->document, "format");
	if (format == NULL || strcmp(format, FORMAT) != 0)
		return no_plan(
		    planned->path, "its \"format\" is not \"" FORMAT "\"", err);
	if (text_of(planned->document, "pipeline") == NULL ||
	    text_of(planned->document, "from") == NULL ||
	    text_of(planned->document, "to") == NULL || !json_is_array(rows))
		return no_plan(planned->path,
		    "\"pipeline\", \"from\", \"to\" or \"executions\" is not "
		    "there",
		    err);
	if (json_array_size(rows) > SW_PLAN_PLACES_MAX)
		return sw__error(err, SW_ERROR_LIMIT,
		    "the plan '%.300s' has %zu places; %d are the limit",
		    planned->path, json_array_size(rows), SW_PLAN_PLACES_MAX);
	json_array_foreach(rows, i, row)
		if (take_row(planned, row, err) != 0)
			return err->code;
	return 0;
}

int
sw__planned_read(
    struct sw_planned **out, const char *path, struct sw_error *err)
{
	size_t size = 0;
	json_error_t where;
	char *bytes = read_file(path, &size, err);
	if (bytes == NULL)
		return err->code;
	struct sw_planned *planned = calloc(1, sizeof *planned);
	if (planned == NULL) {
		free(bytes);
		return sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	}
	planned->path = strdup(path);
	planned->places = json_object();
	planned->document =
	    json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &where);
	free(bytes);
	int status;
	if (planned->path == NULL || planned->places == NULL)
		status = sw__error(err, SW_ERROR_SYSTEM, "out of memory");
	else if (planned->document == NULL)
		status = sw__error(err, SW_ERROR_SYSTEM,
		    "the plan '%.300s' is no JSON, in line %d: %.160s", path,
		    where.line, where.text);
	else
		status = take_document(planned, err);
	if (status != 0)
		sw__planned_free(planned);
	else
		*out = planned;
	return status;
}

void
sw__planned_free(struct sw_planned *planned)
{
	if (planned == NULL)
		return;
	json_decref(planned->document);
	json_decref(planned->places);
	free(planned->path);
	free(planned);
}

int
sw__planned_check(
    const struct sw_planned *planned, const json_t *plan, struct sw_error *err)
{
	static const char *const keys[] = { "pipeline", "from", "to" };
	bool is_same = true;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		is_same &= strcmp(text_of(planned->document, keys[i]),
			       text_of(plan, keys[i])) == 0;
	if (is_same)
		return 0;
	return sw__error(err, SW_ERROR_REFUSED,
	    "the plan '%.300s' is of '%.64s' from machine %.16s to %.16s, and "
	    "this is '%.64s' from %.16s to %.16s; review that change, or leave "
	    "out --plan",
	    planned->path, text_of(planned->document, "pipeline"),
	    text_of(planned->document, "from"),
	    text_of(planned->document, "to"), text_of(plan, "pipeline"),
	    text_of(plan, "from"), text_of(plan, "to"));
}

const json_t *
sw__planned_find(
    const struct sw_planned *planned, const char *stage, const char *place)
{
	char *key = key_of(stage, place);
	const json_t *row =
	    key == NULL ? NULL : json_object_get(planned->places, key);
	free(key);
	return row;
}
