"""Validates credentials by the published JSON Schema they name, formats included. It knows nothing of proofs and states."""

import json
import sys
from pathlib import Path

from jsonschema import Draft201909Validator

given = json.load(sys.stdin)
validators, verdicts = {}, []
for address, file in given["files"].items():
    schema = json.loads(Path(file).read_text())
    Draft201909Validator.check_schema(schema)
    validators[address] = Draft201909Validator(schema, format_checker=Draft201909Validator.FORMAT_CHECKER)

for case in given["cases"]:
    errors = []
    for named in case["credential"]["credentialSchema"]:
        found = validators[named["id"]].iter_errors(case["credential"])
        errors += [f"{'/'.join(map(str, error.absolute_path)) or 'the whole'}: {error.message[:200]}" for error in found]
    verdicts.append({"name": case["name"], "is": "not by the schema" if errors else "accepted", "why": "; ".join(errors) or None})
json.dump({"verdicts": verdicts, "notes": [], "asked": []}, sys.stdout)
