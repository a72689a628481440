"""The JSON Schema of a plant file, for editors, and what it says of one key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema

from tools.plant.model import Plant
from tools.plant.places import Path, below, table

Shape: TypeAlias = Mapping[str, Any]

NAME = "plant.schema.json"

_NOTHING: Shape = {}


class _PlantSchema(GenerateJsonSchema):
    """Shows defaults as one would write them in the file, and no titles that only repeat keys."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Decimal):
            return int(dft) if dft == dft.to_integral_value() else float(dft)
        return super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def plant_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plant file."""
    schema = Plant.model_json_schema(schema_generator=_PlantSchema)
    for definition in schema["$defs"].values():
        _drop_section_defaults(definition)
    _drop_section_defaults(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """Return the JSON Schema as the file that stands beside plant files."""
    return json.dumps(plant_schema(), indent=2, ensure_ascii=False) + "\n"


@cache
def _known() -> Shape:
    return plant_schema()


def _drop_section_defaults(definition: dict[str, Any]) -> None:
    """Leave out the defaults of whole tables: each key within them says its own."""
    for shape in definition.get("properties", {}).values():
        if isinstance(shape.get("default"), dict):
            del shape["default"]


class Guide:
    """What the schema says of a key, by its path in a file.

    Args:
        data: The file's content, because the kind of a system decides which keys it has.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._schema = _known()
        self._data = data

    def shape(self, path: Path) -> Shape:
        """Return what a key must be; empty where no such key is known.

        The description is the key's own, not that of the table it holds.
        """
        here: Any = self._data
        shape: Shape = self._schema
        for part in path:
            shape = self._below(self._resolved(shape, here), part)
            here = below(here, part)
        resolved = self._resolved(shape, here)
        description = shape.get("description") or resolved.get("description", "")
        return {**resolved, "description": description}

    def keys(self, path: Path) -> tuple[str, ...]:
        """Return the keys a table may have."""
        return tuple(self.shape(path).get("properties", ()))

    def _below(self, shape: Shape, part: str | int) -> Shape:
        if isinstance(part, int):
            return shape.get("items", {})
        known = shape.get("properties", {})
        if part in known:
            return known[part]
        others: Mapping[str, Shape] = shape.get("patternProperties", {})
        return next(iter(others.values()), _NOTHING)

    def _resolved(self, shape: Shape, value: Any) -> Shape:
        """Follow references; of several kinds take the one the value names."""
        while True:
            if "$ref" in shape:
                shape = self._schema["$defs"][shape["$ref"].rpartition("/")[2]]
            elif "oneOf" in shape:
                shape = self._chosen(shape, value)
            elif "anyOf" in shape:
                options = [option for option in shape["anyOf"] if option.get("type") != "null"]
                if len(options) != 1:
                    return shape
                shape = options[0]
            else:
                return shape

    def _chosen(self, shape: Shape, value: Any) -> Shape:
        kinds: Mapping[str, str] = shape["discriminator"]["mapping"]
        kind = table(value).get("kind")
        if isinstance(kind, str) and kind in kinds:
            return {"$ref": kinds[kind]}
        return {"type": "object", "properties": {"kind": {"enum": list(kinds)}}}
