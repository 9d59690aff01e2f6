#!/bin/sh
# Abuse by actions: outputs that point elsewhere, and texts that are more than
# text to whoever looks at them.
. "${0%/*}/../tap.sh"
# shellcheck source=tests/git/repository.sh
. "$ROOT/tests/git/repository.sh"
unset STAGEWRIGHT_STATE
echo canary-of-a-secret-file >secret
git init -q shop
commit shop file 'First' >/dev/null

# run_with RUN FILES: a release whose action does that.
run_with() {
	rm -rf .stagewright installed
	cat >release.xml <<X
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <stage name="Source">
    <source name="Checkout" provider="Git" namespace="Src" url="shop" branch="main"><output>code</output></source>
  </stage>
  <stage name="Build">
    <build name="Make"><input>code</input><env name="SECRET">$SCRATCH/secret</env>
      <run><![CDATA[$1]]></run><output files="$2">package</output></build>
  </stage>
  <stage name="Install"><deploy name="Copy" provider="Directory" path="installed"><input>package</input></deploy></stage>
</pipeline>
X
	"$STAGEWRIGHT" build release.xml -o release >out 2>&1 && ./release run
}
refused() { # NAME RUN PATTERN
	status "abuse 18: $1 is no artifact" 1 run_with "$2" "dist/**"
	./release show >shown 2>&1
	cat out err >>shown
	like "abuse 18: $1: said so" shown "$3"
	is "abuse 18: $1: nothing of it is kept" \
		"$(grep -rl canary .stagewright/shop/objects installed 2>/dev/null)" ''
}
refused "a link to a file outside" 'mkdir dist; ln -s "$SECRET" dist/x' 'lead out of the artifact'
refused "a link that climbs" 'mkdir dist; ln -s ../../../../../../../etc/passwd dist/x' 'lead out of the artifact'
refused "a link that goes down and climbs" 'mkdir -p dist/a; ln -s a/../../../x dist/x' 'lead out of the artifact'
refused "a folder that is a link" 'ln -s /etc dist' "no file matches|lead out"
refused "a pipe" 'mkdir dist; mkfifo dist/x' 'device, socket or pipe'
for name in 'a..b' '..x' '%2e%2e' '%00' '\'; do
	status "abuse 18: a file called '$name' is one" 0 run_with \
		"mkdir dist; echo good >'dist/$name'" "dist/**"
	is "abuse 18: '$name' is where it belongs" "$(cat "installed/current/dist/$name")" good
done
status "abuse 18: a hard link is stored as what it holds" 0 run_with \
	'mkdir dist; echo good >a; ln a dist/a; ln a dist/b' "dist/**"
is "abuse 18: and is two files where it is installed" \
	"$(stat -c %h installed/current/dist/a)" 1
status "abuse 18: an archive is a file and not unpacked" 0 run_with \
	'mkdir dist; ln -s /etc x; tar cf dist/evil.tar x' "dist/**"
is "abuse 18: as it was made" "$(ls -A installed/current/dist)" evil.tar
for path in ../secret /etc/passwd 'a/../../secret' 'dist/../../secret'; do
	run_with "true" "$path" >out 2>&1
	is "abuse 18: outputs '$path' bring nothing from outside" \
		"$(grep -rl canary .stagewright installed 2>/dev/null)" ''
done

# What is shown: each of these in a message, an author, a variable, a log.
escape=$(printf '\033')
nasty="$escape]0;title$(printf '\007')$escape[2J<script>alert(1)</script>$(printf '\342\200\256')evil"
git -C shop -c user.name="$nasty" commit -q --allow-empty -m "$nasty"
status "abuse 10: a run of a nasty commit succeeds" 0 run_with 'mkdir dist; echo x >dist/x' 'dist/**'
for verb in status history 'show #1' 'graph'; do
	# shellcheck disable=SC2086 # words are meant
	./release $verb >shown 2>&1
	is "abuse 10: $verb shows no control" "$(tr -d '\n\t' <shown | LC_ALL=C tr -dc '\000-\037\177' | wc -c)" 0
	is "abuse 10: $verb turns no text around" "$(grep -c "$(printf '\342\200\256')" shown)" 0
done
./release history --json >shown
is "abuse 10: JSON escapes controls" "$(tr -d '\n' <shown | LC_ALL=C tr -dc '\000-\037\177' | wc -c)" 0
run_with "mkdir dist; echo x >dist/x; printf '\\033]0;title\\033[2J\\033[31mred\\n'" 'dist/**' >out 2>&1
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	script -qec './release logs Build.Make' /dev/null >shown 2>&1 </dev/null
	like "abuse 10: a log sets no title" shown '^\^\[\]0;title\^\[\[2J'
	is "abuse 10: and colours what it likes" "$(grep -c "$escape\[31mred" shown)" 1
fi
is "abuse 10: elsewhere a log is what was printed" \
	"$(./release logs Build.Make | grep -c "^$escape\]0;title$escape\[2J$escape\[31mred")" 1
cat >drawn.xml <<X
<pipeline xmlns="urn:stagewright:pipeline:1" name="drawn">
  <variable name="X" default="&lt;script&gt;">]]&gt;&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;</variable>
  <stage name="Source"><source name="S" provider="Git" url="javascript:alert(1)" branch="main"><output>code</output></source></stage>
  <stage name="Ask"><approval name="A">&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))</approval></stage>
</pipeline>
X
for format in svg mmd; do
	"$STAGEWRIGHT" graph drawn.xml -o "drawn.$format" >out 2>&1
	is "abuse 10: no script is in a drawing ($format)" "$(grep -ci '<script' "drawn.$format")" 0
done
ok "abuse 10: the drawing is well-formed" xmllint --noout --nonet drawn.svg
is "abuse 10: and refers to nothing" "$(grep -cE '(href|src)=|url\((http|file|javascript)|on[a-z]+=' drawn.svg)" 0
done_testing
