/* Documents and models: exact places, typed values, text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diagnostic.h"
#include "model/model.h"
#include "read/document.h"
#include "read/reader.h"

#define OPEN                                                                   \
	"<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"p\"><stage "    \
	"name=\"S\">"
#define CLOSE "</stage></pipeline>"

struct fixture {
	struct arena *arena;
	struct sources *sources;
	struct diagnostics *diagnostics;
	uint32_t file;
};

static int
set_up(void **state)
{
	static struct fixture f;

	f.arena = arena_new();
	f.sources = sources_new(f.arena);
	f.diagnostics = diagnostics_new(f.arena, f.sources);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	arena_free(((struct fixture *)*state)->arena);
	return 0;
}

/* The model of a text without faults. */
static struct model *
read_model(struct fixture *f, const char *text)
{
	struct model *model;

	f->file = source_add(f->sources, "m.xml", text, strlen(text));
	model = model_read(f->arena, f->sources, f->file, f->diagnostics);
	assert_non_null(model);
	if (diagnostics_count(f->diagnostics, SEVERITY_ERROR) > 0)
		diagnostics_print(f->diagnostics, stderr,
		    (struct diagnostic_style){ .brief = true });
	assert_int_equal(diagnostics_count(f->diagnostics, SEVERITY_ERROR), 0);
	return model;
}

/* The bytes at a span are these. */
static void
expect_bytes(const struct fixture *f, struct span at, const char *expected)
{
	assert_int_equal(at.end - at.begin, strlen(expected));
	assert_memory_equal(source_bytes(f->sources, f->file) + at.begin,
	    expected, strlen(expected));
}

static void
model_read__places_values_exactly(void **state)
{
	struct fixture *f = *state;
	const struct model *model = read_model(f,
	    OPEN "<source branch = '\xc3\xa4&amp;>b'\n name=\"C\" url=\"u\" >"
		 "<output\n files=\" a/**  b&#32;c \"> code "
		 "</output></source>" CLOSE);
	const struct action *action = &model->stages.items[0].actions.items[0];
	const struct parameter *branch =
	    parameter_find(&action->parameters, "branch");

	expect_bytes(f, action->at, "<source");
	expect_bytes(f, action->name.at, "C");
	assert_string_equal(branch->value.text, "\xc3\xa4&>b");
	expect_bytes(f, branch->value.at, "\xc3\xa4&amp;>b");
	expect_bytes(f, branch->at, "branch = '\xc3\xa4&amp;>b'");
	expect_bytes(f, action->outputs.items[0].name.at, "code");
	assert_int_equal(action->outputs.items[0].files.n, 3);
	expect_bytes(f, action->outputs.items[0].files.items[0].at, "a/**");
	expect_bytes(f, action->outputs.items[0].files.items[2].at, "c");
}

static void
model_read__takes_common_indentation_from_text(void **state)
{
	struct fixture *f = *state;
	const struct model *model = read_model(f,
	    OPEN "<test name='T'><run>\n\n    if x\r\n      then y &lt; z\n\n  "
		 "  fi  \n  </run><run>one\n\ttwo</run><run>a<!-- c "
		 "-->b<![CDATA[<&]]></run><run>\n      deep\n    flat\n</run>"
		 "</test>" CLOSE);
	const struct values *run = &model->stages.items[0].actions.items[0].run;

	assert_int_equal(run->n, 4);
	assert_string_equal(run->items[0].text, "if x\n  then y < z\n\nfi");
	assert_string_equal(run->items[1].text, "one\ntwo");
	assert_string_equal(run->items[2].text, "ab<&");
	assert_string_equal(run->items[3].text, "  deep\nflat");
}

static void
value_part__finds_the_written_place(void **state)
{
	struct fixture *f = *state;
	const struct model *model = read_model(f,
	    OPEN "<test name='T'><run>\n      echo &lt;\n        #{A.B}\n"
		 "    </run></test>" CLOSE);
	const struct value *run =
	    &model->stages.items[0].actions.items[0].run.items[0];
	size_t offset = (size_t)(strchr(run->text, '#') - run->text);

	assert_string_equal(run->text, "echo <\n  #{A.B}");
	expect_bytes(f, value_part(f->sources, run, offset, 6), "#{A.B}");
	expect_bytes(f, value_part(f->sources, run, 5, 1), "&lt;");
}

