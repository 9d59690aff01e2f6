/*
 * The way out when rows are lost: a journal that stands behind its head. Input:
 * a state directory; output: a row that says what is gone, and a head that
 * fits.
 */
#include "journal_part.h"
#include "json_write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* What is there, read to its end. */
struct standing {
	uint64_t head;                /* row that the head tells of */
	uint8_t chain[SW_HASH_BYTES]; /* and its chain */
	uint8_t state[SW_HASH_BYTES]; /* of the last row */
	uint64_t time_ms;             /* of the last row */
};

static int
take(const struct sw_journal_row *row, void *payload, struct sw_error *err)
{
	struct standing *standing = payload;
	(void)err;
	memcpy(standing->state, row->state, SW_HASH_BYTES);
	standing->time_ms = row->time_ms;
	return 0;
}

/* Nothing is changed by it but what is known of the journal itself. */
static int
append_recover(struct sw_journal *journal, const struct standing *standing,
    uint64_t time_ms, const char *by, struct sw_journal_loss *loss,
    struct sw_error *err)
{
	json_t *body = json_pack("{s:s, s:I, s:I}", "by", by, "first",
	    (json_int_t)loss->first, "last", (json_int_t)loss->last);
	char *text = sw__json_dump(body, JSON_COMPACT | JSON_SORT_KEYS);
	struct sw_journal_row row = {
		.time_ms =
		    time_ms > standing->time_ms ? time_ms : standing->time_ms,
		.kind = "recover",
		.body = text,
	};
	memcpy(row.state, standing->state, SW_HASH_BYTES);
	const int status =
	    text == NULL ? sw__error(err, SW_ERROR_SYSTEM, "out of memory")
			 : sw__journal_append(journal, &row, 1, err);
	loss->row = row.seq;
	free(text);
	json_decref(body);
	return status;
}

/* What does the head tell of that is not there? */
static int
find_loss(struct sw_journal *journal, struct standing *standing,
    struct sw_journal_loss *loss, struct sw_error *err)
{
	struct sw_error unlike;
	standing->head = sw__journal_read_head(journal, standing->chain);
	journal->ignores_head = true;
	if (sw__journal_read(journal, 0, take, standing, err) != 0)
		return err->code;
	const uint64_t last = journal->last;
	if (last == 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "journal '%s' has no row: to begin anew, use another "
		    "directory with --state",
		    journal->path);
	*loss = (struct sw_journal_loss){ last + 1, standing->head, 0 };
	if (standing->head > last)
		return 0;
	/* As many rows or more: is it another history? */
	journal->ignores_head = false;
	if (sw__journal_read(journal, 0, take, standing, &unlike) == 0)
		return sw__error(err, SW_ERROR_REFUSED,
		    "nothing is lost: journal '%s' has all %" PRIu64 " rows",
		    journal->path, last);
	journal->ignores_head = true;
	*loss = (struct sw_journal_loss){ standing->head, standing->head, 0 };
	return sw__journal_read(journal, 0, take, standing, err);
}

int
sw__journal_recover(const char *state_dir, uint64_t time_ms, const char *by,
    struct sw_journal_loss *loss, struct sw_error *err)
{
	struct sw_journal *journal;
	struct standing standing = { 0 };
	if (sw__journal_open(&journal, state_dir, err) != 0)
		return err->code;
	int status = find_loss(journal, &standing, loss, err);
	if (status == 0)
		status =
		    append_recover(journal, &standing, time_ms, by, loss, err);
	sw__journal_free(journal);
	return status;
}
