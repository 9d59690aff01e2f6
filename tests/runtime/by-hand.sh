# A released program from the pipeline that was written by hand, for scripts of
# this folder: source it after tap.sh. $R is the program, $PLAY the folder that
# steers its actions (pipeline.c), $S the state directory.
PLAY=$SCRATCH/play
S=$SCRATCH/state
R=$SCRATCH/release
mkdir "$PLAY"
ME=$(id -un)
unset STAGEWRIGHT_STATE

# release_as FILE [FLAG]...: compiles it.
release_as() {
	release_out=$1
	shift
	# shellcheck disable=SC2086,SC2046 # words are meant
	${CC:-cc} -std=c11 -g ${SAN:+-fsanitize=$SAN} -I"$ROOT/runtime/include" \
		"$@" -o "$release_out" "$ROOT/tests/runtime/pipeline.c" \
		"$B/lib/stagewright/libstagewright.a" \
		$(pkg-config --libs sqlite3 libuv jansson libsodium) -lpthread
}
release_as "$R" || exit 1

# start [OPTION]...: `run` of a new execution.
start() { "$R" run --state "$S" --var PLAY="$PLAY" "$@"; }
r() { r_verb=$1; shift; "$R" "$r_verb" --state "$S" "$@"; }
# runs ATTEMPT: how often that attempt was executed.
runs() { grep -c -x -e "$1" "$PLAY/runs"; }
# value DOCUMENT-FILE KEY: of "KEY": VALUE, the first one.
value() { sed -n "s/^ *\"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$1" | head -n 1; }
# action_is PATH STATUS: as `status` has it now.
action_is() {
	r status --json | awk -v path="$1" -v status="$2" '
		/"path":/ { here = index($0, "\"" path "\"") }
		here && /"status":/ { found = index($0, "\"" status "\""); exit }
		END { exit !found }'
}
