#!/bin/sh
# Where changes are reviewed: what is in tools/review/, run as those who run it
# do: a job of GitHub Actions, one of GitLab CI, git's hook, pre-commit, an
# editor that reads lines.
. "${0%/*}/../tap.sh"
. "$ROOT/tests/git/repository.sh"
. "$ROOT/tests/report/valid.sh"
review=$ROOT/tools/review
mkdir bin && ln -s "$STAGEWRIGHT" bin/stagewright
export PATH="$SCRATCH/bin:$PATH"

# yaml FILE: as JSON.
yaml() {
	/usr/bin/python3 -c 'import json, sys, yaml
json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)' "$1"
}

# A storefront that loses its approval, in a commit of its own.
git init -q shop
mkdir shop/ci
cp "$ROOT/examples/storefront/release.xml" shop/ci/release.xml
git -C shop add . && git -C shop commit -qm first
git -C shop checkout -qb change
sed '/<stage name="SignOff"/,/<\/stage>/d' "$ROOT/examples/storefront/release.xml" \
	>shop/ci/release.xml
git -C shop commit -qam second
cd shop || exit 1

# GitHub.
export RUNNER_TEMP="$SCRATCH/temp" GITHUB_REPOSITORY=ada/shop
mkdir "$RUNNER_TEMP"
# action NAME STATUS [INPUT=VALUE...]
action() {
	action_name=$1
	action_status=$2
	shift 2
	GITHUB_STEP_SUMMARY=$SCRATCH/summary
	export GITHUB_STEP_SUMMARY
	: >"$GITHUB_STEP_SUMMARY"
	status "$action_name" "$action_status" "$ROOT/tests/places/run-action" \
		"$review/action.yml" "$@"
}
action 'the action fails when something is to be decided' 1
like 'the log has it' ../out '^! gate .*\[rv-gate-removed\]$'
like 'the change has an annotation' ../out '^::error file=ci/release.xml,line=[0-9]+,.*title=rv-gate-removed::'
is 'the summary has the comment' "$(head -1 ../summary)" '<!-- stagewright:review:v1 -->'
like 'SARIF is uploaded' ../out '^uses github/codeql-action/upload-sarif@v[0-9]+ .*review\.sarif'
ok 'and valid' valid_sarif "$RUNNER_TEMP/stagewright/review.sarif"
is 'in this order' "$(sed -n 's/^::stop-commands::\(.*\)/stop \1/p
	/^! gate/s/.*/text/p; s/^::\([0-9a-f]*\)::$/go \1/p; s/^::error.*/error/p
	s/^uses.*/upload/p; s/^failed/&/p' ../out | sed 's/[0-9a-f]\{32\}/TOKEN/' | tr '\n' ' ')" \
	'stop TOKEN text go TOKEN error upload failed Decide '
action 'it need not fail' 0 fail=false upload=false
is 'nor upload' "$(grep -c ^uses ../out)" 0
action 'a range can be given' 0 range=HEAD..HEAD
is 'where nothing changed the summary is empty' "$(cat ../summary)" ''
action 'policies can be given, and have to be there' 3 policy=none.xml fail=false
git clone -q --depth 1 "file://$PWD" ../shallow
cd ../shallow || exit 1
action 'one commit alone is too little' 3
like 'and what it takes is said' ../out '^::error .*fetch-depth: 2'
cd ../shop || exit 1

# The comment, kept by a gh that keeps it in a file.
cat >../bin/gh <<'X'
#!/bin/sh
# gh api as github-comment calls it: one comment of a workflow and two that
# others wrote, of which one has the same mark.
mark='<!-- stagewright:review:v1 -->'
for word; do [ "${word#body=@}" = "$word" ] || body=${word#body=@}; done
case $* in
*--jq*) {
	echo "[{\"id\": 1, \"user\": {\"login\": \"eve\"}, \"body\": \"$mark\"},"
	[ ! -f "$GH_KEPT" ] || jq -Rs '{id: 3, user: {login: "github-actions[bot]"}, body: .}' "$GH_KEPT"
	[ ! -f "$GH_KEPT" ] || echo ,
	echo '{"id": 2, "user": {"login": "github-actions[bot]"}, "body": "other"}]'
} | { while [ "$1" != --jq ]; do shift; done; jq -r "$2"; } ;;
*"DELETE repos/ada/shop/issues/comments/3") rm "$GH_KEPT" ;;
*"PATCH repos/ada/shop/issues/comments/3 "*) [ -f "$GH_KEPT" ] && cp "$body" "$GH_KEPT" ;;
"api repos/ada/shop/issues/7/comments "*) [ ! -f "$GH_KEPT" ] && cp "$body" "$GH_KEPT" ;;
*) exit 1 ;;
esac
X
chmod +x ../bin/gh
export GH_KEPT="$SCRATCH/comment"
comment() {
	action "$@" comment=true fail=false upload=false \
		github.event_name=pull_request github.event.pull_request.number=7
}
comment 'a comment is written' 0
is 'the one of the review' "$(cat ../comment)" "$(cat "$RUNNER_TEMP/stagewright/review.md")"
sed -i 2d ../comment
comment 'and written over' 0
is 'with all of it' "$(cat ../comment)" "$(cat "$RUNNER_TEMP/stagewright/review.md")"
comment 'and removed' 0 range=HEAD..HEAD
ok 'when there is nothing to say' test ! -e ../comment
comment 'and not missed' 0 range=HEAD..HEAD
printf '#!/bin/sh\necho made "$@"\n' >../bin/make && chmod +x ../bin/make
mv ../bin/stagewright ../hidden
"$ROOT/tests/places/run-action" "$review/action.yml" >../out 2>&1
like 'where it is not installed it is built' ../out "^made -C $ROOT -s -j2"
mv ../hidden ../bin/stagewright
rm ../bin/make

