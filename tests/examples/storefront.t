#!/bin/sh
# A web shop through all stages, more than once: approved, rejected, broken.
. "${0%/*}/../tap.sh"
# shellcheck source=example.sh
. "$ROOT/tests/examples/example.sh"

# get PATH: what production answers, started from where it is installed.
get() {
	site=sites/production/current
	$site/bin/shop -a address $site/share/catalogue.tsv >shop.log 2>&1 &
	shop=$!
	await 10 test -s address
	curl -sS -m 10 "$(cat address)$1"
	kill "$shop" && wait "$shop"
	rm -f address
}

# release_commit MESSAGE: the working tree becomes the tip of main.
release_commit() {
	git -C shop commit -qam "$1"
	git -C shop push -q origin main
}

example storefront shop
ok "check has nothing to say" silently "$STAGEWRIGHT" check release.xml
ok "it builds" "$STAGEWRIGHT" build release.xml -o storefront
ok "it runs through approval to production" \
	timeout 120 ./storefront run --approve SignOff.ReleaseManager --var LOAD_SECONDS=1
is "production answers" "$(get /version)" '{"version":"1.4.0"}'

echo 1.5.0 >shop/VERSION
release_commit 'Raise the version'
timeout 120 ./storefront run --var LOAD_SECONDS=1 >run.log 2>&1 &
run=$!
# Refused until it is asked for.
ok "who looks at it says no" await 60 \
	./storefront reject SignOff.ReleaseManager '#2' --comment 'not today'
run_status=0
wait "$run" || run_status=$?
is "a rejected release ends with 1" "$run_status" 1
is "production stays as it was" "$(get /version)" '{"version":"1.4.0"}'
is "staging has it" "$(cat sites/staging/current/share/VERSION)" 1.5.0

echo 'int broken = "this";' >>shop/src/pages.c
release_commit 'Break the build'
status "a commit that does not compile ends with 1" 1 timeout 120 ./storefront run
status "production can be rolled back" 0 ./storefront rollback Production '#1'
like "as an execution of its own" out 'rollback Production #1: recorded as #4'
ok "which somebody carries out" timeout 120 ./storefront run --resume
is "production answers as it did" "$(get /version)" '{"version":"1.4.0"}'
ok "replay finds the same states" ./storefront replay
done_testing
