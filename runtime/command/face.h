/*
 * What people see: documents of view.h as text, on a terminal as a drawing,
 * elsewhere as plain lines. A face asks nobody anything.
 */
#ifndef COMMAND_FACE_H
#define COMMAND_FACE_H

#include <jansson.h>

#include "screen.h"

void sw__face_status(const struct sw_screen *screen, const json_t *status);
void sw__face_history(const struct sw_screen *screen, const json_t *history);
void sw__face_show(const struct sw_screen *screen, const json_t *show);
/* What `run` shows of its execution while it goes on: as `show`, in few
 * lines. For terminals alone. */
void sw__face_progress(const struct sw_screen *screen, const json_t *show);
/* One row as `run` and `serve` tell it while they go on: a line. */
void sw__face_row(const struct sw_screen *screen, const json_t *row);
/* The commands that go on from there, if a person has to decide. */
void sw__face_ways_on(const struct sw_screen *screen, const json_t *row);

#endif
