#!/bin/sh
# A remote over a network protocol: git's own server on loopback.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
build source "$ROOT/tests/git/source.c"

source_() {
	rm -rf workspace
	mkdir -p state workspace
	./source state workspace "$@" 3>variables
}
git init -q shop
commit shop README one >/dev/null
commit shop src/main.c two >/dev/null
git -C shop tag -a -m v1 v1
git -C shop branch other HEAD~1
"$ROOT/tests/git/http-server.pl" >port 2>served &
server=$!
daemons="$daemons $server"
await 20 test -s port
url=http://127.0.0.1:$(cat port)

status 'the main branch' 0 source_ url="$url/shop/.git"
is 'its commit' "$(sed -n 's/^CommitId=//p' variables)" "$(git -C shop rev-parse HEAD)"
is 'its files' "$(cat workspace/README workspace/src/main.c | tr '\n' ' ')" 'one two '
is 'its name' "$(sed -n 's/^RepositoryName=//p' variables)" shop
three=$(commit shop README three)
status 'what came later' 0 source_ url="$url/shop/.git"
is 'is in the mirror, too' "$(sed -n 's/^CommitId=//p' variables)" "$three"
status 'a tag' 0 source_ url="$url/shop/.git" tag=v1
status 'an unknown branch' 1 source_ url="$url/shop/.git" branch=mian
like 'is not found' err "no branch 'mian' in .* did you mean 'main'"
status 'no repository there' 1 source_ url="$url/nowhere"
like 'is said' err "cannot reach '$url/nowhere': .*404"
status 'a redirect' 1 source_ url="$url/redirect"
like 'is not followed' err "cannot reach '$url/redirect': .*redirect"
status 'a password is asked for' 1 source_ url="$url/secret/x"
like 'and what to do' err "'$url/secret/x' does not let us in: .*over ssh://"
status 'a wrong password' 1 source_ \
	url="http://ada:s3cret@127.0.0.1:$(cat port)/secret/x"
ok 'is not shown' sh -c '! grep -r s3cret out err variables state'

# In a pipeline: a server that is silent is given up at the action's deadline
sed "s|URL|$url/silent|" >model.xml <<'X'
<pipeline xmlns="urn:stagewright:pipeline:1" name="patient">
  <stage name="Source">
    <source name="Checkout" provider="Git" url="URL" branch="main" timeout="1s"><output>code</output></source>
  </stage>
  <stage name="Test"><test name="Look"><input>code</input><run>cat README</run></test></stage>
</pipeline>
X
"$STAGEWRIGHT" build model.xml -o patient || exit 1
status 'a silent server' 1 ./patient run
like 'costs its deadline and no more' out 'Checkout failed after 1\.[0-9] s'
kill $server
"$STAGEWRIGHT" build model.xml -o patient || exit 1
status 'a server that is gone' 1 ./patient run
./patient show >out
like 'is the reason that one reads' out "cannot reach '$url/silent': .*refused"
done_testing
