/*
 * What can be said of an execution's artifacts, by the book alone: how each
 * was made (SLSA provenance v1), and what people decided about the execution
 * that carried it (our own predicate; README.md). No file is looked at, and
 * nothing that a request says gets in but which execution and which artifact.
 */
#ifndef RUNTIME_PREDICATE_H
#define RUNTIME_PREDICATE_H

#include <jansson.h>

#include "journal/book.h"

#define SW_PREDICATE_PROVENANCE "https://slsa.dev/provenance/v1"
#define SW_PREDICATE_APPROVAL "urn:stagewright:attestation:approval:1"
#define SW_BUILD_TYPE "urn:stagewright:buildtype:pipeline:1"
#define SW_BUILDER_ID "urn:stagewright:builder:local:1"
/* The digest by which the journal knows an artifact: BLAKE2b-256 of its
 * manifest (store/artifact.h), in hex. */
#define SW_DIGEST_ARTIFACT "stagewrightArtifact"

/*
 * { "pipeline": NAME, "execution": 2,
 *   "artifacts": [ { "name": "package", "action": "Build.Compile",
 *     "hash": HASH, "predicates": [ { "type": URI, "predicate": {} } ] } ] }
 * of the outputs of actions that succeeded in an execution (0: the newest), in
 * the order of the machine. `of` (NULL: all) is a STAGE.ACTION or the name of
 * an artifact. SW_ERROR_REFUSED if there is nothing of the kind. Caller:
 * json_decref.
 */
json_t *sw__predicates(const struct sw_book *book, uint32_t execution,
    const char *of, struct sw_error *err);

#endif