static void
model_read__fills_in_defaults(void **state)
{
	struct fixture *f = *state;
	const struct model *model = read_model(f,
	    "<pipeline xmlns='urn:stagewright:pipeline:1' name='p'>"
	    "<stage name='S' environment='e'><test name='T' timeout='2h'>"
	    "<run>x</run></test><deploy name='D' environment='f' runOrder='7' "
	    "provider='Helm'/><approval name='A'/></stage></pipeline>");
	const struct action *actions = model->stages.items[0].actions.items;

	assert_string_equal(actions[0].provider.text, "Commands");
	assert_false(span_is_set(actions[0].provider.at));
	assert_int_equal(actions[0].run_order.n, 1);
	assert_int_equal(actions[0].timeout_ms.n, 7200000);
	assert_string_equal(actions[0].environment.text, "e");
	assert_string_equal(actions[1].environment.text, "f");
	assert_int_equal(actions[1].run_order.n, 7);
	assert_string_equal(actions[2].provider.text, "Manual");
	assert_int_equal(actions[2].category, SW_CATEGORY_APPROVAL);
	assert_int_equal(model->mode, SW_MODE_SUPERSEDED);
}

static void
model_read__reads_any_prefix_and_foreign_attributes(void **state)
{
	struct fixture *f = *state;
	const struct model *model = read_model(f,
	    "\xef\xbb\xbf<?xml version='1.0'?><!-- c --><?pi?>"
	    "<x:pipeline xmlns:x='urn:stagewright:pipeline:1' xml:lang='en' "
	    "name='p'><x:stage name='S'/></x:pipeline>");

	assert_string_equal(model->stages.items[0].name.text, "S");
	expect_bytes(f, model->stages.items[0].at, "<x:stage");
}

static void
model_read__counts_lines_past_65535(void **state)
{
	struct fixture *f = *state;
	size_t lines = 70000, size = lines + 300;
	char *text = arena_alloc(f->arena, size);
	const struct model *model;
	struct location location;

	strcpy(text, "<pipeline xmlns='urn:stagewright:pipeline:1' name='p'>");
	memset(text + strlen(text), '\n', lines);
	strcat(text, "  <stage name='S'/></pipeline>");
	model = read_model(f, text);
	location = source_locate(
	    f->sources, f->file, model->stages.items[0].name.at.begin);
	assert_int_equal(location.line, 70001);
	assert_int_equal(location.column, 16);
}

static void
document_parse__keeps_comments_and_order(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "<!-- 1 --><a>t<b/><!-- 2 --><?x y?> u </a>";
	uint32_t file = source_add(f->sources, "d", text, sizeof text - 1);
	struct document *document =
	    document_parse(f->sources, file, f->diagnostics);
	static const enum node_kind expected[] = { NODE_TEXT, NODE_ELEMENT,
		NODE_COMMENT, NODE_INSTRUCTION, NODE_TEXT };
	const struct node *node;
	size_t n = 0;

	assert_non_null(document);
	assert_int_equal(document_first(document)->kind, NODE_COMMENT);
	node = node_first(document, document_root(document));
	for (; node != NULL; node = node_next(document, node))
		assert_int_equal(node->kind, expected[n++]);
	assert_int_equal(n, 5);
	assert_int_equal(document_root(document)->end, sizeof text - 1);
	document_free(document);
}

int
main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(model_read__places_values_exactly),
		TEST(model_read__takes_common_indentation_from_text),
		TEST(value_part__finds_the_written_place),
		TEST(model_read__fills_in_defaults),
		TEST(model_read__reads_any_prefix_and_foreign_attributes),
		TEST(model_read__counts_lines_past_65535),
		TEST(document_parse__keeps_comments_and_order),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
