"""Goods issues of the shop floor: one line of a report, and the report as it should have been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from agent.actions.action import Action
from agent.actions.report_issue import ReportIssue
from agent.actions.retry_message import RetryMessage
from agent.actions.withdraw_issue import WithdrawIssue
from agent.case.remedy import Change, Remedy
from agent.case.text import Text, text
from agent.playbooks.playbook import NOT_A_CONFLICT
from agent.playbooks.reckoning import standing
from tools.objects.movement import GoodsMovement, MaterialDocument, MovementDraft, MovementType
from tools.objects.order import Component, ProductionOrder
from tools.objects.quantity import Quantity


@dataclass(frozen=True)
class Taken:
    """One component issue as it was reported, and where its quantity stands in the facts."""

    document: MaterialDocument
    line: GoodsMovement
    path: str

    @property
    def note(self) -> str:
        """What the operator wrote."""
        return f"{self.document.header_text} {self.line.text}".strip()

    @property
    def order(self) -> str:
        """The order it was taken for."""
        return self.line.order or ""

    def copies(self, booked: Iterable[MaterialDocument]) -> list[MaterialDocument]:
        """Return the documents of the ERP that carry this report's mark and stand."""
        mark = self.document.reference
        return [one for one in standing(booked) if mark and one.reference == mark]

    def anew(self, quantity: Quantity, day: date, component: Component | None) -> list[Action]:
        """Withdraw the report, and make it as it should have been made.

        ``component`` is the order's need it belongs to; its material is then the one reported.
        """
        line = replace(self.line, quantity=quantity, text=self.line.text[:50])
        if component is not None:
            line = replace(
                line,
                material=component.material,
                reservation=component.reservation,
                item=component.item,
                operation=component.operation,
            )
        return [
            WithdrawIssue(self.document.number, self.order, "Reported anew"),
            ReportIssue(MovementDraft(day, (line,), self.document.header_text)),
        ]


def taken(issue: MaterialDocument | None, material: str) -> Taken | None:
    """Return the issue of a material that a document reports; None if it is taken back already."""
    if issue is None or issue.reversed_by or issue.reverses:
        return None
    for index, line in enumerate(issue.lines):
        if line.material == material and line.type is MovementType.ISSUE_ORDER:
            return Taken(issue, line, f"issue.lines.{index}.quantity")
    return None


def sent_again(
    said: Text, message: str, order: str, change: Change, rests_on: tuple[str, ...]
) -> Remedy:
    """Send a refused message again as it is: what stood in its way is gone."""
    return Remedy(
        cause=NOT_A_CONFLICT,
        summary=text("{said}: send message {message} again", said=said, message=message),
        hard=(RetryMessage(message, order),),
        changes=(change,),
        rests_on=rests_on,
    )


def needs(order: ProductionOrder, material: str) -> list[Component]:
    """Return the order's needs of a material."""
    return [one for one in order.components if one.material == material]
