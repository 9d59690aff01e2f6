# valid_sarif FILE: it is SARIF, by its schema.
valid_sarif() {
	/usr/bin/python3 - "$ROOT/tests/report/sarif-schema-2.1.0.json" "$1" <<-END
		import json, sys
		import jsonschema
		schema, report = (json.load(open(path)) for path in sys.argv[1:])
		jsonschema.Draft4Validator(schema).validate(report)
	END
}
