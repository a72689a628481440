"""Dead letters: what nobody could work on, with the reason; tried once more, or put aside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from agent.arrival import acquaintance
from agent.bootstrap import Machinery
from agent.records import deadletters, pages
from agent.records.deadletters import DeadLetter, NotLying
from agent.records.states import LetterState
from agent.service.pages.reader import Burying, Filled, Mending, Reader, concord_of, speech_of
from agent.service.pages.rendering import page
from agent.service.problem import Problem
from agent.service.shown.terms import LETTER

LONGEST_BODY = 4_000
ON_A_PAGE = 50
LONGEST_NUMBER = 18

router = APIRouter(prefix="/dead-letters", include_in_schema=False)


@dataclass(frozen=True)
class Lying:
    """One letter as the page shows it."""

    letter: DeadLetter
    at: str
    state: str
    body: str
    lies: bool


@router.get("")
async def letters(request: Request, reader: Burying) -> Response:
    """List the letters in a state, the latest first."""
    return await _listed(request, reader)


@router.post("/{letter}/{deed}")
async def mend(request: Request, reader: Mending, form: Filled, letter: int, deed: str) -> Response:
    """Try a letter once more, or put it aside with a reason."""
    concord = concord_of(request)
    seen = await asyncio.to_thread(_one_of_reader, concord, reader, letter)
    if deed not in {"replay", "drop"} or not seen:
        raise Problem(404, "There is no such dead letter.")
    try:
        if deed == "replay":
            known, enqueue = acquaintance(concord), request.app.state.enqueue
            await concord.records.replay(letter, reader.name, known.reread, enqueue)
        elif reason := form.get("reason").strip()[:500]:
            await concord.records.drop(letter, reader.name, reason)
        else:
            return await _listed(request, reader, "a letter is put aside with a reason")
    except NotLying as refusal:
        return await _listed(request, reader, str(refusal))
    return RedirectResponse("/dead-letters", 303)


async def _listed(request: Request, reader: Reader, refused: str = "") -> Response:
    concord, speech = concord_of(request), speech_of(request, reader)
    asked = request.query_params.get("state", "")
    state = LetterState(asked) if asked in set(LetterState) else LetterState.LYING
    found, more = await asyncio.to_thread(_of_reader, concord, reader, state, _after(request))
    rows = [
        Lying(
            letter,
            speech.moment(letter.buried_at),
            speech(LETTER[letter.state]),
            json.dumps(letter.body, ensure_ascii=False, indent=1)[:LONGEST_BODY],
            letter.state is LetterState.LYING,
        )
        for letter in found
    ]
    status = 409 if refused else 200
    return page(
        request,
        reader,
        "letters.html",
        status,
        speech,
        rows=rows,
        states=LETTER,
        state=state,
        after=found[-1].id if more else None,
        refused=refused,
    )


def _after(request: Request) -> int | None:
    asked = request.query_params.get("after", "")
    return int(asked) if asked.isdecimal() and len(asked) < LONGEST_NUMBER else None


def _of_reader(
    concord: Machinery, reader: Reader, state: LetterState, after: int | None
) -> tuple[list[DeadLetter], bool]:
    """Return some letters of the reader's plants, and whether there are more behind them.

    Who sees all plants sees those of none as well.
    """
    with concord.database.read() as session:
        listed = deadletters.listed(session, state, after)
        found = [*islice((one for one in listed if _sees(session, reader, one)), ON_A_PAGE + 1)]
        return found[:ON_A_PAGE], len(found) > ON_A_PAGE


def _one_of_reader(concord: Machinery, reader: Reader, number: int) -> bool:
    """Return whether there is such a letter, however old, and it is the reader's."""
    with concord.database.read() as session:
        found = deadletters.letter(session, number)
        return found is not None and _sees(session, reader, found)


def _sees(session: Session, reader: Reader, letter: DeadLetter) -> bool:
    case = pages.case(session, letter.case) if letter.case else None
    plant = case.plant if case else _plant(letter.body)
    return reader.plants is None or (plant is not None and reader.sees(plant))


def _plant(body: Any) -> str | None:
    """Return the plant a dead signal names, if it came so far."""
    data = cast("Mapping[str, Any]", body).get("data") if isinstance(body, Mapping) else None
    plant = cast("Mapping[str, Any]", data).get("plant") if isinstance(data, Mapping) else None
    return plant if isinstance(plant, str) else None
