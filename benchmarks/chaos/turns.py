"""Turns: what is posted for an order is posted in the order in which it was set going.

Concord promises that an order's gate admits one turn at a time, in the order in which turns were
given out: by a signal, in the transaction that acknowledges it, and by a decision, in the one that
takes it. So whoever was acknowledged before another was told of has posted all it posts before the
other begins, whether the agent settles it alone or a person decides; and whichever of two came
first, what they post never alternates. How long a person takes to decide is in no order.

Which turn a write belongs to is known from outside: what an approval is leave for was posted in its
decision's turn, all else of a case in its signal's. But a worker may die once it has asked and
before its turn has ended: whoever runs that turn again finds what was decided meanwhile and does it
there, in the place of the turn that asked. A case's timeline tells whether that had ended by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

ASKED, ENDED = "decision asked", "turn ended"


@dataclass(frozen=True)
class Turn:
    """What was posted in one turn: the places of the first and the last write in the journal.

    Attributes:
        what: Which turn it is, as a person reads it.
        sent: When somebody began to set it going.
        acknowledged: When they knew that it is; None: nobody was told, so it is known only that
            it alternates with no other.
        first: Where its first write stands.
        last: Where its last one does.
    """

    what: str
    sent: datetime | None
    acknowledged: datetime | None
    first: int
    last: int


def asking_ended(timeline: Iterable[Mapping[str, Any]], attempt: int, decided: datetime) -> bool:
    """Whether the turn that asked about an attempt had ended when somebody decided on it."""
    asked = False
    for link in timeline:
        if link["what"] == ASKED and link["details"]["attempt"] == attempt:
            asked = True
        elif asked and link["what"] == ENDED:
            return datetime.fromisoformat(link["at"]) < decided
    return not asked


def out_of_order(order: str, turns: Sequence[Turn]) -> Iterator[str]:
    """Return which turns of an order were not taken one after the other, as they were set going."""
    for one, other in combinations(turns, 2):
        earlier, later = (one, other) if one.first < other.first else (other, one)
        if earlier.last > later.first:
            yield f"order {order}: {later.what} between what {earlier.what} posted"
        elif _set_going_before(later, earlier):
            yield f"order {order}: {earlier.what} before {later.what}"


def _set_going_before(one: Turn, other: Turn) -> bool:
    return one.acknowledged is not None and other.sent is not None and one.acknowledged < other.sent
