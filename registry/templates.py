"""The template of a prompt: a small part of Jinja, in which every name is declared.

Loops, conditions, a few filters. Nothing is called, included or assigned, and every variable and
field is one the front matter declares, also in a branch that is seldom taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from registry.errors import Problem
from registry.schema import Element, Property

Known: TypeAlias = Property | Element | None
"""What a name stands for; None where its fields are not looked at."""

Scope: TypeAlias = Mapping[str, Known]

EXAMPLES = "examples"
FILTERS = frozenset({"join", "length"})

_EXAMPLE = Property(
    name=EXAMPLES,
    kind="array",
    items=Element(
        kind="object",
        properties=[Property(name="when", kind="string"), Property(name="answer", kind="string")],
    ),
)
_ALLOWED = (
    nodes.And,
    nodes.Compare,
    nodes.Const,
    nodes.For,
    nodes.Getattr,
    nodes.If,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Template,
    nodes.TemplateData,
)


def environment() -> ImmutableSandboxedEnvironment:
    """Return the sandbox templates are parsed and rendered in."""
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )


def problems_of(
    file: str, body: str, first_line: int, inputs: Sequence[Property]
) -> Iterator[Problem]:
    """Return what is wrong with a body: other syntax, undeclared names, inputs it never uses."""
    try:
        tree = environment().parse(body)
    except TemplateSyntaxError as error:
        yield Problem(file, first_line + error.lineno - 1, f"no template: {error.message}")
        return
    except RecursionError:
        yield Problem(file, first_line, "no template: nested too deeply")
        return
    scope: dict[str, Known] = {one.name: one for one in inputs}
    scope[EXAMPLES] = _EXAMPLE
    used: set[str] = set()
    for line, what in _walk(tree, scope, used):
        yield Problem(file, first_line + line - 1, what)
    for one in inputs:
        if one.name not in used:
            yield Problem(file, 0, f"the input '{one.name}' is never used")


def _walk(node: nodes.Node, scope: Scope, used: set[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Filter):
        if node.name not in FILTERS:
            yield node.lineno, f"the filter '{node.name}' is none of {', '.join(sorted(FILTERS))}"
    elif not isinstance(node, _ALLOWED):
        yield node.lineno, f"{type(node).__name__.lower()} has no place in a prompt"
        return
    if isinstance(node, nodes.For):
        yield from _loop(node, scope, used)
        return
    if isinstance(node, nodes.Name):
        used.add(node.name)
        if node.name not in scope:
            yield node.lineno, f"'{node.name}' is no input"
    if isinstance(node, nodes.Getattr):
        yield from _attribute(node, scope)
    for child in node.iter_child_nodes():
        yield from _walk(child, scope, used)


def _loop(node: nodes.For, scope: Scope, used: set[str]) -> Iterator[tuple[int, str]]:
    yield from _walk(node.iter, scope, used)
    if not isinstance(node.target, nodes.Name):
        yield node.lineno, "a loop has one variable"
        return
    array = _meant(node.iter, scope)
    inner = {**scope, node.target.name: array.items if array else None, "loop": None}
    for child in (*node.body, *node.else_):
        yield from _walk(child, inner, used)


def _attribute(node: nodes.Getattr, scope: Scope) -> Iterator[tuple[int, str]]:
    owner = _meant(node.node, scope)
    if owner is not None and node.attr not in {one.name for one in owner.properties or ()}:
        yield node.lineno, f"'{node.attr}' is no field of what stands before it"


def _meant(node: nodes.Node, scope: Scope) -> Known:
    """Return the declaration an expression leads to, where it is a name with fields."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getattr):
        owner = _meant(node.node, scope)
        fields = {one.name: one for one in (owner.properties or ())} if owner else {}
        return fields.get(node.attr)
    return None
