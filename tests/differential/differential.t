#!/bin/sh
# Random models over random events: stepped in process, generated and linked,
# amalgamated: the same states and answers, byte for byte.
. "$(dirname "$0")/../tap.sh"
SEED=${SEED:-1}
# A sanitizer takes its time.
[ -z "${SAN:-}" ] || : "${MODELS:=50}"
MODELS=${MODELS:-400}
EVENTS=${EVENTS:-5000}
HERE=$ROOT/tests/differential
STRICT="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror"
INCLUDES="-I$ROOT/runtime/include -I$ROOT -I$HERE -I."
FLAGS=${SAN:+-fsanitize=$SAN -fno-sanitize-recover=all}

ok "random models become C" \
	"$B/tests/differential/emit_models" "$SEED" "$MODELS" .
"$B/tests/differential/walk_models" "$SEED" "$MODELS" "$EVENTS" \
	>in-process 2>in-process.err
is "no law is broken in process" "$?$(cat in-process.err)" 0

# shellcheck disable=SC2086 # lists of words
build() {
	$CC $STRICT -O0 $FLAGS $INCLUDES -o "$1-walk" "$1.c" \
		"$HERE/walk_tables.c" "$HERE/subject.c" "$HERE/fleet.c" \
		"$B/lib/stagewright/libstagewright.a"
}

CC=${CC:-cc}
for variant in linked amalgamated; do
	ok "$variant: builds without a warning" build $variant
	"./$variant-walk" "$SEED" "$EVENTS" >$variant.out 2>$variant.err
	is "$variant: no law is broken" "$?$(cat $variant.err)" 0
	ok "$variant: answers as in process" cmp in-process $variant.out
done
is "every model walked" "$(wc -l <in-process)" "$MODELS"

# Each file alone, by both compilers, of each mode one.
# shellcheck disable=SC2086
alone() {
	for file in "$2"/m"$SEED".c "$2"/m$((SEED + 1)).c \
		"$2"/m$((SEED + 2)).c; do
		$1 $STRICT -O2 -ffreestanding $INCLUDES -c -o alone.o "$file" ||
			return 1
	done
}
for compiler in gcc clang; do
	command -v $compiler >/dev/null || continue
	ok "$compiler: generated files alone" alone $compiler linked
	ok "$compiler: amalgamated files alone" \
		alone "$compiler -nostdlib" amalgamated
done
done_testing
