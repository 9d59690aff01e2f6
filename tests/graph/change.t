#!/bin/sh
# What changed of a pipeline, as one picture: graph --from OLD NEW.
. "$(dirname "$0")/../tap.sh"
before=$ROOT/tests/graph/before.xml
after=$ROOT/tests/graph/after.xml

# draw OLD NEW FILE
draw() {
	"$STAGEWRIGHT" graph --from "$1" -o "$3" "$2"
}

# card ID FILE: the group of this id.
card() {
	sed -n "\|<g id=\"$1\"|,\|</g>|p" "$2"
}

ok "two models are one picture" draw "$before" "$after" change.svg
card 'Staging.Load' change.svg >new
like "what is new has its sign" new '>[+] Load<'
like "and a double line" new 'class="inner"'
card 'Production.Approve/removed' change.svg >gone
like "what is gone has its sign, and is struck, the sign is not" gone \
	'>− <tspan text-decoration="line-through">Approve<'
like "and has a dashed line" gone 'stroke-dasharray'
card 'Production.Ship' change.svg >changed
like "what changed says how" changed '>! without Manager, ! without Approve [+]2<'
card 'Staging.SmokeTests' change.svg >renamed
like "what has another name says which it had" renamed '>→ SmokeTests<'
like "and has no other sign" renamed '>was Smoke<'
card 'Gate' change.svg >stage
like "a stage that is gone stands where it stood" stage \
	'class="stage removed"'
card 'Staging/beforeEntry' change.svg >entry
like "a condition that is new is marked" entry '>[+] NotHotfix<'
like "what is unchanged is one card" change.svg '>3 unchanged<'
is "and is not drawn beside it" "$(card 'Build.Compile' change.svg)" ""
like "the signs are counted" change.svg \
	'[+] 3 added · − 3 removed · ~ 1 changed · → 1 renamed'
draw "$before" "$after" again.svg
ok "it is the same each time" cmp change.svg again.svg
ok "it is XML" xmllint --noout change.svg

draw "$before" "$after" change.dot
like "Graphviz strikes the same" change.dot 'label=<− <S>Approve</S><BR/>'
like "and names of stages" change.dot '<B>− <S>Gate</S></B>'
ok "there is a PNG of it" draw "$before" "$after" change.png
draw "$before" "$after" change.mmd
like "in Mermaid lines have the signs" change.mmd \
	'SHOP_STAGING -\. "−" \.-> SHOP_GATE'
like "and stages their edges" change.mmd \
	'^  style SHOP_GATE stroke:#d55e00,stroke-width:1.8px,stroke-dasharray:6 4$'
like "and lead past what is gone" change.mmd \
	'SHOP_STAGING ==> SHOP_PRODUCTION'
draw "$before" "$before" same.svg
like "without a change nothing has a sign" same.svg \
	'[+] 0 added · − 0 removed · ~ 0 changed · → 0 renamed'

# Whatever two models are: each of these with the next.
last=$before
good=0
n=0
for model in "$ROOT"/tests/accept/*.xml "$ROOT"/examples/*/release.xml; do
	n=$((n + 1))
	draw "$last" "$model" any.svg 2>err && xmllint --noout any.svg &&
		good=$((good + 1))
	last=$model
done
is "any two models are drawn" "$good" "$n"

status "a model before that cannot be read is trouble" 3 \
	"$STAGEWRIGHT" graph --from none.xml -o x.svg "$after"
like "which is said" err "none.xml"
status "the life of a stage has no before" 2 "$STAGEWRIGHT" graph \
	--from "$before" --machine Build -o x.svg "$after"
done_testing
