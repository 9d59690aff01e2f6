#!/bin/sh
# A small change of a model is a small change of its C: inserting a stage into
# ten, wherever, changes at most two old lines of NAME.c and NAME.h together.
. "$(dirname "$0")/../tap.sh"

# model STAGE...: writes a pipeline with these stages to stdout. Environment:
# mode, and whether stages have conditions.
model() {
	echo "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"ten\" executionMode=\"${mode:-SUPERSEDED}\">"
	for stage in "$@"; do
		echo "<stage name=\"$stage\">"
		if [ "$stage" = Source ]; then
			echo '<source name="Checkout" provider="Git" url="x.git" branch="main"><output>code</output></source>'
		else
			[ -z "${conditions:-}" ] ||
				echo "<beforeEntry result=\"FAIL\"><rule name=\"May\" provider=\"Commands\">./may $stage</rule></beforeEntry>"
			echo "<test name=\"First\"><input>code</input><run>./first $stage</run></test>"
			echo '<test name="Second" runOrder="2"><input>code</input><run>true</run></test>'
			echo '<test name="Third" runOrder="2"><input>code</input><run>true</run></test>'
			[ -z "${conditions:-}" ] ||
				echo '<onSuccess result="FAIL"><rule name="Fit" provider="Commands">true</rule></onSuccess><onFailure result="RETRY"/>'
		fi
		echo '</stage>'
	done
	echo '</pipeline>'
}

# changed OLD NEW: how many lines of OLD's files are not in NEW's.
changed() {
	for file in ten.c ten.h; do
		diff "$1/$file" "$2/$file"
	done | grep -c '^<'
}

compile() {
	mkdir "$1"
	model_name=$1
	shift
	model "$@" >"$model_name/release.xml"
	"$STAGEWRIGHT" compile "$model_name/release.xml" -o "$model_name" \
		2>/dev/null
}

inserted() {
	mkdir "$1"
	cd "$1" || return
	compile old Source Two Three Four Five Six Seven Eight Nine Ten
	compile second Source New Two Three Four Five Six Seven Eight Nine Ten
	compile middle Source Two Three Four Five New Six Seven Eight Nine Ten
	compile last Source Two Three Four Five Six Seven Eight Nine Ten New
	compile similar Source Two Three T-Wo Four Five Six Seven Eight Nine Ten
	for place in second middle last similar; do
		n=$(changed old $place)
		ok "$1: inserted $place: $n old lines change" [ "$n" -le 2 ]
	done
	cd ..
}

inserted plain
mode=QUEUED conditions=yes
inserted queued
mode=PARALLEL
inserted parallel
done_testing
