"""Judges files by JSON Schema: the schemas are the first line on stdin, then a file
a line as [number of the schema, value]. Prints `valid` or `invalid` for each, and
fails when a schema is itself none."""

import json
import sys

from jsonschema import Draft7Validator

schemas = json.loads(sys.stdin.readline())
for schema in schemas:
    Draft7Validator.check_schema(schema)
validators = [Draft7Validator(schema) for schema in schemas]
for line in sys.stdin:
    number, value = json.loads(line)
    print("valid" if validators[number].is_valid(value) else "invalid")
