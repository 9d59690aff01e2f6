/* What rows say: the order of their members, and the last of each name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/facts.h"
#include "journal/journal.h"

static void
assert_body(struct sw_facts *facts, const char *expected)
{
	struct sw_error err;
	struct sw_body *body;
	assert_int_equal(sw__facts_body(&body, facts, &err), 0);
	assert_string_equal(sw__body_bytes(body), expected);
	sw__body_drop(body);
	sw__facts_release(facts);
}

static void
facts__are_in_the_order_of_their_names(void **state)
{
	struct sw_facts facts = { 0 };
	(void)state;
	sw__facts_text(&facts, "m", "x\n\xff");
	sw__facts_number(&facts, "z", -7);
	sw__facts_number(&facts, "a", 1);
	sw__facts_text(&facts, "b", NULL);
	sw__facts_json(&facts, "c", NULL);
	assert_body(&facts, "{\"a\":1,\"m\":\"x\\n\xef\xbf\xbd\",\"z\":-7}");
	assert_body(&facts, "{}");
}

static void
facts__are_said_once_each(void **state)
{
	struct sw_facts facts = { 0 };
	struct sw_facts more = { 0 };
	json_t *object = json_pack("{s:[i,i], s:{s:s, s:n}, s:s}", "list", 1, 2,
	    "b", "z", "y", "x", "t", "u");
	(void)state;
	sw__facts_number(&facts, "b", 1);
	sw__facts_number(&facts, "c", 2);
	sw__facts_members(&facts, object);
	sw__facts_number(&more, "c", 3);
	sw__facts_add(&facts, &more);
	sw__facts_object(&facts, "o", &more);
	assert_body(&facts,
	    "{\"b\":{\"x\":null,\"z\":\"y\"},\"c\":3,\"list\":[1,2],"
	    "\"o\":{\"c\":3},\"t\":\"u\"}");
	sw__facts_release(&more);
	json_decref(object);
}

/* As many as an action has outputs, and more. */
static void
facts__may_be_many(void **state)
{
	static char names[1000][8];
	struct sw_facts facts = { 0 };
	struct sw_error err;
	struct sw_body *body;
	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(names[i], sizeof names[i], "n%d", i * 7 % 1000);
		sw__facts_number(&facts, names[i], i * 7 % 1000);
	}
	assert_int_equal(sw__facts_body(&body, &facts, &err), 0);
	assert_int_equal(sw__body_value(body)->size, 1001);
	assert_int_equal(sw__body_number(body, "n999"), 999);
	sw__body_drop(body);
	sw__facts_release(&facts);
}

static void
facts__are_no_longer_than_a_row(void **state)
{
	struct sw_facts facts = { 0 };
	struct sw_error err;
	struct sw_body *body;
	char *text = test_malloc(SW_BODY_MAX + 1);
	(void)state;
	memset(text, 'x', SW_BODY_MAX);
	text[SW_BODY_MAX] = '\0';
	sw__facts_text(&facts, "a", text);
	assert_int_equal(sw__facts_body(&body, &facts, &err), SW_ERROR_LIMIT);
	sw__facts_release(&facts);
	text[SW_BODY_MAX - strlen("{\"a\":\"\"}")] = '\0';
	sw__facts_text(&facts, "a", text);
	assert_int_equal(sw__facts_body(&body, &facts, &err), 0);
	sw__body_drop(body);
	sw__facts_release(&facts);
	test_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts__are_in_the_order_of_their_names),
		cmocka_unit_test(facts__are_said_once_each),
		cmocka_unit_test(facts__may_be_many),
		cmocka_unit_test(facts__are_no_longer_than_a_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
