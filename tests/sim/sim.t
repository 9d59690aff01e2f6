#!/bin/sh
# Lives of random pipelines in a world that is made up, ten years of them, and
# each seed that ever broke a law. SEEDS and SEED for others; `make sim` for
# more, `make sim-teeth` for what it finds.
. "${0%/*}/../tap.sh"

SIM=$B/tests/sim/sim
# Under a sanitizer, or counted, each takes ten times as long.
[ -z "$SAN" ] || SEEDS=${SEEDS:-6}
SEEDS=${SEEDS:-130}
SEED=${SEED:-1}
ok "$SEEDS lives from seed $SEED on" "$SIM" --seed "$SEED" --seeds "$SEEDS"
grep -v '^#' "$ROOT/tests/sim/regress.seeds" >seeds || :
# shellcheck disable=SC2086 # options, without blanks in them
while read -r seed options; do
	ok "seed $seed $options" "$SIM" --seed "$seed" $options
done <seeds
done_testing
