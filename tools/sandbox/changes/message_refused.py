"""The ERP has refused a message of the shop floor: the MES and the site's own log both show it."""

from __future__ import annotations

from pydantic import Field, model_validator

from tools.objects.sync import SyncMessage, SyncState
from tools.sandbox.changes.change import Change, Code, Minutes, Names, OrderNumber, ago
from tools.sandbox.changes.outcome import Refused, names_of
from tools.sandbox.floors.finding import floor_of_order
from tools.sandbox.floors.floor import Floor
from tools.sandbox.floors.telling import Record, queue, refuse
from tools.sandbox.world import World


class MessageRefused(Change):
    """What the ERP answered to a message about a confirmation or goods movement of the MES.

    A record whose message went out already has that message refused; otherwise one is made. With
    neither record the message is a mere entry that carries nothing (``type`` says of what kind).
    """

    order: OrderNumber
    confirmation: Code | None = None
    document: Code | None = None
    message_class: Code = Field(alias="class")
    message_number: Code = Field(alias="number")
    text: Code
    type: Code = "ERP_OTHER"
    minutes_ago: Minutes = 10

    @model_validator(mode="after")
    def _one_record(self) -> MessageRefused:
        if self.confirmation is not None and self.document is not None:
            raise ValueError("name a confirmation or a document, not both")
        return self

    def apply(self, world: World) -> Names:
        floor = floor_of_order(world, self.order)
        record = self._record(floor)
        message = self._message(world, floor, record)
        refusal = Refused.model_validate(
            {"class": self.message_class, "number": self.message_number, "text": self.text}
        ).refusal
        return names_of(refuse(world, floor, record, message, (refusal,)))

    def _record(self, floor: Floor) -> Record | None:
        if self.confirmation is not None:
            return floor.confirmation(self.confirmation)
        return floor.document(self.document) if self.document is not None else None

    def _message(self, world: World, floor: Floor, record: Record | None) -> SyncMessage:
        at = ago(world, self.minutes_ago)
        if record is not None:
            return floor.message_about(record.number) or queue(floor, record, at)
        return SyncMessage(
            number=f"X{len(floor.state.messages) + 1:08d}",
            plant=floor.plant,
            type=self.type,
            object=self.order,
            state=SyncState.QUEUED,
            queued_at=at,
            order=self.order,
        )
