"""What a site built for itself: names of its own OData service, set by set.

SAP releases no service for the queue between MES and ERP, its log, or the posting period. A site
that wants Concord to read them exposes a small service of its own. Every name here is that site's;
the defaults are those of the sandbox and mean nothing in a real system.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

from tools.sap.metadata import Needs


@dataclass(frozen=True, slots=True)
class QueueNames:
    """The set of messages: one row is one message on its way."""

    entity_set: str = "cpmSyncQueue"
    number: str = "MessageID"
    plant: str = "Plant"
    type: str = "MessageType"
    object: str = "ObjectKey"
    order: str = "ManufacturingOrder"
    confirmation: str = "Confirmation"
    status: str = "Status"
    queued_at: str = "QueuedAt"
    attempts: str = "Attempts"
    queued: str = "QUEUED"
    sent: str = "SENT"
    succeeded: str = "SUCCEEDED"
    failed: str = "FAILED"


@dataclass(frozen=True, slots=True)
class LogNames:
    """The set of refusals: one row is one message a posting attempt got back."""

    entity_set: str = "cpmSyncLog"
    number: str = "MessageID"
    item: str = "LogItem"
    message_class: str = "MessageClass"
    message_number: str = "MessageNumber"
    message_text: str = "MessageText"


@dataclass(frozen=True, slots=True)
class PeriodNames:
    """The set of posting periods: one row is the days open in one company code."""

    entity_set: str = "cpmPostingPeriod"
    company_code: str = "CompanyCode"
    opens: str = "OpensOn"
    closes: str = "ClosesOn"


NamesT = TypeVar("NamesT", QueueNames, LogNames, PeriodNames)


def renamed(names: NamesT, own: Mapping[str, str]) -> NamesT:
    """Return the names of a set with the site's own, by the ones expected; its set's stays."""
    said = {one.name: getattr(names, one.name) for one in fields(names)}
    found = {name: own[value] for name, value in said.items() if value in own}
    found.pop("entity_set", None)
    return replace(names, **found)


@dataclass(frozen=True, slots=True)
class SiteServices:
    """A site's own service. A set that is None is not offered there."""

    service: str = "ZCONCORD_SITE_SRV"
    queue: QueueNames | None = field(default_factory=QueueNames)
    log: LogNames | None = field(default_factory=LogNames)
    period: PeriodNames | None = field(default_factory=PeriodNames)
    retry: str | None = "RetryMessage"

    @property
    def needs(self) -> Needs:
        """What must be there, given what the site says it offers."""
        sets = dict[str, frozenset[str]]()
        functions = dict[str, frozenset[str]]()
        if queue := self.queue:
            sets[queue.entity_set] = frozenset(
                {
                    queue.number,
                    queue.plant,
                    queue.type,
                    queue.object,
                    queue.order,
                    queue.confirmation,
                    queue.status,
                    queue.queued_at,
                    queue.attempts,
                }
            )
            if self.retry:
                functions[self.retry] = frozenset({queue.number})
        if log := self.log:
            sets[log.entity_set] = frozenset(
                {log.number, log.item, log.message_class, log.message_number, log.message_text}
            )
        if period := self.period:
            sets[period.entity_set] = frozenset({period.company_code, period.opens, period.closes})
        return Needs(sets=sets, functions=functions)
