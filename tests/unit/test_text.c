/* The writer: each kind of hole and its escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static char *
fill(const char *template_, const struct hole *holes)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);
	struct text *text = text_new(stream);

	text_fill(text, template_, holes);
	assert_int_equal(text_close(text), 0);
	fclose(stream);
	return out;
}

#define EXPECT(expected, template_, ...)                                       \
	do {                                                                   \
		char *out =                                                    \
		    fill(template_, (const struct hole[]){ __VA_ARGS__,        \
					{ NULL, HOLE_END, NULL, 0 } });        \
                                                                               \
		assert_string_equal(out, expected);                            \
		free(out);                                                     \
	} while (0)

static void
text_fill__fills_holes_by_name(void **state)
{
	(void)state;
	EXPECT("int x = 42; x", "int $name$ = $n$; $name$", NUM("n", 42),
	    IDENT("name", "x"));
	EXPECT("0x00000000deadbeef", "$h$", HEX64("h", 0xdeadbeef));
	EXPECT("18446744073709551615 0", "$a$ $b$", NUM("a", UINT64_MAX),
	    NUM("b", 0));
}

static void
text_fill__escapes_c_strings(void **state)
{
	(void)state;
	EXPECT("\"a\\\"b\\\\c\\n\\t\\?\\?/\"", "$s$",
	    CSTR("s", "a\"b\\c\n\t?\?/"));
	EXPECT("\"\\0011\"", "$s$", CSTR("s", "\0011"));
	EXPECT("\"\xc3\xa4\"", "$s$", CSTR("s", "\xc3\xa4"));
	EXPECT("\"\\342\\200\\256\"", "$s$", CSTR("s", "\xe2\x80\xae"));
	EXPECT("NULL", "$s$", CSTR("s", NULL));
	EXPECT("\"a\\\"b c\\?\"", "\"$s$ $t$\"", CPART("s", "a\"b"),
	    CPART("t", "c?"));
}

static void
text_fill__keeps_comments_closed(void **state)
{
	(void)state;
	EXPECT("/* a * / b / * c ? ?/ d  */", "/* $s$ */",
	    COMMENT("s", "a */ b /* c ?\?/ d\n"));
	EXPECT("/* / */", "/* $s$*/", COMMENT("s", "/"));
}

static void
text_fill__escapes_json(void **state)
{
	(void)state;
	EXPECT("\"a\\\"\\\\\\n\\u0001\xc3\xa4\"", "$s$",
	    JSTR("s", "a\"\\\n\001\xc3\xa4"));
	EXPECT("null", "$s$", JSTR("s", NULL));
}

#define NONE "\xef\xbf\xbd" /* in place of a byte that is no character */

static void
text_fill__tells_nobody_in_a_comment(void **state)
{
	(void)state;
	EXPECT("a\\_b @&#8203;ada #&#8203;12 &lt;i&gt;", "$s$",
	    MARKDOWN("s", "a_b @ada #12 <i>"));
	EXPECT("a_b @&#8203;ada #&#8203;12 &lt;i&gt;", "$s$",
	    SUMMARY("s", "a_b @ada #12 <i>"));
}

static void
text_fill__makes_utf8_of_any_bytes(void **state)
{
	static const char bytes[] = "\xc0\xaf"
				    "a\xc3\xa4\xe2\x82";
	(void)state;
	EXPECT(
	    "\"" NONE NONE "a\xc3\xa4" NONE NONE "\"", "$s$", JSTR("s", bytes));
	EXPECT(NONE NONE "a\xc3\xa4" NONE NONE, "$s$", XML("s", bytes));
	EXPECT(NONE NONE "a\xc3\xa4" NONE NONE, "$s$", LABEL("s", bytes));
	EXPECT(NONE NONE "a\xc3\xa4" NONE NONE, "$s$", MARKDOWN("s", bytes));
}

static void
text_fill__escapes_mermaid_and_xml(void **state)
{
	(void)state;
	EXPECT("\"a#34;b#35;c<br/>d\"", "$s$", MERMAID("s", "a\"b#c\nd"));
	EXPECT("a&lt;b&gt;&amp;&quot;&#10;", "$s$", XML("s", "a<b>&\"\n"));
}

static void
text_fill__labels_a_picture_in_one_line(void **state)
{
	(void)state;
	EXPECT("a&lt;b&gt;&amp;&quot; c", "$s$", LABEL("s", "a<b>&\"\nc"));
	/* U+202E turns the text behind it around. */
	EXPECT("a b \xc3\xa9", "$s$",
	    LABEL("s", "a\xe2\x80\xae"
		       "b\x7f\xc3\xa9"));
}

static void
text_close__tells_of_a_full_disk(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct text *text;

	(void)state;
	if (full == NULL)
		skip();
	text = text_new(full);
	text_put(text, "x");
	assert_int_equal(text_close(text), -1);
	fclose(full);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_fill__fills_holes_by_name),
		cmocka_unit_test(text_fill__escapes_c_strings),
		cmocka_unit_test(text_fill__keeps_comments_closed),
		cmocka_unit_test(text_fill__escapes_json),
		cmocka_unit_test(text_fill__tells_nobody_in_a_comment),
		cmocka_unit_test(text_fill__makes_utf8_of_any_bytes),
		cmocka_unit_test(text_fill__escapes_mermaid_and_xml),
		cmocka_unit_test(text_fill__labels_a_picture_in_one_line),
		cmocka_unit_test(text_close__tells_of_a_full_disk),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
