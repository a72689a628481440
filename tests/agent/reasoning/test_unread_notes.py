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


@dataclass(frozen=True)
class Listed:
    postings: tuple[Confirmation, ...]


def listed(*notes: str, cites: tuple[str, ...]) -> Dossier:
    """Facts in lists, of which some entries are what the case turns on."""
    entries = tuple(replace(confirmation(f"7/{at}", 40), note=it) for at, it in enumerate(notes))
    its = dossier("")
    leanings = tuple(replace(one, cites=cites) for one in its.leanings)
    return replace(its, facts=Listed(entries), leanings=leanings)


async def test_a_note_on_an_entry_that_would_be_cancelled_leaves_it_open() -> None:
    its = listed("", "v. Prüfstand, Band 3", cites=("postings.0", "postings.1"))
    diagnosis = await Weighing().diagnose(its)
    assert not diagnosis.decisive
    assert diagnosis.reasons[-1].cites == ("postings.1.note",)


async def test_what_stands_on_other_entries_is_history() -> None:
    its = listed("", "v. Prüfstand, Band 3", cites=("postings.0", "postings"))
    assert await decisive(its)


async def test_a_note_that_one_system_passed_on_to_the_other_is_read_once() -> None:
    long = "umgelagert vor der Pause, nicht gebucht"
    its = listed(long, long[:25], cites=("postings.0", "postings.1"))
    read = Leaning(MOVED, 2, text("the note"), ("postings.0.note",), from_free_text=True)
    assert await decisive(replace(its, leanings=(*its.leanings, read)))
    other = listed(long, "nicht gebucht", cites=("postings.0", "postings.1"))
    assert not await decisive(replace(other, leanings=(*other.leanings, read)))


@pytest.mark.parametrize("words", ["ok?", "i.O. bis auf 3", "nicht i.O."])
def test_a_doubt_is_something(words: str) -> None:
    assert says_something(words)
