/*
 * What must hold when something has struck, and that everything can be brought
 * to an end afterwards. It asks the program alone, and counts what actions did
 * in the file "runs" of their home.
 */
#ifndef FAULT_ORACLE_H
#define FAULT_ORACLE_H

#include "scenario.h"

/*
 * Right after a strike: the journal verifies and has every row that was
 * printed. Looks at a copy, so that recovery finds everything as it was.
 * False: trial->why says why not.
 */
bool oracle_kept(struct trial *trial, const struct told *told);

/*
 * Goes on as a person would: resumes, approves, settles what nobody knows,
 * retries; until every execution has ended. `aim` strikes the first command.
 */
bool oracle_finish(
    struct trial *trial, const struct told *told, const char *aim);

/* In the end: the journal verifies, no attempt was executed twice, what
 * succeeded was executed, no process is left. */
bool oracle_clean(struct trial *trial);

#endif
