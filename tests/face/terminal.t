#!/bin/sh
# What a released binary draws on a terminal, and that it draws nowhere else.
. "$(dirname "$0")/../tap.sh"
export HOME="$SCRATCH" GIT_CONFIG_NOSYSTEM=1
unset NO_COLOR

if ! script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	echo "1..0 # SKIP there are no pseudo-terminals here"
	exit 0
fi
git init -q -b main code
git -C code -c user.name=Ada -c user.email=ada@example.org \
	commit -q --allow-empty -m 'Begin'
cat >release.xml <<'XML'
<pipeline xmlns="urn:stagewright:pipeline:1" name="small">
  <stage name="Source">
    <source name="Checkout" provider="Git" url="code" branch="main"><output>code</output></source>
  </stage>
  <stage name="Check">
    <test name="One"><input>code</input><run>true</run></test>
    <test name="Two"><input>code</input><run>true</run></test>
  </stage>
  <stage name="SignOff">
    <approval name="Ada">Ship it?</approval>
  </stage>
</pipeline>
XML
ok "builds" "$STAGEWRIGHT" build release.xml -o small

# terminal COMMAND: runs it on a terminal of 80 columns; its screen in `screen`.
terminal() {
	script -qec "stty cols 80 rows 30; $1" typescript >screen </dev/null
}
escape=$(printf '\033')

TERM=xterm LC_ALL=C.UTF-8 terminal './small run --no-wait'
is "run ends undecided" "$?" 4
like "run draws over what it drew" screen "$escape\\[[0-9]+A"
like "run ends with what waits" screen 'SignOff.Ada waits for a decision on #1'
like "and the command that decides" screen '\./small approve SignOff\.Ada --token 1\.[0-9]+\.1'
TERM=xterm LC_ALL=C.UTF-8 terminal './small status'
like "status draws boxes" screen '╭─.*Source.*#1'
like "in colour" screen "$escape\\[1;33m"
git -C code checkout -q --orphan away
git -C code branch -q -m main gone
status "a newer one that failed" 1 ./small run --no-wait
git -C code branch -q -m gone main
TERM=xterm LC_ALL=C.UTF-8 terminal './small status'
like "does not hide that nobody carries the older one on" screen \
	'no process carries it on'
NO_COLOR=1 TERM=xterm LC_ALL=C.UTF-8 terminal './small status'
is "NO_COLOR has none" "$(grep -c "$escape" screen)" 0
like "but is a drawing" screen '╭─.*Source'
TERM=xterm LC_ALL=C terminal './small status'
is "a locale without UTF-8 gets ASCII" \
	"$(LC_ALL=C tr -d '\000-\177' <screen | wc -c)" 0
like "which is a drawing" screen '\+- .*Source'
TERM=dumb terminal './small status'
is "a dumb terminal gets lines" "$(grep -c '+-' screen)" 0

./small status >status.txt
is "a pipe gets no escapes" "$(grep -c "$escape" status.txt)" 0
like "but lines" status.txt '^ *SignOff +InProgress +#1'
ok "approves" ./small approve SignOff.Ada 1
./small run --no-wait >lines.txt
like "run tells a pipe a line for each change" lines.txt ' Check.One succeeded'
is "a pipe of run gets no escapes" "$(grep -c "$escape" lines.txt)" 0
TERM=xterm LC_ALL=C.UTF-8 terminal './small history'
like "history is a table" screen '# +status +started'
TERM=xterm LC_ALL=C.UTF-8 terminal './small show'
like "show is a tree" screen 'Checkout'

./small serve >serve.txt 2>&1 &
serve=$!
ok "another process owns it" await 10 grep -q serving serve.txt
status "a second one does not serve" 3 ./small serve
like "and says who does" err 'process [0-9]* owns the state directory.*one serves'
TERM=xterm LC_ALL=C.UTF-8 terminal './small run --no-wait'
like "run draws what that one does" screen "$escape\\[[0-9]+A"
like "and what it waits for" screen 'waits until #[0-9] leaves SignOff'
kill $serve
wait $serve
done_testing
