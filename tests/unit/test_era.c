/*
 * A machine as the journal has it: by names, written and read back; what no
 * program can have written is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal/era.h"

static const char *const kept[] = { "QUEUED", "SUPERSEDED", "PARALLEL",
	"kept-1", "kept-8", "kept-9" };

static json_t *
load(const char *name)
{
	char path[128];
	json_error_t problem;
	snprintf(path, sizeof path, "tests/fuzz/corpus.era/%s.json", name);
	json_t *document = json_load_file(path, 0, &problem);
	if (document == NULL)
		fail_msg("%s: %s", path, problem.text);
	return document;
}

static struct sw_era *
read_era(const json_t *document)
{
	struct sw_error err;
	struct sw_era *era = NULL;
	if (sw__era_read(&era, document, &err) != 0)
		fail_msg("%s", err.text);
	return era;
}

static void
era_write__says_what_was_read(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		json_t *document = load(kept[i]);
		struct sw_era *era = read_era(document);
		json_t *written = sw__era_write(sw__era_pipeline(era));
		assert_true(json_equal(document, written));
		json_decref(written);
		json_decref(document);
		sw__era_free(era);
	}
}

static void
era_read__makes_the_whole_machine(void **unused)
{
	(void)unused;
	json_t *document = load("QUEUED");
	struct sw_era *era = read_era(document);
	json_decref(document);
	const struct sw_pipeline *p = sw__era_pipeline(era);
	const struct sw_machine *m = p->machine;
	assert_int_equal(m->mode, SW_MODE_QUEUED);
	assert_int_equal(m->nstages, 3);
	assert_int_equal(
	    m->queue_max, SW_QUEUE_MAX(m->nstages, m->in_flight_max));
	assert_int_equal(m->state_size, sw_state_size(m));
	assert_int_equal(m->stages[1].before_entry, SW_RESULT_SKIP);
	assert_int_equal(m->stages[1].on_failure, SW_RESULT_RETRY);
	assert_int_equal(m->stages[2].on_success, SW_RESULT_ROLLBACK);
	const uint32_t make = m->stages[1].first_action + 1;
	assert_string_equal(m->actions[make].name, "Make");
	assert_int_equal(m->actions[make].retries, 2);
	assert_string_equal(p->work[make].namespace_, "Made");
	assert_string_equal(p->work[make].outputs[0].name, "package");
	assert_null(p->work[make].outputs[1].name);
	sw__era_free(era);
}

/* The machine with one text in it exchanged is none. */
static void
assert_refused(const char *name, const char *from, const char *to)
{
	json_t *document = load(name);
	char *text = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS);
	const char *at = strstr(text, from);
	char changed[4096];
	struct sw_error err;
	struct sw_era *era = NULL;
	if (at == NULL)
		fail_msg("'%s' is not in %s", from, text);
	snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text,
	    to, at + strlen(from));
	json_t *other = json_loads(changed, 0, NULL);
	assert_non_null(other);
	if (sw__era_read(&era, other, &err) != SW_ERROR_CORRUPT)
		fail_msg("taken for a machine: %s", changed);
	json_decref(other);
	json_decref(document);
	free(text);
}

static void
era_read__refuses_what_is_no_machine(void **unused)
{
	(void)unused;
	assert_refused("QUEUED", "\"stages\"", "\"stage\"");
	assert_refused("QUEUED", "\"mode\":1", "\"mode\":3");
	assert_refused("QUEUED", "\"mode\":1", "\"mode\":-1");
	assert_refused("QUEUED", "\"mode\":1", "\"mode\":\"QUEUED\"");
	assert_refused("QUEUED", "\"inFlight\":", "\"inFlight\":9999");
	assert_refused("QUEUED", "\"targets\":", "\"targets\":1");
	assert_refused("QUEUED", "\"fingerprint\":\"", "\"fingerprint\":\"g");
	assert_refused("QUEUED", "\"name\":\"Make\",", "");
	assert_refused("QUEUED", "\"name\":\"Build\",", "");
	assert_refused("QUEUED", "\"retries\":2", "\"retries\":15");
	assert_refused("QUEUED", "\"category\":0", "\"category\":99");
	assert_refused("QUEUED", "\"runOrder\":2}]", "\"runOrder\":0}]");
	/* Conditions have results of their own, and no rule is without. */
	assert_refused("QUEUED", "\"beforeEntry\":2", "\"beforeEntry\":3");
	assert_refused("QUEUED", "\"beforeEntry\":2", "\"beforeEntry\":0");
	assert_refused("QUEUED", "\"onSuccess\":3", "\"onSuccess\":2");
	assert_refused("QUEUED", "\"onSuccess\":3", "\"onSuccess\":0");
	assert_refused("QUEUED", "\"onFailure\":4", "\"onFailure\":1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(era_write__says_what_was_read),
		cmocka_unit_test(era_read__makes_the_whole_machine),
		cmocka_unit_test(era_read__refuses_what_is_no_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
