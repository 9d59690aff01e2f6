# Campaigns of strikes for scripts of this folder: source it after tap.sh.
. "$ROOT/tests/git/repository.sh"
. "$ROOT/tests/fault/models.sh"

# Programs, and FEW: points of a sample. They share a machine with other tests,
# and most of their time is waiting.
prepare() {
	if [ "$(uname -m)" != x86_64 ]; then
		echo "1..0 # SKIP strike knows the registers of x86-64 alone"
		exit 0
	fi
	models "$SCRATCH/models"
	FEW=90
	[ -z "${SAN:-}" ] || FEW=15
}

# campaign NAME SCENARIO OPTION...
campaign() {
	campaign_name=$1
	campaign_scenario=$2
	shift 2
	mkdir "$SCRATCH/trials.$((tap_count + 1))"
	cd "$SCRATCH/trials.$((tap_count + 1))" || exit 1
	ok "$campaign_name" "$B/tests/fault/campaign" -j 4 "$@" \
		"$B/tests/fault/${STRIKER:-strike}" "$SCRATCH/models" "$campaign_scenario"
	printf '%s\n' "$tap_output" | grep '^# '
	cd "$SCRATCH" || exit 1
}
