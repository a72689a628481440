"""A key of a plant file or a setting that nothing reads misleads whoever sets it.

What is read is found from the types: a name annotated with a section, or called ``plant`` or
``settings``, holds one, and what is taken from it holds what the section says. What a section's own
method reads counts once the method itself is called from outside.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType
from typing import Any, TypeAlias, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from agent.settings import Settings
from tools.plant.copies import Properties
from tools.plant.model import Plant

Kinds: TypeAlias = frozenset[type[BaseModel]]
Read: TypeAlias = tuple[str, str]

NOTHING: Kinds = frozenset()
CALLED: Mapping[str, Kinds] = {
    "plant": frozenset({Plant}),
    "settings": frozenset({Settings}),
}
UNREAD = {
    # For people, and the key says so.
    ("S4", "release"),
    # Given to the connector as a whole (``agent.audit_targets.log_names``).
    *(("Properties", name) for name in Properties.model_fields),
}
OUTSIDE = ("agent/", "evals/", "registry/", "tools/plant/connecting.py")
INSIDE = "tools/plant/"


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _all(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield root
    for field in root.model_fields.values():
        for inner in _models(field.annotation):
            yield from _all(inner)


SECTIONS = {
    base.__name__: base
    for root in (Plant, Settings)
    for one in _all(root)
    for base in one.__mro__
    if issubclass(base, BaseModel) and base.model_fields
}


# Names that stand for one of several sections, such as Auth.
ALIASES = {
    name: frozenset(_models(value))
    for module in {inspect.getmodule(one) for one in SECTIONS.values()}
    for name, value in vars(module).items()
    if name not in SECTIONS and not isinstance(value, type) and any(_models(value))
} | {name: frozenset({one}) for name, one in SECTIONS.items()}


@cache
def _owner(kind: type[BaseModel], name: str) -> type | None:
    """Return the class that declares a field or method; None where there is neither."""
    return next(
        (
            one
            for one in kind.__mro__
            if one not in BaseModel.__mro__
            and (name in inspect.get_annotations(one) or name in one.__dict__)
        ),
        None,
    )


def _function(kind: type, name: str) -> FunctionType | None:
    found = kind.__dict__.get(name)
    found = found.fget if isinstance(found, property) else found
    return found if isinstance(found, FunctionType) else None


@cache
def _held(kind: type[BaseModel], name: str) -> Kinds:
    """Return the sections that a field holds, or that a method returns."""
    if name in kind.model_fields:
        return frozenset(_models(kind.model_fields[name].annotation))
    owner = _owner(kind, name)
    function = _function(owner, name) if owner else None
    returned = get_type_hints(function).get("return") if function else None
    return frozenset(_models(returned))


def _named(annotation: ast.expr | None) -> Kinds:
    """Return the sections an annotation names."""
    if annotation is None:
        return NOTHING
    words = {
        word
        for node in ast.walk(annotation)
        for word in (getattr(node, "id", None), getattr(node, "attr", None))
    }
    return NOTHING.union(*(ALIASES[word] for word in words if word in ALIASES))


class _Reader(ast.NodeVisitor):
    """Walks a module and notes what is read of sections."""

    def __init__(self, known: Mapping[str, Kinds], local: Mapping[str, Kinds] | None = None):
        self.reads = set[Read]()
        self._known, self._local = known, dict(local or {})

    def kinds(self, node: ast.AST | None) -> Kinds:
        """Return the sections an expression holds, or something made of them."""
        match node:
            case ast.Name(id=name):
                return self._local.get(name) or CALLED.get(name.strip("_"), NOTHING)
            case ast.Attribute(value=value, attr=name):
                return self._taken(self.kinds(value), name)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for each in node.generators:
                    self._bind(each.target, self.kinds(each.iter))
            case ast.Call(func=ast.Name(id="getattr"), args=[of, *_]):
                for kind in self.kinds(of):
                    self.reads |= {(kind.__name__, name) for name in kind.model_fields}
            case ast.Call(func=ast.Name(id=name)) if name in self._known:
                return self._known[name] | self._below(node)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, self.kinds(value))
            case None:
                return NOTHING
            case _:
                pass
        return self._below(node)

    def _below(self, node: ast.AST) -> Kinds:
        return NOTHING.union(*(self.kinds(child) for child in ast.iter_child_nodes(node)))

    def _taken(self, kinds: Kinds, name: str) -> Kinds:
        if not kinds:
            return self._known.get(name) or CALLED.get(name.strip("_"), NOTHING)
        found = NOTHING
        for kind in kinds:
            owner = _owner(kind, name)
            if owner is None:
                found |= {kind}
                continue
            self.reads.add((owner.__name__, name))
            found |= _held(kind, name)
        return found

    def _bind(self, target: ast.AST, kinds: Kinds) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self._local[node.id] = self._local.get(node.id, NOTHING) | kinds

    def visit(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                outer, self._local = self._local, dict(self._local)
                for one in args:
                    if one.annotation is not None:
                        self._local[one.arg] = _named(one.annotation)
                self.generic_visit(node)
                self._local = outer
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self.kinds(value))
                self.kinds(value)
            case ast.For() | ast.AsyncFor():
                self._bind(node.target, self.kinds(node.iter))
                self.generic_visit(node)
            case ast.expr():
                self.kinds(node)
            case _:
                self.generic_visit(node)


def _known(modules: Mapping[str, ast.Module]) -> dict[str, Kinds]:
    """Return which attributes hold, and which functions return, a section wherever they are."""
    known = dict[str, Kinds]()
    for tree in modules.values():
        for node in ast.walk(tree):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    known[name] = known.get(name, NOTHING) | _named(annotation)
                case ast.FunctionDef(name=name, returns=returns):
                    known[name] = known.get(name, NOTHING) | _named(returns)
                case ast.arg(arg=name, annotation=annotation):  # kept as self._name
                    known[f"_{name}"] = known.get(f"_{name}", NOTHING) | _named(annotation)
                case _:
                    pass
    return known


def _tree(owner: type, name: str) -> ast.Module:
    function = _function(owner, name)
    return ast.parse(textwrap.dedent(inspect.getsource(function)) if function else "")


def read(modules: Mapping[str, ast.Module]) -> set[Read]:
    """Return every key that is read, by the class that declares it."""
    outside = {
        name: tree
        for name, tree in modules.items()
        if name.startswith(OUTSIDE) and name != "agent/settings.py"
    }
    known = _known(outside)
    found, new = set[Read](), set[Read]()
    for tree in outside.values():
        reader = _Reader(known)
        reader.visit(tree)
        new |= reader.reads
    helpers = [
        node
        for name, tree in modules.items()
        if name.startswith(INSIDE)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    ]
    while new:
        found |= new
        fresh, new = new, set[Read]()
        for name, attribute in fresh:
            tree = _tree(SECTIONS[name], attribute)
            called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            reader = _Reader({}, {"self": frozenset({SECTIONS[name]})})
            for node in [tree, *(one for one in helpers if one.name in called)]:
                reader.visit(node)
            new |= reader.reads - found
    return found


def keys() -> set[Read]:
    """Return every key there is, by the class that declares it; kinds are told by their class."""
    return {
        (owner.__name__, name)
        for one in SECTIONS.values()
        for name in one.model_fields
        if name != "kind" and (owner := _owner(one, name)) is not None
    }


@pytest.fixture(scope="module")
def found(product: dict[str, ast.Module]) -> set[Read]:
    return read(product)


def test_every_key_and_every_setting_has_a_reader(found: set[Read]) -> None:
    assert keys() - found == UNREAD


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("plant.calendar.works(day)", {("Calendar", "holidays"), ("Calendar", "working_days")}),
        ("def f(cut: Feasibility): return cut.risk_from", {("Feasibility", "risk_from")}),
        ("def f(mes: SapDm): return mes.timeout_seconds", {("Reachable", "timeout_seconds")}),
        ("[one.source for one in self._plant.webhooks]", {("Webhook", "source")}),
        ("limits = plant.limits\nf(limits.low_up_to)", {("Limits", "low_up_to")}),
        ("plant.quiet(now)", set[Read]()),
        ("order.release, other.low_up_to, plant.mappings", set[Read]()),
    ],
)
def test_the_rule_sees_what_is_read_and_no_namesakes(source: str, reads: set[Read]) -> None:
    found = read({"agent/one.py": ast.parse(source)}) & keys()
    assert {(kind, name) for kind, name in found if kind != "Plant"} == reads
