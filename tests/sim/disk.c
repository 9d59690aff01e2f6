/*
 * The simulated disk: a journal as journal.h promises it, and what goes wrong
 * below it. A commit is whole or absent; one that failed may be either, and
 * only opening it again tells.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "part.h"

#define BUCKETS 4096
/* Fewer rows are not let go. */
#define ROWS_MIN 256

/* A text beside the rows. */
struct document {
	uint64_t seq;    /* of the row that it was made after */
	uint64_t number; /* of an execution; 0: the whole book */
	char *body;
};

struct sim_disk {
	struct sim *sim; /* who has it open */
	struct sw_journal_row *rows;
	uint64_t n, room;
	uint64_t base;             /* rows up to it are gone */
	uint64_t buckets[BUCKETS]; /* last row with such an id; 0: none */
	uint64_t *earlier;         /* of each row: the one before it there */
	struct document *documents;
	uint32_t ndocuments, documents_room;
	uint64_t last;   /* that the reader knows of */
	uint64_t rotten; /* number of a row that is not what it was; 0: none */
	bool is_open;
	bool was_read;
	bool has_failed; /* nothing more is written before it is reopened */
	bool is_gone;    /* it cannot be opened */
};

struct sim_disk *
sim_disk_new(void)
{
	return calloc(1, sizeof(struct sim_disk));
}

void
sim_disk_free(struct sim_disk *disk)
{
	for (uint64_t i = 0; i < disk->n; i++)
		free((void *)(uintptr_t)disk->rows[i].kind);
	for (uint32_t i = 0; i < disk->ndocuments; i++)
		free(disk->documents[i].body);
	free(disk->documents);
	free(disk->rows);
	free(disk->earlier);
	free(disk);
}

uint64_t
sim_disk_last(const struct sim *sim)
{
	return sim->disk->n;
}

bool
sim_disk_rot(struct sim *sim)
{
	if (sim->disk->n == sim->disk->base)
		return false;
	sim->disk->is_gone = false;
	sim->disk->rotten =
	    sim->disk->n -
	    sim_below(sim, (uint32_t)(sim->disk->n - sim->disk->base));
	return true;
}

void
sim_disk_mend(struct sim *sim)
{
	sim->disk->rotten = 0;
	sim->disk->is_gone = false;
}

static struct sim_disk *
disk_of(struct sw_journal *journal)
{
	return (struct sim_disk *)journal;
}

static int
open_disk(void *self, struct sw_journal **out, const char *state_dir,
    struct sw_error *err)
{
	struct sim *sim = self;
	struct sim_disk *disk = sim->disk;
	(void)state_dir;
	if (!sim_lives(sim, SIM_KILLED_AT_START) || disk->is_gone)
		return sw__error(err, SW_ERROR_SYSTEM, "no disk");
	assert(!disk->is_open);
	disk->sim = sim;
	disk->is_open = true;
	disk->was_read = disk->has_failed = false;
	*out = (struct sw_journal *)disk;
	return 0;
}

static void
close_disk(struct sw_journal *journal)
{
	if (journal != NULL)
		disk_of(journal)->is_open = false;
}

static int
read_disk(struct sw_journal *journal, uint64_t after, sw_journal_row_fn take,
    void *payload, struct sw_error *err)
{
	struct sim_disk *disk = disk_of(journal);
	struct sim *sim = disk->sim;
	int status = 0;
	if (!sim_lives(sim, SIM_KILLED_AT_START))
		return sw__error(err, SW_ERROR_SYSTEM, "killed");
	if (disk->base != 0)
		sim_point(sim, SIM_BEGAN_LATER);
	for (uint64_t i = disk->base; i < disk->n && status == 0; i++) {
		if (disk->rotten == i + 1)
			return sw__error(err, SW_ERROR_CORRUPT,
			    "journal row %" PRIu64 " was altered", i + 1);
		if (i < after)
			continue;
		status = take(&disk->rows[i], payload, err);
		sim->nread++;
	}
	disk->last = disk->n;
	disk->was_read = true;
	return status;
}

