/*
 * redact FILE SECRETS: a log through a redactor that knows so many secrets, in
 * writes of 4 KiB, against a copy of it, and in the worst case: text that
 * begins a secret everywhere. Prints MB/s and ratios. FILE-secrets is written
 * for other programs.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "redact/redact.h"

#define ROUNDS 5
#define WRITE 4096
#define SECRETS_MAX 1000
#define SECRET_BYTES 40

struct sink {
	char *bytes;
	size_t n;
};

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
put(void *payload, const char *bytes, size_t n)
{
	struct sink *sink = payload;
	memcpy(sink->bytes + sink->n, bytes, n);
	sink->n += n;
}

/* The least time of some rounds; `redactor` NULL: a copy, by the same calls. */
static double
measure(const struct sw_redactor *redactor, const char *text, size_t n,
    char *room, size_t *left)
{
	double least = 1e9;
	for (int round = 0; round < ROUNDS; round++) {
		struct sink sink = { room, 0 };
		struct sw_redaction *stream;
		struct sw_error err;
		if (sw__redaction_new(&stream, redactor, put, &sink, &err) != 0)
			exit(1);
		const double begin = now();
		for (size_t at = 0; at < n; at += WRITE)
			sw__redaction_write(
			    stream, text + at, n - at < WRITE ? n - at : WRITE);
		sw__redaction_flush(stream);
		const double took = now() - begin;
		sw__redaction_free(stream);
		least = took < least ? took : least;
		*left = sink.n;
	}
	return least;
}

static char *
slurp(const char *path, size_t *n)
{
	FILE *in = fopen(path, "rb");
	if (in == NULL || fseek(in, 0, SEEK_END) != 0)
		exit(1);
	*n = (size_t)ftell(in);
	char *bytes = malloc(2 * *n + 1);
	rewind(in);
	if (bytes == NULL || fread(bytes, 1, *n, in) != *n)
		exit(1);
	fclose(in);
	return bytes;
}

/* Secrets as tokens are; always the same. */
static void
make_secrets(
    struct sw_secret_value *values, char (*bytes)[SECRET_BYTES + 1], size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	uint64_t seed = 88172645463325252u;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < SECRET_BYTES; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			bytes[i][k] = digits[seed % 64];
		}
		bytes[i][SECRET_BYTES] = '\0';
		values[i] =
		    (struct sw_secret_value){ "S", bytes[i], SECRET_BYTES };
	}
}

static void
write_secrets(const char *path, char (*bytes)[SECRET_BYTES + 1], size_t n)
{
	char name[4096];
	snprintf(name, sizeof name, "%s-secrets", path);
	FILE *out = fopen(name, "w");
	if (out == NULL)
		exit(1);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s\n", bytes[i]);
	fclose(out);
}

int
main(int argc, char **argv)
{
	static char bytes[SECRETS_MAX][SECRET_BYTES + 1];
	static struct sw_secret_value values[SECRETS_MAX];
	struct sw_redactor *redactor;
	struct sw_error err;
	size_t size = 0;
	size_t left = 0;
	const size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	if (n == 0 || n > SECRETS_MAX)
		return 2;
	char *text = slurp(argv[1], &size);
	char *room = malloc(2 * size + 1);
	if (room == NULL)
		return 1;
	make_secrets(values, bytes, n);
	write_secrets(argv[1], bytes, n);
	const double begin = now();
	if (sw__redactor_new(&redactor, values, n, &err) != 0)
		return 1;
	const double made = now() - begin;
	const double copied = measure(NULL, text, size, room, &left);
	const double masked = measure(redactor, text, size, room, &left);
	for (size_t i = 0; i < size; i++)
		text[i] = bytes[0][i % (SECRET_BYTES - 1)];
	const double worst = measure(redactor, text, size, room, &left);
	printf("%4zu secrets: made in %.1f ms; a copy %.0f MB/s, a log %.0f "
	       "MB/s (%.2f of it), the worst %.0f MB/s (%.2f)\n",
	    n, made * 1e3, (double)size / copied / 1e6,
	    (double)size / masked / 1e6, copied / masked,
	    (double)size / worst / 1e6, copied / worst);
	printf("%.6f\n", masked);
	sw__redactor_free(redactor);
	free(room);
	free(text);
	return 0;
}
