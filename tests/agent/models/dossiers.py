"""A case that needs judgement, the words it is put in, and where calls are kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from agent.case.conflict import Conflict, Signal
from agent.case.diagnosis import Leaning, Resemblance
from agent.case.dossier import Dossier, Fact
from agent.case.text import text
from agent.playbooks.catalog import catalog
from agent.reasoning.calls import Call
from agent.reasoning.request import Message
from agent.reasoning.words import NoWords, Rendered

KIND = "production/confirmation_variance"
READ = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
CAUSES = tuple(cause.name for cause in catalog().playbooks[KIND].causes)
EXCLUDED, FIRST, SECOND = CAUSES[0], CAUSES[1], CAUSES[2]
NOTE = "Zwei Säcke gerissen, Frau Zander hat Anna Schmidt geholt. schmidt war da."


ORDER = {
    "number": "1000012",
    "material": "FG-200",
    "cost_center": "CC-4410",
    "quantity": {"amount": "100", "unit": "ST"},
}
REPORTED = {
    "number": "7001",
    "order": "1000012",
    "operator": "Anna Schmidt",
    "yielded": {"amount": "98", "unit": "ST"},
    "uses": [
        {"material": "RM-4711", "quantity": {"amount": "52.5", "unit": "KG"}, "batch": "B-0815"}
    ],
}
SIGNAL = Signal(
    id="sig-1",
    source="/dm/1010",
    type="concord.confirmation.variance.v1",
    time=READ,
    plant="1010",
    keys={"order": "1000012", "confirmation": "7001"},
    text="Variance beyond tolerance, supplier Bolzen Meyer GmbH was told.",
    data={"supplier": "Bolzen Meyer GmbH", "quantity": 12.5},
)


def dossier(note: str = NOTE, **changes: Any) -> Dossier:
    """Return a case whose facts exclude one cause and leave the others to judgement."""
    made = Dossier(
        signal=SIGNAL,
        conflict=Conflict(KIND, "1010", "1010/order/1000012", dict(SIGNAL.keys)),
        facts=None,
        sheet={
            "reported": Fact("reported", "mes", READ, None, {**REPORTED, "note": note}),
            "order": Fact("order", "erp", READ, None, ORDER),
            "shop_order": Fact("shop_order", "mes", READ, None, None),
        },
        leanings=(
            Leaning(EXCLUDED, -3, text("The numbers speak against it"), ("order",), excludes=True),
            Leaning(FIRST, 1, text("A note mentions it"), ("reported.note",), from_free_text=True),
        ),
        precedents=(Resemblance("c-old", FIRST, 0.8, "Posted with a reason", "petra.lang"),),
        causes=CAUSES,
    )
    return replace(made, **changes)


def opinion(cause: str = FIRST, says: str = "The note tells of torn bags.", **changes: Any) -> str:
    """Return a model's good answer."""
    reasons = [{"says": says, "cites": ["reported.note", "reported.uses.0.quantity"]}]
    return json.dumps({"cause": cause, "confidence": 0.99, "reasons": reasons} | changes)


@dataclass
class Book:
    """Words that show all inputs as JSON."""

    provisional: bool = False
    none: bool = False
    shadow: str = ""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    shown: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])

    async def messages(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> Rendered:
        if self.none:
            raise NoWords("diagnose 1.0.0 is not bound to this model")
        self.shown.append(inputs)
        return self._rendered(inputs, "1.0.0", "production")

    async def shadows(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> tuple[Rendered, ...]:
        return (self._rendered(inputs, self.shadow, "shadow"),) if self.shadow else ()

    async def promoted(self, words: Rendered, model: str) -> bool:
        return not self.provisional

    def _rendered(self, inputs: Mapping[str, Any], version: str, alias: str) -> Rendered:
        said = json.dumps(inputs, ensure_ascii=False)
        messages = (Message("system", f"Judge. {version}"), Message("user", said))
        return Rendered(
            messages=messages,
            name="diagnose",
            version=version,
            sha256=hashlib.sha256(version.encode()).hexdigest(),
            alias=alias,
            rendered_hash=hashlib.sha256(said.encode()).hexdigest(),
            provisional=self.provisional,
            options=self.options,
        )


@dataclass
class Kept:
    """Keeps calls in memory."""

    calls: list[Call] = field(default_factory=list[Call])

    async def record(self, call: Call) -> None:
        self.calls.append(call)

    @property
    def purposes(self) -> list[str]:
        return [call.purpose.value for call in self.calls]
