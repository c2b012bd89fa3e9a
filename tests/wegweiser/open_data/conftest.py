"""The schemas that HSDS 3.0 publishes for its services."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

SCHEMAS = Path(__file__).parents[2] / "data" / "hsds"


@pytest.fixture(scope="session")
def hsds() -> Draft202012Validator:
    """Stricter than HSDS, which lets anybody add fields: here a field of another version is an error."""
    files = SCHEMAS.glob("*.json")
    held = {file.name: json.loads(file.read_text()) | {"additionalProperties": False} for file in files}
    known = Registry().with_resources((name, DRAFT202012.create_resource(schema)) for name, schema in held.items())
    formats = FormatChecker(["uuid", "uri", "email", "date-time"])
    return Draft202012Validator(held["service.json"], registry=known, format_checker=formats)
