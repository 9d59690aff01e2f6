/*
 * What people make happen: one event, posted once it is clear whose it is and
 * what was shown to the one who posts it.
 */
#ifndef RUNTIME_POST_H
#define RUNTIME_POST_H

#include <jansson.h>

#include "engine/engine.h"

/*
 * Takes {"verb":"post"} into a turn:
 *   "event"      a line of runtime/machine/words.h. In PARALLEL it need not
 *                say whose it is when it is possible for one execution alone;
 *                "rollback STAGE" and "rollback STAGE latest" mean the latest
 *                that Succeeded there
 *   "execution"  whose it is to be; refused if it is another's
 *   "token"      of the question that a decision answers (its attempt's id);
 *                refused if another one is asked by now
 *   "comment"    recorded with it
 * 0, or *err: SW_ERROR_REFUSED has the machine's sentence and a way out.
 */
int sw__post_draft(struct sw_engine *engine, struct sw_turn *turn,
    const json_t *request, const char *by, struct sw_error *err);

#endif
