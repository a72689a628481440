"""A prompt's file taken apart: YAML front matter with the line of every key, and the body.

YAML lets much pass in silence that a prompt must not hold: a key twice, an anchor, a tag. Here that
is refused, and what is left is plain data whose lines are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from registry.errors import Problem, PromptRefused

RULE = "---"

Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class FrontMatter:
    """What stands above the body, and where; ``body_line`` is the line the body starts on."""

    data: dict[str, Any]
    lines: Mapping[Place, int]
    body: str
    body_line: int

    def line(self, place: Place) -> int:
        """Return the line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def taken_apart(file: str, text: str) -> FrontMatter:
    """Return front matter and body.

    Raises:
        PromptRefused: There is no front matter, or it is not plain YAML.
    """
    rows = text.split("\n")
    if rows[0] != RULE or RULE not in rows[1:]:
        raise PromptRefused([Problem(file, 1, "starts with front matter between two lines '---'")])
    end = rows.index(RULE, 1)
    node = _node(file, "\n".join(["", *rows[1:end]]))
    problems = [Problem(file, line, what) for line, what in _oddities(node)]
    if problems:
        raise PromptRefused(problems)
    lines: dict[Place, int] = {}
    data = _plain(node, (), lines)
    return FrontMatter(data, lines, "\n".join(rows[end + 1 :]), end + 2)


def _node(file: str, text: str) -> MappingNode:
    try:
        for token in cast("Iterable[Any]", yaml.scan(text, Loader=yaml.SafeLoader)):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                what = "anchors, aliases and tags have no place in a prompt"
                raise PromptRefused([Problem(file, token.start_mark.line + 1, what)])
        node = cast("Node | None", yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PromptRefused([Problem(file, line, f"no YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise PromptRefused([Problem(file, 1, f"no YAML: {error}")]) from error
    except RecursionError as error:
        raise PromptRefused([Problem(file, 1, "no YAML: nested too deeply")]) from error
    if not isinstance(node, MappingNode):
        raise PromptRefused([Problem(file, 1, "the front matter has no keys")])
    return node


def _oddities(node: Node) -> Iterator[tuple[int, str]]:
    """Return every key that is no name, or stands twice."""
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _oddities(item)
    elif isinstance(node, MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode) or not key.tag.endswith(":str"):
                yield line, "a key is a name"
                continue
            if key.value in seen:
                yield line, f"'{key.value}' stands in line {seen[key.value]} already"
            seen.setdefault(key.value, line)
            yield from _oddities(value)


def _plain(node: Node, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        data: dict[str, Any] = {}
        for key, value in node.value:
            inner = (*place, str(key.value))
            lines[inner] = key.start_mark.line + 1
            data[str(key.value)] = _plain(value, inner, lines)
        return data
    if isinstance(node, SequenceNode):
        return [_plain(item, (*place, index), lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: Node) -> Any:
    """Return what a scalar says; a date or the like stays the text it is."""
    loader = yaml.SafeLoader("")
    try:
        kind = node.tag.rpartition(":")[2]
        if kind in {"bool", "float", "int", "null"}:
            return cast("Any", loader.construct_object(node))
        return node.value
    finally:
        loader.dispose()
