#!/bin/sh
# Abuse of approvals: tokens of other questions, and many who decide at once.
. "${0%/*}/../tap.sh"
# shellcheck source=tests/runtime/by-hand.sh
. "$ROOT/tests/runtime/by-hand.sh"
asks() { action_is SignOff.Manager InProgress; }
rows() { r replay --json | sed -n 's/.*"rows": \([0-9]*\).*/\1/p'; }
# nothing_by NAME PATTERN COMMAND...: refused, and nothing is recorded.
nothing_by() {
	nothing_name=$1
	nothing_pattern=$2
	nothing_rows=$(rows)
	shift 2
	status "$nothing_name is refused" 1 "$@"
	like "$nothing_name: and why is said" err "$nothing_pattern"
	is "$nothing_name: nothing was recorded" "$(rows)" "$nothing_rows"
}

start --no-wait >/dev/null 2>&1
ok "an approval is asked for" asks
token=$(sed -n 's/.*"token": "\([^"]*\)".*/\1/p' <<T
$(r status --json)
T
)
nothing_by "abuse 13: a token of another question" 'question|asked|token' r approve SignOff.Manager --token 1.4.9
nothing_by "abuse 13: a token of another execution" '.' r approve SignOff.Manager --token 2.4.1
nothing_by "abuse 13: a token of another action" '.' r approve SignOff.Manager --token 1.1.1
nothing_by "abuse 13: a token that is none" '.' r approve SignOff.Manager --token "1.4.1'; --"
ok "the question still waits" asks
start --no-wait >/dev/null 2>&1
nothing_by "abuse 13: an execution that is not the one asked about" '.' r approve SignOff.Manager --execution 2
r reject SignOff.Manager --token "$token" >/dev/null 2>&1
nothing_by "abuse 13: a token that was used" 'already by|question|look at .status. again' r approve SignOff.Manager --token "$token"
r stop '#2' --comment "$(printf '\033]0;title\033[2J')" >/dev/null 2>&1
start --no-wait >/dev/null 2>&1
r reject SignOff.Manager --comment "$(printf '\033]0;title\033[2J')" >/dev/null 2>&1
status "abuse 10: a decision is refused in the words of another" 1 r approve SignOff.Manager
is "abuse 10: without its controls" "$(tr -d '\n' <err | LC_ALL=C tr -dc '\000-\037\177' | wc -c)" 0

# A hundred at once, each by a process of its own, through the owner's socket.
rm -rf "$S"
start >run.log 2>&1 &
run=$!
ok "an approval is asked for again" await 20 asks
rm -f answer.*
deciders=
for i in $(seq 100); do
	verb=approve
	[ $((i % 2)) = 0 ] || verb=reject
	{
		answer=0
		"$R" "$verb" --state "$S" SignOff.Manager --token 1.4.1 \
			--comment "number $i" >"answer.$i" 2>&1 || answer=$?
		echo "$answer" >"status.$i"
	} &
	deciders="$deciders $!"
done
# shellcheck disable=SC2086 # words are meant
wait $deciders
is "abuse 15: one of a hundred decisions counts" "$(cat status.* | grep -c '^0$')" 1
is "abuse 15: the others are refused" "$(cat status.* | grep -c '^1$')" 99
run_status=0
wait "$run" || run_status=$?
winner=$(grep -l '^0$' status.* | sed 's/status.//')
expected=$((winner % 2))
is "abuse 15: the execution ends as that one said" "$run_status" "$expected"
is "abuse 15: the journal has that one alone" \
	"$(r show --json | grep -c '"comment": "number [0-9]*"')" 1
like "abuse 15: the losers are told who decided" "answer.$((winner % 100 + 1))" \
	"(approved|rejected) for #1 already by $ME|possible|asked|waits|no approval"
ok "abuse 15: and the journal is sound" r replay
done_testing
