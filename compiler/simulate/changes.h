/* What an event has brought about, in few words: for people. */
#ifndef COMPILER_CHANGES_H
#define COMPILER_CHANGES_H

struct session;

/* Bytes of it; what is longer is cut. */
#define CHANGES_MAX 1000

/*
 * What the last event changed: "Source Succeeded, Build InProgress #1; starts
 * Build.Compile"; why it was refused, if it was; "" when it changed nothing
 * but the action that it is about. Returns `text`.
 */
const char *changes_words(
    const struct session *session, char text[CHANGES_MAX]);

#endif
