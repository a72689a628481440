"""Every sentence the agent says of a case has its German."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.words.catalog import Language, catalogue

# Where the template stands among the arguments of what makes a sentence of it.
TEMPLATE_AT = {"text": 0, "passed": 1, "failed": 1, "unknown": 1, "beside": 1}
SAYS = re.compile(r'@says\("(.+?)"\)')
# What is not words: a sentence put together of others.
PUT_TOGETHER = re.compile(r"^(\W|\{\w+\})*$")


def _said(root: Path) -> Iterator[str]:
    for file in sorted((root / "agent").rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        if any(_speaks(node) for node in ast.walk(tree)):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    yield from _template(node)
    for file in sorted((root / "agent").rglob("*.cedar")):
        yield from SAYS.findall(file.read_text("utf-8"))


def _speaks(node: ast.AST) -> bool:
    """Return whether a module makes sentences; SQL is made by a ``text`` of another kind."""
    sentences = {"agent.case.text", "agent.proof.check"}
    return isinstance(node, ast.ImportFrom) and node.module in sentences


def _template(call: ast.Call) -> Iterator[str]:
    at = TEMPLATE_AT.get(getattr(call.func, "id", ""))
    if at is not None and len(call.args) > at:
        given = call.args[at]
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield given.value


def test_every_sentence_is_there_in_german(pytestconfig: pytest.Config) -> None:
    root = pytestconfig.rootpath
    german = catalogue(Language.DE)
    said = {one for one in _said(root) if not PUT_TOGETHER.match(one)}
    assert len(said) > 100
    assert sorted(said - set(german)) == []
