"""A case goes the same way in two phases in which authority gives the same answers.

So a golden case need not be played once for each: it is enough to ask authority in both. That holds
while nothing else on a case's way looks at the phase.
"""

import ast

#: Where phases are judged by, set, and shown.
MAY = (
    "agent/authority/",
    "agent/records/migrations/",
    "agent/records/phase",
    "agent/service/",
    "agent/commands/",
    "agent/doctor",
)
ASKING = {"phase", "phase_of"}


def _asks(node: ast.AST) -> bool:
    named = isinstance(node, ast.Attribute) and node.attr in ASKING
    return named or (isinstance(node, ast.Constant) and node.value in ASKING)


def test_nothing_on_the_way_of_a_case_asks_for_the_phase(product: dict[str, ast.Module]) -> None:
    assert [
        f"{name}:{getattr(node, 'lineno', 0)}"
        for name, tree in product.items()
        if name.startswith("agent/") and not name.startswith(MAY)
        for node in ast.walk(tree)
        if _asks(node)
    ] == []


def test_authority_does_ask_for_it(product: dict[str, ast.Module]) -> None:
    assert any(_asks(node) for node in ast.walk(product["agent/authority/terms.py"]))
