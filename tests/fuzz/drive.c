/*
 * Calls a fuzz target without libFuzzer: `drive [-n RUNS] [-s SEED] FILE...`
 * gives it each file, and then RUNS times one of them with a few bytes
 * changed, cut, doubled or taken from another. The same seed gives the same
 * runs; the one that fails is left in the file `crash`.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE_LIMIT 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint8_t *bytes;
	size_t size;
};

static uint64_t state;

/* xorshift64* (Vigna 2016). */
static size_t
chance(size_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (size_t)((state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static struct input
read_input(const char *path)
{
	struct input input = { malloc(SIZE_LIMIT), 0 };
	FILE *file = fopen(path, "rb");

	if (file == NULL || input.bytes == NULL) {
		perror(path);
		exit(3);
	}
	input.size = fread(input.bytes, 1, SIZE_LIMIT, file);
	fclose(file);
	return input;
}

/* Some of these turn markup into other markup; random bytes rarely do. */
static const char *const words[] = { "<", ">", "/>", "</", "\"", "'", "&",
	"&#10;", "&amp;", "<!--", "-->", "<![CDATA[", "]]>", "<?x?>", "\n",
	"\t", "\r\n", "\r", "  ", "=", "name=\"x\"", "<run>", "</run>", "#{",
	"}", "\xc3\xa4", "\xe2\x80\xae", "\xff", "\xef\xbb\xbf", "0", "xmlns",
	"<stage name=\"S\">", "</stage>", "x:y" };

static void
splice(struct input *to, size_t at, size_t remove, const uint8_t *from,
    size_t size)
{
	if (remove > to->size - at)
		remove = to->size - at;
	if (to->size - remove + size > SIZE_LIMIT)
		return;
	memmove(to->bytes + at + size, to->bytes + at + remove,
	    to->size - at - remove);
	memcpy(to->bytes + at, from, size);
	to->size += size - remove;
}

static void
mutate(struct input *input, const struct input *other)
{
	for (size_t n = 1 + chance(4); n > 0; n--) {
		size_t at = chance(input->size + 1);
		size_t word = chance(sizeof words / sizeof *words);
		uint8_t byte = (uint8_t)chance(256);
		size_t from, size;

		switch (chance(4)) {
		case 0:
			splice(input, at, chance(8), &byte, 1);
			break;
		case 1:
			splice(input, at, chance(40), &byte, 0);
			break;
		case 2:
			splice(input, at, chance(3),
			    (const uint8_t *)words[word], strlen(words[word]));
			break;
		case 3:
			if (other->size == 0)
				break;
			from = chance(other->size);
			size = chance(200);
			if (size > other->size - from)
				size = other->size - from;
			splice(input, at, 0, other->bytes + from, size);
			break;
		}
	}
}

static const struct input *tried;

/* The input that ends the program is left behind. */
static void
on_crash(int number)
{
	int fd = open("crash", O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0 || write(fd, tried->bytes, tried->size) < 0)
		_exit(4);
	signal(number, SIG_DFL);
	raise(number);
}

static void
try(const struct input *input)
{
	tried = input;
	LLVMFuzzerTestOneInput(input->bytes, input->size);
}

int
main(int argc, char **argv)
{
	struct input scratch = { malloc(2 * SIZE_LIMIT), 0 };
	unsigned long runs = 0;
	struct input *inputs;
	size_t n = 0;
	int i = 1;

	state = 1;
	signal(SIGABRT, on_crash);
	signal(SIGSEGV, on_crash);
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (strcmp(argv[i], "-n") == 0)
			runs = strtoul(argv[i + 1], NULL, 10);
		else
			state = strtoul(argv[i + 1], NULL, 10) | 1;
	}
	inputs = calloc((size_t)argc, sizeof *inputs);
	if (inputs == NULL || scratch.bytes == NULL || i == argc)
		return 2;
	for (; i < argc; i++) {
		inputs[n] = read_input(argv[i]);
		try(&inputs[n++]);
	}
	for (; runs > 0; runs--) {
		const struct input *input = &inputs[chance(n)];

		memcpy(scratch.bytes, input->bytes, input->size);
		scratch.size = input->size;
		mutate(&scratch, &inputs[chance(n)]);
		try(&scratch);
	}
	for (size_t k = 0; k < n; k++)
		free(inputs[k].bytes);
	free(inputs);
	free(scratch.bytes);
	return 0;
}
