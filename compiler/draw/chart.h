/*
 * A stage's life as a graph, to be drawn: what can be seen of it, and which
 * events lead from one to the other. Who fills it in has seen them happen;
 * here it is only printed.
 */
#ifndef COMPILER_CHART_H
#define COMPILER_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <stagewright/machine.h>

/* States and kinds of steps up to which a chart is a picture: one of more
 * serves nobody. */
#define CHART_STATES_MAX 200u
#define CHART_EDGES_MAX 2000u

struct arena;
struct lowered;
struct text;

/* What can be seen of the stage. */
struct chart_state {
	uint8_t status;   /* enum sw_status, of the stage */
	uint8_t type;     /* enum sw_type, of who entered it last */
	bool is_closed;   /* its inbound transition */
	bool is_awaited;  /* somebody waits in front of it */
	uint8_t *actions; /* enum sw_status, of each of its rows */
};

struct chart_edge {
	uint32_t from; /* of `states` */
	uint32_t to;
	struct sw_event event;
	bool is_elsewhere; /* it happened in another stage: who comes from there
			    * arrives */
};

struct chart {
	uint32_t stage;
	struct chart_state *states; /* in the order in which they were seen */
	struct chart_edge *edges;
	uint32_t nstates;
	uint32_t nedges;
	/* Of interchangeable actions it is only shown how many are in which
	 * status: apart there are too many states. */
	bool is_counted;
};

/* As DOT, for Graphviz to lay out. */
void emit_chart(struct text *text, struct arena *arena,
    const struct lowered *lowered, const struct chart *chart);

#endif
