#!/bin/sh
# The same random events on the same random models of every mode, stepped by
# machines of many makes. Equal after every event: the refusal, the commands,
# the rules and, on any two little-endian machines, 32 or 64 bits wide, each
# byte of the state. A big-endian one has the bytes of a field the other way
# round, so the values of its fields are compared (hash_state in subject.c).
#   LEVELS  optimisations
#   CROSS   1 (make determinism): as 32-bit and big-endian programs too, where
#           they can be built and run, and amalgamated machines
. "$(dirname "$0")/../tap.sh"
SEED=${SEED:-1}
MODELS=${MODELS:-60}
EVENTS=${EVENTS:-1000}
LEVELS=${LEVELS:--O0 -O1 -O2 -O3}
HERE=$ROOT/tests/differential
INCLUDES="-I$ROOT/runtime/include -I$ROOT/runtime -I$ROOT -I$HERE"
M=$ROOT/runtime/machine

"$B/tests/differential/emit_models" "$SEED" "$MODELS" . || exit
"$B/tests/differential/walk_models" "$SEED" "$MODELS" "$EVENTS" >expected
is "every model walked" "$(wc -l <expected)" "$MODELS"
# Amalgamated, each brings a machine of its own: of each mode one.
mkdir few
"$B/tests/differential/emit_models" "$SEED" 3 few || exit
head -n 3 expected >few/expected

# make_walk SUBJECTS COMPILER...: nothing of the build takes part
make_walk() {
	subjects=$1
	shift
	# shellcheck disable=SC2086 # a list of words
	"$@" -std=c11 -Wall -Wextra -Werror $INCLUDES -o walk "$subjects" \
		"$HERE/walk_tables.c" "$HERE/subject.c" "$HERE/fleet.c" \
		"$M/machine.c" "$M/candidates.c" "$M/instances.c" \
		"$M/laws.c" "$M/words.c"
}

# walk_alike NAME SUBJECTS EXPECTED COMPILER...: $RUN runs what we cannot
walk_alike() {
	name=$1 subjects=$2 expected=$3
	shift 3
	ok "$name: builds" make_walk "$subjects" "$@"
	$RUN ./walk "$SEED" "$EVENTS" >got
	ok "$name: the same after every event" cmp "$expected" got
}

walks_alike() {
	what=$1
	shift
	walk_alike "$what" linked.c expected "$@"
	[ "${CROSS:-}" != 1 ] || walk_alike "$what, amalgamated" \
		few/amalgamated.c few/expected "$@"
}

# Can it build a program, and can one be run?
works() {
	echo 'int main(void) { return 0; }' >probe.c
	"$@" -o probe probe.c 2>/dev/null && $RUN ./probe 2>/dev/null
}

# elsewhere NAME PACKAGES COMPILER...
elsewhere() {
	what=$1 packages=$2
	shift 2
	if works "$@"; then
		walks_alike "$what" "$@" -O2
	else
		skip "$what" "needs the packages $packages"
	fi
}

RUN=
for compiler in gcc clang; do
	command -v $compiler >/dev/null || continue
	for level in $LEVELS; do
		walks_alike "$compiler $level" $compiler "$level"
	done
done
[ "${CROSS:-}" = 1 ] || { done_testing; exit; }
elsewhere "32 bits, little-endian" gcc-12-multilib gcc -m32
RUN=qemu-ppc-static
elsewhere "32 bits, big-endian" \
	"gcc-powerpc-linux-gnu and qemu-user-static" \
	powerpc-linux-gnu-gcc -static
RUN=qemu-s390x-static
elsewhere "64 bits, big-endian" "gcc-s390x-linux-gnu and qemu-user-static" \
	s390x-linux-gnu-gcc -static
done_testing
