# shellcheck shell=sh
# Sourced by the scripts here, after tap.sh: versions of a pipeline, and a
# state directory of one of them.
printf '#!/bin/sh\n' >stagewright-provider-Nothing
chmod +x stagewright-provider-Nothing
export PATH="$SCRATCH:$PATH"
export PLAY="$SCRATCH/play"
mkdir -p "$PLAY"
S=$SCRATCH/state

# Build.Make waits for the file `go`; Production.Install counts.
cat >shop.xml <<END
<pipeline xmlns="urn:stagewright:pipeline:1" name="shop">
  <stage name="Source">
    <source name="Nothing" provider="Nothing"><output>code</output></source>
  </stage>
  <stage name="Build">
    <build name="Make" timeout="60s" namespace="Made">
      <input>code</input>
      <run>echo started &gt;&gt;$PLAY/make; while [ ! -e $PLAY/go ]; do sleep 0.01; done</run>
      <run>echo made &gt;thing</run>
      <output files="thing">package</output>
    </build>
    <test name="Unit" runOrder="2"><input>package</input><run>cat thing</run></test>
    <!--BUILD-->
  </stage>
  <!--BEFORE-->
  <stage name="SignOff">
    <approval name="Ask">Ship it?</approval>
    <!--SIGN-->
  </stage>
  <stage name="Production">
    <deploy name="Install"><input>package</input>
      <run>echo installed &gt;&gt;$PLAY/installed</run></deploy>
    <!--PROD-->
  </stage>
  <!--AFTER-->
</pipeline>
END

# version NAME SED...: the pipeline, edited, built as ./NAME.
version() {
	version_name=$1
	shift
	sed "$@" shop.xml >"$version_name.xml"
	"$STAGEWRIGHT" build "$version_name.xml" -o "$version_name" \
		>"$version_name.said" 2>&1 || {
		sed 's/^/# /' "$version_name.said"
		return 1
	}
}

# at_gate: a new state directory with #1 in front of its approval.
at_gate() {
	rm -rf "$S" "$PLAY"
	mkdir "$PLAY"
	touch "$PLAY/go"
	./v1 run --no-wait --state "$S" >/dev/null 2>&1
	[ $? = 4 ]
}

# in_make: #1 runs Build.Make, and nobody owns the directory.
in_make() {
	rm -rf "$S" "$PLAY"
	mkdir "$PLAY"
	timeout 60 ./v1 run --state "$S" >/dev/null 2>&1 &
	in_make_owner=$!
	until [ -s "$PLAY/make" ]; do sleep 0.01; done
	kill -TERM $in_make_owner
	wait $in_make_owner
	[ "$(wc -l <"$PLAY/make")" = 1 ]
}

# what BINARY: "#N what" of each row of its plan.
what() {
	"./$1" upgrade --dry-run --json --state "$S" >plan.json 2>plan.err
	sed -n 's/.*"execution": \([0-9]*\).*/#\1/p; s/.*"what": "\(.*\)".*/\1/p' \
		plan.json | paste -s -d ' '
}
