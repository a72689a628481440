"""What may stand in a prompt's front matter: the shape of Prompty 2.1, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from registry.versions import VERSION

Kind: TypeAlias = Literal["string", "integer", "float", "boolean", "array", "object"]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Words: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Hash: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
SchemaId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^concord\.[a-z_]+\.v[1-9]\d*$")]


class Part(BaseModel):
    """A part of the front matter; what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PromptyPart(Part):
    """A part whose keys are Prompty's own: ``enumValues`` and not ``enum_values``."""

    model_config = ConfigDict(alias_generator=to_camel)


class Property(PromptyPart):
    """One variable that goes in, or one field of the answer.

    An ``array`` says what its ``items`` are, an ``object`` which ``properties`` it has.
    """

    name: Name
    kind: Kind
    description: Words | None = None
    required: bool = True
    nullable: bool = False
    enum_values: Annotated[list[str], Field(min_length=1)] | None = None
    items: Element | None = None
    properties: list[Property] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Property:
        _complete(self)
        return self


class Element(PromptyPart):
    """What the elements of an array are."""

    kind: Kind
    enum_values: Annotated[list[str], Field(min_length=1)] | None = None
    items: Element | None = None
    properties: list[Property] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Element:
        _complete(self)
        return self


class SapApi(Part):
    """A service a prompt speaks of. With a hash, only the ``$metadata`` that it was written for."""

    service: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
    entity_set: Annotated[str, StringConstraints(pattern=r"^\w+$")] | None = None
    metadata_sha256: Hash | None = None


class Binds(Part):
    """What a prompt belongs to.

    ``models`` are ids such as ``openai:NAME-2026-01-01``; a trailing ``*`` stands for any ending,
    ``*`` alone for every model. ``conflicts`` are kinds such as ``production/*``.
    """

    owner: Words
    models: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^\S+$")]], Field(min_length=1)
    ]
    sap_api: list[SapApi] = Field(default=[])
    business_object: Annotated[list[Name], Field(min_length=1)]
    conflicts: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[a-z]+/([a-z0-9_]+|\*)$")]],
        Field(min_length=1),
    ]
    input_schema: SchemaId
    output_schema: SchemaId


class Metadata(Part):
    """What Prompty leaves to us.

    ``sheets`` are records of whatever shape, laid out before they are put in; ``pages`` are texts
    of several lines that Concord itself wrote; ``foreign`` are texts of others, fenced. Any other
    text is one line. Pages and foreign texts are dotted names, such as ``precedents.summary``.
    """

    version: Annotated[str, StringConstraints(pattern=VERSION.pattern)]
    authors: Annotated[list[Words], Field(min_length=1)]
    binds: Binds
    sheets: list[Name] = Field(default=[])
    pages: list[str] = Field(default=[])
    foreign: list[str] = Field(default=[])
    examples: Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]+\.jsonl$")] | None = None


class Options(PromptyPart):
    """How the model answers; pinned with the words."""

    temperature: Annotated[float, Field(ge=0, le=2, strict=False)] | None = None
    max_output_tokens: Annotated[int, Field(gt=0)] | None = None


class Model(Part):
    """The model's options. Which model it is, ``binds`` and the installation say."""

    options: Options


class Format(Part):
    """The one template language there is."""

    kind: Literal["jinja2"]
    strict: Literal[True]


class Parser(Part):
    """The one way a rendered text becomes messages."""

    kind: Literal["prompty"]


class Template(Part):
    """How the body is rendered and read."""

    format: Format
    parser: Parser


class Head(PromptyPart):
    """The whole front matter."""

    name: Name
    display_name: Words
    description: Words
    metadata: Metadata
    model: Model
    inputs: Annotated[list[Property], Field(min_length=1)]
    outputs: list[Property] = Field(default=[])
    template: Template

    @model_validator(mode="after")
    def _names(self) -> Head:
        known = {path for path, leaf in leaves(self.inputs) if leaf == "string"}
        for path in (*self.metadata.pages, *self.metadata.foreign):
            if path not in known:
                raise ValueError(f"pages or foreign name '{path}', which is no text that goes in")
        for name in self.metadata.sheets:
            if not any(
                (one.name, one.kind, one.properties) == (name, "object", []) for one in self.inputs
            ):
                raise ValueError(f"the sheet '{name}' is no object without properties of its own")
        if both := set(self.metadata.pages) & set(self.metadata.foreign):
            raise ValueError(f"{sorted(both)} cannot be both ours and foreign")
        return self


def leaves(properties: Iterable[Property], before: str = "") -> list[tuple[str, Kind]]:
    """Return the dotted name of everything that is neither array nor object, with its kind."""
    found: list[tuple[str, Kind]] = []
    for one in properties:
        found += _leaves(one, f"{before}{one.name}")
    return found


def json_schema(
    properties: Iterable[Property], choices: Mapping[str, Iterable[str]] | None = None
) -> dict[str, Any]:
    """Return the JSON Schema of an answer: every field required, nothing besides.

    Args:
        properties: The prompt's ``outputs``.
        choices: What a field may say, where only the case knows (``{"cause": [...]}``).
    """
    fields = {one.name: _schema(one) for one in properties}
    for name, words in (choices or {}).items():
        fields[name] = {**fields[name], "enum": list(words)}
    return _closed(fields)


def _schema(one: Property | Element) -> dict[str, Any]:
    said = one.description if isinstance(one, Property) else None
    described = {"description": said} if said else {}
    if one.kind == "object":
        return _closed({inner.name: _schema(inner) for inner in one.properties or ()}) | described
    if one.kind == "array" and one.items is not None:
        return {"type": "array", "items": _schema(one.items)} | described
    kind = "number" if one.kind == "float" else one.kind
    chosen = {"enum": one.enum_values} if one.enum_values else {}
    return {"type": kind} | chosen | described


def _closed(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _leaves(one: Property | Element, path: str) -> list[tuple[str, Kind]]:
    if one.kind == "object":
        return leaves(one.properties or (), f"{path}.")
    if one.kind == "array" and one.items is not None:
        return _leaves(one.items, path)
    return [(path, one.kind)]


def _complete(one: Property | Element) -> None:
    if (one.items is not None) != (one.kind == "array"):
        raise ValueError("an array, and nothing else, says what its items are")
    if (one.properties is not None) != (one.kind == "object"):
        raise ValueError("an object, and nothing else, says which properties it has")
    if one.enum_values is not None and one.kind != "string":
        raise ValueError("only a string has enumValues")
    names = [inner.name for inner in one.properties or ()]
    if len(names) != len(set(names)):
        raise ValueError("two properties have the same name")
