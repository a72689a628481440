"""Tests use shipped fakes and the sandbox: a mock agrees with whatever its author believed."""

import ast

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
            case _:
                pass
    return found


def test_no_test_replaces_a_part_of_the_program(modules: dict[str, ast.Module]) -> None:
    tests = {name: tree for name, tree in modules.items() if name.startswith("tests/")}
    assert {name: found for name, tree in tests.items() if (found := _mocks(tree))} == {}


def test_the_rule_sees_the_ways_to_mock() -> None:
    assert _mocks(ast.parse("from unittest import mock")) == {"unittest.mock"}
    assert _mocks(ast.parse("def f(monkeypatch): monkeypatch.setattr('a', 1)")) == {
        "monkeypatch.setattr"
    }
