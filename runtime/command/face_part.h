/* What the face*.c files share; nobody else includes it. */
#ifndef COMMAND_FACE_PART_H
#define COMMAND_FACE_PART_H

#include "canvas.h"
#include "face.h"
#include "say.h"

/* How far texts in lists stand in. */
#define SW_FACE_INDENT 4u

/* One line of text on its own, cut to the screen; a plain line is not cut. */
void sw__face_line(const struct sw_screen *screen, enum sw_ink ink,
    uint32_t indent, const char *text);
/* The same, never cut: a command to type. */
void sw__face_command(const struct sw_screen *screen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Name of the pipeline, and a line for each execution. */
void sw__face_head(const struct sw_screen *screen, const char *pipeline,
    const json_t *executions);
/* What somebody should look at or do, with the command to type; in PARALLEL
 * it has to say for whom. */
void sw__face_attention(
    const struct sw_screen *screen, const json_t *stages, bool is_parallel);
/* The stages as boxes from left to right, in as many rows as it takes. */
void sw__face_boxes(
    const struct sw_screen *screen, const json_t *stages, json_int_t newest);

/*
 * The stages of one execution below each other, with their actions; `brief`:
 * only the actions of stages that go on or went wrong. Returns the number of
 * lines.
 */
uint32_t sw__face_tree(
    const struct sw_screen *screen, const json_t *show, bool brief);

/* One fact a line, for pipes and logs. */
void sw__face_plain_status(FILE *out, const json_t *status);
void sw__face_plain_history(FILE *out, const json_t *history);
void sw__face_plain_show(FILE *out, const json_t *show);

#endif
