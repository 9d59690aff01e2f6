/* The redactor: forms against what other programs write, streams against an
 * oracle that looks at every byte for every form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "redact/forms.h"
#include "redact/redact.h"

#define TEXT_MAX 65536

/* The linker puts these in front of the C library's. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);

static int left = -1; /* allocations until one fails; negative: none does */

void *
__wrap_malloc(size_t size)
{
	return left < 0 || left-- != 0 ? __real_malloc(size) : NULL;
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return left < 0 || left-- != 0 ? __real_calloc(n, size) : NULL;
}

struct output {
	char bytes[TEXT_MAX];
	size_t n;
	size_t writes;
};

static void
collect(void *payload, const char *bytes, size_t n)
{
	struct output *out = payload;
	assert_true(out->n + n < sizeof out->bytes);
	memcpy(out->bytes + out->n, bytes, n);
	out->n += n;
	out->bytes[out->n] = '\0';
	out->writes++;
}

static struct sw_redactor *
knows_bytes(const char *bytes, size_t n)
{
	struct sw_redactor *redactor;
	struct sw_error err;
	const struct sw_secret_value value = { "TOKEN", bytes, n };
	assert_int_equal(sw__redactor_new(&redactor, &value, 1, &err), 0);
	return redactor;
}

static struct sw_redactor *
knows(const char *text)
{
	return knows_bytes(text, strlen(text));
}

/* What becomes of a text that comes in parts of `part` bytes. */
static const char *
seen(const struct sw_redactor *redactor, const char *text, size_t part)
{
	static struct output out;
	struct sw_redaction *stream;
	struct sw_error err;
	const size_t n = strlen(text);
	out.n = 0;
	out.bytes[0] = '\0';
	assert_int_equal(
	    sw__redaction_new(&stream, redactor, collect, &out, &err), 0);
	for (size_t at = 0; at < n; at += part)
		sw__redaction_write(
		    stream, text + at, n - at < part ? n - at : part);
	sw__redaction_flush(stream);
	sw__redaction_free(stream);
	return out.bytes;
}

static void
check_masks(const char *secret, const char *text, const char *expected)
{
	struct sw_redactor *redactor = knows(secret);
	char copy[TEXT_MAX];
	for (size_t part = 1; part <= strlen(text) + 1; part++)
		assert_string_equal(seen(redactor, text, part), expected);
	snprintf(copy, sizeof copy, "%s", text);
	assert_int_equal(
	    sw__redact(redactor, copy, strlen(copy)), strlen(expected));
	assert_string_equal(copy, expected);
	sw__redactor_free(redactor);
}

static void
redact__masks_a_value_across_writes(void **state)
{
	(void)state;
	check_masks("hunter2!", "login hunter2! ok", "login *** ok");
	check_masks("hunter2!", "hunter2!hunter2!", "***");
	check_masks("hunter2!", "hunter2?hunter", "hunter2?hunter");
	check_masks("ababab", "xabababababy", "x***y");
	check_masks("aaaaaa", "aaaaaaaaa aaaaa", "*** aaaaa");
}

/* Of printf 'p@ss word+/\303\251"1' in other programs. */
static void
redact__masks_what_programs_write(void **state)
{
	(void)state;
	static const char secret[] = "p@ss word+/\xc3\xa9\"1";
	static const char *const forms[] = {
		"cEBzcyB3b3JkKy/DqSIx", /* base64 */
		"cEBzcyB3b3JkKy_DqSIx", /* base64url */
		"70407373207 76f72642b2fc3a92231",
		"p%40ss%20word%2B%2F%C3%A9%221", /* curl, Go's PathEscape */
		"p%40ss%20word%2b%2f%c3%a9%221",
		"p%40ss+word%2B%2F%C3%A9%221", /* Go's QueryEscape */
		"p%40ss%20word%2B/%C3%A9%221", /* Python's quote */
		"p@ss%20word+/%C3%A9%221",     /* encodeURI */
		"p@ss word+/\xc3\xa9\\\"1",    /* jq */
		"p@ss word+/\\u00e9\\\"1",     /* Python's json */
		"p@ss word+\\/\\u00E9\\\"1",   /* PHP's, in capitals */
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char text[256];
		char form[128];
		size_t n = 0;
		/* The blank keeps a checker of secrets from a long number. */
		for (const char *c = forms[i]; *c != '\0'; c++)
			if (i != 2 || *c != ' ')
				form[n++] = *c;
		form[n] = '\0';
		snprintf(text, sizeof text, "<%s>", form);
		check_masks(secret, text, "<***>");
	}
}

