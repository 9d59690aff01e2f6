/*
 * The shortest script from one list of lines to another (Myers, "An O(ND)
 * Difference Algorithm and Its Variations", Algorithmica 1, 1986), in hunks.
 */
#include "line_diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define CONTEXT 3

struct line {
	const char *begin;
	size_t length; /* with its end */
};

struct lines {
	struct line *items;
	size_t n;
};

struct differing {
	struct arena *arena;
	struct lines old, new_;
	bool *is_gone; /* of each old line */
	bool *is_new;  /* of each new one */
};

static struct lines
split(struct arena *arena, const char *text, size_t size)
{
	struct lines lines = { NULL, 1 };

	for (size_t i = 0; i < size; i++)
		lines.n += text[i] == '\n';
	lines.items = arena_array(arena, lines.n, sizeof(struct line));
	lines.n = 0;
	for (const char *p = text, *end = text + size; p < end;) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		const size_t length =
		    (size_t)((stop != NULL ? stop + 1 : end) - p);

		lines.items[lines.n++] = (struct line){ p, length };
		p += length;
	}
	return lines;
}

static bool
is_same(const struct differing *d, size_t x, size_t y)
{
	const struct line *a = &d->old.items[x], *b = &d->new_.items[y];

	return a->length == b->length &&
	       memcmp(a->begin, b->begin, a->length) == 0;
}

/* The lines between those that both begin and end with. */
struct middle {
	size_t begin;
	size_t old_end, new_end;
};

/* How far each diagonal is reached by so many changes, for each number. */
struct reach {
	size_t **rows; /* rows[n][k + n], the old lines passed */
	size_t n;
};

static size_t
row_at(const struct reach *reach, size_t n, long k)
{
	return reach->rows[n][k + (long)n];
}

/* From the diagonal above or beside: the one that has come further. */
static bool
is_from_above(const struct reach *reach, size_t n, long k)
{
	return k == -(long)n ||
	       (k != (long)n &&
		   row_at(reach, n - 1, k - 1) < row_at(reach, n - 1, k + 1));
}

/* One more change; true when it leads to the end. */
static bool
extend(const struct differing *d, const struct middle *m, struct reach *reach)
{
	const size_t n = reach->n;
	const long old_n = (long)(m->old_end - m->begin);
	const long new_n = (long)(m->new_end - m->begin);

	reach->rows[n] = arena_array(d->arena, 2 * n + 1, sizeof(size_t));
	reach->n++;
	for (long k = -(long)n; k <= (long)n; k += 2) {
		long x = 0, y;

		if (n > 0)
			x = is_from_above(reach, n, k)
				? (long)row_at(reach, n - 1, k + 1)
				: (long)row_at(reach, n - 1, k - 1) + 1;
		y = x - k;
		while (x < old_n && y >= 0 && y < new_n &&
		       is_same(d, m->begin + (size_t)x, m->begin + (size_t)y)) {
			x++;
			y++;
		}
		reach->rows[n][k + (long)n] = (size_t)x;
		if (x >= old_n && y >= new_n)
			return true;
	}
	return false;
}

static void
trace_back(struct differing *d, const struct middle *m, struct reach *reach)
{
	long x = (long)(m->old_end - m->begin);
	long y = (long)(m->new_end - m->begin);

	for (size_t n = reach->n - 1; n > 0; n--) {
		const long k = x - y;

		if (is_from_above(reach, n, k)) {
			x = (long)row_at(reach, n - 1, k + 1);
			y = x - (k + 1);
			d->is_new[m->begin + (size_t)y] = true;
		} else {
			x = (long)row_at(reach, n - 1, k - 1);
			y = x - (k - 1);
			d->is_gone[m->begin + (size_t)x] = true;
		}
	}
}

