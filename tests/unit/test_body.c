/* JSON read again and kept: values, their bytes, and what is no JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "error.h"
#include "journal/members.h"

static struct sw_body *
read_text(const char *text)
{
	struct sw_body *body;
	assert_int_equal(sw__body_read(&body, text, strlen(text)), 0);
	return body;
}

static void
body_read__tells_what_it_says(void **state)
{
	(void)state;
	struct sw_body *body =
	    read_text(" { \"a\" : 1, \"b\":\"x\\n\\u00e9\\ud83d\\ude00\\\"\","
		      "\"c\":[1,-2,{\"d\":null}],\"e\":true,\"f\":1.5e3,"
		      "\"g\":-9223372036854775808} ");
	const struct sw_json_value *list = sw__body_in(body, "c");
	assert_int_equal(sw__body_number(body, "a"), 1);
	assert_string_equal(
	    sw__body_text(body, "b"), "x\n\xc3\xa9\xf0\x9f\x98\x80\"");
	assert_int_equal(list->kind, SW_JSON_LIST);
	assert_int_equal(list->size, 5);
	const struct sw_json_value *second =
	    sw__json_next(list, sw__json_next(list, NULL));
	assert_int_equal(second->number, -2);
	assert_int_equal(
	    sw__json_in(sw__json_next(list, second), "d")->kind, SW_JSON_NULL);
	assert_int_equal(sw__body_in(body, "e")->kind, SW_JSON_TRUE);
	assert_int_equal(sw__body_in(body, "f")->kind, SW_JSON_REAL);
	assert_true(sw__body_number(body, "g") == INT64_MIN);
	assert_null(sw__body_in(body, "h"));
	assert_null(sw__body_text(body, "a"));
	assert_int_equal(sw__body_number(body, "b"), 0);
	sw__body_drop(body);
}

static void
body_read__keeps_the_bytes(void **state)
{
	(void)state;
	struct sw_body *body =
	    read_text("\n{\"a\":{\"z\":1.0,\"b\":\"\\/\"}} ");
	struct sw_body *inner = sw__body_copy(sw__body_in(body, "a"));
	assert_string_equal(
	    sw__body_bytes(body), "{\"a\":{\"z\":1.0,\"b\":\"\\/\"}}");
	sw__body_drop(body);
	assert_string_equal(sw__body_bytes(inner), "{\"z\":1.0,\"b\":\"\\/\"}");
	assert_string_equal(sw__body_text(inner, "b"), "/");
	struct sw_body *held = sw__body_hold(inner);
	sw__body_drop(inner);
	assert_string_equal(sw__body_text(held, "b"), "/");
	sw__body_drop(held);
}

/* jansson is the other reader of what is read here. */
static void
body_read__refuses_what_is_no_json(void **state)
{
	static const char *const bad[] = { "", " ", "{", "}", "[1,]", "[1 2]",
		"{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "-", "+1",
		"1.", ".5", "1e", "1e+", "tru", "nul", "\"", "\"\\x\"",
		"\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"",
		"\"\\ud800\\u0041\"", "\"\x01\"", "\"\xff\"", "\"\xc3\"",
		"9223372036854775808", "-9223372036854775809", "1 1", "[1]]" };
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sw_body *body;
		assert_int_equal(sw__body_read(&body, bad[i], strlen(bad[i])),
		    SW_ERROR_CORRUPT);
		assert_null(body);
		assert_null(
		    json_loadb(bad[i], strlen(bad[i]), JSON_DECODE_ANY, NULL));
	}
}

static void
body_read__nests_as_deep_as_the_limit(void **state)
{
	char text[2 * SW_JSON_DEPTH_MAX + 3];
	(void)state;
	for (size_t depth = SW_JSON_DEPTH_MAX; depth <= SW_JSON_DEPTH_MAX + 1;
	     depth++) {
		struct sw_body *body;
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		assert_int_equal(sw__body_read(&body, text, 2 * depth),
		    depth == SW_JSON_DEPTH_MAX ? 0 : SW_ERROR_CORRUPT);
		sw__body_drop(body);
	}
}

/* More values, and longer ones, than most rows have. */
static void
body_read__grows(void **state)
{
	static char text[20000];
	size_t n = 0;
	(void)state;
	text[n++] = '[';
	for (int i = 0; i < 1000; i++) {
		memcpy(text + n, "\"a long text\",", 14);
		n += 14;
	}
	text[n - 1] = ']';
	struct sw_body *body;
	assert_int_equal(sw__body_read(&body, text, n), 0);
	const struct sw_json_value *list = sw__body_value(body);
	const struct sw_json_value *item = NULL;
	assert_int_equal(list->size, 1001);
	while ((item = sw__json_next(list, item)) != NULL)
		assert_string_equal(item->text, "a long text");
	sw__body_drop(body);
}

static void
members__are_in_the_order_of_their_names(void **state)
{
	(void)state;
	struct sw_members all = { 0 };
	struct sw_members copy;
	struct sw_json json = { 0 };
	struct sw_body *first = read_text("{\"b\":1,\"a\":\"x\",\"a b\":[]}");
	struct sw_body *second = read_text("{\"c\":{},\"b\":\"y\"}");
	assert_int_equal(sw__members_add(&all, sw__body_value(first)), 0);
	assert_int_equal(sw__members_copy(&copy, &all), 0);
	assert_int_equal(sw__members_add(&all, sw__body_value(second)), 0);
	assert_int_equal(sw__members_add(&all, NULL), 0);
	assert_int_equal(sw__members_add(&all, sw__body_in(second, "b")), 0);
	sw__members_write(&all, &json);
	assert_string_equal(
	    json.text, "{\"a\":\"x\",\"a b\":[],\"b\":\"y\",\"c\":{}}");
	assert_string_equal(sw__members_text(&all, "b"), "y");
	assert_null(sw__members_text(&all, "c"));
	assert_null(sw__members_get(&all, "d"));
	assert_int_equal(sw__members_put(&all, "d", NULL), -1);
	sw__json_release(&json);
	sw__members_write(&copy, &json);
	assert_string_equal(json.text, "{\"a\":\"x\",\"a b\":[],\"b\":1}");
	sw__json_release(&json);
	sw__members_free(&all);
	sw__members_free(&copy);
	sw__body_drop(first);
	sw__body_drop(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_read__tells_what_it_says),
		cmocka_unit_test(body_read__keeps_the_bytes),
		cmocka_unit_test(body_read__refuses_what_is_no_json),
		cmocka_unit_test(body_read__nests_as_deep_as_the_limit),
		cmocka_unit_test(body_read__grows),
		cmocka_unit_test(members__are_in_the_order_of_their_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
