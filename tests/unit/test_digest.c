/*
 * One hash for many states: it says what they are, and nothing of how they
 * became so or of the room that there is for more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "journal/digest.h"

#define N 17

static void
set(struct sw_digests *digests, uint32_t execution, const char *state)
{
	sw__digests_set(digests, execution, state, strlen(state));
}

static void
digest__same_states_same_root(void **state)
{
	struct sw_digests one = { 0 }, other = { 0 };
	uint8_t a[SW_DIGEST_BYTES], b[SW_DIGEST_BYTES];
	char text[16];
	(void)state;
	assert_int_equal(sw__digests_reserve(&other, 1000), 0);
	for (uint32_t i = 1; i <= N; i++) {
		assert_int_equal(sw__digests_reserve(&one, i), 0);
		set(&one, i, "before");
	}
	for (uint32_t i = N; i > 0; i--) {
		snprintf(text, sizeof text, "%u", i);
		set(&one, i, text);
	}
	sw__digests_clear(&one, 3);
	for (uint32_t i = 1; i <= N; i++) {
		snprintf(text, sizeof text, "%u", i);
		if (i != 3)
			set(&other, i, text);
	}
	sw__digests_root(&one, N, a);
	sw__digests_root(&other, N, b);
	assert_memory_equal(a, b, sizeof a);
	/* Refused is a start that room was made for. */
	assert_int_equal(sw__digests_reserve(&one, 33), 0);
	sw__digests_root(&one, N, b);
	assert_memory_equal(a, b, sizeof a);
	sw__digests_free(&one);
	sw__digests_free(&other);
}

static void
digest__each_change_shows(void **state)
{
	struct sw_digests digests = { 0 };
	uint8_t roots[2 * N + 2][SW_DIGEST_BYTES];
	uint32_t n = 0;
	(void)state;
	sw__digests_root(&digests, 0, roots[n++]);
	assert_int_equal(sw__digests_reserve(&digests, N), 0);
	sw__digests_root(&digests, N, roots[n++]);
	for (uint32_t i = 1; i <= N; i++) {
		set(&digests, i, "it");
		sw__digests_root(&digests, N, roots[n++]);
	}
	for (uint32_t i = 1; i < N; i++) {
		sw__digests_clear(&digests, i);
		sw__digests_root(&digests, N, roots[n++]);
	}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < i; j++)
			assert_memory_not_equal(
			    roots[i], roots[j], SW_DIGEST_BYTES);
	sw__digests_free(&digests);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest__same_states_same_root),
		cmocka_unit_test(digest__each_change_shows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
