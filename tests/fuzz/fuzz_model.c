/*
 * Any bytes as a model: read, checked, its findings printed both ways,
 * formatted. Formatting twice changes nothing, and what the reader makes of
 * the formatted model is what it made of the first; a model without errors is
 * lowered, and its scenarios are played, as are the bytes as scenarios. Entry point of libFuzzer;
 * drive.c calls it with files (make fuzz, tests/fuzz/fuzz.t).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "base/text.h"
#include "check/check.h"
#include "compilation.h"
#include "emit/emit.h"
#include "lower/lower.h"
#include "model/model.h"
#include "policy/policy.h"
#include "read/document.h"
#include "read/format.h"
#include "read/reader.h"
#include "simulate/coverage.h"
#include "simulate/scenario_report.h"

/* Larger inputs find nothing that smaller ones do not. */
#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text of a memory stream. */
struct memory {
	char *text;
	size_t size;
	FILE *stream;
};

static void
fail(const char *what)
{
	fprintf(stderr, "fuzz_model: %s\n", what);
	abort();
}

static void
memory_open(struct memory *memory)
{
	memory->text = NULL;
	memory->stream = open_memstream(&memory->text, &memory->size);
	if (memory->stream == NULL)
		fail("no memory");
}

static void
memory_close(struct memory *memory)
{
	if (fclose(memory->stream) != 0)
		fail("no memory");
}

/* What is found is printed in every way; nobody reads it. */
static void
print_findings(const struct compilation *c)
{
	struct memory memory;

	memory_open(&memory);
	diagnostics_print(c->diagnostics, memory.stream,
	    (struct diagnostic_style){ .color = true });
	diagnostics_print_json(c->diagnostics, memory.stream);
	memory_close(&memory);
	free(memory.text);
}

/* The model as text, or "" when there is none. */
static void
dump(struct compilation *c, const char *bytes, size_t size, char **out)
{
	struct memory memory;

	c->file = source_add(c->sources, "input", bytes, size);
	c->model = model_read(c->arena, c->sources, c->file, c->diagnostics);
	if (c->model != NULL) {
		check_model(c->model, "2027-01-31", c->diagnostics);
		(void)policies_resolve(
		    c->arena, c->model, NULL, 0, "2027-01-31", c->diagnostics);
	}
	memory_open(&memory);
	if (c->model != NULL) {
		struct text *text = text_new(memory.stream);

		emit_model(text, c->model);
		if (text_close(text) != 0)
			fail("a model cannot be printed");
	}
	memory_close(&memory);
	*out = memory.text;
}

/* What the checks let pass can be lowered and played. */
static void
play(struct compilation *c, struct model *model)
{
	const struct lowered *lowered;
	struct scenario_options options = { .json = false };
	struct scenario_tally tally;
	struct memory memory;

	if (diagnostics_count(c->diagnostics, SEVERITY_ERROR) > 0)
		return;
	lowered = lower(c->arena, model);
	memory_open(&memory);
	options.coverage = coverage_new(c->arena, lowered);
	if (!scenarios_play(model, &lowered->machine, c->sources, &options,
		memory.stream, &tally))
		fail("what was played cannot be printed");
	memory_close(&memory);
	free(memory.text);
}

/* The same bytes as scenarios of a small model. */
static void
tell(const char *bytes, size_t size)
{
	static const char pipeline[] =
	    "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"p\">"
	    "<stage name=\"Source\"><source name=\"Checkout\" url=\"u\""
	    " branch=\"main\"><output>code</output></source></stage>"
	    "<stage name=\"Test\"><test name=\"Greets\"><run>true</run>"
	    "</test></stage><stage name=\"Install\"><deploy name=\"Copy\""
	    " provider=\"Directory\" path=\"p\"><input>code</input></deploy>"
	    "</stage></pipeline>";
	struct compilation c;
	struct model *model;
	uint32_t file;

	compilation_init(&c);
	file = source_add(c.sources, "model", pipeline, sizeof pipeline - 1);
	model = model_read(c.arena, c.sources, file, c.diagnostics);
	file = source_add(c.sources, "input", bytes, size);
	(void)scenarios_read(
	    c.arena, c.sources, file, c.diagnostics, &model->scenarios);
	check_model(model, "2027-01-31", c.diagnostics);
	play(&c, model);
	compilation_release(&c);
}

/* In canonical form; NULL: it is not well-formed. */
static char *
format(struct compilation *c, const char *bytes, size_t size, size_t *length)
{
	uint32_t file = source_add(c->sources, "input", bytes, size);
	struct document *document =
	    document_parse(c->sources, file, c->diagnostics);
	struct memory memory;

	if (document == NULL)
		return NULL;
	memory_open(&memory);
	format_document(document, memory.stream);
	document_free(document);
	memory_close(&memory);
	*length = memory.size;
	return memory.text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *before, *after, *once, *twice, *bytes;
	size_t once_size = 0, twice_size = 0;
	struct compilation c;

	if (size > INPUT_MAX)
		return 0;
	compilation_init(&c);
	bytes = arena_strndup(c.arena, (const char *)data, size);
	dump(&c, bytes, size, &before);
	print_findings(&c);
	if (c.model != NULL)
		play(&c, c.model);
	tell(bytes, size);
	once = format(&c, bytes, size, &once_size);
	if (once != NULL) {
		twice = format(&c, once, once_size, &twice_size);
		if (twice == NULL)
			fail("what is formatted is not well-formed");
		if (once_size != twice_size ||
		    memcmp(once, twice, once_size) != 0)
			fail("formatting twice is not formatting once");
		dump(&c, once, once_size, &after);
		if (strcmp(before, after) != 0)
			fail("formatting changes the model");
		free(after);
		free(twice);
	}
	compilation_release(&c);
	free(before);
	free(once);
	return 0;
}
