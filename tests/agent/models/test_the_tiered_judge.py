"""The model is asked where judgement is needed, and nowhere else."""

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.case.diagnosis import Diagnosis, Leaning
from agent.case.dossier import Dossier
from agent.case.text import text
from agent.playbooks.catalog import catalog
from agent.reasoning.asker import Spent
from agent.reasoning.budget import Budget, Price
from agent.reasoning.configured import allowance_of, judges_of, price_of
from agent.reasoning.request import Form, Message, ModelRequest
from agent.reasoning.tiered import Tiered
from agent.reasoning.weighing import Weighing
from agent.settings import Settings
from tests.agent.models.dossiers import CAUSES, Book, Kept, dossier


class Counting:
    """A model that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        self.asked += 1
        return Diagnosis(None, 0.0, False, (), (), "counting")


def silent(**changes: object) -> Dossier:
    """Return a case in which nobody wrote anything."""
    quiet = dossier(note="")
    return replace(quiet, signal=replace(quiet.signal, text=""), **changes)


def speaking(weight: int, *others: Leaning) -> tuple[Leaning, ...]:
    return (Leaning(CAUSES[1], weight, text("The numbers say so"), ("order",)), *others)


def against(*causes: str) -> tuple[Leaning, ...]:
    return tuple(Leaning(one, -3, text("No"), ("order",), excludes=True) for one in causes)


DECISIVE = speaking(3, *against(CAUSES[0], *CAUSES[2:]))
CONTESTED = speaking(3, *against(CAUSES[1]))

CASES = {
    "decisive": (silent(leanings=DECISIVE), 0),
    "decisive, with a note": (dossier(leanings=DECISIVE), 0),
    "contradicting facts": (dossier(leanings=CONTESTED), 0),
    "a lead, and nobody wrote": (silent(leanings=speaking(2)), 0),
    "a lead, and a note": (dossier(leanings=speaking(2)), 1),
    "nothing stands out": (silent(leanings=(), precedents=()), 1),
    "a note alone": (dossier(), 1),
}


@pytest.mark.parametrize(("case", "asked"), CASES.values(), ids=CASES.keys())
async def test_the_model_is_asked_where_reading_or_judgement_is_needed(
    case: Dossier, asked: int
) -> None:
    model = Counting()
    await Tiered(Weighing(), model).diagnose(case)
    assert model.asked == asked


async def test_without_a_model_the_weighing_judges() -> None:
    judges = judges_of(Settings(), catalog(), Book(), Kept())
    assert isinstance(judges.reasoner, Weighing)
    await judges.close()


def test_what_a_diagnosis_may_take_is_set() -> None:
    settings = Settings(model="openai:x", model_price="0.25/2.00", model_cost="0.01")  # pyright: ignore[reportArgumentType]
    assert price_of(settings).of(1_000_000, 500_000) == Decimal("1.25")
    allowance = allowance_of(settings)
    assert (allowance.calls, allowance.cost) == (4, Decimal("0.01"))
    budget = Budget(allowance, lambda: 0.0)
    request = ModelRequest("openai:x", (Message("user", "x " * 9_000),), Form.SCHEMA, "n", {})
    with pytest.raises(Spent, match=r"a cost of more than 0\.01"):
        budget.spend(request, Price(Decimal(1), Decimal(2)))


async def test_with_a_model_the_judge_is_tiered_and_nothing_is_opened() -> None:
    settings = Settings(model="openai:x", fallback_model="ollama:y")
    judges = judges_of(settings, catalog(), Book(), Kept())
    assert isinstance(judges.reasoner, Tiered)
    await judges.close()
