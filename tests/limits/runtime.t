#!/bin/sh
# Limits of a released binary: at one less, at the limit and past it; and what
# works past it all the same. runtime/limits.md lists them.
. "${0%/*}/../tap.sh"
# shellcheck source=tests/runtime/by-hand.sh
. "$ROOT/tests/runtime/by-hand.sh"
long() { head -c "$1" /dev/zero | tr '\0' x; }

start --no-wait >/dev/null 2>&1
for n in 511 512; do
	status "a comment of $n bytes is recorded" 0 r close Production --comment "$(long $n)"
	r open Production >/dev/null
done
status "one of 513 is refused" 3 r close Production --comment "$(long 513)"
like "by its limit" err 'has 513 bytes; 512 are the limit'
status "a stop past that limit, too" 3 r stop '#1' --comment "$(long 513)"
status "but one without words works" 0 r stop '#1'

for n in 65535 65536; do
	status "a variable of $n bytes is taken" 4 start --no-wait --var REGION="$(long $n)"
done
status "one of 65537 is refused" 3 start --no-wait --var REGION="$(long 65537)"
like "by its name and limit" err "REGION.*65537.*65536"

status "what was recorded is sound" 0 r replay
done_testing
