#!/bin/sh
# A source in a pipeline: what it exports, what is pinned, and how it fails.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
cat >model.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="released">
  <trigger source="Checkout">
    <push branches="main release/*"/>
    <push tags="v*"/>
    <push branches="docs" paths="src/**"/>
  </trigger>
  <stage name="Source">
    <source name="Checkout" provider="Git" namespace="Src" url="work/shop.git" branch="main"><output>code</output></source>
  </stage>
  <stage name="Test">
    <test name="Look"><input>code</input>
      <env name="BRANCH">#{Src.BranchName}</env>
      <env name="COMMIT">#{Src.CommitId}</env>
      <env name="MESSAGE">#{Src.CommitMessage}</env>
      <env name="AUTHOR">#{Src.AuthorDisplayName} #{Src.AuthorEmail} #{Src.AuthorDate}</env>
      <env name="REPOSITORY">#{Src.RepositoryName}</env>
      <run>printf '%s|' "$BRANCH" "$COMMIT" "$MESSAGE" "$AUTHOR" "$REPOSITORY"; cat README</run>
    </test>
  </stage>
</pipeline>
X
"$STAGEWRIGHT" build model.xml -o released || exit 1
mkdir work
git init -q --bare work/shop.git
git clone -q work/shop.git clone 2>/dev/null
push() { git -C clone push -q origin "$@" 2>/dev/null; }
one=$(commit clone README one)
two=$(commit clone README 'two $(touch pwn) `touch pwn`')
push main
looked() { ./released logs Test.Look "#$1"; }

status 'run' 0 ./released run
looked 1 >shown
like 'the newest commit' shown "^main\|$two\|two "
like 'and what is known of it' shown \
	'\|Ada ada@example.org 20[0-9-]+T[0-9:]+Z\|shop\|two'
status 'run of a pinned commit' 0 ./released run --revision Source.Checkout="$one"
looked 2 >shown
like 'brings that one' shown "^main\|$one\|one\|.*\|one\$"
status 'run of an unknown revision' 1 \
	./released run --revision Source.Checkout=abcdef
./released show '#3' >shown
like 'gives the reason' shown "no revision 'abcdef' in 'work/shop.git'"
status 'run of a branch' 1 ./released run --revision Source.Checkout=mian
mv work/shop.git work/away
status 'run without the repository' 1 ./released run
./released show >shown
like 'gives the reason, too' shown \
	"there is no repository at 'work/shop.git': No such file"
mv work/away work/shop.git
state=$PWD/.stagewright/released
mkdir elsewhere
cp -r work elsewhere
status 'a path is relative to where one starts' 0 sh -c \
	"cd elsewhere && ../released run --state '$state'"

# The whole way of a push by triggers, after what was run by hand
push main:release/old
./released serve --interval 1 --json >log 2>err &
server=$!
daemons="$daemons $server"
await 20 grep -q 'refs/heads/main is at' log
started=$(./released history | wc -l)
git -C clone checkout -q -b release/new
three=$(commit clone README three)
push release/new
./released hook hint
await 20 grep -q 'Test.Look succeeded' log
is 'after runs by hand the first look starts nothing' \
	"$(./released history | wc -l)" $((started + 1))
looked '' >/dev/null 2>&1
./released logs Test.Look >shown
like 'a push of another branch has its name' shown "^release/new\|$three\|three"
git -C clone tag v1 "$one"
push v1
./released hook hint
await 20 sh -c "./released logs Test.Look | grep -q '|$one|'"
./released logs Test.Look >shown
like 'a tag starts its commit' shown "\|$one\|one\|"
git -C clone checkout -q -b docs
commit clone docs/page four >/dev/null
push docs
commit clone docs/page five >/dev/null
push docs
push "+$three:refs/heads/other"
./released hook hint
await 20 grep -q 'refs/heads/other is at' log
before=$(./released history | wc -l)
six=$(commit clone src/main.c six)
push docs
./released hook hint
await 20 sh -c "./released logs Test.Look | grep -q '|$six|'"
is 'of files, those that a filter names' "$(./released history | wc -l)" \
	$((before + 1))
kill $server
wait $server
ok 'nothing of a name or message was executed' sh -c '! find . -name pwn | grep .'
done_testing
