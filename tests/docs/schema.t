#!/bin/sh
# Editors find the schema through the catalogue, and it holds the examples.
. "${0%/*}/../tap.sh"

export XML_CATALOG_FILES="$ROOT/schemas/catalog.xml"
for model in "$ROOT"/examples/*/release.xml; do
	name=${model#"$ROOT/"}
	ok "$name is valid by the catalogue" xmllint --nonet --noout \
		--schema urn:stagewright:pipeline:1 "$model"
done
sed 's/<stage /<stagecoach /; s/<\/stage>/<\/stagecoach>/' \
	"$ROOT/examples/hello/release.xml" >bad.xml
status "what is not in the schema is found" 3 xmllint --nonet --noout \
	--schema urn:stagewright:pipeline:1 bad.xml
done_testing
