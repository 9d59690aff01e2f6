/*
 * Finds all forms of all secrets in one pass, whatever their number: the
 * automaton of Aho and Corasick (CACM 18(6), 1975), with its transitions in a
 * hash table. Where nothing has begun it looks at every third byte or so
 * instead, and skips what no form can begin in (Wu and Manber, 1994).
 *
 * The state of the automaton is the longest end of the input that begins a
 * form; its depth is how many bytes that are, so what lies before them is
 * decided and can go out.
 */
#include "redact.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "forms.h"

/* Nodes of an automaton: bytes of all forms of all secrets. */
#define NODES_MAX (1u << 23)
/* Bytes that are looked at together before anything has begun. */
#define BLOCK 3
#define SKIPS (1u << 15)
/* Bytes that are searched before what is decided goes out. */
#define CHUNK 16384
#define ROOT 0

_Static_assert(SW_SECRET_MIN >= BLOCK, "a form has a block");
_Static_assert(sizeof SW_REDACTED - 1 < SW_SECRET_MIN, "it shrinks a text");

struct node {
	uint32_t fail;   /* the longest end of this one that is a node */
	uint32_t length; /* of the longest form that ends here; 0: none does */
	uint32_t depth;
	uint32_t secret; /* whose form ends here */
	uint32_t parent;
	unsigned char byte;
	unsigned char is_inner; /* it has children */
};

struct edge {
	uint32_t from; /* node << 8 | byte, and 1 << 31: taken */
	uint32_t to;
};

struct sw_redactor {
	struct node *nodes;
	struct edge *edges; /* open addressing; a power of two of them */
	const char **names;
	size_t room; /* of nodes */
	size_t n;
	size_t nedges;
	size_t longest;
	unsigned char skips[SKIPS];
};

/* Memory for what must not be seen; zero. */
static void *
secret_alloc(size_t size)
{
	void *memory = calloc(1, size);
	if (memory != NULL)
		(void)sodium_mlock(memory, size);
	return memory;
}

static void
secret_free(void *memory, size_t size)
{
	if (memory != NULL)
		(void)sodium_munlock(memory, size);
	free(memory);
}

static struct edge *
edge_of(const struct sw_redactor *r, uint32_t node, unsigned char byte)
{
	const uint32_t key = 1u << 31 | node << 8 | byte;
	const size_t wrap = r->nedges - 1;
	size_t at = (size_t)(key * 2654435769u >> 7) & wrap;
	while (r->edges[at].from != 0 && r->edges[at].from != key)
		at = (at + 1) & wrap;
	return &r->edges[at];
}

static uint32_t
step(const struct sw_redactor *r, uint32_t node, unsigned char byte)
{
	for (;;) {
		const struct edge *edge = edge_of(r, node, byte);
		if (edge->from != 0)
			return edge->to;
		if (node == ROOT)
			return ROOT;
		node = r->nodes[node].fail;
	}
}

static uint32_t
block_of(const unsigned char *bytes)
{
	const uint32_t block = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
			       (uint32_t)bytes[2] << 16;
	return block * 2654435769u >> 17;
}

struct building {
	struct sw_redactor *redactor;
	uint32_t secret;
	size_t bytes;
};

static int
count_form(void *payload, const unsigned char *bytes, size_t n)
{
	struct building *b = payload;
	(void)bytes;
	b->bytes += n;
	return b->bytes < NODES_MAX ? 0 : 1;
}