static uint64_t *
bucket_of(struct sim_disk *disk, const char *id)
{
	uint32_t hash = 2166136261U;
	for (; *id != '\0'; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619U;
	return &disk->buckets[hash % BUCKETS];
}

static const struct sw_journal_row *
find_row(struct sim_disk *disk, const char *id)
{
	uint64_t i = *bucket_of(disk, id);
	while (i > disk->base && strcmp(disk->rows[i - 1].id, id) != 0)
		i = disk->earlier[i - 1];
	return i <= disk->base ? NULL : &disk->rows[i - 1];
}

static int
find(struct sw_journal *journal, const char *id, sw_journal_row_fn take,
    void *payload, struct sw_error *err)
{
	struct sim_disk *disk = disk_of(journal);
	const struct sw_journal_row *row = find_row(disk, id);
	const int status = row == NULL ? 0 : take(row, payload, err);
	return row == NULL || status < 0 ? status : 1;
}

static void
make_room(struct sim_disk *disk)
{
	if (disk->n < disk->room)
		return;
	disk->room = 2 * disk->room + 64;
	disk->rows = realloc(disk->rows, disk->room * sizeof *disk->rows);
	disk->earlier =
	    realloc(disk->earlier, disk->room * sizeof *disk->earlier);
	if (disk->rows == NULL || disk->earlier == NULL)
		abort();
}

/* One block of memory, which begins with the kind. */
static void
keep(struct sim_disk *disk, const struct sw_journal_row *row)
{
	char made[24];
	snprintf(
	    made, sizeof made, "%c%" PRIu64, SW_EVENT_ID_MADE, disk->n + 1);
	const char *id = row->id == NULL ? made : row->id;
	const size_t kinds = strlen(row->kind) + 1;
	const size_t bodies = strlen(row->body) + 1;
	char *text = malloc(kinds + bodies + strlen(id) + 1);
	make_room(disk);
	if (text == NULL)
		abort();
	memcpy(text, row->kind, kinds);
	memcpy(text + kinds, row->body, bodies);
	memcpy(text + kinds + bodies, id, strlen(id) + 1);
	struct sw_journal_row *kept = &disk->rows[disk->n];
	*kept = *row;
	kept->seq = disk->n + 1;
	kept->kind = text;
	kept->body = text + kinds;
	kept->id = text + kinds + bodies;
	disk->earlier[disk->n++] = *bucket_of(disk, kept->id);
	*bucket_of(disk, kept->id) = kept->seq;
}

static int
fail(struct sim_disk *disk, struct sw_error *err)
{
	disk->has_failed = true;
	return sw__error(
	    err, SW_ERROR_UNKNOWN_OUTCOME, "the disk said that it failed");
}

static void
keep_document(struct sim_disk *disk, const struct sw_journal_document *document)
{
	if (disk->ndocuments == disk->documents_room) {
		disk->documents_room = 2 * disk->documents_room + 64;
		disk->documents = realloc(disk->documents,
		    disk->documents_room * sizeof *disk->documents);
	}
	char *body = strdup(document->body);
	sim_laws_sink(disk->sim, "a document", document->body);
	if (disk->documents == NULL || body == NULL)
		abort();
	disk->documents[disk->ndocuments++] =
	    (struct document){ disk->n, document->number, body };
}

/* What a commit does beside rows. NULL: nothing. */
struct more {
	const struct sw_journal_documents *documents;
	const struct sw_journal_cut *cut;
};

/* Nobody asks for it any more: an older checkpoint, or a record of before the
 * cut of an execution that was stored again until then. */
static bool
is_outdated(const struct sim_disk *disk, uint32_t i, uint64_t through)
{
	const struct document *d = &disk->documents[i];
	if (d->number == 0 || d->seq >= through)
		return d->number == 0 && d->seq < through;
	for (uint32_t k = i + 1; k < disk->ndocuments; k++)
		if (disk->documents[k].number == d->number &&
		    disk->documents[k].seq > d->seq &&
		    disk->documents[k].seq <= through)
			return true;
	return false;
}

static void
let_go(struct sim_disk *disk, const struct sw_journal_cut *cut)
{
	uint32_t n = 0;
	if (disk->rows[cut->through - 1].time_ms + SW_KEY_KEPT_MS >
	    disk->rows[disk->n - 1].time_ms)
		sim_broken(disk->sim, "keys are kept for a day (G3)",
		    "row %" PRIu64, cut->through);
	for (uint64_t i = disk->base; i < cut->through; i++) {
		free((void *)(uintptr_t)disk->rows[i].kind);
		disk->rows[i].kind = NULL;
	}
	for (uint32_t i = 0; i < disk->ndocuments; i++) {
		if (is_outdated(disk, i, cut->through))
			free(disk->documents[i].body);
		else
			disk->documents[n++] = disk->documents[i];
	}
	disk->ndocuments = n;
	disk->base = cut->through;
	sim_point(disk->sim, SIM_ROWS_WENT);
}

/* Rows, and what else there is, in one commit. */
static void
keep_all(struct sim_disk *disk, struct sw_journal_row *rows, uint32_t n,
    const struct more *more)
{
	const struct sw_journal_documents *documents =
	    more == NULL ? NULL : more->documents;
	for (uint32_t i = 0; documents != NULL && i < documents->n; i++)
		keep_document(disk, &documents->records[i]);
	if (documents != NULL) {
		keep_document(disk, &documents->checkpoint);
		sim_point(disk->sim, SIM_CHECKPOINT_MADE);
	}
	for (uint32_t i = 0; i < n; i++) {
		keep(disk, &rows[i]);
		rows[i].seq = disk->n;
		sim_laws_row(disk->sim, &disk->rows[disk->n - 1]);
	}
	if (more != NULL && more->cut != NULL)
		let_go(disk, more->cut);
}

static int
commit(struct sim_disk *disk, struct sw_journal_row *rows, uint32_t n,
    const struct more *more, struct sw_error *err)
{
	struct sim *sim = disk->sim;
	if (!sim->is_dead && (!disk->was_read || disk->has_failed))
		sim_broken(sim,
		    "a journal that failed is read before it is "
		    "written (G2)",
		    "row %" PRIu64, disk->n + 1);
	if (!sim_lives(sim, SIM_KILLED_BEFORE_COMMIT))
		return fail(disk, err);
	for (uint32_t i = 0; i < n; i++)
		if (rows[i].id != NULL && find_row(disk, rows[i].id) != NULL)
			return sw__error(err, SW_ERROR_REFUSED,
			    "an event '%.100s' is there already", rows[i].id);
	/* With too little room it is full soon. */
	if ((sim->is_low && sim_below(sim, sim_seldom(sim) / 16) == 0) ||
	    sim_strikes(sim, SIM_DISK_FULL, sim_seldom(sim) / 4)) {
		sim_point(sim, SIM_COMMIT_WAS_NOT);
		return fail(disk, err);
	}
	const bool is_eio = sim_strikes(sim, SIM_DISK_EIO, sim_seldom(sim) / 4);
	if (is_eio)
		disk->is_gone = sim_strikes(sim, SIM_DISK_GONE, 4);
	if (is_eio && disk->is_gone)
		sim_point(sim, SIM_COMMIT_UNFOUND);
	if (is_eio && sim_below(sim, 2) == 0) {
		sim_point(sim, SIM_COMMIT_WAS_NOT);
		return fail(disk, err);
	}
	keep_all(disk, rows, n, more);
	if (is_eio) {
		sim_point(sim, SIM_COMMIT_WAS_THERE);
		return fail(disk, err);
	}
	disk->last = disk->n;
	sim_lives(sim, SIM_KILLED_AFTER_COMMIT);
	return 0;
}

static int
append(struct sw_journal *journal, struct sw_journal_row *rows, uint32_t n,
    struct sw_error *err)
{
	return commit(disk_of(journal), rows, n, NULL, err);
}

static int
store(struct sw_journal *journal, const struct sw_journal_documents *documents,
    struct sw_journal_row *row, struct sw_error *err)
{
	const struct more more = { .documents = documents };
	return commit(disk_of(journal), row, 1, &more, err);
}

/* As journal_compact.c: the first checkpoint that is far enough, of a row
 * from before a time. */
static int
cut(struct sw_journal *journal, uint64_t before_ms, struct sw_journal_cut *out,
    struct sw_error *err)
{
	const struct sim_disk *disk = disk_of(journal);
	(void)err;
	for (uint32_t i = 0; i < disk->ndocuments; i++) {
		const struct document *d = &disk->documents[i];
		if (d->number != 0 || d->seq < disk->base + ROWS_MIN ||
		    disk->rows[d->seq - 1].time_ms >= before_ms)
			continue;
		*out = (struct sw_journal_cut){
			.through = d->seq,
			.rows = d->seq - disk->base,
		};
		return 1;
	}
	return 0;
}

static int
compact(struct sw_journal *journal, const struct sw_journal_cut *cut_,
    struct sw_journal_row *row, struct sw_error *err)
{
	const struct more more = { .cut = cut_ };
	return commit(disk_of(journal), row, 1, &more, err);
}

static uint64_t
base(const struct sw_journal *journal)
{
	return ((const struct sim_disk *)journal)->base;
}

/* The last document of a number up to a row. */
static int
find_document(const struct sim_disk *disk, uint64_t number, uint64_t until,
    uint64_t *seq, char **body)
{
	for (uint32_t i = disk->ndocuments; i > 0; i--) {
		const struct document *d = &disk->documents[i - 1];
		if (d->number != number || d->seq > until)
			continue;
		*seq = d->seq;
		*body = strdup(d->body);
		return 1;
	}
	return 0;
}

static int
checkpoint(struct sw_journal *journal, uint64_t before, uint64_t *seq,
    char **body, struct sw_error *err)
{
	const struct sim_disk *disk = disk_of(journal);
	struct sim *sim = disk->sim;
	if (before == 0 || find_document(disk, 0, before - 1, seq, body) == 0)
		return 0;
	/* Of what the journal begins with there is no other. */
	if (*seq == disk->base || !sim_strikes(sim, SIM_ROT, 8)) {
		sim_point(sim, SIM_CHECKPOINT_READ);
		return 1;
	}
	sim_point(sim, SIM_CHECKPOINT_ROTTEN);
	free(*body);
	*body = NULL;
	return sw__error(err, SW_ERROR_CORRUPT, "checkpoint %" PRIu64, *seq);
}

static int
record(struct sw_journal *journal, uint64_t number, uint64_t until, char **body,
    struct sw_error *err)
{
	uint64_t seq;
	(void)err;
	return find_document(disk_of(journal), number, until, &seq, body);
}

static int
reopen(struct sw_journal *journal, struct sw_error *err)
{
	struct sim_disk *disk = disk_of(journal);
	if (!sim_lives(disk->sim, SIM_KILLED_AT_START) || disk->is_gone)
		return sw__error(err, SW_ERROR_SYSTEM, "no disk");
	disk->was_read = disk->has_failed = false;
	return 0;
}

static uint64_t
last(const struct sw_journal *journal)
{
	return ((const struct sim_disk *)journal)->last;
}

const struct sw_journal_calls sim_journal_calls = {
	.open = open_disk,
	.close = close_disk,
	.read = read_disk,
	.find = find,
	.append = append,
	.reopen = reopen,
	.store = store,
	.checkpoint = checkpoint,
	.record = record,
	.cut = cut,
	.compact = compact,
	.base = base,
	.last = last,
};
