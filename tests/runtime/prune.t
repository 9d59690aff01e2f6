#!/bin/sh
# What is kept of old executions: `prune`, and what every verb says afterwards.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

status "before anything there is nothing to remove" 0 r prune
like "which is said" out '^nothing to remove: '
for wrong in "--keep 0" "--keep x" "--keep-days 0" "--keep-days 40000" "x"; do
	# shellcheck disable=SC2086 # words are meant
	status "wrong: $wrong" 2 r prune $wrong
done

# 1 and 3 fail where nothing else has happened: nobody needs them any more.
for n in 1 3; do
	touch "$PLAY/fail"
	head -c 300000 /dev/urandom >"$PLAY/page"
	status "execution $n fails" 1 start --approve SignOff.Manager
	rm "$PLAY/fail" "$PLAY/page"
	status "the next one does not" 0 start --approve SignOff.Manager
done
status "a year has not gone by" 0 r prune
like "so all are kept" out '^nothing to remove: '
status "what would be removed is said" 0 r prune --keep 1 --dry-run
like "in words; a target of a rollback stays" out \
	'^would be removed: #1, #3 \(2\); `history` would still list them'
status "and as JSON" 0 r prune --keep 1 --dry-run --json
is "with what it did" "$(value out done) $(value out count)" "false 2"
r show 1 --json >show
is "nothing was done" "$(value show pruned)" null
r history --json | grep '"number"\|"status"' >history

objects() { find "$S/objects" -type f | wc -l; }
attempts() { find "$S/attempts" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort; }
attempts >all
grep -v '^[13]\.' all >kept
before=$(du -sk "$S/objects" | cut -f 1)

status "it is done" 0 r prune --keep 1
like "and said" out '^removed: #1, #3 \(2\); `history` still lists them'
status "once" 0 r prune --keep 1
like "a second time there is nothing" out '^nothing to remove: '
is "history has its lines" \
	"$(r history --json | grep '"number"\|"status"' | cmp - history 2>&1)" ""
status "replay agrees" 0 r replay
is "their attempts are gone, and no others" "$(attempts)" "$(cat kept)"
ok "so are their artifacts" test "$(du -sk "$S/objects" | cut -f 1)" -lt \
	$((before - 500))
left=$(objects)

# Who is killed behind the row has left all of it.
mkdir "$S/attempts/1.2.1" "$S/objects/ab"
echo old >"$S/attempts/1.2.1/log"
zeros=$(printf '%062d' 0)
echo nobody >"$S/objects/ab/$zeros"
status "the next one that asks" 0 r prune --keep 1
is "removes what one left that was killed" "$(attempts)" "$(cat kept)"
is "in the store, too" "$(objects)" "$left"
mkdir "$S/attempts/3.2.1"
for verb in "show 1" "logs Build.Compile 1"; do
	# shellcheck disable=SC2086 # words are meant
	status "$verb says so" 1 r $verb
	like "and when" err \
		"what #1 did was removed by retention on $(date +%Y)-.*; .history"
	is "and nothing else" "$(cat out)" ""
done
status "nothing goes back to it" 1 r rollback Production 1
like "since it is gone" err 'removed by retention; #4 and #2 could be one'
status "what it goes back to is kept" 0 r rollback Production 2
status "and is released again" 0 r run --resume

# Beside one that serves.
touch "$PLAY/fail"
for n in 6 7; do
	status "execution $n fails" 1 start --approve SignOff.Manager
done
rm "$PLAY/fail"
"$R" serve --state "$S" --keep all >serving 2>&1 &
server=$!
ok "somebody serves" await 20 test -S "$S/socket"
status "and is asked to" 0 r prune --keep 1
like "which it does" out '^removed: '
is "with all that was left" "$(attempts | grep -c '^6\.')" 0
kill "$server"
wait "$server"

# By itself.
status "execution 8 does not fail" 0 start --approve SignOff.Manager
"$R" serve --state "$S" --keep 1 >serving 2>&1 &
server=$!
pruned() { r show 7 --json >show; [ "$(value show pruned)" != null ]; }
ok "one that serves does it by itself" await 20 pruned
kill "$server"
wait "$server"
status "replay agrees" 0 r replay
ok "who goes on sees to what was left" test ! -e "$S/attempts/3.2.1"

done_testing