static int
add_form(void *payload, const unsigned char *bytes, size_t n)
{
	const struct building *b = payload;
	struct sw_redactor *r = b->redactor;
	uint32_t node = ROOT;
	for (size_t i = 0; i < n; i++) {
		struct edge *edge = edge_of(r, node, bytes[i]);
		if (edge->from == 0) {
			assert(r->n < r->room);
			r->nodes[node].is_inner = 1;
			r->nodes[r->n] = (struct node){
				.depth = (uint32_t)i + 1,
				.parent = node,
				.byte = bytes[i],
			};
			*edge = (struct edge){ 1u << 31 | node << 8 | bytes[i],
				(uint32_t)r->n++ };
		}
		node = edge->to;
	}
	r->nodes[node].length = (uint32_t)n;
	r->nodes[node].secret = b->secret;
	if (n > r->longest)
		r->longest = n;
	for (size_t i = 0; i + BLOCK <= SW_SECRET_MIN; i++) {
		unsigned char *most = &r->skips[block_of(bytes + i)];
		const size_t least = SW_SECRET_MIN - BLOCK - i;
		if (least < *most)
			*most = (unsigned char)least;
	}
	return 0;
}

/* Nodes in the order of their depth, so that a fail is known before it is
 * needed. NULL: out of memory. */
static uint32_t *
in_order(const struct sw_redactor *r)
{
	size_t *ends = calloc(r->longest + 2, sizeof *ends);
	uint32_t *order = calloc(r->n, sizeof *order);
	if (ends != NULL && order != NULL) {
		for (size_t i = 0; i < r->n; i++)
			ends[r->nodes[i].depth + 1]++;
		for (size_t depth = 1; depth <= r->longest; depth++)
			ends[depth] += ends[depth - 1];
		for (size_t i = 0; i < r->n; i++)
			order[ends[r->nodes[i].depth]++] = (uint32_t)i;
	} else {
		free(order);
		order = NULL;
	}
	free(ends);
	return order;
}

static int
link_fails(struct sw_redactor *r)
{
	uint32_t *order = in_order(r);
	if (order == NULL)
		return -1;
	for (size_t i = 1; i < r->n; i++) {
		struct node *node = &r->nodes[order[i]];
		if (node->depth > 1)
			node->fail =
			    step(r, r->nodes[node->parent].fail, node->byte);
		const struct node *fail = &r->nodes[node->fail];
		if (node->length == 0) {
			node->length = fail->length;
			node->secret = fail->secret;
		}
	}
	free(order);
	return 0;
}

static int
allocate(struct sw_redactor *r, size_t n, size_t bytes)
{
	r->room = bytes + 1;
	r->nedges = 16;
	while (r->nedges < 2 * r->room)
		r->nedges *= 2;
	r->nodes = secret_alloc(r->room * sizeof *r->nodes);
	r->edges = secret_alloc(r->nedges * sizeof *r->edges);
	r->names = calloc(n + 1, sizeof *r->names);
	r->n = 1;
	memset(r->skips, SW_SECRET_MIN - BLOCK + 1, sizeof r->skips);
	return r->nodes != NULL && r->edges != NULL && r->names != NULL ? 0
									: -1;
}

/* Bytes of all forms; SW_ERROR_LIMIT if they are too many. */
static int
measure(const struct sw_secret_value *values, size_t n, size_t *bytes,
    struct sw_error *err)
{
	struct building b = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (values[i].size > SW_SECRET_MAX)
			return sw__error(err, SW_ERROR_LIMIT,
			    "the secret '%s' has more than %d bytes",
			    values[i].name, SW_SECRET_MAX);
		const int rc = sw__forms_each(
		    values[i].bytes, values[i].size, count_form, &b);
		if (rc > 0)
			return sw__error(err, SW_ERROR_LIMIT,
			    "the secrets are too long together: all ways to "
			    "write them have more than %u bytes",
			    NODES_MAX);
		if (rc < 0)
			return sw__error_errno(
			    err, "cannot prepare to mask secrets");
	}
	*bytes = b.bytes;
	return 0;
}

int
sw__redactor_new(struct sw_redactor **out, const struct sw_secret_value *values,
    size_t n, struct sw_error *err)
{
	size_t bytes = 0;
	if (measure(values, n, &bytes, err) != 0)
		return err->code;
	struct sw_redactor *r = calloc(1, sizeof *r);
	struct building b = { .redactor = r };
	int rc = r == NULL ? -1 : allocate(r, n, bytes);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		b.secret = (uint32_t)i;
		r->names[i] = values[i].name;
		rc = sw__forms_each(
		    values[i].bytes, values[i].size, add_form, &b);
	}
	if (rc == 0)
		rc = link_fails(r);
	if (rc != 0) {
		sw__redactor_free(r);
		return sw__error_errno(err, "cannot prepare to mask secrets");
	}
	*out = r;
	return 0;
}

