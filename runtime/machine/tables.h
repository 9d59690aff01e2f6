/*
 * For whoever makes the tables of a machine in memory: the compiler, and
 * tests. Generated code has them made.
 */
#ifndef MACHINE_TABLES_H
#define MACHINE_TABLES_H

#include <stagewright/machine.h>

/*
 * Fills in the bounds of n rows that stand in their order, by stage and
 * run_order. Returns the size of the largest group.
 */
uint32_t sw_tables_bound(struct sw_action *rows, uint32_t n);

#endif
