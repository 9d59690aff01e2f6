/*
 * How a row of the compiled pipeline's work is read: its lists are single
 * strings, so that a row of generated code needs no further objects.
 */
#ifndef RUNTIME_WORK_H
#define RUNTIME_WORK_H

#include <stddef.h>

#include <stagewright/pipeline.h>

/*
 * The first name of `names` ("code package"; NULL: none), which `*length`
 * bytes of it are, or NULL. Behind those bytes begins the rest of the list.
 */
const char *sw__work_name(const char *names, size_t *length);
/*
 * The first command of `commands` (struct sw_work.run), or NULL when there is
 * none left. It ends with a NUL, behind which the next one begins.
 */
const char *sw__work_command(const char *commands);
/* As the model calls the provider of this action. */
const char *sw__work_provider(const struct sw_work *work);

#endif
