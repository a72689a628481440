"""A dossier as a model is shown it: masked, JSON-plain, without what no diagnosis needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from agent.case.dossier import Dossier
from agent.plain import dump
from agent.playbooks.catalog import Catalog
from agent.reasoning.identifiers import identifiers
from agent.reasoning.masking import Mask
from agent.reasoning.opinion import Bounds

TASK = "diagnose"


@dataclass(frozen=True)
class Briefing:
    """What a model is told of one case, what it may answer, and how names come back."""

    inputs: Mapping[str, Any]
    bounds: Bounds
    mask: Mask


def briefing_of(
    dossier: Dossier, causes: tuple[str, ...], catalog: Catalog, people: Sequence[str] = ()
) -> Briefing:
    """Return what a model is told of a case in which these causes are still open.

    ``people`` are known by name wherever a text names them.
    """
    playbook = catalog.playbooks[dossier.conflict.kind]
    told = {
        "signal": _signal(dossier),
        "facts": {name: _fact(fact) for name, fact in dossier.sheet.items()},
        "leanings": [
            {
                "cause": one.cause,
                "weight": one.weight,
                "because": str(one.because),
                "cites": list(one.cites),
            }
            for one in dossier.leanings
            if one.cause in causes
        ],
        "precedents": [
            {"cause": one.cause, "likeness": round(one.likeness, 2), "summary": one.summary}
            for one in dossier.precedents
        ],
    }
    mask = Mask(told, dump(dossier.signal), _approvers(dossier), people=people)
    masked = cast("dict[str, Any]", mask.plain(told))
    inputs = {
        "title": str(playbook.title),
        "page": catalog.pages[dossier.conflict.kind],
        "kind": dossier.conflict.kind,
        "plant": dossier.conflict.plant,
        "causes": [{"name": name, "says": str(playbook.cause(name).says)} for name in causes],
        **masked,
    }
    sheet = {name: fact["value"] for name, fact in masked["facts"].items()}
    known = identifiers([masked, dossier.conflict.plant, dossier.conflict.object, list(causes)])
    return Briefing(inputs, Bounds(causes, sheet, known), mask)


def _signal(dossier: Dossier) -> dict[str, Any]:
    signal = dossier.signal
    return {
        "type": signal.type,
        "source": signal.source,
        "time": signal.time.isoformat(timespec="minutes"),
        "message": signal.message or "",
        "keys": dict(signal.keys),
        "text": signal.text,
    }


def _fact(fact: Any) -> dict[str, Any]:
    value = fact.value
    if isinstance(value, Mapping) and {"id", "source", "type"} <= value.keys():
        fields = cast("Mapping[str, Any]", value)
        value = {name: one for name, one in fields.items() if name != "data"}
    return {"system": str(fact.system), "read_at": str(fact.read_at), "value": value}


def _approvers(dossier: Dossier) -> list[dict[str, str]]:
    """Return who approved the precedents: never told, but perhaps named in a text."""
    return [{"approved_by": one.approved_by} for one in dossier.precedents]