static void
redact__masks_what_escapes_differently(void **state)
{
	(void)state;
	check_masks(
	    "a<b>&c\x01~\t", "{a\\u003cb\\u003e\\u0026c\\u0001~\\t}", "{***}");
	check_masks("it's fine", "+ curl 'it'\\''s fine'", "+ curl '***'");
	check_masks("it's fine", "+ curl 'it'\"'\"'s fine'", "+ curl '***'");
	check_masks("smile \xf0\x9f\x98\x80!", "smile \\ud83d\\ude00!", "***");
	check_masks("euro \xe2\x82\xac 5", "euro \\u20ac 5", "***");
	check_masks("torn \xe2\x82", "torn \xe2\x82", "***");
	check_masks("bell\a\x7f!", "bell\\u0007\\u007f!", "***");
	check_masks("bell\a\x7f!", "bell\\u0007\x7f!", "***");
}

/* Every alignment: behind 0 to 5 bytes and before 0 to 5. */
static void
redact__masks_base64_wherever_it_begins(void **state)
{
	(void)state;
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct sw_redactor *redactor = knows("correct horse");
	for (size_t before = 0; before < 6; before++)
		for (size_t behind = 0; behind < 6; behind++) {
			char text[64];
			char encoded[96];
			size_t n = 0;
			const int length =
			    snprintf(text, sizeof text, "%.*scorrect horse%.*s",
				(int)before, "......", (int)behind, "......");
			for (int i = 0; i < length; i += 3) {
				uint32_t three = 0;
				for (int k = 0; k < 3; k++)
					three =
					    three << 8 |
					    (i + k < length
						    ? (unsigned char)text[i + k]
						    : 0);
				for (int k = 0; k < 4; k++)
					encoded[n++] =
					    digits[three >> (18 - 6 * k) & 63];
			}
			encoded[n] = '\0';
			const char *out = seen(redactor, encoded, 7);
			assert_non_null(strstr(out, "***"));
			/* What is left depends on bytes around it. */
			assert_true(strlen(out) <= (before + 2) / 3 * 4 + 3 +
						       (behind + 2) / 3 * 4 +
						       4);
		}
	sw__redactor_free(redactor);
}

static void
redact__masks_a_key_line_by_line(void **state)
{
	(void)state;
	static const char key[] = "-----BEGIN KEY-----\n"
				  "\t c2VjcmV0bGluZTE\r\n"
				  "\n"
				  "short\n"
				  "c2VjcmV0bGluZTI\n"
				  "-----END KEY-----";
	check_masks(key, "> c2VjcmV0bGluZTI", "> ***");
	check_masks(key, "> c2VjcmV0bGluZTE\n> short", "> ***\n> short");
	check_masks(key, "-----BEGIN KEY----- -----END KEY-----",
	    "-----BEGIN KEY----- -----END KEY-----");
	check_masks(key, key, "***");
}

