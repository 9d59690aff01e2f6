/* Parts of the documents of view.h, shared by the view*.c files alone. */
#ifndef RUNTIME_VIEW_PART_H
#define RUNTIME_VIEW_PART_H

#include <stdbool.h>

#include "view.h"

/* A text, a time, a duration; JSON null for NULL and 0. */
json_t *sw__view_text(const char *text);
json_t *sw__view_time(uint64_t ms);
json_t *sw__view_duration(uint64_t from_ms, uint64_t to_ms, uint64_t now_ms);

/* Of an execution or a stage: nothing of it goes on any more. */
bool sw__view_is_over(enum sw_status status);

json_t *sw__view_execution(const struct sw_book *book,
    const struct sw_execution *execution, uint64_t now_ms);
json_t *sw__view_revisions(
    const struct sw_book *book, const struct sw_execution *execution);
/* An action with the status it has and the try that it speaks of, or NULL. */
json_t *sw__view_action(const struct sw_book *book, uint64_t now_ms,
    uint32_t action, enum sw_status status, const struct sw_try *try_);
/* The stages as they are for an execution, or were. */
json_t *sw__view_stages(const struct sw_book *book, uint64_t now_ms,
    const struct sw_execution *execution, bool with_attempts);
/* CodePipeline's name of an execution mode; static. */
const char *sw__view_mode(const struct sw_machine *machine);
/* The same as it is now in a scene. */
json_t *sw__view_action_now(const struct sw_book *book, uint64_t now_ms,
    const struct sw_scene *scene, uint32_t action);
/* Of a stage; `state` (or NULL) says which were overridden. */
json_t *sw__view_conditions(const struct sw_book *book, uint32_t stage,
    const struct sw_stage_state *state);
/* That all its actions have, or NULL; static. */
const char *sw__view_environment(const struct sw_book *book, uint32_t stage);

#endif
