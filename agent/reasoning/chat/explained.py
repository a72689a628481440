"""Being asked to explain a case: recognised here, told by whoever can put a case into words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from agent.reasoning.chat.naming import CASE
from agent.reasoning.chat.turn import ChatTurn
from agent.words.catalog import Language

_ASKED = re.compile(r"\b(?:explain|erkl(?:ä|ae)r\w*|erl(?:ä|ae)uter\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A case in words, whose they are, and why they are not a model's where one was asked."""

    text: str
    by: str
    why: str = ""


class Explaining(Protocol):
    """Puts a case into words."""

    async def explain(self, case: str, turn: ChatTurn, language: Language) -> Told:
        """Return the case in words for whoever asks; it influences nothing."""
        ...


def case_to_explain(question: str) -> str | None:
    """Return the one case a question wants explained."""
    cases = {name.lower() for name in CASE.findall(question)}
    return cases.pop() if len(cases) == 1 and _ASKED.search(question) else None
