#!/bin/sh
# What can become of a stage, as a picture.
. "$(dirname "$0")/../tap.sh"

cat >gated.xml <<'END'
<pipeline xmlns="urn:stagewright:pipeline:1" name="gated">
  <stage name="Source"><source name="Checkout" url="shop.git" branch="main"><output>code</output></source></stage>
  <stage name="Test">
    <beforeEntry result="FAIL"><rule name="Window" provider="Commands">true</rule></beforeEntry>
    <test name="Unit"><input>code</input><run>true</run></test>
    <test name="Lint"><input>code</input><run>true</run></test>
    <test name="Load" runOrder="2"><input>code</input><run>true</run></test>
  </stage>
</pipeline>
END
graph() {
	"$STAGEWRIGHT" graph "$@" 2>err
}
states() { grep -c '^  s[0-9]* \[' "$1"; }
# leads FILE WORDS: events with these words are on a line.
leads() { grep -q -- "->.* $2\\\\l" "$1"; }

for suffix in svg png pdf dot; do
	ok "draws .$suffix" graph --machine Test -o "life.$suffix" gated.xml
done
ok "an SVG is XML" xmllint --noout life.svg
is "a PNG is a PNG" "$(head -c 4 life.png | tail -c 3)" PNG
graph --machine Test -o again.dot gated.xml
ok "the same each time" cmp life.dot again.dot
# Not entered; Window runs, failed; both tests run; one of them ended, in four
# ways; Load runs; one or both failed; Load succeeded, failed.
is "every state is there once" "$(states life.dot)" 14
for words in 'an execution arrives' 'pass Window' 'fail Window' 'fail Lint' \
	'succeed Load'; do
	ok "a line for: $words" leads life.dot "$words"
done
ok "nobody overrides" eval '! grep -q override life.dot'

graph --machine Test --moves retries,overrides -o wanted.dot gated.xml
for words in 'override beforeEntry' retry 'retry all'; do
	ok "a dashed line for: $words" leads wanted.dot "$words"
done
is "an overridden rule is another state" "$(states wanted.dot)" 25
graph --machine Test --executions 2 -o two.dot gated.xml
like "a second execution waits" two.dot 'one waits'
sed 's/name="gated"/name="gated" executionMode="PARALLEL"/' gated.xml >apart.xml
graph --machine Test --executions 2 -o apart.dot apart.xml
is "in PARALLEL each is by itself" "$(states apart.dot)" 14

status "an unknown stage" 2 graph --machine Nowhere -o no.svg gated.xml
like "is named" err "there is no stage 'Nowhere' in 'gated.xml'"
status "Mermaid" 2 graph --machine Test -o no.mmd gated.xml
status "a move that is none" 2 graph --machine Test --moves jumps -o no.svg gated.xml
like "is told from those that are" err "'jumps' is no list of retries,"
status "executions of a pipeline" 2 graph --executions 2 -o no.svg gated.xml
like "are none of a stage" err 'say --machine STAGE, too'
status "moves of a pipeline" 2 graph --moves retries -o no.svg gated.xml
status "no execution" 2 graph --machine Test --executions 0 -o no.svg gated.xml
tests=
for i in 1 2 3 4 5 6 7 8; do
	tests="$tests<test name=\"T$i\" retries=\"$i\" idempotent=\"true\"><input>code</input><run>true</run></test>"
done
sed "s|<test name=\"Unit\">|$tests&|" gated.xml >alike.xml
sed -i "s/ retries=\"[0-9]\"//g" alike.xml
ok "ten tests that are alike are counted" graph --machine Test -o alike.dot alike.xml
like "which is said" alike.dot 'which of several alike actions it is'
sed "s|<test name=\"Unit\">|$tests&|" gated.xml >wide.xml
status "more states than one can read" 3 graph --machine Test -o no.svg wide.xml
like "is said by the name of the limit" err 'CHART_STATES_MAX'
ok "and nothing is written" test ! -e no.svg

hostile=$ROOT/tests/golden/hostile.xml
stage=$("$STAGEWRIGHT" compile --dump=machine "$hostile" 2>/dev/null |
	sed -n 's/^stage \([^" ]*\) .*/\1/p' | sed -n 2p)
ok "hostile names are no markup" graph --machine "$stage" -o hostile.svg "$hostile"
ok "and the SVG is XML" xmllint --noout hostile.svg
done_testing
