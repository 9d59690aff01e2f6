#!/bin/sh
# What actions do to a released binary: floods, binary output, daemons left
# behind, missing tools, time that is over; and what it is to them when it is
# killed, or their supervisor is.
. "$(dirname "$0")/../tap.sh"
printf '#!/bin/sh\n' >stagewright-provider-Nothing
chmod +x stagewright-provider-Nothing
export PATH="$SCRATCH:$PATH"

cat >trial.xml <<'END'
<pipeline xmlns="urn:stagewright:pipeline:1" name="trial">
  <variable name="CASE">What the action does.</variable>
  <variable name="DIR">Where the test looks.</variable>
  <stage name="Source">
    <source name="Nothing" provider="Nothing"><output>code</output></source>
  </stage>
  <stage name="Trial">
    <build name="It" timeout="30s">
      <input>code</input>
      <env name="CASE">#{variables.CASE}</env>
      <env name="DIR">#{variables.DIR}</env>
      <run>echo ran >>"$DIR/count"</run>
      <run>case $CASE in</run>
      <run>missing) mke all ;;</run>
      <run>flood) head -c 70000000 /dev/zero ;;</run>
      <run>binary) printf 'a\000\377\033[31mb\n' ;;</run>
      <run>daemon) setsid sh -c 'echo $$ >"$DIR/daemon"; exec sleep 1000' &amp;</run>
      <run>while [ ! -s "$DIR/daemon" ]; do :; done ;;</run>
      <run>wait) echo $PPID >"$DIR/pid.new"; mv "$DIR/pid.new" "$DIR/pid"</run>
      <run>while [ ! -e "$DIR/go" ]; do sleep 0.01; done; echo over ;;</run>
      <run>esac</run>
    </build>
    <test name="Slow" runOrder="2" timeout="1s">
      <env name="CASE">#{variables.CASE}</env>
      <input>code</input>
      <run>[ "$CASE" != slow ] || sleep 1000</run>
    </test>
  </stage>
</pipeline>
END
ok 'a trial builds' "$STAGEWRIGHT" build trial.xml -o trial

# release STATUS CASE: a run of that case ends with that status.
release() {
	rm -f count go pid
	status "$2 ends with $1" "$1" ./trial run --var CASE="$2" --var DIR="$SCRATCH"
}
gone() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"
}

release 1 missing
like 'a missing tool is named' out "It failed after .*: command not found: 'mke'"
release 0 flood
./trial logs Trial.It >log
ok 'a flood is cut' test "$(wc -c <log)" -le 67108864
ok 'a cut is said' grep -aq '^\[stagewright: *[0-9]* bytes left out here\]$' log
release 0 binary
printf 'a\000\377\033[31mb\n' >expected
./trial logs Trial.It >log
ok 'binary output is kept' cmp log expected
release 0 daemon
ok 'a daemon is ended with its action' gone "$(cat daemon)"
./trial logs Trial.It >log
like 'and that is said' log '^\[stagewright: ended 1 process that the action left behind\]$'
release 1 slow
like 'time that is over is said' out 'Slow failed after .*: timed out after 1s$'

# The binary is killed while the action runs: it is found again, once.
rm -f count pid go
./trial run --var CASE=wait --var DIR="$SCRATCH" >out 2>err &
engine=$!
ok 'an action begins' await 20 test -s pid
kill -9 "$engine"
wait "$engine" 2>/dev/null
supervisor=$(cat pid)
ok 'it outlives the binary' kill -0 "$supervisor"
: >go
status 'a resumed run ends as it would have' 0 ./trial run --resume
is 'the action ran once' "$(cat count)" ran
./trial logs Trial.It >log
is 'its log is whole' "$(cat log)" over

# Nobody can know what an action did whose supervisor was killed.
rm -f count pid go
./trial run --no-wait --var CASE=wait --var DIR="$SCRATCH" >out 2>err &
engine=$!
ok 'another begins' await 20 test -s pid
kill -9 "$(cat pid)"
unknown() { ./trial status | grep -q 'It .*Unknown'; }
ok 'without its supervisor it is Unknown' await 20 unknown
ok 'and is settled by a person' ./trial settle Trial.It failed
wait "$engine"
ok 'then it has failed' sh -c './trial status | grep "It .*Failed"'
done_testing
