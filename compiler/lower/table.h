/*
 * The tables of a machine: the part of lower() that decides what an event
 * will mean. Internal to compiler/lower/.
 */
#ifndef LOWER_TABLE_H
#define LOWER_TABLE_H

struct arena;
struct lowered;

/* Fills in lowered->machine, and the elements of the model beside its rows:
 * stages, actions, rules. lowered->model is given. */
void lower_tables(struct arena *arena, struct lowered *lowered);

#endif
