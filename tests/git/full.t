#!/bin/sh
# What is pushed while as many executions are in flight as may be is not lost.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
cat >model.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="full" executionMode="QUEUED" maxExecutions="1">
  <trigger source="Checkout"><push branches="main"/><push tags="v*"/></trigger>
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage name="SignOff"><approval name="Ada">Go on?</approval></stage>
  <stage name="Test"><test name="Look"><input>code</input><run>cat README</run></test></stage>
</pipeline>
X
"$STAGEWRIGHT" build model.xml -o full || exit 1
git init -q --bare shop.git
git clone -q shop.git clone 2>/dev/null
push() { git -C clone push -q origin "$@" 2>/dev/null; }
commit clone README one >/dev/null
push main
./full serve --interval 1000 >serving 2>complaints &
server=$!
asks() { ./full status --json | grep -q "\"token\": \"$1\""; }
ok 'the first push is asked about' await 10 asks 1.1.1
commit clone README two >/dev/null
push main
./full hook hint
ok 'the second finds no room' await 10 test -s complaints
like 'which is said' complaints 'as many executions are in flight as may be'
like 'and that it is not lost' complaints 'starts when one of them has ended'
git -C clone tag v1
push v1
./full hook hint
commit clone README three >/dev/null
push main
./full hook hint
status 'the first goes on' 0 ./full approve SignOff.Ada --token 1.1.1
ok 'a push starts by itself when there is room' await 10 asks 2.1.1
status 'a decision for the first is none for it' 1 \
	./full approve SignOff.Ada --token 1.1.1
like 'which is said' err "asks about #2 now, not about #1"
status 'it goes on' 0 ./full approve SignOff.Ada
ok 'then the other ref' await 10 asks 3.1.1
status 'it is rejected' 0 ./full reject SignOff.Ada
status 'and retried' 0 ./full retry SignOff
ok 'which asks anew' await 10 asks 3.1.2
status 'no decision is taken over' 1 ./full approve SignOff.Ada --token 3.1.1
like 'which is said' err 'asks anew since then \(its token is 3.1.2 now, not 3.1.1\)'
status 'it is decided' 0 ./full approve SignOff.Ada --token 3.1.2
kill -TERM $server
wait $server
./full show 3 >shown
ok 'both refs were released' sh -c './full history --json | grep -q refs/tags/v1 && ./full history --json | grep -q refs/heads/main'
status 'replay agrees' 0 ./full replay
done_testing
