/*
 * How much a finding weighs: by its check, by the presets and rules of the
 * <lint>s of a model, by the environment that it is about.
 */
#ifndef COMPILER_CHECK_LINT_H
#define COMPILER_CHECK_LINT_H

#include "base/diagnostic.h"
#include "model/model.h"

/* Of a finding in this environment; NULL is none. */
enum lint_level lint_level(
    const struct lints *lints, enum check_id id, const char *environment);
/* The same when no model says anything: what a preset makes of it. */
enum lint_level lint_preset_level(enum preset_kind preset, enum check_id id);

#endif
