/*
 * A report in the forms that other programs read. Each is written whole, also
 * when there is no finding: whoever uploads it would otherwise keep the last
 * one. Findings that an <allow> covers are left out.
 */
#ifndef COMPILER_OUTPUTS_H
#define COMPILER_OUTPUTS_H

#include <stdbool.h>

struct report;
struct text;

/* What GitHub takes of one file: findings, and places of one. */
#define SARIF_RESULTS_MAX 25000u
#define SARIF_PLACES_MAX 1000u
/* Of each level GitHub shows ten annotations a step. */
#define GITHUB_LEVEL_MAX 10u

/* Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020). */
void output_sarif(const struct report *report, struct text *text);
/* The same with what an <allow> covers, marked as suppressed. GitHub would
 * take that for open. */
void output_sarif_allowed(const struct report *report, struct text *text);
/* Workflow commands of GitHub Actions, the worst first. */
void output_github(const struct report *report, struct text *text);
/* GitLab's code quality report. */
void output_gitlab(const struct report *report, struct text *text);
/* Checkstyle's XML, which Jenkins and others read. */
void output_checkstyle(const struct report *report, struct text *text);
/* reviewdog's Diagnostic Format, with suggestions. */
void output_rdjson(const struct report *report, struct text *text);
/* A comment on a change; nothing where there is nothing to say. */
void output_markdown(const struct report *report, struct text *text);

#endif
