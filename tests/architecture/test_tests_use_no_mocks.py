"""Tests use shipped fakes and the sandbox: a mock agrees with whatever its author believed."""

import ast
from collections.abc import Iterator

MOCKING_LIBRARIES = {"mock", "pytest_mock", "pytest_httpx", "respx", "responses", "unittest.mock"}
PATCHING = {"setattr", "delattr"}


def _mocks(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names} & MOCKING_LIBRARIES
            case ast.ImportFrom(module=str(module), names=names):
                whole = {module} | {f"{module}.{alias.name}" for alias in names}
                found |= whole & MOCKING_LIBRARIES
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr=attribute):
                found |= {f"monkeypatch.{attribute}"} if attribute in PATCHING else set()
            case ast.Assign(targets=targets):
                found |= {name for target in targets for name in _put_inside(target)}
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                found |= set(_put_inside(target))
            case _:
                pass
    return found


def _put_inside(target: ast.AST) -> Iterator[str]:
    """Find private parts of something else that are assigned to; one's own are one's own."""
    for node in ast.walk(target):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=attribute, ctx=ast.Store()) if attribute.startswith("_"):
                yield ast.unparse(node)
            case _:
                pass


def test_no_test_replaces_a_part_of_the_program(modules: dict[str, ast.Module]) -> None:
    tests = {name: tree for name, tree in modules.items() if name.startswith("tests/")}
    assert {name: found for name, tree in tests.items() if (found := _mocks(tree))} == {}


def test_the_rule_sees_the_ways_to_mock() -> None:
    assert _mocks(ast.parse("from unittest import mock")) == {"unittest.mock"}
    assert _mocks(ast.parse("def f(monkeypatch): monkeypatch.setattr('a', 1)")) == {
        "monkeypatch.setattr"
    }
    assert _mocks(ast.parse("sender._pace = 0")) == {"sender._pace"}
    assert _mocks(ast.parse("a.b._c, d = 1, 2")) == {"a.b._c"}
    assert _mocks(ast.parse("class A:\n def f(self, b): self._b = b; b.c = 1")) == set()
