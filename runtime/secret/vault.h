/*
 * The values of a pipeline's secrets, in the process that owns the state
 * directory and in the supervisors that it forks: nowhere else, and in no
 * file. Values are in memory that is locked where the system allows it, left
 * out of core dumps, and wiped when freed.
 *
 * A secret comes from
 *
 *   fd:N            a descriptor, read to its end and closed
 *   env:VARIABLE    the environment, from which it is taken
 *   file:PATH       a file that nobody else can read (mode 0600 or 0400)
 *   command:LINE    what a line for sh prints, within SW_SECRET_COMMAND_MS
 *
 * Everything is read once when the vault is opened, so that what is wrong is
 * said then, and paths are those of that moment. A file is read and a command is run again for each attempt that
 * is given the secret: a value can change while the owner serves. The new one is
 * known to that attempt alone, which masks both; what people say is masked by
 * the first. A line end behind a value is not part of it.
 */
#ifndef RUNTIME_SECRET_VAULT_H
#define RUNTIME_SECRET_VAULT_H

#include <stddef.h>

#include <stagewright/pipeline.h>

#include "error.h"
#include "redact/redact.h"

/* Until a command has printed a value, or a descriptor has come to its end. */
#define SW_SECRET_COMMAND_MS 10000

struct sw_vault;

/*
 * `given` are "NAME=WHERE" as above, NULL ends. SW_ERROR_USAGE: a name that the
 * pipeline does not have, or no WHERE; SW_ERROR_REFUSED: a value that is empty
 * or has a NUL, or a file that others can read; SW_ERROR_LIMIT: more than
 * SW_SECRET_MAX bytes. No error has a value in it. From then on the process
 * cannot be dumped or traced. Caller frees.
 */
int sw__vault_open(struct sw_vault **out, const struct sw_pipeline *pipeline,
    const char *const *given, struct sw_error *err);
void sw__vault_free(struct sw_vault *vault);

/* The first secret that this work is to be given and that nobody provides;
 * NULL: none is missing. A vault that is NULL has none. */
const char *sw__vault_missing(
    const struct sw_vault *vault, const struct sw_work *work);
/* Masks all values as they were when the vault was opened; NULL if the vault
 * is. */
const struct sw_redactor *sw__vault_redactor(const struct sw_vault *vault);

/* What one attempt is given. */
struct sw_handed {
	/* Variables with values; name NULL ends; NULL: there are none. */
	struct sw_parameter *env;
	const struct sw_redactor *redactor; /* masks those and all others */
	struct sw_redactor *own;       /* the same, if it is of newer values */
	struct sw_secret_value *fresh; /* what env points into, or not read */
	size_t nfresh;
};

/*
 * The secrets of this work as they are now. SW_ERROR_REFUSED says which one
 * cannot be had. Release it in any case.
 */
int sw__vault_hand(struct sw_handed *out, const struct sw_vault *vault,
    const struct sw_work *work, struct sw_error *err);
void sw__handed_release(struct sw_handed *handed);

/* From now on no other program of the same user, such as an action's, can look
 * into this process: its memory, environment and descriptors; ptrace(2). */
void sw__secret_hide(void);

#endif
