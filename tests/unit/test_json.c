#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "journal/json_write.h"

/* Memory for so many more requests; SIZE_MAX: for all. */
static size_t left_requests = SIZE_MAX;

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *
__wrap_realloc(void *memory, size_t size)
{
	if (left_requests == 0)
		return NULL;
	left_requests--;
	return __real_realloc(memory, size);
}

/* Room that ends within each name in turn. */
static void
json_dump__is_whole_or_nothing(void **state)
{
	char name[300] = "";
	(void)state;
	for (size_t i = 1; i < sizeof name; i++) {
		memset(name, 'n', i);
		json_t *value = json_pack("{s:i, s:i}", "a", 1, name, 2);
		for (size_t n = 0; n < 2; n++) {
			left_requests = n;
			char *text =
			    sw__json_dump(value, JSON_COMPACT | JSON_SORT_KEYS);
			left_requests = SIZE_MAX;
			json_t *again =
			    text == NULL ? NULL : json_loads(text, 0, NULL);
			assert_true(text == NULL || json_equal(value, again));
			json_decref(again);
			free(text);
		}
		json_decref(value);
	}
}

static void
json_write__is_compact(void **state)
{
	struct sw_json json = { 0 };
	(void)state;
	sw__json_open(&json, '{');
	sw__json_name(&json, "a");
	sw__json_open(&json, '[');
	sw__json_number(&json, 0);
	sw__json_number(&json, INT64_MIN);
	sw__json_number(&json, INT64_MAX);
	sw__json_close(&json, ']');
	sw__json_name(&json, "b");
	sw__json_bool(&json, false);
	sw__json_name(&json, "c");
	sw__json_open(&json, '{');
	sw__json_close(&json, '}');
	sw__json_name(&json, "d");
	sw__json_text(&json, ":");
	sw__json_name(&json, "e");
	sw__json_raw(&json, "[1]", 3);
	sw__json_close(&json, '}');
	char *text = sw__json_take(&json);
	assert_string_equal(text,
	    "{\"a\":[0,-9223372036854775808,9223372036854775807],"
	    "\"b\":false,\"c\":{},\"d\":\":\",\"e\":[1]}");
	free(text);
}

/* Rows and documents of other programs were written by it. */
static void
json_write__escapes_as_jansson_does(void **state)
{
	char all[] = "#\xc3\xa4 \xf0\x9f\x8c\x8d \\ \" / \x7f";
	(void)state;
	for (int c = 1; c < 0x80; c++) {
		struct sw_json json = { 0 };
		all[0] = (char)c;
		json_t *value = json_string(all);
		char *expected = json_dumps(value, JSON_ENCODE_ANY);
		sw__json_text(&json, all);
		char *text = sw__json_take(&json);
		assert_string_equal(text, expected);
		free(text);
		free(expected);
		json_decref(value);
	}
}

static void
json_write__replaces_what_is_no_text(void **state)
{
	struct sw_json json = { 0 };
	(void)state;
	sw__json_text(&json, "a\xff"
			     "b\xc3");
	char *text = sw__json_take(&json);
	assert_string_equal(text, "\"a\xef\xbf\xbd"
				  "b\xef\xbf\xbd\"");
	free(text);
}

static void
json_write__grows(void **state)
{
	struct sw_json json = { 0 };
	char long_text[5000];
	(void)state;
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	sw__json_open(&json, '[');
	for (int i = 0; i < 10; i++)
		sw__json_text(&json, long_text);
	sw__json_close(&json, ']');
	char *text = sw__json_take(&json);
	json_t *read = json_loads(text, 0, NULL);
	assert_int_equal(json_array_size(read), 10);
	assert_string_equal(
	    json_string_value(json_array_get(read, 9)), long_text);
	json_decref(read);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_write__is_compact),
		cmocka_unit_test(json_dump__is_whole_or_nothing),
		cmocka_unit_test(json_write__escapes_as_jansson_does),
		cmocka_unit_test(json_write__replaces_what_is_no_text),
		cmocka_unit_test(json_write__grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
