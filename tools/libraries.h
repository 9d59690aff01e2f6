/* What a program with the runtime is linked with; the Makefile writes it. */
#ifndef TOOLS_LIBRARIES_H
#define TOOLS_LIBRARIES_H

extern const char build_flags[]; /* the runtime was compiled with, too */
extern const char build_libs[];
extern const char build_git_libs[]; /* of the Git provider, before the rest */
extern const char build_static_libs[];
extern const char build_static_git_libs[];

#endif
