"""Every sentence the agent says of a case has its German."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import cast

import pytest

from agent.playbooks.production.posting_rejected import UNANSWERED
from agent.playbooks.refusals import UNKNOWN, meanings
from agent.service.shown import terms
from agent.service.shown.timeline import TOLD_OF
from agent.words.catalog import Language, catalogue
from tools.objects.master_request import MasterRecord
from tools.objects.nonconformance import Held, Severity
from tools.objects.order import OrderStatus
from tools.objects.sync import SyncState

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


WORDS: tuple[type[StrEnum], ...] = (OrderStatus, SyncState, Severity, Held, MasterRecord)
"""States and kinds that stand in sentences as they are called."""


def test_what_stands_in_sentences_and_on_pages_is_there_in_german() -> None:
    german = catalogue(Language.DE)
    known = (UNKNOWN, UNANSWERED, *meanings().values())
    fixes = {word for one in known for word in (one.fix, one.role) if word}
    names = {member.value.replace("_", " ") for kind in WORDS for member in kind}
    shown = {
        word
        for name, words in vars(terms).items()
        if name.isupper() and isinstance(words, dict)
        for word in cast("dict[object, str]", words).values()
    }
    told = {name.replace("_", " ") for name in TOLD_OF}
    assert sorted((fixes | names | shown | told) - set(german)) == []


def test_a_word_given_instead_of_a_value_is_there_in_german(pytestconfig: pytest.Config) -> None:
    german = catalogue(Language.DE)
    given = set(_instead(pytestconfig.rootpath))
    assert given
    assert sorted(one for one in given if re.search(r"[a-z]{3}", one) and one not in german) == []


def _instead(root: Path) -> Iterator[str]:
    """Yield what sentences are given where there is nothing to name: ``it or "nothing"``."""
    for file in sorted((root / "agent").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        for call in nodes if any(map(_speaks, nodes)) else ():
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in TEMPLATE_AT:
                for word in call.keywords:
                    yield from _otherwise(word.value)


def _otherwise(value: ast.expr) -> Iterator[str]:
    chosen = [value]
    if isinstance(value, ast.BoolOp):
        chosen = value.values
    if isinstance(value, ast.IfExp):
        chosen = [value.body, value.orelse]
    for one in chosen:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
