"""YAML whose scalars stay the text they are, and the line on which each value stands.

YAML would read ``0010`` as eight and ``12.50`` as a float. Golden cases are full of SAP codes and
exact quantities, so nothing but ``null``, ``true`` and ``false`` is anything else than text here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

_NULL, _BOOL = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"
Path = tuple[str | int, ...]


class NotYaml(ValueError):
    """The text is no YAML, or says a key twice; who wrote it reacts."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Loader):
    """Takes every scalar for text; libyaml, where PyYAML has it, reads ten times as fast."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_Plain.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Plain.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), ["t", "f"])


@dataclass
class Document:
    """The data of a file, and the line of every value in it."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict[Path, int])

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a value, or of the nearest one around it."""
        here = tuple(path)
        while here and here not in self.lines:
            here = here[:-1]
        return self.lines.get(here, 1)


def parse(text: str) -> Document:
    """Read a document.

    Raises:
        NotYaml: It is none, or a mapping says a key twice.
    """
    try:
        node = cast(yaml.Node | None, yaml.compose(text, _Plain))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise NotYaml(line, error.problem or "is no YAML") from error
    except yaml.YAMLError as error:
        raise NotYaml(1, str(error)) from error
    except RecursionError as error:
        raise NotYaml(1, "is nested too deeply") from error
    document = Document(None)
    try:
        document.data = None if node is None else _value(node, (), document.lines)
    except RecursionError as error:
        raise NotYaml(1, "is nested too deeply, or holds itself") from error
    return document


def _value(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    lines[path] = node.start_mark.line + 1
    match node:
        case yaml.MappingNode():
            return _mapping(node, path, lines)
        case yaml.SequenceNode():
            return [_value(one, (*path, at), lines) for at, one in enumerate(node.value)]
        case yaml.ScalarNode(tag=tag, value=value):
            if tag == _NULL:
                return None
            return value == "true" if tag == _BOOL else value
        case _:
            raise NotYaml(node.start_mark.line + 1, "is neither mapping, list nor text")


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise NotYaml(key.start_mark.line + 1, f"'{name}' is said twice")
        found[name] = _value(value, (*path, name), lines)
        lines[*path, name] = key.start_mark.line + 1
    return found
