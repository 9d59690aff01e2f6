#!/bin/sh
# Watching sources, with real repositories: which tips are told, and once.
. "$(dirname "$0")/../tap.sh"
. "$ROOT/tests/git/repository.sh"
build watch -DSW_LOOK_DEADLINE_MS=1500 \
	"$ROOT/tests/git/watch.c" "$ROOT/runtime/source/look.c" \
	"$ROOT/runtime/source/watch.c"

watcher=
# start ARGUMENT...: watches; what it says is in the file `tips`.
start() {
	[ -p hints ] || mkfifo hints
	mkdir -p state
	touch tips
	INTERVAL=${INTERVAL:-20} ./watch state seen "$@" <hints >>tips 2>&1 &
	watcher=$!
	daemons="$daemons $watcher"
	exec 9>hints
}
stop() {
	exec 9>&-
	wait "$watcher"
}
forget() {
	rm -rf state seen tips
}
# told TEST REF REVISION yes|no [first]: the tip arrives, with this verdict.
told() {
	told_line="tip $2 $3 $4 ${5:-later}"
	await 20 grep -Fxq "$told_line" tips
	like "$1" tips "^$(echo "$told_line" | sed 's/[][$.*+?(){}|^\\]/\\&/g')\$"
}
# looked: something newer than all there was has been seen.
looks=0
looked() {
	looks=$((looks + 1))
	git -C shop update-ref "refs/heads/look/$looks" HEAD
	await 20 grep -q "^tip refs/heads/look/$looks " tips
}
id() { git -C shop rev-parse "$1^{commit}"; }

git init -q shop
commit shop README one >/dev/null
git -C shop branch old
git -C shop tag v0

# The first look, and the default change detection
start url=shop
told 'the first look starts the main branch' refs/heads/main "$(id main)" yes first
told 'and no other' refs/heads/old "$(id main)" no first
told 'nor a tag' refs/tags/v0 "$(id main)" no first
two=$(commit shop README two)
told 'a commit starts' refs/heads/main "$two" yes
git -C shop branch dev
told 'another branch does not' refs/heads/dev "$two" no
three=$(git -C shop commit-tree -p HEAD~1 -m three 'HEAD^{tree}')
git -C shop update-ref refs/heads/main "$three"
told 'a forced push starts' refs/heads/main "$three" yes
git -C shop branch -D dev >/dev/null
looked
git -C shop branch dev "$two"
looked
is 'a branch that came back as it was is not new' \
	"$(grep -c ^tip.refs/heads/dev tips)" 1
stop
start url=shop
looked
stop
is 'a restart tells nothing again' \
	"$(grep -c "^tip refs/heads/main" tips)" 3
four=$(commit shop README four)
start url=shop
told 'what happened meanwhile is not missed' refs/heads/main "$four" yes
stop
git init -q moved
commit moved README one >/dev/null
forget
start url=moved
told 'a repository of one branch' refs/heads/main "$(git -C moved rev-parse main)" \
	yes first
stop
git -C moved branch -m main trunk
start url=moved branch=trunk
told 'that is called otherwise now is not seen for the first time' \
	refs/heads/trunk "$(git -C moved rev-parse trunk)" yes
stop

forget
start url=shop branch=dev
told 'a source may have another branch' refs/heads/dev "$(id dev)" yes first
told 'which is its own' refs/heads/main "$four" no first
stop
forget
start url=shop tag=v0
told 'or a tag' refs/tags/v0 "$(id v0)" yes first
git -C shop tag -f -a -m moved v0 "$four" >/dev/null 2>&1
told 'that moves, with its commit' refs/tags/v0 "$four" yes
stop

# Filters
forget
start "url=file://$SCRATCH/shop" -- branches='main,release/*' excludeBranches='*/x' \
	-- tags='v*' -- branches=paths paths='src/**' excludePaths='**/*.md'
