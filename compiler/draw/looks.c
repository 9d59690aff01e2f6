/* The looks of the categories. */
#include "looks.h"

const struct look *
look_of(enum sw_category category)
{
	static const struct look looks[SW_NCATEGORIES] = {
		[SW_CATEGORY_SOURCE] = { "source", "#3a6ea5", "#eaf2fa" },
		[SW_CATEGORY_BUILD] = { "build", "#86691f", "#fcf5e2" },
		[SW_CATEGORY_TEST] = { "test", "#2b7a68", "#e7f5f0" },
		[SW_CATEGORY_DEPLOY] = { "deploy", "#5b4db0", "#efedfb" },
		[SW_CATEGORY_APPROVAL] = { "approval", LOOK_HALT, "#fde9dc" },
		[SW_CATEGORY_INVOKE] = { "invoke", "#56677a", "#f0f3f6" },
		[SW_CATEGORY_COMPUTE] = { "compute", "#56677a", "#f0f3f6" },
	};
	return &looks[category];
}
