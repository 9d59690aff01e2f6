/* Envelopes: what is signed, what is accepted and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "provenance/envelope.h"

/* Bytes whose base64 has '+' and '/': "-_" in the other alphabet. */
#define BODY "\xfb\xef\xff text"

struct fixture {
	struct sw_signing_key key;
	struct sw_key_ring ring;
	char *text;
	struct sw_error err;
	struct sw_payload payload;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_true(sodium_init() >= 0);
	crypto_sign_keypair(f->key.public_.bytes, f->key.secret);
	f->ring.keys[0] = f->key.public_;
	f->ring.n = 1;
	assert_int_equal(sw__envelope_seal(&f->text, "a/b", BODY,
			     sizeof BODY - 1, &f->key, &f->err),
	    0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	free(f->text);
	free(f);
	return 0;
}

static int
opened(struct fixture *f, const char *text, size_t n)
{
	const int rc =
	    sw__envelope_open(&f->payload, text, n, &f->ring, &f->err);
	if (rc == 0)
		sw__payload_release(&f->payload);
	return rc;
}

/* Opens it with one string of it changed, as JSON has it. */
static int
opened_with(struct fixture *f, const char *key, const char *value)
{
	json_t *envelope = json_loads(f->text, 0, NULL);
	json_t *at =
	    strcmp(key, "sig") == 0
		? json_array_get(json_object_get(envelope, "signatures"), 0)
		: envelope;
	assert_int_equal(json_object_set_new(at, key, json_string(value)), 0);
	char *text = json_dumps(envelope, JSON_COMPACT);
	const int rc = opened(f, text, strlen(text));
	free(text);
	json_decref(envelope);
	return rc;
}

static void
envelope_encode__is_the_example_of_the_specification(void **state)
{
	static const char expected[] =
	    "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
	size_t size;
	size_t at;
	uint8_t *out = sw__envelope_encode(
	    "http://example.com/HelloWorld", "hello world", 11, &size, &at);
	(void)state;
	assert_int_equal(size, sizeof expected - 1);
	assert_memory_equal(out, expected, size);
	assert_string_equal((char *)out + at, "hello world");
	free(out);
}

static void
envelope_open__hands_out_what_was_sealed(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(sw__envelope_open(&f->payload, f->text,
			     strlen(f->text), &f->ring, &f->err),
	    0);
	assert_string_equal(f->payload.type, "a/b");
	assert_int_equal(f->payload.size, sizeof BODY - 1);
	assert_memory_equal(f->payload.body, BODY, sizeof BODY - 1);
	assert_ptr_equal(f->payload.signer, &f->ring.keys[0]);
	sw__payload_release(&f->payload);
}

static void
envelope_open__takes_any_key_of_the_ring(void **state)
{
	struct fixture *f = *state;
	f->ring.keys[1] = f->ring.keys[0];
	memset(f->ring.keys[0].bytes, 9, SW_KEY_PUBLIC_BYTES);
	f->ring.n = 2;
	assert_int_equal(opened(f, f->text, strlen(f->text)), 0);
	assert_ptr_equal(f->payload.signer, &f->ring.keys[1]);
}

static void
envelope_open__refuses_other_keys(void **state)
{
	struct fixture *f = *state;
	f->ring.keys[0].bytes[3] ^= 1;
	assert_int_equal(opened(f, f->text, strlen(f->text)), SW_ERROR_REFUSED);
	f->ring.n = 0;
	assert_int_equal(opened(f, f->text, strlen(f->text)), SW_ERROR_REFUSED);
}

static void
envelope_open__believes_no_keyid(void **state)
{
	struct fixture *f = *state;
	json_t *envelope = json_loads(f->text, 0, NULL);
	json_object_set_new(
	    json_array_get(json_object_get(envelope, "signatures"), 0), "keyid",
	    json_string("somebody else's"));
	char *text = json_dumps(envelope, JSON_COMPACT);
	assert_int_equal(opened(f, text, strlen(text)), 0);
	free(text);
	json_decref(envelope);
}

static void
envelope_open__reads_both_alphabets_padded_or_not(void **state)
{
	static const int variants[] = { sodium_base64_VARIANT_ORIGINAL,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
		sodium_base64_VARIANT_URLSAFE,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING };
	struct fixture *f = *state;
	for (size_t i = 0; i < 4; i++) {
		char text[64];
		sodium_bin2base64(text, sizeof text,
		    (const unsigned char *)BODY, sizeof BODY - 1, variants[i]);
		assert_int_equal(opened_with(f, "payload", text), 0);
	}
}

static void
envelope_open__refuses_a_mixed_alphabet(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(
	    opened_with(f, "payload", "-+//IHRleHQ="), SW_ERROR_CORRUPT);
}

static void
envelope_open__refuses_altered_payload_type_and_signature(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(opened_with(f, "payload", "AAAA"), SW_ERROR_REFUSED);
	assert_int_equal(opened_with(f, "payload", ""), SW_ERROR_REFUSED);
	assert_int_equal(
	    opened_with(f, "payloadType", "a/c"), SW_ERROR_REFUSED);
	assert_int_equal(opened_with(f, "sig", "AAAA"), SW_ERROR_REFUSED);
	assert_int_equal(opened_with(f, "sig", ""), SW_ERROR_REFUSED);
}

static void
envelope_open__refuses_each_beginning_of_itself(void **state)
{
	struct fixture *f = *state;
	for (size_t n = 0; n < strlen(f->text); n++)
		assert_int_not_equal(opened(f, f->text, n), 0);
}

static void
envelope_open__refuses_what_says_a_thing_twice(void **state)
{
	struct fixture *f = *state;
	char text[1024];
	snprintf(text, sizeof text, "{\"payloadType\":\"a/b\",%s", f->text + 1);
	assert_int_equal(opened(f, text, strlen(text)), SW_ERROR_CORRUPT);
}

static void
envelope_open__takes_as_many_signatures_as_there_may_be(void **state)
{
	struct fixture *f = *state;
	json_t *envelope = json_loads(f->text, 0, NULL);
	json_t *all = json_object_get(envelope, "signatures");
	while (json_array_size(all) < SW_SIGNATURES_MAX)
		json_array_insert_new(all, 0, json_pack("{s:s}", "sig", "x"));
	char *text = json_dumps(envelope, JSON_COMPACT);
	assert_int_equal(opened(f, text, strlen(text)), 0);
	free(text);
	json_array_insert_new(all, 0, json_pack("{s:s}", "sig", "x"));
	text = json_dumps(envelope, JSON_COMPACT);
	assert_int_equal(opened(f, text, strlen(text)), SW_ERROR_LIMIT);
	free(text);
	json_decref(envelope);
}

static void
envelope_open__has_a_limit_of_the_type(void **state)
{
	struct fixture *f = *state;
	char type[SW_PAYLOAD_TYPE_MAX + 1];
	memset(type, 'a', sizeof type);
	type[SW_PAYLOAD_TYPE_MAX - 1] = '\0';
	assert_int_equal(opened_with(f, "payloadType", type), SW_ERROR_REFUSED);
	type[SW_PAYLOAD_TYPE_MAX - 1] = 'a';
	type[SW_PAYLOAD_TYPE_MAX] = '\0';
	assert_int_equal(opened_with(f, "payloadType", type), SW_ERROR_CORRUPT);
}

static void
envelope_open__refuses_what_is_no_envelope(void **state)
{
	static const char *const texts[] = { "", "[]", "{}", "null", "\"x\"",
		"{\"payload\":1,\"payloadType\":\"a\",\"signatures\":[]}",
		"{\"payload\":\"\",\"payloadType\":\"a\",\"signatures\":{}}",
		"{\"payload\":\"=\",\"payloadType\":\"a\",\"signatures\":[]}" };
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_int_equal(
		    opened(f, texts[i], strlen(texts[i])), SW_ERROR_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(envelope_encode__is_the_example_of_the_specification),
		TEST(envelope_open__hands_out_what_was_sealed),
		TEST(envelope_open__takes_any_key_of_the_ring),
		TEST(envelope_open__refuses_other_keys),
		TEST(envelope_open__believes_no_keyid),
		TEST(envelope_open__reads_both_alphabets_padded_or_not),
		TEST(envelope_open__refuses_a_mixed_alphabet),
		TEST(envelope_open__refuses_altered_payload_type_and_signature),
		TEST(envelope_open__refuses_each_beginning_of_itself),
		TEST(envelope_open__refuses_what_says_a_thing_twice),
		TEST(envelope_open__takes_as_many_signatures_as_there_may_be),
		TEST(envelope_open__has_a_limit_of_the_type),
		TEST(envelope_open__refuses_what_is_no_envelope),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
