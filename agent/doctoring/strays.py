"""Whether postings are in doubt of plants that have no file: nobody looks for those."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select
from sqlmodel import col

from agent.doctoring.finding import Finding, fine, odd
from agent.doctoring.reading import opened
from agent.records.states import PostingState
from agent.records.tables import CaseRow, PostingRow
from agent.settings import Settings

POSTINGS = "postings in doubt"
NAMED = 5


def strays(settings: Settings, plants: Collection[str]) -> Finding:
    """Name the postings in doubt of plants other than these."""
    with opened(settings) as session:
        if session is None:
            return fine(POSTINGS, "none can be read yet")
        query = (
            select(col(CaseRow.plant), col(PostingRow.key))
            .join(CaseRow, col(CaseRow.id) == col(PostingRow.case_id))
            .where(
                col(PostingRow.state).in_((PostingState.SENDING, PostingState.UNKNOWN)),
                col(CaseRow.plant).not_in(plants),
            )
            .order_by(col(CaseRow.plant), col(PostingRow.key))
        )
        rows = [(str(plant), str(key)) for plant, key in session.execute(query)]
    if not rows:
        return fine(POSTINGS, "none is of a plant without a file")
    said = "; ".join(
        _said(plant, [key for _, key in found]) for plant, found in groupby(rows, itemgetter(0))
    )
    return odd(POSTINGS, said, "Put the plant's file back until they are settled.")


def _said(plant: str, keys: list[str]) -> str:
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    return f"plant {plant} has no file that can be used: {', '.join(keys[:NAMED])}{more}"
