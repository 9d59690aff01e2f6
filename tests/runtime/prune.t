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
	status "execution $n fails" 1 start --approve SignOff.Manager
	rm "$PLAY/fail"
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

status "it is done" 0 r prune --keep 1
like "and said" out '^removed: #1, #3 \(2\); `history` still lists them'
status "once" 0 r prune --keep 1
like "a second time there is nothing" out '^nothing to remove: '
is "history has its lines" \
	"$(r history --json | grep '"number"\|"status"' | cmp - history 2>&1)" ""
status "replay agrees" 0 r replay
status "what it goes back to is kept" 0 r rollback Production 2
status "and is released again" 0 r run --resume

done_testing
