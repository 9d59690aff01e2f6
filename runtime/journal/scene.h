/* Inside the book: the scenes of it. Shared by the book*.c files alone. */
#ifndef RUNTIME_SCENE_H
#define RUNTIME_SCENE_H

#include "book.h"

/* One without a state as yet; NULL without memory. */
struct sw_scene *sw__scene_new(const struct sw_machine *machine);
/* Its state is the instances'. NULL is fine. */
void sw__scene_free(const struct sw_machine *machine, struct sw_scene *scene);
/* Its state has changed: hashes it again. */
void sw__scene_digest(const struct sw_book *book, struct sw_scene *scene);

#endif
