# models FOLDER: the programs of the scenarios, and the repository that they
# release. Source it after tap.sh and tests/git/repository.sh.
models() {
	models_dir=$1
	mkdir "$models_dir" "$models_dir/shop"
	git init -q "$models_dir/shop"
	commit "$models_dir/shop" page one >"$models_dir/commit"
	# Each execution of an action leaves its attempt's id.
	models_run='echo $STAGEWRIGHT_ATTEMPT_ID &gt;&gt;$HOME/runs'
	models_source='<stage name="Source"><source name="Fetch" provider="Git" url="shop" branch="main"><output>code</output></source></stage>'
	models_ship="<deploy name=\"Copy\" provider=\"Directory\" path=\"installed\"><input>code</input></deploy>"
	model happy <<-X
	<stage name="Build"><build name="Compile"><input>code</input><output>page</output><run>$models_run; cp page made; mv made page</run></build></stage>
	<stage name="Ship">$models_ship</stage>
	X
	model approval <<-X
	<stage name="SignOff"><approval name="Boss" timeout="1d">Is it good?</approval></stage>
	<stage name="Ship">$models_ship<test name="Smoke" runOrder="2"><run>$models_run</run></test></stage>
	X
	# The first attempt fails; the second execution is rolled back.
	model failure <<-X
	<stage name="Build"><build name="Compile"><input>code</input><run>$models_run; [ \$STAGEWRIGHT_ATTEMPT -gt 1 ]</run></build><onFailure result="RETRY"/></stage>
	<stage name="Ship">$models_ship<test name="Smoke" runOrder="2"><run>$models_run; [ \$STAGEWRIGHT_EXECUTION != 2 ]</run></test><onFailure result="ROLLBACK"/></stage>
	X
	# A stage is added behind where executions are.
	models_ask='<stage name="SignOff"><approval name="Boss" timeout="1d">Is it good?</approval></stage>'
	model before upgrade <<-X
	$models_ask
	<stage name="Ship">$models_ship<test name="Smoke" runOrder="2"><run>$models_run</run></test></stage>
	X
	model upgrade <<-X
	$models_ask
	<stage name="Ship">$models_ship<test name="Smoke" runOrder="2"><run>$models_run</run></test></stage>
	<stage name="After"><test name="Look"><run>$models_run</run></test></stage>
	X
}

# model NAME [PIPELINE] <STAGES
model() {
	{
		echo "<pipeline xmlns=\"urn:stagewright:pipeline:1\" name=\"${2:-$1}\">"
		echo "$models_source"
		cat
		echo '</pipeline>'
	} >"$models_dir/$1.xml"
	(cd "$models_dir" && "$STAGEWRIGHT" build "$1.xml" -o "$1") || exit 1
}
