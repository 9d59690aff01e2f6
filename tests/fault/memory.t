#!/bin/sh
# Requests for memory are refused, one at a time, and one and all after it: of
# the compiler, which says so and ends with 3, and of the processes of a
# released program, which lose nothing that was told. Here a sample, the same
# one each time; `make memory` takes all.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/fault/campaign.sh"
case "${SAN:-}:$CC" in
*address*:*clang*)
	echo "1..0 # SKIP this sanitizer's malloc is in the program, before what is preloaded"
	exit 0
	;;
esac
prepare

POINTS=${POINTS:-$FEW}
SEED=${SEED:-1}
STRIKER=starve
STARVE=$B/tests/fault/starve
# The library comes before the sanitizer's, which minds.
export ASAN_OPTIONS="verify_asan_link_order=0 ${ASAN_OPTIONS:-}"

# Without what verify says of its own speed.
timeless() {
	sed 's/[0-9.]* ms$//' "$1"
}

# is_said N STATUS: the refusal did no harm, or was told.
is_said() {
	case $2 in
	"$calm") timeless out | cmp -s calm.timeless - &&
		cmp -s calm.err err ||
		grep -q 'no memory' err ;;
	3) grep -qi 'memory' err ;;
	*) false ;;
	esac || {
		echo "request $1: exit status $2"
		cat err
		return 1
	}
}

# every_request WHAT COMMAND...: of as many as there are, or POINTS of them.
every_request() {
	every_what=$1
	shift
	calm=0
	"$STARVE" -c counts "$STAGEWRIGHT" "$@" >calm.out 2>calm.err || calm=$?
	timeless calm.out >calm.timeless
	requests=$(sed -n 's/^owner malloc //p' counts)
	[ "${requests:-0}" -gt 0 ] || return 1
	every=$((POINTS == 0 || requests < POINTS ? 1 : requests / POINTS))
	n=$((POINTS == 0 ? 1 : 1 + SEED % every))
	bad=0
	while [ "$n" -le "$requests" ]; do
		answer=0
		"$STARVE" -a "owner:malloc:$n:$every_what" "$STAGEWRIGHT" "$@" \
			>out 2>err || answer=$?
		# Some are not made each time.
		[ $answer = 99 ] || is_said "$n" $answer || bad=1
		n=$((n + every))
	done
	echo "$requests requests"
	[ $bad = 0 ]
}

cp -R "$ROOT/examples/storefront/." "$ROOT/examples/hello/program" .
sed 's/Greets/Welcomes/' "$ROOT/examples/hello/release.xml" >after.xml
for what in ENOMEM ENOMEM+; do
	for command in 'check release.xml' 'check --json release.xml' \
		'fmt release.xml' 'simulate release.xml' 'verify release.xml' \
		'compile release.xml -o release.c' 'graph release.xml -o x.svg' \
		'diff release.xml after.xml' 'explain struct-duplicate' \
		'build release.xml -o release'; do
		# shellcheck disable=SC2086 # words
		ok "$command: $what" every_request "$what" $command
	done
done

for scenario in happy approval failure; do
	campaign "$scenario: no memory" "$scenario" -m "$POINTS" -s "$SEED" \
		-w ENOMEM,ENOMEM+
done
done_testing
