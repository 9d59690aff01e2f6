/* Random models: any structure that the machine can have, hostile names. */
#ifndef DIFFERENTIAL_RANDOM_MODEL_H
#define DIFFERENTIAL_RANDOM_MODEL_H

#include <stdint.h>

struct arena;
struct model;

/* The same model for the same number, on every machine. Name: "m<number>". */
struct model *random_model(struct arena *arena, uint64_t number);

#endif
