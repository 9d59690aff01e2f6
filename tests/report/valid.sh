# valid_sarif FILE: it is SARIF, by its schema.
valid_sarif() {
	/usr/bin/python3 - "$ROOT/tests/report/sarif-schema-2.1.0.json" "$1" <<-END
		import json, sys
		import jsonschema
		schema, report = (json.load(open(path)) for path in sys.argv[1:])
		jsonschema.Draft4Validator(schema).validate(report)
	END
}

# valid_rdjson FILE: it is what reviewdog reads, by the messages of its
# proto/rdf/reviewdog.proto, whose fields are all optional; no other is there.
valid_rdjson() {
	jq -e '
	def only(names): (keys - names) == [];
	def position: only(["line", "column"]) and (.line | type == "number" and . > 0)
		and (.column | type == "number" and . > 0);
	def range: only(["start", "end"]) and (.start | position) and (.end | position);
	def location: only(["path", "range"]) and (.path | type == "string")
		and (.range == null or (.range | range));
	only(["source", "severity", "diagnostics"])
	and (.source | only(["name", "url"]))
	and (.diagnostics | type == "array") and (.diagnostics | all(
		only(["message", "location", "severity", "source", "code",
			"suggestions", "original_output", "related_locations"])
		and (.message | type == "string") and (.location | location)
		and (.severity | IN("ERROR", "WARNING", "INFO"))
		and (.code | only(["value", "url"]) and (.value | type == "string"))
		and ((.suggestions // []) | all(only(["range", "text"])
			and (.range | range) and (.text | type == "string")))
		and ((.related_locations // []) | all(only(["message", "location"])
			and (.location | location)))))' "$1"
}
