"""Every sentence the chat says has its German, with the same values."""

import ast

from agent.reasoning.chat.brain import WHY_PLAIN
from agent.reasoning.chat.reply import replies
from agent.words.catalog import Language, catalogue
from tests.agent.chat.desk import ROOT

CHAT = ROOT / "agent/reasoning/chat"


def _said() -> set[str]:
    """Every template that is handed to a ``say``."""
    found = set(WHY_PLAIN.values())
    for file in CHAT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name == "say" and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def test_every_sentence_is_there_in_german() -> None:
    assert sorted(_said() - set(catalogue(Language.DE))) == []


def test_every_reply_has_words_in_both_languages() -> None:
    assert {name for name, reply in replies().items() if set(reply.words) != set(Language)} == set()
    assert set(replies()) == {
        "bom",
        "case",
        "confirmations",
        "decide",
        "document",
        "help",
        "material",
        "movements",
        "order",
        "precedents",
        "stock",
        "waiting",
        "why",
    }
