# A pipeline that deploys a site, for scripts of this folder: source it after
# tap.sh. $R is the program, $PLAY steers what its actions and rules do, $S is
# the state directory, site/current what is released.
PLAY=$SCRATCH/play
S=$SCRATCH/state
R=$SCRATCH/release
ME=$(id -un)
mkdir "$PLAY"
unset STAGEWRIGHT_STATE
printf '#!/bin/sh\ncp "%s/page" page\n' "$PLAY" >stagewright-provider-Page
chmod +x stagewright-provider-Page
export PATH="$SCRATCH:$PATH"
echo one >"$PLAY/page"

# Leaves a line in $PLAY/runs, then waits while $PLAY/hold-NAME is there, with
# a child of its own; fails if $PLAY/fail-NAME is.
cat >"$PLAY/act" <<'E2'
#!/bin/sh
cd "${0%/*}" || exit
echo "$1 $STAGEWRIGHT_ATTEMPT_ID" >>runs
echo "$1 acts"
if [ -e "hold-$1" ]; then
	sleep 1000 &
	echo $! >"child-$1.new"
	mv "child-$1.new" "child-$1"
	while [ -e "hold-$1" ]; do sleep 0.02; done
	kill $!
fi
[ ! -e "fail-$1" ]
E2
chmod +x "$PLAY/act"

r() { r_verb=$1; shift; "$R" "$r_verb" --state "$S" "$@"; }
start() { "$R" run --state "$S" "$@"; }
# runs NAME: how often it acted.
runs() { grep -c "^$1 " "$PLAY/runs" || true; }
# row NAME STATUS: the action or rule has that status in `status`.
row() {
	r status --json | awk -v path="$1" -v status="$2" '
		/"path":/ { here = index($0, "\"" path "\"") }
		here && /"status":/ { found = index($0, "\"" status "\""); exit }
		END { exit !found }'
}
# execution N STATUS
execution() { r show "$1" --json | sed '/"stages"/q' | grep -q "\"status\": \"$2\""; }
gone() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"
}
serve() {
	"$R" serve --state "$S" >>serving 2>&1 &
	server=$!
	await 10 test -S "$S/socket"
}
