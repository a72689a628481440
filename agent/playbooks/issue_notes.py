"""What was written on an issue that meets too little stock, and what it leaves of the books' story.

The books show where stock could have come from. Who took it may say that it was thrown away, never
was in the books, was another batch, or that nobody knows: then no stock is moved on their word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.case.diagnosis import Leaning
from agent.case.text import text
from agent.playbooks.clues import doubts, mentions

MOVES = frozenset({"transfer_not_booked", "wrong_location"})
OTHER_BATCH = "wrong_batch"
FROM = r"(?i)\b(?:aus|von|v\.|from|fr\.?|out of)\s+(?:(?:lo|lager\w*|lag\.|store|sloc)\s+)?"


def weighed(path: str, note: str, leanings: Sequence[Leaning]) -> list[Leaning]:
    """Return what the note speaks for; a move it contradicts is contested.

    Another batch is one the ERP has at the place, or else it contests the move of this one.
    """
    left = {one.cause: one.weight for one in leanings if not one.excludes}
    says = text("The operator's note says otherwise")
    other = mentions(note, "other_batch") and not mentions(note, "right_batch")
    if other and OTHER_BATCH in left:
        return [Leaning(OTHER_BATCH, 3, says, (path,), from_free_text=True)]
    if not left or max(left, key=lambda cause: left[cause]) not in MOVES:
        return []
    if not (other or doubts(note) or mentions(note, "scrap") or mentions(note, "unbooked")):
        return []
    return [
        Leaning(cause, -3, says, (path,), excludes=True, from_free_text=True)
        for cause in sorted(MOVES & left.keys())
    ]


def taken_straight(path: str, note: str, places: Sequence[str]) -> list[Leaning]:
    """Return what follows where a note names the place it was taken from, and no transfer.

    What was taken straight from there never was at the line, so nobody forgot to book it to there.
    """
    if named(note, places) is None or mentions(note, "transfer"):
        return []
    says = text("The note says that it was taken straight from there")
    return [
        Leaning("wrong_location", 3, says, (path,), from_free_text=True),
        Leaning("transfer_not_booked", -3, says, (path,), excludes=True, from_free_text=True),
    ]


def named(note: str, places: Sequence[str]) -> str | None:
    """Return the one of several places the note says it was taken from; None where it is unsure.

    A place that is only spoken of counts where no other is named.
    """
    if doubts(note):
        return None
    spoken = {one for one in places if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", note)}
    taken = {one for one in spoken if re.search(FROM + rf"{re.escape(one)}(?!\w)", note)}
    found = taken or spoken
    return found.pop() if len(found) == 1 else None
