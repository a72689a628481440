"""A prompt as it was written: words, variables, what it is bound to, and the hash of all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from registry.schema import Binds, Head, json_schema


class Example(BaseModel):
    """One line of ``examples.jsonl``: a situation in words, and the answer it should get."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    when: Annotated[str, Field(min_length=1)]
    answer: dict[str, JsonValue]


@dataclass(frozen=True)
class Prompt:
    """One version of a prompt. ``text`` and ``examples_text`` are what the hash covers."""

    file: str
    head: Head
    body: str
    body_line: int
    examples: tuple[Example, ...]
    text: str
    examples_text: str

    @property
    def name(self) -> str:
        """What it is for, such as ``diagnose``."""
        return self.head.name

    @property
    def version(self) -> str:
        """Its version, such as ``1.0.0``."""
        return self.head.metadata.version

    @property
    def binds(self) -> Binds:
        """What it belongs to."""
        return self.head.metadata.binds

    @property
    def sha256(self) -> str:
        """The hash of its words and examples."""
        return hash_of(self.text, self.examples_text)

    @property
    def options(self) -> Mapping[str, float | int]:
        """How the model answers, by Prompty's names."""
        return self.head.model.options.model_dump(by_alias=True, exclude_none=True)

    def answer_schema(self, choices: Mapping[str, Iterable[str]] | None = None) -> dict[str, Any]:
        """Return the JSON Schema of its answer.

        Args:
            choices: What a field may say where only the case knows: ``{"cause": [...]}``.
        """
        return json_schema(self.head.outputs, choices)


def hash_of(text: str, examples: str) -> str:
    """Return the hash a prompt is locked by; both texts are canonical already."""
    parts = (text.encode(), examples.encode())
    framed = b"".join(b"%d:%s" % (len(part), part) for part in parts)
    return hashlib.sha256(framed).hexdigest()


def canonical(raw: bytes) -> str:
    """Return a text as it is hashed: UTF-8 without a mark, lines ended by a line feed.

    Raises:
        UnicodeDecodeError: It is no UTF-8.
    """
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
