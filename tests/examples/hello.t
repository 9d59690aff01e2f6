#!/bin/sh
# The smallest pipeline, from a commit to where it is used.
. "${0%/*}/../tap.sh"
# shellcheck source=example.sh
. "$ROOT/tests/examples/example.sh"

example hello hello program
ok "check has nothing to say" silently "$STAGEWRIGHT" check release.xml
ok "it builds" "$STAGEWRIGHT" build release.xml -o release
ok "it runs to the end" timeout 60 ./release run
is "what is installed greets" "$(sh installed/current/hello.sh World)" \
	"Hello, World."

echo 'exit 1' >hello/hello.sh
git -C hello commit -qam 'Break it'
git -C hello push -q origin main
status "a commit that fails its test ends with 1" 1 timeout 60 ./release run
is "and is not installed" "$(sh installed/current/hello.sh World)" \
	"Hello, World."
ok "replay finds the same states" ./release replay
done_testing
