#!/bin/sh
# An execution from its start to its end, and what one can see of it.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

status "a run with its approval given in advance succeeds" 0 \
	start --approve SignOff.Manager
like "it says what starts" out 'Build.Compile started'
like "it says how an action ended" out 'Build.Compile succeeded after'
like "it says what was asked" out 'SignOff.Manager asks: Ship 1.2\?'
is "but not how to answer what is answered" "$(grep -c " approve SignOff" out)" 0
like "it says who approved" out "approved by $ME: given in advance"
like "it says how the execution ended" out '#1 Succeeded'
is "the last action did its work" "$(cat "$PLAY/installed")" hello
is "each action ran once" "$(sort "$PLAY/runs" | tr '\n' ' ')" \
	"1.0.1 1.1.1 1.2.1 1.3.1 1.5.1 "

status "status answers" 0 r status
like "status names the execution" out '#1'
status "status --json is JSON" 0 r status --json
is "with the pipeline's name" "$(value out pipeline)" by-hand
is "and nobody who owns the directory" "$(value out owner)" null
status "history answers" 0 r history --limit 1
like "history shows the revision" out '0123456'
status "show answers" 0 r show '#1'
status "show --json has the attempts" 0 r show --json
like "with the artifacts' hashes" out '"package": "[0-9a-f]{64}"'
like "with the variables" out '"VERSION": "1.2"'
status "show of nothing is refused" 1 r show 7
status "logs prints the log" 0 r logs Build.Compile
is "as it was written" "$(cat out)" hello
status "logs of an action that there is not" 2 r logs Build.Nothing
like "says that there is none" err "no action .Build.Nothing.; say STAGE.ACTION"
status "graph prints the drawing" 0 r graph
like "as SVG" out '^<svg'
status "graph -o writes it" 0 r graph -o drawing.svg
like "to the file" drawing.svg '^<svg'
status "replay agrees" 0 r replay
like "and counts" out 'rows: every state'

status "a missing variable is a usage error" 2 "$R" run --state "$S"
like "that names it" err "variable 'PLAY' has no default"
status "an unknown variable too" 2 start --var NOPE=1
status "an approval that there is not" 2 start --approve Build.Compile
status "a revision of what is no source" 2 start --revision Build.Compile=1
status "an unknown option" 2 r status --frob
status "an unknown command" 2 "$R" frob
status "nothing at all" 2 "$R"
status "help" 0 "$R" --help
like "lists the verbs" out '^  approve STAGE.ACTION'
status "help of a verb" 0 "$R" run --help
like "lists its options" out '--no-wait'
status "version" 0 "$R" --version
like "names the pipeline" out '^by-hand '
status "version for programs" 0 "$R" --version --json
like "is JSON" out '"pipeline": "by-hand"'
status "nothing was recorded by all this" 0 r replay

touch "$PLAY/fail"
status "a run whose action fails exits with 1" 1 start
like "and says which" out 'Build.Compile failed after .*: exited with status 1'
rm "$PLAY/fail"
status "retry is recorded" 0 r retry Build
like "and says that somebody must carry it out" out 'run --resume'
status "the execution goes on where it failed" 4 \
	"$R" run --state "$S" --resume --no-wait
like "it says how to answer" out "^ +[^ ]+ approve SignOff.Manager"
like "and why it ends" err "#2 waits for somebody's decision"
is "what had succeeded did not run again" "$(runs 2.2.1) $(runs 2.1.2)" "1 1"
status "an approval may be refused" 0 r reject SignOff.Manager --comment no
status "which fails the execution" 0 r status
like "and is told as the reason" out "rejected by $ME: no"
status "a second decision is refused" 1 r approve SignOff.Manager
like "with the first one" err "rejected for #2 already by $ME"
status "a verb answers in JSON" 0 r close Build --json
is "with what was recorded" "$(value out recorded)" "close Build"
status "and the way is open again" 0 r open Build
status "there is nothing to resume" 1 "$R" run --state "$S" --resume

status "a pinned revision is taken" 0 \
	start --approve SignOff.Manager --revision Source.Fetch=abc --json
like "rows are JSON lines" out '^\{.*"kind":"succeed"'
status "a state directory that is not there has no history" 0 \
	"$R" history --state "$SCRATCH/nowhere"
ok "and is not made by looking" test ! -e "$SCRATCH/nowhere"
status "STAGEWRIGHT_STATE says where" 0 \
	env STAGEWRIGHT_STATE="$S" "$R" history
like "what is" out '#3'
done_testing