static void
redact__masks_wrapped_base64(void **state)
{
	(void)state;
	char secret[101];
	for (int i = 0; i < 100; i++)
		secret[i] = (char)('!' + i * 7 % 90);
	secret[100] = '\0';
	/* As `base64` would: made here, with the lines cut. */
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t width = 64; width <= 76; width += 12) {
		char text[256];
		size_t n = 0;
		size_t column = 0;
		for (int i = 0; i < 100; i += 3) {
			uint32_t three = 0;
			for (int k = 0; k < 3; k++)
				three =
				    three << 8 |
				    (i + k < 100 ? (unsigned char)secret[i + k]
						 : 0);
			for (int k = 0; k < 4; k++) {
				text[n++] =
				    i + k > 100
					? '='
					: digits[three >> (18 - 6 * k) & 63];
				if (++column % width == 0)
					text[n++] = '\n';
			}
		}
		text[n] = '\0';
		check_masks(secret, text,
		    width == 64 ? "***\n***\n***==" : "***\n***==");
	}
}

static void
redact__leaves_what_is_short(void **state)
{
	(void)state;
	check_masks("", "nothing", "nothing");
	check_masks("12345", "12345 MTIzNDU=", "12345 MTIzNDU=");
	check_masks("123456", "12345 123456", "12345 ***");
	check_masks("a\nb\nc\nd", "a b c d", "a b c d");
	/* A last line of base64 that is two digits. */
	check_masks("a value of 49 bytes, which is 66 digits of base64",
	    "YSB2YWx1ZSBvZiA0OSBieXRlcywgd2hpY2ggaXMgNjYgZGlnaXRzIG9mIGJhc2U2\n"
	    "NA==",
	    "***\nNA==");
	assert_string_equal(seen(NULL, "as it is", 3), "as it is");
	assert_int_equal(sw__redactor_longest(NULL), 0);
	assert_null(sw__redactor_find(NULL, "as it is", 8));
}

static void
redact__shows_a_prompt(void **state)
{
	(void)state;
	struct output out = { .n = 0 };
	struct sw_redactor *redactor = knows("swordfish");
	struct sw_redaction *stream;
	struct sw_error err;
	assert_int_equal(
	    sw__redaction_new(&stream, redactor, collect, &out, &err), 0);
	sw__redaction_write(stream, "Password: ", 10);
	assert_string_equal(out.bytes, "Password: ");
	sw__redaction_write(stream, "swo", 3);
	assert_string_equal(out.bytes, "Password: ");
	sw__redaction_write(stream, "op", 2);
	assert_string_equal(out.bytes, "Password: swoop");
	sw__redaction_write(stream, "", 0);
	sw__redaction_flush(stream);
	sw__redaction_flush(stream);
	assert_string_equal(out.bytes, "Password: swoop");
	sw__redaction_free(stream);
	sw__redaction_free(NULL);
	sw__redactor_free(redactor);
}

static void
redact__knows_many(void **state)
{
	(void)state;
	struct sw_redactor *redactor;
	struct sw_error err;
	const struct sw_secret_value values[] = {
		{ "A", "abcdefgh", 8 },
		{ "B", "efghijkl", 8 },
		{ "C", "cdefgh", 6 },
		{ "D", "nul\0inside", 10 },
		{ "E", "", 0 },
	};
	assert_int_equal(sw__redactor_new(&redactor, values, 5, &err), 0);
	assert_string_equal(seen(redactor, "-abcdefghijkl-", 5), "-***-");
	assert_string_equal(seen(redactor, "-cdefghi-", 1), "-***i-");
	assert_string_equal(sw__redactor_find(redactor, "..efghijkl", 10), "B");
	assert_string_equal(
	    sw__redactor_find(redactor, ".nul\0inside", 11), "D");
	assert_null(sw__redactor_find(redactor, "abcdefg", 7));
	sw__redactor_free(redactor);
	sw__redactor_free(NULL);
}

