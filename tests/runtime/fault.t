#!/bin/sh
# Each write and each flush of the journal fails once, in turn: what is answered
# is what is recorded, and the directory goes on working.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

# Leaks cannot be looked for in a traced process.
export ASAN_OPTIONS=detect_leaks=0
if ! strace -o trace true 2>/dev/null; then
	echo "1..0 # SKIP strace is missing or not permitted"
	exit 0
fi
start --no-wait >/dev/null 2>&1
whole=$S

# answer_is_true CALL N: the Nth CALL fails; yes is recorded, no is not.
answer_is_true() {
	S=$SCRATCH/faulty
	rm -rf "$S"
	cp -R "$whole" "$S"
	answer=0
	strace -f -o trace -e "inject=$1:error=EIO:when=$2" \
		"$R" approve SignOff.Manager --state "$S" || answer=$?
	r replay || return 1
	case $answer in
	0) action_is SignOff.Manager Succeeded ;;
	3) action_is SignOff.Manager InProgress &&
		r approve SignOff.Manager ;;
	*) return 1 ;;
	esac && r run --resume
}

for call in fdatasync pwrite64; do
	for n in 1 2 3 4; do
		ok "$call $n fails" answer_is_true $call $n
	done
done
done_testing
