/*
 * How much of everything one model may have. CodePipeline's quotas (User
 * Guide, "Quotas in AWS CodePipeline") are a thousand times smaller unless
 * another reason is given.
 */
#ifndef COMPILER_CHECK_LIMITS_H
#define COMPILER_CHECK_LIMITS_H

#define LIMIT_STAGES 50000      /* of a pipeline */
#define LIMIT_ACTIONS 1000000   /* of a pipeline */
#define LIMIT_PARALLEL 100000   /* actions of a stage with one runOrder */
#define LIMIT_SEQUENTIAL 100000 /* different runOrders of a stage */
#define LIMIT_VARIABLES 50000   /* of a pipeline */
#define LIMIT_SECRETS 1000      /* of a pipeline */
#define LIMIT_TRIGGERS 50000    /* of a pipeline */
#define LIMIT_FILTERS 3000      /* of a trigger, of each kind */
#define LIMIT_RULES 5000        /* of a condition */
#define LIMIT_COMMANDS 50000    /* <run> lines of an action */
#define LIMIT_ENV 10000         /* <env> of an action */
#define LIMIT_PARAMETERS 200000 /* of an action */
/* What one action may export is kept with each of its attempts, so it is
 * what the runtime keeps: SW_VARIABLES_MAX of runtime/attempt/attempt.h. */
#define LIMIT_EXPORTS 256

/* Suggestions worked out for one model; misspelt names beyond that get none,
 * so that a model full of them is not compared with itself. */
#define LIMIT_SUGGESTIONS 32

/* Patterns of filters compared with one another for one model; a filter
 * beyond that is taken to match. */
#define LIMIT_COMPARISONS 1000000

#endif