static void
redact__refuses_too_long_values(void **state)
{
	(void)state;
	struct sw_redactor *redactor;
	struct sw_error err;
	char *bytes = malloc(SW_SECRET_MAX + 1);
	assert_non_null(bytes);
	for (size_t i = 0; i <= SW_SECRET_MAX; i++)
		bytes[i] = (char)(0x80 + i * 31 % 61);
	struct sw_secret_value values[32];
	for (size_t i = 0; i < 32; i++)
		values[i] =
		    (struct sw_secret_value){ "LONG", bytes, SW_SECRET_MAX };
	assert_int_equal(sw__redactor_new(&redactor, values, 1, &err), 0);
	assert_true(sw__redactor_longest(redactor) >= 3 * SW_SECRET_MAX);
	sw__redactor_free(redactor);
	assert_int_equal(
	    sw__redactor_new(&redactor, values, 32, &err), SW_ERROR_LIMIT);
	assert_non_null(strstr(err.text, "too long together"));
	values[0].size++;
	assert_int_equal(
	    sw__redactor_new(&redactor, values, 1, &err), SW_ERROR_LIMIT);
	assert_non_null(strstr(err.text, "'LONG'"));
	free(bytes);
}

static void
redact__fails_closed_when_memory_is_short(void **state)
{
	(void)state;
	struct sw_error err;
	const struct sw_secret_value value = { "TOKEN", "swordfish", 9 };
	struct sw_redactor *redactor = NULL;
	int rc = -1;
	for (int n = 0; rc != 0; n++) {
		assert_true(n < 100);
		left = n;
		rc = sw__redactor_new(&redactor, &value, 1, &err);
		left = -1;
		assert_true(rc == 0 || rc == SW_ERROR_SYSTEM);
	}
	struct output out = { .n = 0 };
	struct sw_redaction *stream;
	for (int n = 0; n < 3; n++) {
		left = n;
		rc = sw__redaction_new(&stream, redactor, collect, &out, &err);
		left = -1;
		assert_int_equal(rc, SW_ERROR_SYSTEM);
	}
	char text[] = "a swordfish";
	left = 0;
	assert_int_equal(sw__redact(redactor, text, strlen(text)), 0);
	left = -1;
	assert_string_equal(text, "");
	sw__redactor_free(redactor);
}

static int
stop_at(void *payload, const unsigned char *bytes, size_t n)
{
	int *forms = payload;
	(void)bytes;
	(void)n;
	return --*forms == 0 ? 7 : 0;
}

/* Whoever takes forms can end it at each of them. */
static void
forms__end_when_told(void **state)
{
	(void)state;
	char secret[121];
	for (int i = 0; i < 120; i++)
		secret[i] = (char)(i == 60 ? '\n' : 'a' + i % 26);
	secret[120] = '\0';
	int all = 1;
	for (; all < 1000; all++) {
		int forms = all;
		if (sw__forms_each(secret, 120, stop_at, &forms) == 0)
			break;
	}
	/* One; 2 lines; 2 alphabets of 3 * 2 and 3 and 3 wrapped; ... */
	assert_int_equal(all - 1, 1 + 2 + 2 * (6 + 3 + 3) + 2 + 14 + 16 + 2);
	assert_int_equal(sw__forms_each("short", 5, stop_at, &all), 0);
}

/* The oracle: bytes that any form covers, each run of them as one. */
struct oracle {
	const unsigned char *text;
	size_t n;
	unsigned char *is_masked;
};

static int
cover(void *payload, const unsigned char *bytes, size_t n)
{
	const struct oracle *o = payload;
	for (size_t at = 0; at + n <= o->n; at++)
		if (memcmp(o->text + at, bytes, n) == 0)
			memset(o->is_masked + at, 1, n);
	return 0;
}

static void
tell_expected(const struct oracle *o, struct output *out)
{
	out->n = 0;
	for (size_t i = 0; i < o->n; i++)
		if (!o->is_masked[i])
			out->bytes[out->n++] = (char)o->text[i];
		else if (i == 0 || !o->is_masked[i - 1])
			collect(out, "***", 3);
}

static uint64_t
draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Bytes of a small alphabet, so that much of everything is alike. */
static size_t
draw_bytes(uint64_t *seed, char *out, size_t most)
{
	static const char alphabet[] = "aab\n \"/'";
	const size_t n = draw(seed) % (most + 1);
	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[draw(seed) % (sizeof alphabet - 1)];
	return n;
}

