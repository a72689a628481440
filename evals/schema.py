"""The JSON Schema of golden files, for editors."""

from __future__ import annotations

import json

from evals.case import Golden

NAME = "golden.schema.json"


def schema_text() -> str:
    """Return the JSON Schema as the file that stands beside golden files."""
    schema = Golden.model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
