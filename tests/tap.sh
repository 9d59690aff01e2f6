# TAP for test scripts: source it, call ok/is/like, end with done_testing.
# Each script runs in a scratch directory of its own that goes when it ends.
# Environment, from the Makefile: B (build directory), STAGEWRIGHT (the tool),
# CC, SAN. ROOT is the source tree.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
B=${B:-$ROOT/build}
STAGEWRIGHT=${STAGEWRIGHT:-$B/bin/stagewright}
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
cd "$SCRATCH" || exit 1
tap_count=0

# ok NAME COMMAND...: the command succeeds; its output is shown if not.
ok() {
	tap_name=$1
	shift
	tap_count=$((tap_count + 1))
	if tap_output=$("$@" 2>&1); then
		echo "ok $tap_count - $tap_name"
	else
		echo "not ok $tap_count - $tap_name"
		printf '%s\n' "\$ $*" "$tap_output" | sed 's/^/# /'
	fi
}

# status NAME EXPECTED COMMAND...: the command exits so; out and err are kept
# in the files `out` and `err` of the scratch directory.
status() {
	tap_name=$1
	tap_expected=$2
	shift 2
	tap_status=0
	"$@" >"$SCRATCH/out" 2>"$SCRATCH/err" || tap_status=$?
	if [ "$tap_status" != "$tap_expected" ]; then
		echo "# $* exited with $tap_status"
		sed 's/^/# /' "$SCRATCH/out" "$SCRATCH/err"
	fi
	is "$tap_name" "$tap_status" "$tap_expected"
}

# is NAME GOT EXPECTED
is() {
	tap_count=$((tap_count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_count - $1"
	else
		echo "not ok $tap_count - $1"
		printf '%s\n' "got:" "$2" "expected:" "$3" | sed 's/^/# /'
	fi
}

# like NAME FILE PATTERN: a line of the file matches (grep -E).
like() {
	tap_count=$((tap_count + 1))
	if grep -Eq -e "$3" "$2"; then
		echo "ok $tap_count - $1"
	else
		echo "not ok $tap_count - $1"
		printf '%s\n' "no line matches: $3" | sed 's/^/# /'
		sed 's/^/# /' "$2"
	fi
}

# skip NAME WHY: it cannot be tested here.
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # skip $2"
}

# await SECONDS COMMAND...: until the command succeeds, or time is over.
await() {
	tap_deadline=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$tap_deadline" ] || return 1
		# Not a fixed wait: a poll with a deadline.
		sleep 0.02
	done
}

done_testing() {
	echo "1..$tap_count"
}
