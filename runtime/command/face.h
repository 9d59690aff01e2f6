/*
 * What people see on a terminal: documents of view.h as text. Each prints to
 * `out`; a face asks nobody anything.
 */
#ifndef COMMAND_FACE_H
#define COMMAND_FACE_H

#include <stdio.h>

#include <jansson.h>

void sw__face_status(FILE *out, const json_t *status);
void sw__face_history(FILE *out, const json_t *history);
void sw__face_show(FILE *out, const json_t *show);
/* One row as `run` and `serve` tell it while they go on: a line. */
void sw__face_row(FILE *out, const json_t *row);

#endif
