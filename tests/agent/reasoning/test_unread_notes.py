"""What somebody wrote and nobody weighed leaves a case open, however clear the numbers are."""

from dataclasses import dataclass, replace

import pytest

from agent.case.conflict import Conflict
from agent.case.diagnosis import Leaning
from agent.case.dossier import Dossier
from agent.case.text import text
from agent.playbooks.playbook import NOT_A_CONFLICT
from agent.reasoning.unread import says_something
from agent.reasoning.weighing import Weighing
from tests.agent.playbooks.books import confirmation, signal
from tools.objects.confirmation import Confirmation

MOVED, SCRAPPED = "transfer_not_booked", "scrapped"


@dataclass(frozen=True)
class Facts:
    reported: Confirmation


def dossier(note: str, *more: Leaning, best: str = MOVED) -> Dossier:
    """Facts that exclude every cause but one, and a note."""
    causes = (MOVED, SCRAPPED, NOT_A_CONFLICT)
    leanings = [
        Leaning(one, 3 if one == best else -3, text("counted"), ("reported",), excludes=one != best)
        for one in causes
    ]
    return Dossier(
        signal=signal("concord.stock.deficit.v1"),
        conflict=Conflict("materials/stock_deficit", "1010", "1010/order/1", {}),
        facts=Facts(replace(confirmation("Q1", 40), note=note)),
        sheet={},
        leanings=(*leanings, *more),
        precedents=(),
        causes=causes,
    )


async def decisive(its: Dossier) -> bool:
    return (await Weighing().diagnose(its)).decisive


@pytest.mark.parametrize(
    "note", ["", "-", "i.O.", "alles i.O.", "ok", "Alles in Ordnung, keine Besonderheiten"]
)
async def test_facts_decide_where_nobody_wrote_anything(note: str) -> None:
    assert await decisive(dossier(note))


@pytest.mark.parametrize(
    "note",
    [
        "Teile verschrottet, Kiste runtergefallen",
        "dropped the box, all 12 in the scrap bin",
        "Muster vom Einkauf, nie gebucht",
        "alles i.O., aber andere Charge genommen",
        "ok?",
    ],
)
async def test_a_note_nobody_has_read_leaves_it_open(note: str) -> None:
    diagnosis = await Weighing().diagnose(dossier(note))
    assert (diagnosis.cause, diagnosis.decisive) == (MOVED, False)
    assert diagnosis.reasons[-1].cites == ("reported.note",)


async def test_a_note_that_was_weighed_does_not() -> None:
    read = Leaning(MOVED, 2, text("the note"), ("reported.note",), from_free_text=True)
    assert await decisive(dossier("umgelagert, nicht gebucht", read))


async def test_where_nothing_is_changed_a_note_changes_nothing() -> None:
    assert await decisive(dossier("Kiste runtergefallen", best=NOT_A_CONFLICT))


@pytest.mark.parametrize("words", ["ok?", "i.O. bis auf 3", "nicht i.O."])
def test_a_doubt_is_something(words: str) -> None:
    assert says_something(words)