told 'with filters, too, a new pipeline runs once' refs/heads/main "$four" yes first
git -C shop branch release/1
told 'a branch that a filter names' refs/heads/release/1 "$four" yes
git -C shop branch release/x
told 'an excluded one' refs/heads/release/x "$four" no
git -C shop branch feature
told 'one that no filter names' refs/heads/feature "$four" no
git -C shop tag -a -m one v1
told 'a tag' refs/tags/v1 "$four" yes
git -C shop tag w1
told 'another tag' refs/tags/w1 "$four" no
git -C shop branch 'v$(touch${IFS}pwn)'
told 'a hostile name' 'refs/heads/v$(touch${IFS}pwn)' "$four" no
git -C shop update-ref "refs/tags/v$(printf '\377')" "$four"
git -C shop tag 'v$(touch${IFS}pwn)'
told 'a hostile name that matches' 'refs/tags/v$(touch${IFS}pwn)' "$four" yes
git -C shop checkout -q -b paths
told 'the first push of a branch by its paths' refs/heads/paths "$four" no
told 'a file that matches' refs/heads/paths "$(commit shop src/a/b.c b)" yes
told 'files that do not' refs/heads/paths "$(commit shop docs/b c)" no
told 'an excluded file' refs/heads/paths "$(commit shop src/a/c.md d)" no
commit shop src/new.c e >/dev/null
git -C shop rm -q src/a/b.c
git -C shop commit -qm removed
looked
told 'a file that went' refs/heads/paths "$(id paths)" yes
stop
commit shop src/more.c f >/dev/null
commit shop docs/more g >/dev/null
start "url=file://$SCRATCH/shop" -- branches=paths paths='src/**'
told 'several commits while nobody looked are one push' \
	refs/heads/paths "$(id paths)" yes
stop
rm -rf state
git -C shop checkout -q --orphan other
commit shop src/other.c h >/dev/null
git -C shop branch -f paths
git -C shop -c gc.reflogExpire=now -c gc.reflogExpireUnreachable=now \
	-c gc.pruneExpire=now gc -q --prune=now 2>/dev/null
start "url=file://$SCRATCH/shop" -- branches=paths paths='src/**'
told 'if the old tip is gone, every file counts' \
	refs/heads/paths "$(id paths)" yes
stop
ok 'no name was executed' sh -c '! find . -name pwn | grep .'

# Hints
forget
INTERVAL=100000000
start url=shop branch=main
await 20 grep -q 'refs/heads/main' tips
git -C shop checkout -q main
five=$(commit shop README five)
printf h >&9
told 'a hint makes it look at once' refs/heads/main "$five" yes
six=$(commit shop README six)
printf hhhh >&9
told 'many hints do no harm' refs/heads/main "$six" yes
is 'and each tip is told once' "$(grep -c "refs/heads/main $six" tips)" 1
stop
INTERVAL=20

# Trouble
forget
start url=nowhere
await 20 grep -q ^trouble tips
like 'a missing repository' tips "^trouble there is no repository at 'nowhere'"
git init -q nowhere
commit nowhere a a >/dev/null
await 20 grep -q ^tip tips
like 'that is made later' tips '^tip refs/heads/main .* yes first'
is 'trouble is told once' "$(grep -c '^trouble there is no' tips)" 1
stop
forget
start 'url=#{variables.URL}'
await 20 grep -q ^trouble tips
like 'a url that only an execution knows' tips 'cannot be watched'
stop
forget
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1",
	Listen => 5); $| = 1; print $s->sockport, "\n";
	while ($c = $s->accept) { push @all, $c }' >port &
silent=$!
daemons="$daemons $silent"
await 20 test -s port
start "url=http://127.0.0.1:$(cat port)/x"
await 20 grep -q ^trouble tips
like 'a server that never answers' tips '^trouble no answer in time'
stop
kill $silent
is 'leaves no child behind' "$(ps -o pid= --ppid $watcher)" ''
done_testing
