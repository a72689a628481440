"""Remedies in the terms policies judge by, and questions about them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from agent.actions.open_task import OpenTask
from agent.actions.post_movement import PostMovement
from agent.authority.authority import Authority, Question
from agent.authority.cedar import Policies
from agent.case.conflict import Conflict, Criticality
from agent.case.diagnosis import Diagnosis
from agent.case.proof import Proof, Result, Verdict
from agent.case.remedy import Remedy, Unsettled
from agent.case.ruling import Ruling
from agent.case.text import text
from agent.playbooks.playbook import NOT_A_CONFLICT, Cause, Playbook, Risk
from tools.objects.money import Money
from tools.objects.movement import GoodsMovement, MovementDraft, MovementType
from tools.objects.quantity import Quantity
from tools.objects.task import TaskDraft
from tools.plant.authority import Autonomy, Limits, Phase, Phases
from tools.plant.model import Plant
from tools.plant.reading import check_plant

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
PERMIT_ALL = '@id("anything-goes") permit (principal, action, resource);'

# What the agent may carry out on its own: each test changes what it is about.
TERMS: dict[str, Any] = {
    "plant": "1010",
    "playbook": "materials/lost_box",
    "cause": "miscounted",
    "risk": "low",
    "phase": "act",
    "value": "100.00",
    "valued": True,
    "agent_limit": "500.00",
    "supervisor_limit": "500.00",
    "planner_limit": "5000.00",
    "four_eyes": False,
    "reversible": True,
    "closed_period": False,
    "proved": True,
    "changes_nothing": False,
    "settles": True,
    "decisive": True,
    "named": True,
    "certified": False,
    "free_text_only": False,
    "attempt": 1,
}


def shipped() -> Plant:
    plant = check_plant(Path(str(files("tools.sandbox") / "plants" / "1010.toml")), None).plant
    assert plant is not None
    return plant


SHIPPED = shipped()
AUTONOMY = Autonomy(playbook="materials/lost_box", cause="miscounted", remedy=("post_movement",))


def plant(
    phase: Phase = Phase.ACT,
    named: bool = True,
    limits: Limits | None = None,
    own: Phase | None = None,
) -> Plant:
    playbooks = {"materials/lost_box": own} if own else {}
    return SHIPPED.model_copy(
        update={
            "phase": Phases(default=phase, playbooks=playbooks),
            "autonomy": (AUTONOMY,) if named else (),
            "limits": limits or SHIPPED.limits,
        }
    )


LOST_BOX = Playbook(
    number="T1",
    title=text("Lost box"),
    business_object="material",
    object_key="material",
    endpoint="API_MATERIAL_DOCUMENT_SRV",
    triggers=(),
    facts=object,
    causes=(
        Cause("miscounted", text("It was miscounted"), Risk.LOW),
        Cause("stolen", text("It was stolen"), Risk.HIGH),
        Cause(NOT_A_CONFLICT, text("It is there"), Risk.LOW),
    ),
    weigh=lambda facts, plant: (),
    remedy=lambda cause, facts, plant: Unsettled(cause, text("?")),
)

ISSUE = PostMovement(
    MovementDraft(
        date(2026, 3, 17),
        (GoodsMovement(MovementType.SCRAP, "BOLT", "1010", Quantity(Decimal(1), "ST")),),
    )
)
TASK = OpenTask(TaskDraft("1010", "Look", "Look into the box"))
DECISIVE = Diagnosis("miscounted", 0.9, True, (), (("miscounted", 3.0),), "weighing/prior-1")
PASSED = Proof((Verdict("stock_covers", Result.PASSED, text("It lies there")),))
FAILED = Proof((Verdict("stock_covers", Result.FAILED, text("It does not")),))


def euros(amount: object, currency: str = "EUR") -> Money:
    return Money(Decimal(str(amount)), currency)


BOOK_IT = Remedy(
    cause="miscounted",
    summary=text("Book it"),
    hard=(ISSUE,),
    soft=(TASK,),
    value=euros("100.00"),
)
NOTHING_TO_DO = Remedy(cause=NOT_A_CONFLICT, summary=text("It is there"), hard=(), soft=(TASK,))
ASK = Unsettled(None, text("Where is it?"), (TASK,))


@dataclass(frozen=True)
class Certified:
    """A judge that is certified from some confidence on."""

    above: float | None

    def threshold(self, judge: str, conflict: Conflict, risk: Risk) -> float | None:
        return self.above


def question(**fields: Any) -> Question:
    usual = Question(
        case="C1",
        conflict=Conflict("materials/lost_box", "1010", "1010/material/BOLT", {}),
        playbook=LOST_BOX,
        plant=plant(),
        diagnosis=DECISIVE,
        plan=BOOK_IT,
        proof=PASSED,
        attempt=1,
        changed_by=None,
        changed_role=None,
        now=NOW,
    )
    return replace(usual, **fields)


def ruled(own: str = "", above: float | None = None, **fields: Any) -> Ruling:
    return Authority({"1010": Policies(own)}, Certified(above)).rule(question(**fields))


URGENT = Conflict(
    "materials/lost_box", "1010", "1010/material/BOLT", {}, criticality=Criticality.URGENT
)
