#!/bin/sh
# What is around us fails: directories of others, disks, damaged files, readers
# that go away. A clear message, the right status, nothing lost.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/runtime/by-hand.sh"

status "an execution waits for its approval" 4 start --no-wait

release_as other -DNAME='"another"' || exit 1
status "the directory of another pipeline is refused" 3 \
	./other status --state "$S"
like "by name" err "belongs to pipeline 'by-hand' and this is 'another'"
status "it has not changed it" 0 r replay

status "a directory that cannot be made" 3 "$R" run --state /proc/nothing \
	--var PLAY="$PLAY"
like "is named" err "cannot make the state directory '/proc/nothing"
# Root may write everywhere, so somebody else must try.
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
	else
		"$@"
	fi
}
mkdir closed
chmod 755 "$SCRATCH" && chmod 555 closed
status "a directory that cannot be written" 3 \
	as_nobody "$R" run --state closed --var PLAY="$PLAY"
like "is named, with the reason" err 'cannot be written.*Permission denied'
chmod 755 closed
mkdir shared && chmod 777 shared
status "a directory that everybody may write to is refused" 3 \
	"$R" run --state shared --var PLAY="$PLAY"
like "since others could make us run what they like" err 'chmod o-w'
ok "nothing was put in it" test -z "$(ls -A shared)"
mkdir -m 755 open
status "one that everybody may read is fine" 4 \
	"$R" run --state open --var PLAY="$PLAY" --no-wait
is "but not what is recorded" "$(find open -maxdepth 1 -type f -perm /077)" ""

is "nobody else reads the journal" "$(stat -c %a "$S/journal.db")" 600
deep=$(printf '%0200d/%0200d/%0200d' 0 0 0)
status "a path that is too long for SQLite" 3 "$R" run --state "$deep" \
	--var PLAY="$PLAY"
like "is said to be, with a way out" err 'SQLite takes 500; .* shorter'

# Without standard files nothing is printed, least of all into our own.
status "standard files may be closed" 4 sh -c \
	"'$R' run --no-wait --state bare --var PLAY='$PLAY' <&- >&- 2>&-"
status "the journal is whole" 0 "$R" replay --state bare
ok "and so is the lock" grep -qx '[0-9]*' bare/lock

# A full disk: no file may grow beyond so many blocks.
blocks=8 # one page
status "a full disk refuses the approval" 3 \
	sh -c "ulimit -f $blocks; exec '$R' approve SignOff.Manager --state '$S'"
like "and says so" err 'journal .* (full|I/O)'
like "with a word on what is safe" err 'nothing recorded is lost'
ok "nothing of it was recorded" action_is SignOff.Manager InProgress
status "later it is taken" 0 r approve SignOff.Manager
status "and the execution goes on" 0 r run --resume
status "every row is there" 0 r replay
: >small
if mkdir disk && mount -t tmpfs -o size=600k tmpfs disk 2>/dev/null; then
	trap 'umount "$SCRATCH/disk"; rm -rf "$SCRATCH"' EXIT
	whole=$S S=$SCRATCH/disk/state
	status "an execution on a small disk" 4 start --no-wait
	cat /dev/zero >disk/ballast 2>/dev/null
	status "a full disk refuses" 3 r approve SignOff.Manager
	like "and says what to do" err 'free some space'
	status "what was recorded can be read" 0 r status
	rm disk/ballast
	status "with space again it is taken" 0 r approve SignOff.Manager
	status "and it goes on" 0 r run --resume
	S=$whole
else
	: # only who may mount can try; RLIMIT_FSIZE was tried above
fi

# An owner whose journal cannot be written ends; its action does not.
touch "$PLAY/hold"
S2=$SCRATCH/second
{ sh -c "ulimit -f 80; exec '$R' run --state '$S2' --var PLAY='$PLAY'" \
	>full.out 2>full.err; echo $? >full.status; } &
ok "an owner runs out of space or not" await 20 \
	sh -c "test -s full.status || grep -q holding '$S2/attempts/1.1.1/log'"
rm "$PLAY/hold"
ok "it comes to an end or a question" await 20 sh -c \
	"test -s full.status || '$R' status --state '$S2' | grep -q Ship"
test -s full.status || kill -TERM "$(cat "$S2/lock")"
wait
status "its journal is whole" 0 "$R" replay --state "$S2"

# Damage.
cp -R "$S" flipped
at=$(LC_ALL=C grep -abo 'Ship 1.2' flipped/journal.db | head -n 1 | cut -d: -f1)
printf s | dd of=flipped/journal.db bs=1 seek="$at" conv=notrunc 2>/dev/null
status "a flipped byte is found" 3 "$R" replay --state flipped
like "with the row" err 'row [0-9]+ was altered'
status "nobody acts on it" 3 "$R" run --state flipped --var PLAY="$PLAY"
cp -R "$S" torn
dd if=/dev/zero of=torn/journal.db bs=1 seek=4100 count=64 conv=notrunc 2>/dev/null
status "a torn page is found" 3 "$R" replay --state torn
mkdir foreign
echo 'not a database, but long enough to be taken for one by its name alone' \
	>foreign/journal.db
status "another program's file is refused" 3 "$R" status --state foreign
like "and left alone" foreign/journal.db 'not a database'

touch "$PLAY/hold"
S3=$SCRATCH/third
mkfifo rows
"$R" run --state "$S3" --var PLAY="$PLAY" --json >rows &
pid=$!
grep -q -m 1 '"text":"Build.Lint succeeded' <rows
kill -9 $pid
wait $pid 2>/dev/null
rm "$PLAY/hold"
ok "a killed owner leaves a write-ahead log" test -s "$S3/journal.db-wal"
: >"$S3/journal.db-wal"
status "one that was lost is noticed" 3 "$R" status --state "$S3"
like "by the rows that had been there" err 'was recorded and is missing'
like "with a way out" err '`recover`'
if "$R" recover --state "$S3" >out 2>err; then
	like "that records the loss" out 'rows [0-9]+ to [0-9]+ are lost; row'
	status "and then it goes on" 0 "$R" replay --state "$S3"
else # all that there was had been in the log
	like "unless no row is left" err 'has no row'
fi
status "a whole journal is left alone" 1 r recover
like "since nothing is lost" err 'nothing is lost'

# Readers that go away.
{ start --approve SignOff.Manager; echo $? >status; } | true
is "a run ends though nobody reads it" "$(cat status)" 0
{ r status --json; echo $? >status; } | true
is "and status does not die either" "$(cat status)" 0
status "a full device is said" 3 sh -c "'$R' status --state '$S' >/dev/full"
done_testing