struct quoted {
	char *out;
	size_t n;
	size_t room;
	uint64_t *seed;
};

/* A form now and then, whole or not, into the text. */
static int
quote(void *payload, const unsigned char *bytes, size_t n)
{
	struct quoted *q = payload;
	if (draw(q->seed) % 8 != 0)
		return 0;
	const size_t part = draw(q->seed) % 2 ? n : draw(q->seed) % (n + 1);
	if (q->n + part + 8 > q->room)
		return 0;
	memcpy(q->out + q->n, bytes, part);
	q->n += part;
	q->n += draw_bytes(q->seed, q->out + q->n, draw(q->seed) % 8);
	return 0;
}

static void
check_random(uint64_t seed)
{
	static char secrets[4][48];
	static char text[32768];
	static unsigned char is_masked[sizeof text];
	static struct output expected;
	static struct output out;
	struct sw_secret_value values[4];
	struct quoted q = { text, 0, sizeof text, &seed };
	struct sw_redactor *redactor;
	struct sw_redaction *stream;
	struct sw_error err;
	const size_t nvalues = 1 + draw(&seed) % 4;
	for (size_t i = 0; i < nvalues; i++)
		values[i] = (struct sw_secret_value){ "S", secrets[i],
			draw_bytes(&seed, secrets[i], sizeof secrets[i]) };
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < nvalues; i++)
			sw__forms_each(
			    values[i].bytes, values[i].size, quote, &q);
	struct oracle o = { (unsigned char *)text, q.n, is_masked };
	memset(is_masked, 0, sizeof is_masked);
	for (size_t i = 0; i < nvalues; i++)
		sw__forms_each(values[i].bytes, values[i].size, cover, &o);
	tell_expected(&o, &expected);
	assert_int_equal(sw__redactor_new(&redactor, values, nvalues, &err), 0);
	out.n = 0;
	assert_int_equal(
	    sw__redaction_new(&stream, redactor, collect, &out, &err), 0);
	for (size_t at = 0; at < q.n;) {
		size_t part = draw(&seed) % (draw(&seed) % 4 ? 16 : 4096);
		part = part > q.n - at ? q.n - at : part;
		sw__redaction_write(stream, text + at, part);
		at += part;
	}
	sw__redaction_flush(stream);
	assert_int_equal(out.n, expected.n);
	assert_memory_equal(out.bytes, expected.bytes, out.n);
	assert_int_equal(sw__redact(redactor, text, q.n), expected.n);
	assert_memory_equal(text, expected.bytes, expected.n);
	sw__redaction_free(stream);
	sw__redactor_free(redactor);
}

static void
redact__agrees_with_the_oracle(void **state)
{
	(void)state;
	const char *given = getenv("SEED");
	const uint64_t first = given == NULL ? 1 : strtoull(given, NULL, 10);
	for (uint64_t i = 0; i < 500; i++)
		check_random((first + i) * 0x9e3779b97f4a7c15u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(redact__masks_a_value_across_writes),
		cmocka_unit_test(redact__masks_what_programs_write),
		cmocka_unit_test(redact__masks_what_escapes_differently),
		cmocka_unit_test(redact__masks_base64_wherever_it_begins),
		cmocka_unit_test(redact__masks_a_key_line_by_line),
		cmocka_unit_test(redact__masks_wrapped_base64),
		cmocka_unit_test(redact__leaves_what_is_short),
		cmocka_unit_test(redact__shows_a_prompt),
		cmocka_unit_test(redact__knows_many),
		cmocka_unit_test(redact__refuses_too_long_values),
		cmocka_unit_test(redact__fails_closed_when_memory_is_short),
		cmocka_unit_test(forms__end_when_told),
		cmocka_unit_test(redact__agrees_with_the_oracle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
