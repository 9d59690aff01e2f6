#!/bin/sh
# System calls fail, as they can, once and from then on; what was told is kept,
# and "outcome unknown" is the worst that is told. Here a sample, the same one
# each time; `make errors` takes all.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/fault/campaign.sh"
prepare

POINTS=${POINTS:-$FEW}
SEED=${SEED:-1}
for scenario in happy approval failure; do
	campaign "$scenario: calls fail" "$scenario" -m "$POINTS" -s "$SEED" \
		-w EIO,ENOSPC,EDQUOT,EMFILE,ENOMEM,EINTR,short,EIO+,ENOSPC+,EMFILE+,ENOMEM+
done
# What was wrong once.
for point in 0:sup:wait4:6:EINTR 0:sup:wait4:7:EINTR 0:owner:sendto:1:ENOMEM; do
	campaign "failure: $point" failure -p $point
done
campaign "no head is left torn" happy -c pwrite64 -w short -m "$POINTS"
campaign "a folder that cannot be read is no empty one" happy \
	-p 0:act:getdents64:6:EIO+
done_testing
