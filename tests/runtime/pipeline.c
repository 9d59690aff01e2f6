/*
 * A pipeline written by hand: what generated code looks like to the runtime.
 * Source.Fetch -> Build.{Compile, Lint}, Build.Unit -> SignOff.Manager ->
 * Production.Install. What the actions do can be steered by files in the
 * folder that the environment of the model names.
 */
#include <stagewright/pipeline.h>

static const struct sw_stage stages[] = {
	{ .name = "Source", .first_action = 0, .last_action = 0 },
	{ .name = "Build", .first_action = 1, .last_action = 3 },
	{ .name = "SignOff", .first_action = 4, .last_action = 4 },
	{ .name = "Production", .first_action = 5, .last_action = 5 },
};

static const struct sw_action actions[] = {
	{ .name = "Fetch",
	    .stage = 0,
	    .run_order = 1,
	    .category = SW_CATEGORY_SOURCE,
	    .bounds = SW_ALONE },
	{ .name = "Compile",
	    .stage = 1,
	    .run_order = 1,
	    .category = SW_CATEGORY_BUILD,
	    .bounds = SW_FIRST },
	{ .name = "Lint",
	    .stage = 1,
	    .run_order = 1,
	    .category = SW_CATEGORY_TEST,
	    .bounds = SW_LAST },
	{ .name = "Unit",
	    .stage = 1,
	    .run_order = 2,
	    .category = SW_CATEGORY_TEST,
	    .bounds = SW_ALONE },
	{ .name = "Manager",
	    .stage = 2,
	    .run_order = 1,
	    .category = SW_CATEGORY_APPROVAL,
	    .bounds = SW_ALONE },
	{ .name = "Install",
	    .stage = 3,
	    .run_order = 1,
	    .category = SW_CATEGORY_DEPLOY,
	    .bounds = SW_ALONE },
};

#ifndef FINGERPRINT
#	define FINGERPRINT 0x5354414745570001
#endif
#ifndef NAME
#	define NAME "by-hand"
#endif

static const struct sw_machine machine = {
	.name = NAME,
	.fingerprint = FINGERPRINT,
	.nstages = 4,
	.nactions = 6,
	.group_max = 2,
	.target_words = SW_TARGET_WORDS,
	.state_size = SW_STATE_SIZE(4, 4 * SW_TARGET_WORDS, 6),
	.mode = SW_MODE_SUPERSEDED,
	.stages = stages,
	.actions = actions,
};

/* Each leaves a line in $PLAY/runs: the tests count executions of it. */
#define COUNT "echo $STAGEWRIGHT_ATTEMPT_ID >>$PLAY/runs\0"

static const struct sw_parameter env[] = {
	{ "PLAY", "#{variables.PLAY}" },
	{ NULL, NULL },
};

static const struct sw_work work[] = {
	{ .provider = &sw_provider_commands,
	    .namespace_ = "Src",
	    .timeout_ms = 60000,
	    .run = COUNT "echo hello >file\0"
			 "test ! -e $PLAY/page || cat $PLAY/page >>file\0"
			 "CommitId=0123456789abcdef\0",
	    .exports = "CommitId",
	    .outputs = (const struct sw_artifact[]){ { "code", NULL }, { 0 } },
	    .env = env },
	{ .provider = &sw_provider_commands,
	    .namespace_ = "Build",
	    .timeout_ms = 60000,
	    .run =
		COUNT "cat file\0"
		      "VERSION=1.2\0"
		      "test ! -e $PLAY/hold || { echo holding; while test -e "
		      "$PLAY/hold; do sleep 0.02; done; }\0"
		      "test ! -e $PLAY/fail\0",
	    .exports = "VERSION",
	    .inputs = "code",
	    .outputs =
		(const struct sw_artifact[]){ { "package", NULL }, { 0 } },
	    .env = env },
	{ .provider = &sw_provider_commands,
	    .timeout_ms = 60000,
	    .run = COUNT "test -f file\0",
	    .inputs = "code",
	    .env = env },
	{ .provider = &sw_provider_commands,
	    .timeout_ms = 60000,
	    .run = COUNT "test #{Build.VERSION} = 1.2\0",
	    .inputs = "package",
	    .env = env },
	{ .provider = &sw_provider_manual,
	    .timeout_ms = 3600000,
	    .text = "Ship #{Build.VERSION}?" },
	{ .provider = &sw_provider_commands,
	    .environment = "production",
	    .timeout_ms = 60000,
	    .run = COUNT "cp file $PLAY/installed\0",
	    .inputs = "package",
	    .env = env },
};

static const struct sw_variable variables[] = {
	{ "PLAY", NULL, "folder that steers the actions" },
	{ "REGION", "eu", "unused" },
	{ NULL, NULL, NULL },
};

static const struct sw_place places[] = {
	{ 1, "", 0, 7, 3 },
	{ 3, "run", 1, 12, 9 },
	{ 0 },
};

static const struct sw_view view = {
	.model = "by-hand.xml",
	.svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n",
	.places = places,
};

static const struct sw_pipeline pipeline = {
	.name = NAME,
	.version = "0.1.0",
	.machine = &machine,
	.work = work,
	.variables = variables,
	.view = &view,
};

int
main(int argc, char **argv)
{
	return sw_main(&pipeline, argc, argv);
}
