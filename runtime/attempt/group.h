/*
 * A control group (cgroup v2) of an attempt's own, where the system gives us
 * the right to make some: its processes are in it whatever they do (unless they
 * have that right too), are counted and killed at once. Where there is none to be had, sweeps do it (process.h).
 */
#ifndef RUNTIME_GROUP_H
#define RUNTIME_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of a group's path, with its NUL. */
#define SW_GROUP_PATH_MAX 1024

/*
 * Makes the group of the attempt in `dir` below the caller's own and writes its
 * path. At most `processes` may be in it, if that is not 0 and the group has
 * that controller: then *is_counted is set. A descriptor of it, or -1 if there is none
 * to be had.
 */
int sw__group_make(char path[SW_GROUP_PATH_MAX], const char *dir,
    uint64_t processes, bool *is_counted);
/* As _Fork(); the child is in the group from its first instruction on, if
 * `group` is not -1. */
pid_t sw__group_fork(int group);
void sw__group_kill(int group);
/* Once nobody is in it any more; the descriptor is closed in any case. */
void sw__group_remove(int group, const char *path);

/*
 * Kills all in the group and removes it. Nothing if the path is none of a group of
 * the attempt in `dir`: a file that its action could write to says it.
 */
void sw__group_end(const char *path, const char *dir);

#endif
