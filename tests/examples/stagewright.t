#!/bin/sh
# The project's own pipeline passes check and builds. It is not run here:
# it would run these tests.
. "${0%/*}/../tap.sh"
# shellcheck source=example.sh
. "$ROOT/tests/examples/example.sh"

cp "$ROOT/examples/stagewright/release.xml" .
ok "check has nothing to say" silently "$STAGEWRIGHT" check release.xml
ok "it builds" "$STAGEWRIGHT" build release.xml -o release
status "and the binary answers" 0 ./release --help
done_testing
