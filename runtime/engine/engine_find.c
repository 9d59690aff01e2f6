/*
 * Rows by their ids: what was asked for once is not done twice. Input: an id;
 * output: the row, in the journal or about to be there.
 */
#include "engine_turn.h"

#include <string.h>

static int
take_row(const struct sw_journal_row *row, void *payload, struct sw_error *err)
{
	struct sw_recorded *out = payload;
	out->seq = row->seq;
	const int status =
	    sw__body_read(&out->body, row->body, strlen(row->body));
	if (status == SW_ERROR_SYSTEM)
		return sw__error(err, status, "out of memory");
	return status != 0
		   ? sw__error(err, SW_ERROR_CORRUPT,
			 "the row '%.200s' holds no JSON object", row->id)
		   : 0;
}

int
sw__turn_find(struct sw_turn *turn, const char *id, struct sw_recorded *out,
    struct sw_error *err)
{
	const struct sw_engine *engine = turn->engine;
	*out = (struct sw_recorded){ 0 };
	for (uint32_t i = 0; i < turn->ndrafts; i++) {
		struct sw_journal_row row = turn->drafts[i].row;
		if (row.id == NULL || strcmp(row.id, id) != 0)
			continue;
		row.seq = engine->book->seq - turn->ndrafts + i + 1;
		return take_row(&row, out, err) == 0 ? 1 : err->code;
	}
	return engine->journal == NULL
		   ? 0
		   : engine->world->journal->find(
			 engine->journal, id, take_row, out, err);
}

struct sw_body *
sw__turn_last(const struct sw_turn *turn)
{
	return turn->ndrafts == 0
		   ? NULL
		   : sw__body_hold(turn->drafts[turn->ndrafts - 1].body);
}

void
sw__turn_name(struct sw_turn *turn, const char *id, const char *request)
{
	turn->id = id;
	turn->request = request;
}
