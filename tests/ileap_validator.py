"""The JSON schemas of iLEAP 1.0.0, with their three dangling references mended."""

import json
from functools import cache
from pathlib import Path

import jsonschema  # type: ignore[import-untyped] # it ships no types

SCHEMAS = Path(__file__).parent / "data" / "ileap_schemas"
#: References that name a definition in another case (README.md beside the schemas).
ALIASES = {"Toc": "TOC", "Hoc": "HOC", "Tad": "TAD"}


@cache
def _validator(name: str) -> jsonschema.Draft7Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    for alias, target in ALIASES.items():
        if target in schema["definitions"]:
            schema["definitions"][alias] = {"$ref": f"#/definitions/{target}"}
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(
        schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    )


def schema_errors(name: str, value: object) -> list[str]:
    """Return what a schema finds wrong, like "shipment-footprint" or "pcf-toc"."""
    return [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for error in _validator(name).iter_errors(value)
    ]
