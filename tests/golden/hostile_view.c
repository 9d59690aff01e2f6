/*
 * The pipeline "int": its drawing and its lines.
 * Made from hostile.xml by stagewright 0.1.0; edit the model, not this.
 */
#include "int_pipeline.h"

#include <stagewright/pipeline.h>

static const struct sw_place int_pipeline_places[] = {
	{ .action = INT_PIPELINE_SOURCE_SWITCH, .what = "" "", .index = 0, .line = 6, .column = 5 },
	{ .action = INT_PIPELINE_A_B_INT, .what = "" "", .index = 0, .line = 9, .column = 5 },
	{ .action = INT_PIPELINE_A_B_A_B_095892B6, .what = "" "", .index = 0, .line = 10, .column = 5 },
	{ .action = INT_PIPELINE_A_B_A_B_18108EB7, .what = "" "", .index = 0, .line = 12, .column = 5 },
	{ .action = INT_PIPELINE_A_B_A_B_BFB51A0D, .what = "" "", .index = 0, .line = 13, .column = 5 },
	{ .action = INT_PIPELINE_A_B_A_B, .what = "" "", .index = 0, .line = 14, .column = 5 },
	{ .action = INT_PIPELINE_A_B_NSTAGES, .what = "" "", .index = 0, .line = 17, .column = 5 },
	{ .action = INT_PIPELINE_A_B_H, .what = "" "", .index = 0, .line = 19, .column = 5 },
	{ .action = INT_PIPELINE_A_B_H, .what = "text" "", .index = 0, .line = 19, .column = 24 },
	{ .action = INT_PIPELINE_NSTAGES_MAX, .what = "" "", .index = 0, .line = 23, .column = 5 },
	{ .action = INT_PIPELINE_A_B_INT_E4A45B94, .what = "" "", .index = 0, .line = 26, .column = 5 },
	{ .line = 0 },
};

const struct sw_view int_pipeline_view = {
	.model = "hostile.xml",
	.places = int_pipeline_places,
};