static void
mark(struct differing *d)
{
	struct middle m = { 0, d->old.n, d->new_.n };
	struct reach reach = {
		arena_array(d->arena, LINE_DIFF_MAX + 1, sizeof(size_t *)), 0
	};
	bool is_done = false;

	while (m.begin < m.old_end && m.begin < m.new_end &&
	       is_same(d, m.begin, m.begin))
		m.begin++;
	while (m.old_end > m.begin && m.new_end > m.begin &&
	       is_same(d, m.old_end - 1, m.new_end - 1)) {
		m.old_end--;
		m.new_end--;
	}
	while (!is_done && reach.n <= LINE_DIFF_MAX)
		is_done = extend(d, &m, &reach);
	if (is_done) {
		trace_back(d, &m, &reach);
		return;
	}
	memset(d->is_gone + m.begin, true, m.old_end - m.begin);
	memset(d->is_new + m.begin, true, m.new_end - m.begin);
}

static void
print_line(FILE *to, char sign, const struct line *line)
{
	fputc(sign, to);
	fwrite(line->begin, 1, line->length, to);
	if (line->begin[line->length - 1] != '\n')
		fputs("\n\\ No newline at end of file\n", to);
}

static bool
is_changed(const struct differing *d, size_t x, size_t y)
{
	return (x < d->old.n && d->is_gone[x]) ||
	       (y < d->new_.n && d->is_new[y]);
}

/* Past the last line of the hunk that begins at *x, *y: when twice the context
 * follows without a change, or the end. */
static void
hunk_end(const struct differing *d, size_t *x, size_t *y)
{
	size_t same = 0;

	while (same <= 2 * CONTEXT && (*x < d->old.n || *y < d->new_.n)) {
		if (!is_changed(d, *x, *y)) {
			++*x, ++*y, same++;
			continue;
		}
		same = 0;
		if (*x < d->old.n && d->is_gone[*x])
			++*x;
		else
			++*y;
	}
	if (same > CONTEXT) {
		*x -= same - CONTEXT;
		*y -= same - CONTEXT;
	}
}

/* "12,3", or "12" of one line; of none the line before it. */
static void
print_range(FILE *to, char sign, size_t begin, size_t end)
{
	const size_t n = end - begin;

	fprintf(to, "%c%zu", sign, n == 0 ? begin : begin + 1);
	if (n != 1)
		fprintf(to, ",%zu", n);
}

static void
print_hunk(FILE *to, const struct differing *d, size_t *x, size_t *y)
{
	size_t old_end = *x, new_end = *y;

	hunk_end(d, &old_end, &new_end);
	fputs("@@ ", to);
	print_range(to, '-', *x, old_end);
	fputc(' ', to);
	print_range(to, '+', *y, new_end);
	fputs(" @@\n", to);
	while (*x < old_end || *y < new_end)
		if (*x < old_end && d->is_gone[*x]) {
			print_line(to, '-', &d->old.items[(*x)++]);
		} else if (*y < new_end && d->is_new[*y]) {
			print_line(to, '+', &d->new_.items[(*y)++]);
		} else {
			print_line(to, ' ', &d->old.items[(*x)++]);
			++*y;
		}
}

void
line_diff_print(FILE *to, const char *path, const char *old, size_t old_size,
    const char *new_, size_t new_size)
{
	struct arena *arena = arena_new();
	struct differing d = { .arena = arena,
		.old = split(arena, old, old_size),
		.new_ = split(arena, new_, new_size) };
	size_t x = 0, y = 0;
	bool is_first = true;

	d.is_gone = arena_array(arena, d.old.n + 1, sizeof(bool));
	d.is_new = arena_array(arena, d.new_.n + 1, sizeof(bool));
	mark(&d);
	while (x < d.old.n || y < d.new_.n) {
		size_t back = 0;

		if (!is_changed(&d, x, y)) {
			x++, y++;
			continue;
		}
		while (back < CONTEXT && back < x && back < y &&
		       !is_changed(&d, x - back - 1, y - back - 1))
			back++;
		x -= back;
		y -= back;
		if (is_first)
			fprintf(to, "--- %s\n+++ %s\n", path, path);
		is_first = false;
		print_hunk(to, &d, &x, &y);
	}
	arena_free(arena);
}
