#!/bin/sh
# The schema and the reader's table say the same: what the tool takes the
# schema takes, what the structure refuses the schema refuses. Editors find
# the schema through the catalogue.
. "${0%/*}/../tap.sh"

export XML_CATALOG_FILES="$ROOT/schemas/catalog.xml"
validate() {
	xmllint --nonet --noout --schema urn:stagewright:pipeline:1 "$1"
}

for model in "$ROOT"/examples/*/release.xml "$ROOT"/tests/golden/*.xml \
	"$ROOT"/tests/format/*.xml "$ROOT"/tests/format/more/*.xml; do
	ok "${model#"$ROOT/"} is valid by the catalogue" validate "$model"
done
sed 's/<stage /<stagecoach /; s/<\/stage>/<\/stagecoach>/' \
	"$ROOT/examples/hello/release.xml" >bad.xml
status "what is not in the schema is found" 3 validate bad.xml

# A schema of this kind cannot say: what one provider requires, a second child
# among others in any order, the bounds of a duration.
for model in "$ROOT"/tests/reject/struct-unknown--*.xml \
	"$ROOT"/tests/reject/struct-required--*.xml \
	"$ROOT"/tests/reject/struct-value--*.xml; do
	name=${model##*/}
	case $name in
	struct-required--git-url.xml | struct-required--directory-path.xml | \
		struct-required--commands.xml | \
		struct-required--invoke-provider.xml | \
		struct-value--allow-*.xml | struct-value--lint-unknown.xml | \
		struct-value--lint-firm.xml | struct-value--lint-policy.xml | \
		struct-unknown--parameter.xml | \
		struct-unknown--run-of-*.xml | \
		struct-unknown--shell-of-*.xml | \
		struct-unknown--sandbox-of-*.xml | \
		struct-required--rule-commands.xml | \
		struct-required--rule-parameters.xml | \
		struct-unknown--rule-parameter.xml | \
		struct-value--branch-and-tag.xml | \
		struct-unknown--second.xml | struct-value--duration-long.xml | \
		struct-value--backoff.xml | struct-value--bounds.xml | \
		struct-value--same-of-stage.xml)
		ok "$name is beyond the schema" validate "$model"
		;;
	*)
		ok "$name is not valid" test "$(validate "$model" 2>&1 | tail -n 1)" = \
			"$model fails to validate"
		;;
	esac
done

# One model has all of the language, but for the roots of other files: no word
# of the schema is unknown to the reader, and none of the schema's is missing
# there.
everything="$ROOT/tests/format/everything.xml"
status "the reader takes all of the language" 0 "$STAGEWRIGHT" check "$everything"
sed -n 's/.*<xs:element name="\([A-Za-z]*\)".*/<\1[ >\/]/p
	s/.*<xs:attribute name="\([A-Za-z]*\)".*/[ ]\1="/p' \
	"$ROOT/schemas/pipeline.xsd" | sort -u >words
ok "the schema has words" test "$(wc -l <words)" -gt 80
while read -r word; do
	ok "everything.xml has $word" grep -qe "$word" "$everything" \
		"$ROOT/tests/format/everything.scenarios.xml" \
		"$ROOT/tests/format/more/stages.xml"
done <words
done_testing
