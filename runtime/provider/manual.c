/* Manual: a person does it. There is nothing to perform; an approval of the
 * machine ends the action. */
#include "provider.h"

const struct sw_provider sw_provider_manual = {
	.name = "Manual",
	.perform = NULL,
};
