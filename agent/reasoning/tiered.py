"""The tiered judge: the weighing where the facts suffice, the model where judgement is needed.

The weighing decides when it is decisive, and when the facts contradict each other, which is for a
person. The model is asked when no cause stands out, or when somebody wrote something that only
reading can weigh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from agent.case.diagnosis import Diagnosis
from agent.case.dossier import Dossier
from agent.precedents.card import FREE_TEXT
from agent.reasoning.reasoner import Reasoner

_LETTERS = 3


class Tiered:
    """Asks a second judge only where the first is not enough."""

    def __init__(self, weighing: Reasoner, model: Reasoner) -> None:
        self._weighing, self._model = weighing, model

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the weighing's diagnosis, or the model's where judgement is needed."""
        weighed = await self._weighing.diagnose(dossier)
        if weighed.decisive or weighed.contested:
            return weighed
        if weighed.cause is not None and not written(dossier):
            return weighed
        return await self._model.diagnose(dossier)


def written(dossier: Dossier) -> bool:
    """Return whether somebody wrote something in this case."""
    if _says(dossier.signal.text):
        return True
    return any(_free_text(fact.value) for fact in dossier.sheet.values())


def _free_text(value: Any, field: str = "") -> bool:
    match value:
        case str():
            return field in FREE_TEXT and _says(value)
        case Mapping():
            fields = cast("Mapping[str, Any]", value)
            return any(_free_text(one, name) for name, one in fields.items())
        case Sequence():
            return any(_free_text(one, field) for one in cast("Sequence[Any]", value))
        case _:
            return False


def _says(words: str) -> bool:
    return sum(sign.isalpha() for sign in words) >= _LETTERS
