"""How far a report of the shop floor has come on its way to the ERP."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from tools.objects.confirmation import Confirmation
from tools.objects.sync import Refusal, SyncMessage, SyncState
from tools.sandbox.changes.change import Code, Names
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.floors.telling import Record, erp_number, hold_back, queue, refuse, send
from tools.sandbox.world import World

HELD_BECAUSE = "Kept back by the interface: outside the tolerance"


class Way(StrEnum):
    """Where a report stands.

    ``posted`` and ``refused`` are the ERP's own answer, by its own rules. ``pending`` waits in the
    queue and goes out by itself once its time has come. ``held`` waits until somebody frees it.
    """

    POSTED = "posted"
    PENDING = "pending"
    HELD = "held"
    REFUSED = "refused"


class Refused(BaseModel):
    """What the ERP is said to have answered, where it was not its own rules that refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    message_class: Code = Field(alias="class")
    message_number: Code = Field(alias="number")
    text: Code

    @property
    def refusal(self) -> Refusal:
        """The refusal as messages carry it."""
        return Refusal(self.message_class, self.message_number, self.text)


def let_go(
    world: World, floor: Floor, record: Record, way: Way, refused: Refused | None, at: datetime
) -> Names:
    """Let a report go its way, and return the names of what came of it.

    Raises:
        Impossible: The ERP answers otherwise than the change counts on.
    """
    match way:
        case Way.POSTED:
            message = send(world, floor, record, at)
            if message.state is SyncState.FAILED:
                raise Impossible(f"the ERP refuses it: {_said(message)}")
        case Way.PENDING:
            message = queue(floor, record, at)
        case Way.HELD:
            message = queue(floor, record, at)
            if not isinstance(record, Confirmation):
                raise Impossible("only confirmations can be held")
            return {"hold": hold_back(floor, record, HELD_BECAUSE, at)}
        case Way.REFUSED if refused is not None:
            message = queue(floor, record, at)
            message = refuse(world, floor, record, message, (refused.refusal,))
        case Way.REFUSED:
            message = send(world, floor, record, at)
            if message.state is not SyncState.FAILED:
                raise Impossible("the ERP takes it; say with 'refusal' what it answered")
    posted = erp_number(world, record)
    return {**names_of(message), **({"erp": posted} if posted else {})}


def names_of(message: SyncMessage) -> Names:
    """Return a message's number, and what was last said against it."""
    names = {"message": message.number}
    if message.refusals:
        last = message.refusals[-1]
        names |= {
            "message_class": last.message_class,
            "message_number": last.message_number,
            "text": last.text.strip(),
        }
    return names


def _said(message: SyncMessage) -> str:
    return "; ".join(f"{refusal.code} {refusal.text}" for refusal in message.refusals)
