#!/bin/sh
# `hook`: what it puts into a repository's hooks, and what it leaves alone.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
cat >model.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="hooked">
  <stage name="Source">
    <source name="Checkout" provider="Git" url="shop" branch="main"><output>code</output></source>
  </stage>
  <stage name="Test"><test name="Look"><input>code</input><run>cat README</run></test></stage>
</pipeline>
X
"$STAGEWRIGHT" build model.xml -o "it's released" || exit 1
released="$SCRATCH/it's released"
git init -q shop
commit shop README one >/dev/null
git init -q --bare bare.git
hooks=shop/.git/hooks
rm -f "$hooks"/*

hook() { "$released" hook "$@"; }

status 'install' 0 hook install shop
like 'says where' out 'shop/.git/hooks/post-receive tells the pipeline'
is 'three hooks' "$(ls "$hooks" | tr '\n' ' ')" 'post-commit post-merge post-receive '
ok 'they can be executed' test -x $hooks/post-receive -a -x $hooks/post-commit
ok 'they are shell' sh -n $hooks/post-receive
before=$(cat $hooks/post-receive)
status 'install again' 0 hook install shop
like 'says so' out 'post-receive tells it already'
is 'and changes nothing' "$(cat $hooks/post-receive)" "$before"
status 'another state directory' 0 hook install shop --state other
is 'has its own block' "$(grep -c 'hook hint' $hooks/post-receive)" 2
status 'goes alone' 0 hook remove shop --state other
is 'the first one stays' "$(cat $hooks/post-receive)" "$before"
ok 'a push is not held up when nobody serves' \
	git -C shop push -q . main:refs/heads/pushed
status 'nobody serves' 1 hook hint
like 'and says so' err "nobody serves '.*' now"
status 'remove' 0 hook remove shop
is 'takes hooks away that are empty' "$(ls $hooks)" ''
status 'remove again' 0 hook remove shop
status 'install into a bare one, as JSON' 0 hook install bare.git --json
ok 'is JSON' perl -MJSON::PP -0ne 'exit !decode_json($_)->{hooks}[0]{changed}' out
is 'a bare repository has no commits of its own' \
	"$(find bare.git/hooks -type f ! -name '*.sample')" \
	bare.git/hooks/post-receive

# Somebody else's hooks
printf '#!/bin/bash -e\nread line\necho "$line" >>../seen\nexit 0' >$hooks/post-receive
chmod 750 $hooks/post-receive
theirs=$(cat $hooks/post-receive)
status 'a hook that is there' 0 hook install shop
is 'our block stands before its end' "$(sed -n 2p $hooks/post-receive | cut -c1-5)" '# >>>'
is 'it keeps its mode' "$(stat -c %a $hooks/post-receive)" 750
git -C shop push -q . main:refs/heads/again
ok 'it still gets its input' grep -q refs/heads/again shop/seen
status 'removing ours' 0 hook remove shop
is 'leaves theirs as it was' "$(cat $hooks/post-receive)" "$theirs"
leaves() { # TEST PATTERN: install refuses, and the hook stays as it is
	leaves_before=$(ls -l $hooks/post-receive && cat $hooks/post-receive)
	status "$1" 1 hook install shop
	like "$1: says why" err "$2"
	like "$1: and what to do" err "put this line into it yourself: '.*hook hint"
	is "$1: nothing is changed" \
		"$(ls -l $hooks/post-receive && cat $hooks/post-receive)" \
		"$leaves_before"
}
printf '#!/usr/bin/perl\n' >$hooks/post-receive
leaves 'a hook in Perl' 'is no shell script'
printf '#!/usr/bin/env dash\n' >$hooks/post-receive
status 'a hook by env' 0 hook install shop
hook remove shop >/dev/null
printf '\177ELF\0' >$hooks/post-receive
leaves 'a binary' 'is no shell script' 2>/dev/null
printf '#!/bin/sh\n' >$hooks/post-receive
chmod -x $hooks/post-receive
leaves 'a hook that is switched off' 'not executable'
rm $hooks/post-receive
ln -s /bin/true $hooks/post-receive
leaves 'a link' 'is a symbolic link' 2>/dev/null
rm $hooks/post-receive
git -C shop config core.hooksPath /nowhere
status 'hooks elsewhere' 1 hook install shop
like 'are named' err "core.hooksPath.*hook hint"
git -C shop config --unset core.hooksPath
mkdir folder
status 'no repository' 1 hook install folder
like 'no repository: says so' err "'folder' is not a git repository"
status 'nothing' 1 hook install nowhere
status 'a word too few' 2 hook install
status 'another word' 2 hook frobnicate
status 'no git on the path' 3 env PATH=/nowhere "$released" hook install shop
like 'no git: what to do' err 'there is no git on the path'

# The whole way: a commit is released at once, though nobody looks for hours
rm -rf shop/.git/hooks/* .stagewright
hook install shop >/dev/null
"$released" serve --interval 100000 >log 2>&1 &
server=$!
daemons="$daemons $server"
await 20 grep -q '#1 Succeeded' log
like 'serve runs a new pipeline once' log '#1 Succeeded'
like 'it says what started it' log '#1 started by refs/heads/'
ok 'and nothing of what starts nothing' sh -c '! grep " is at " log'
commit shop README two >/dev/null
await 20 grep -q '#2 Succeeded' log
like 'a commit is hinted' log '#2 Succeeded'
git clone -q shop clone
git -C shop checkout -q --detach
commit clone README three >/dev/null
git -C clone push -q origin HEAD:main
await 20 grep -q '#3 Succeeded' log
like 'a push is hinted' log '#3 Succeeded'
"$released" logs Test.Look '#3' >shown 2>&1
like 'with what was pushed' shown three
kill -9 $server
wait $server 2>/dev/null
commit clone README four >/dev/null
git -C clone push -q origin HEAD:main
"$released" serve --interval 100000 >log2 2>&1 &
server=$!
daemons="$daemons $server"
await 20 grep -q '#4 Succeeded' log2
like 'what was pushed while nobody served is not missed' log2 '#4 Succeeded'
kill $server
wait $server
is 'serve ends in order' $? 0
is 'each tip once' "$("$released" history --json | grep -c '"number"')" 4
done_testing