void
sw__redactor_free(struct sw_redactor *redactor)
{
	if (redactor == NULL)
		return;
	secret_free(redactor->nodes, redactor->room * sizeof(struct node));
	secret_free(redactor->edges, redactor->nedges * sizeof(struct edge));
	sodium_memzero(redactor->skips, sizeof redactor->skips);
	free(redactor->names);
	free(redactor);
}

size_t
sw__redactor_longest(const struct sw_redactor *redactor)
{
	return redactor == NULL ? 0 : redactor->longest;
}

/* From `at` on, where nothing has begun, to where something may begin; never
 * to the end. */
static size_t
skip(const struct sw_redactor *r, const unsigned char *bytes, size_t at,
    size_t n)
{
	while (at + SW_SECRET_MIN <= n) {
		const size_t most =
		    r->skips[block_of(bytes + at + SW_SECRET_MIN - BLOCK)];
		if (most == 0)
			break;
		at += most;
	}
	return at;
}

/*
 * Goes on to the end of the next form, or to the end of the bytes. Returns
 * where that is, and *node there; *length of the form, or 0.
 */
static size_t
search(const struct sw_redactor *r, uint32_t *node, const unsigned char *bytes,
    size_t at, size_t n, size_t *length)
{
	uint32_t now = *node;
	*length = 0;
	while (at < n && *length == 0) {
		if (now == ROOT)
			at = skip(r, bytes, at, n);
		now = step(r, now, bytes[at++]);
		*length = r->nodes[now].length;
	}
	*node = now;
	return at;
}

const char *
sw__redactor_find(
    const struct sw_redactor *redactor, const char *bytes, size_t n)
{
	uint32_t node = ROOT;
	size_t length = 0;
	if (redactor == NULL || redactor->longest == 0)
		return NULL;
	search(redactor, &node, (const unsigned char *)bytes, 0, n, &length);
	return length == 0 ? NULL
			   : redactor->names[redactor->nodes[node].secret];
}

/* Bytes that are masked, counted from the first that is held back. */
struct interval {
	size_t from;
	size_t end;
};

struct sw_redaction {
	const struct sw_redactor *redactor;
	sw_redact_fn emit;
	void *payload;
	uint32_t node;
	size_t longest;
	size_t nheld;
	size_t n;        /* of the intervals */
	bool is_masking; /* what went out last was masked */
	struct interval *intervals;
	unsigned char *held; /* bytes that may begin a form */
};

int
sw__redaction_new(struct sw_redaction **out, const struct sw_redactor *redactor,
    sw_redact_fn emit, void *payload, struct sw_error *err)
{
	struct sw_redaction *s = calloc(1, sizeof *s);
	if (s != NULL) {
		s->redactor = redactor;
		s->emit = emit;
		s->payload = payload;
		s->longest = sw__redactor_longest(redactor);
		/* They do not touch: but one, each has a form in it. */
		s->intervals = calloc((s->longest + CHUNK) / SW_SECRET_MIN + 2,
		    sizeof *s->intervals);
		s->held = secret_alloc(s->longest + 1);
	}
	if (s == NULL || s->intervals == NULL || s->held == NULL) {
		sw__error_errno(err, "cannot mask secrets");
		sw__redaction_free(s);
		return SW_ERROR_SYSTEM;
	}
	*out = s;
	return 0;
}

void
sw__redaction_free(struct sw_redaction *stream)
{
	if (stream == NULL)
		return;
	secret_free(stream->held, stream->longest + 1);
	free(stream->intervals);
	free(stream);
}