# GitLab.
yaml "$review/gitlab.yml" >../gitlab.json
jq -r '."stagewright-review".script[]' ../gitlab.json >../script
export CI_MERGE_REQUEST_DIFF_BASE_SHA
CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git rev-parse main)
status 'the job of GitLab ends with 1' \
	"$(jq '."stagewright-review".allow_failure.exit_codes' ../gitlab.json)" bash -e ../script
is 'its report is code quality' "$(jq -r '.[0].check_name' \
	"$(jq -r '."stagewright-review".artifacts.reports.codequality' ../gitlab.json)")" rv-gate-removed
ok 'and its page is kept' test -s "$(jq -r '."stagewright-review".artifacts.paths[0]' ../gitlab.json)"
rm stagewright.*

# git's hook.
git checkout -q main
ln -s "$review/pre-commit" .git/hooks/pre-commit
echo '<html/>' >page.xml
git add page.xml
status 'a commit of another file' 0 git commit -qm page
sed -i 's/name="SignOff"/name="SignOff" nmae="x"/' ci/release.xml
git add ci/release.xml
git show HEAD:ci/release.xml >ci/release.xml
status 'a commit of a wrong model is refused, whatever the work tree has' 1 git commit -qm wrong
like 'and where it is wrong is said' ../err "^git::ci/release.xml:[0-9]+:[0-9]+: error: .*'nmae'"
git checkout -q HEAD . && sed -i 's/timeout="[^"]*"/timeout="9m"/' ci/release.xml
git add ci/release.xml
sed -i 's/<stage/<stag/' ci/release.xml
status 'one of a right model is not' 0 git commit -qm right
like 'and what it means is said' ../err "^~ time .* is now '9m'"
git checkout -q .
rm .git/hooks/pre-commit

# pre-commit, which takes the hooks from a repository.
yaml "$ROOT/.pre-commit-hooks.yaml" >../hooks.json
is 'what pre-commit wants of a hook is there' "$(jq -c 'map(has("id") and has("name")
	and has("entry") and has("language")) | unique' ../hooks.json)" '[true]'
if command -v pre-commit >/dev/null; then
	git init -q ../hooks && cp "$ROOT/.pre-commit-hooks.yaml" ../hooks
	git -C ../hooks add . && git -C ../hooks commit -qm hooks
	cat >.pre-commit-config.yaml <<X
repos:
- repo: $SCRATCH/hooks
  rev: $(git -C ../hooks rev-parse HEAD)
  hooks: [{id: stagewright-check}, {id: stagewright-fmt}]
X
	git add .pre-commit-config.yaml
	"$STAGEWRIGHT" fmt -w ci/release.xml && git add ci/release.xml
	status 'pre-commit is content with a right model' 0 pre-commit run --all-files
	sed -i 's/name="SignOff"/name="SignOff" nmae="x"/' ci/release.xml
	status 'and not with a wrong one' 1 pre-commit run --all-files
	like 'which it shows' ../out 'release.xml:[0-9]+:[0-9]+: error: '
	git checkout -q .
else
	skip 'pre-commit runs the hooks' 'no pre-commit'
fi

# Editors: the lines of --brief, by the pattern of tasks.json.
cp -P "$ROOT"/tests/reject/*.xml .
stagewright check --brief --color=never ./*.xml >../lines 2>/dev/null
pattern=$(jq -r '.tasks[0].problemMatcher.pattern.regexp' "$review/tasks.json")
is 'each line with a place is taken apart' \
	"$(grep -cE ':[0-9]+:[0-9]+: (error|warning|note): ' ../lines)" \
	"$(jq -Rr --arg p "$pattern" 'select(test($p))' ../lines | grep -c .)"
is 'into what it says' "$(stagewright check --brief gate-after--same-stage.xml 2>&1 |
	jq -Rc --arg p "$pattern" --slurpfile t "$review/tasks.json" 'capture($p; "g") as $_ |
	match($p) | .captures | map(.string) as $c | $t[0].tasks[0].problemMatcher.pattern |
	[$c[.file - 1], $c[.line - 1], $c[.column - 1], $c[.severity - 1], $c[.code - 1]]')" \
	'["gate-after--same-stage.xml","14","19","error","gate-after"]'
done_testing
