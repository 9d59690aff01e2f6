/*
 * What a start costs: a journal of so many rows is written in the folder that
 * is given, with a checkpoint before the last 1,000; then the engine opens it,
 * and bare SQLite reads the same rows. Prints the seconds of processor time
 * that both take, their ratio, and the peak of the resident memory in MB.
 */
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "engine/engine.h"
#include "engine/world_real.h"
#include "journal/checkpoint.h"
#include "journal/journal.h"

#define TAIL 1000
#define BATCH 1000

static const struct sw_stage stages[] = {
	{ .name = "Ask", .first_action = 0, .last_action = 0 },
};
static const struct sw_action actions[] = {
	{ "First", 0, 1, SW_CATEGORY_APPROVAL, SW_ALONE, 0, 0 },
};
static const struct sw_machine machine = {
	.name = "asks",
	.fingerprint = 0x11,
	.nstages = 1,
	.nactions = 1,
	.group_max = 1,
	.target_words = SW_TARGET_WORDS,
	.state_size = SW_STATE_SIZE(1, SW_TARGET_WORDS, 1),
	.stages = stages,
	.actions = actions,
};
static const struct sw_work work[] = {
	{ .provider = &sw_provider_manual, .timeout_ms = 3600000, .text = "?" },
};
static const struct sw_view view = { "asks.xml", NULL, NULL };
static const struct sw_pipeline pipeline = {
	.name = "asks",
	.version = "0",
	.machine = &machine,
	.work = work,
	.view = &view,
};

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(int status, const struct sw_error *err)
{
	if (status == 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

static int
take(const struct sw_journal_row *row, void *payload, struct sw_error *err)
{
	(void)row, (void)payload, (void)err;
	return 0;
}

struct writer {
	struct sw_journal *journal;
	struct sw_book *book;
	struct sw_journal_row rows[BATCH];
	char *bodies[BATCH];
	uint32_t n;
};

static void
flush(struct writer *w)
{
	struct sw_error err;
	if (w->n != 0)
		must(sw__journal_append(w->journal, w->rows, w->n, &err), &err);
	for (uint32_t i = 0; i < w->n; i++)
		free(w->bodies[i]);
	w->n = 0;
}

static void
add(struct writer *w, const char *kind, json_t *body)
{
	struct sw_error err;
	struct sw_output out;
	struct sw_body *taken = NULL;
	w->bodies[w->n] = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	(void)sw__body_read(&taken, w->bodies[w->n], strlen(w->bodies[w->n]));
	const struct sw_row row = {
		.seq = w->book->seq + 1,
		.time_ms = w->book->seq + 1,
		.kind = kind,
		.body = taken,
	};
	must(sw__book_apply(w->book, &row, &out, &err), &err);
	sw__body_drop(taken);
	struct sw_journal_row *stored = &w->rows[w->n];
	*stored = (struct sw_journal_row){
		.time_ms = row.time_ms,
		.kind = kind,
		.body = w->bodies[w->n],
	};
	sw__book_digest(w->book, stored->state);
	json_decref(body);
	if (++w->n == BATCH)
		flush(w);
}

static void
store(struct writer *w)
{
	struct sw_error err;
	struct sw_checkpoint checkpoint;
	flush(w);
	must(sw__checkpoint_make(&checkpoint, w->book, &err), &err);
	const struct sw_journal_documents documents = {
		.checkpoint = { 0, checkpoint.body },
	};
	struct sw_journal_row row = { .time_ms = w->book->time_ms,
		.kind = "checkpoint",
		.body = sw__body_bytes(checkpoint.row) };
	sw__book_digest(w->book, row.state);
	must(sw__journal_store(w->journal, &documents, &row, &err), &err);
	struct sw_output out;
	const struct sw_row taken = { w->book->seq + 1, w->book->time_ms,
		"checkpoint", checkpoint.row, { 0 } };
	must(sw__book_apply(w->book, &taken, &out, &err), &err);
	sw__checkpoint_release(&checkpoint);
}

static void
write_rows(const char *root, uint32_t n)
{
	static struct writer w;
	struct sw_error err;
	must(sw__journal_open(&w.journal, root, &err), &err);
	must(sw__journal_read(w.journal, 0, take, NULL, &err), &err);
	w.book = sw__book_new(&pipeline);
	add(&w, "pipeline",
	    json_pack("{s:s, s:s}", "pipeline", "asks", "machine",
		"0000000000000011"));
	for (uint32_t i = 2; i < n; i++) {
		const bool closes = i % 2 == 0;
		if (i == n - TAIL)
			store(&w);
		add(&w, closes ? "close" : "open",
		    json_pack("{s:s, s:s, s:s}", "event",
			closes ? "close Ask" : "open Ask", "by", "alice",
			"comment",
			"a comment that makes a row as long as most are: two "
			"hundred bytes, what an action's end has when it says "
			"how it ended and what became of its log"));
	}
	flush(&w);
	sw__book_free(w.book);
	sw__journal_free(w.journal);
}

static double
read_bare(const char *root)
{
	char path[512];
	sqlite3 *db;
	sqlite3_stmt *select;
	const double begin = now();
	long sum = 0;
	snprintf(path, sizeof path, "%s/journal.db", root);
	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "SELECT * FROM events ORDER BY seq", -1,
		&select, NULL) != SQLITE_OK)
		abort();
	while (sqlite3_step(select) == SQLITE_ROW)
		sum += sqlite3_column_text(select, 4)[0] +
		       ((const uint8_t *)sqlite3_column_blob(select, 6))[0];
	sqlite3_finalize(select);
	sqlite3_close(db);
	return sum == 0 ? 0 : now() - begin;
}

static double
start(const char *root)
{
	struct sw_error err;
	struct sw_statedir dir;
	struct sw_real_world real;
	struct sw_engine *engine;
	must(sw__statedir_open(&dir, root, false, &err), &err);
	sw__real_world(&real, NULL);
	const struct sw_engine_options options = {
		.pipeline = &pipeline, .dir = &dir, .world = &real.world
	};
	const double begin = now();
	must(sw__engine_open(&engine, &options, &err), &err);
	const double took = now() - begin;
	sw__engine_close(engine);
	sw__engine_free(engine);
	sw__statedir_close(&dir);
	return took;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	const uint32_t n = (uint32_t)strtoul(argv[2], NULL, 10);
	struct rusage usage;
	write_rows(argv[1], n);
	const double bare = read_bare(argv[1]);
	const double took = start(argv[1]);
	getrusage(RUSAGE_SELF, &usage);
	printf("%u rows: start %.3f s, bare SQLite reads them in %.3f s: "
	       "%.1f times; %ld MB at most\n",
	    n, took, bare, took / bare, usage.ru_maxrss / 1024);
	return 0;
}