/* Forms come in the order of their ends. */
static void
mask(struct sw_redaction *s, size_t from, size_t end)
{
	while (s->n > 0 && s->intervals[s->n - 1].end >= from) {
		s->n--;
		if (s->intervals[s->n].from < from)
			from = s->intervals[s->n].from;
	}
	s->intervals[s->n++] = (struct interval){ from, end };
}

/* Bytes that may be seen, of what was held back and what came behind it. */
static void
show(
    struct sw_redaction *s, const unsigned char *chunk, size_t from, size_t end)
{
	if (from < end)
		s->is_masking = false;
	if (from < s->nheld) {
		const size_t stop = end < s->nheld ? end : s->nheld;
		s->emit(s->payload, (const char *)s->held + from, stop - from);
		from = stop;
	}
	if (from < end)
		s->emit(s->payload, (const char *)chunk + from - s->nheld,
		    end - from);
}

/* Everything before `cut` goes out; intervals count from there then. */
static void
release(struct sw_redaction *s, const unsigned char *chunk, size_t cut)
{
	size_t at = 0;
	size_t left = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct interval interval = s->intervals[i];
		if (interval.from < cut) {
			show(s, chunk, at, interval.from);
			if (!s->is_masking)
				s->emit(s->payload, SW_REDACTED,
				    sizeof SW_REDACTED - 1);
			s->is_masking = true;
			at = interval.end < cut ? interval.end : cut;
		}
		if (interval.end > cut)
			s->intervals[left++] = (struct interval){
				interval.from > cut ? interval.from - cut : 0,
				interval.end - cut,
			};
	}
	s->n = left;
	show(s, chunk, at, cut);
}

/* Keeps what was not released: the last `n` bytes. */
static void
hold(struct sw_redaction *s, const unsigned char *chunk, size_t size, size_t n)
{
	const size_t old = n > size ? n - size : 0;
	memmove(s->held, s->held + s->nheld - old, old);
	memcpy(s->held + old, chunk + size - (n - old), n - old);
	s->nheld = n;
}

static void
take(struct sw_redaction *s, const unsigned char *chunk, size_t n)
{
	const struct sw_redactor *r = s->redactor;
	for (size_t at = 0; at < n;) {
		size_t length;
		at = search(r, &s->node, chunk, at, n, &length);
		if (length > 0)
			mask(s, s->nheld + at - length, s->nheld + at);
	}
	/* A form that none goes on from need not be held back. */
	while (s->node != ROOT && !r->nodes[s->node].is_inner)
		s->node = r->nodes[s->node].fail;
	const size_t depth = r->nodes[s->node].depth;
	release(s, chunk, s->nheld + n - depth);
	hold(s, chunk, n, depth);
}

void
sw__redaction_write(struct sw_redaction *stream, const char *bytes, size_t n)
{
	if (stream->longest == 0) {
		stream->emit(stream->payload, bytes, n);
		return;
	}
	while (n > 0) {
		const size_t part = n < CHUNK ? n : CHUNK;
		take(stream, (const unsigned char *)bytes, part);
		bytes += part;
		n -= part;
	}
}

void
sw__redaction_flush(struct sw_redaction *stream)
{
	release(stream, NULL, stream->nheld);
	stream->nheld = 0;
	stream->node = ROOT;
	stream->is_masking = false;
}

struct text {
	char *bytes;
	size_t n;
};

static void
put_text(void *payload, const char *bytes, size_t n)
{
	struct text *text = payload;
	memmove(text->bytes + text->n, bytes, n);
	text->n += n;
}

size_t
sw__redact(const struct sw_redactor *redactor, char *text, size_t n)
{
	struct text out = { .bytes = text };
	struct sw_redaction *stream = NULL;
	struct sw_error err;
	if (sw__redactor_find(redactor, text, n) == NULL)
		return n;
	if (sw__redaction_new(&stream, redactor, put_text, &out, &err) == 0) {
		sw__redaction_write(stream, text, n);
		sw__redaction_flush(stream);
	}
	sw__redaction_free(stream);
	sodium_memzero(text + out.n, n - out.n);
	return out.n;
}
