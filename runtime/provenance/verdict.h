/*
 * Is a file, or a tree of files, what an artifact's maker signed? Verifies
 * first and reads only what was signed.
 */
#ifndef RUNTIME_VERDICT_H
#define RUNTIME_VERDICT_H

#include <jansson.h>

#include "signing_key.h"

/* Bytes of a bundle, and envelopes in it. */
#define SW_BUNDLE_MAX ((size_t)512 << 20)
#define SW_BUNDLE_ENVELOPES_MAX 4096
/* Reasons that a verdict lists; a further one says how many there are. */
#define SW_VERDICT_REASONS_MAX 20

/*
 * Yes if a trusted key signed the provenance of an artifact of `pipeline`
 * with this very content: for a file, one file of the artifact has it,
 * whatever its name; for a folder, its files are those of the artifact by
 * path, content and mode, none missing and none more.
 *
 * { "verified": true, "path": PATH, "artifact": NAME, "file": its path in the
 *   artifact, or null of a folder, "action": "Build.Compile",
 *   "invocation": "shop/UUID/412", "finishedOn": TIME,
 *   "sources": [ resolvedDependencies ], "key": KEYID,
 *   "approvals": [ { "action", "execution", "decision", "decidedBy",
 *      "decidedOn", "comment" } ],
 *   "reasons": [ why not ] }
 * With false, only "path" and "reasons" are there. NULL: it could not be
 * judged, *err says why. Caller: json_decref.
 */
json_t *sw__verdict(const char *path, const char *bundle,
    const struct sw_key_ring *ring, const char *pipeline, struct sw_error *err);

#endif
