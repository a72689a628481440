"""The engine: Cedar policies of one plant, parsed once, asked often.

Allowed means Allow *and* no diagnostics errors, because Cedar skips a policy whose condition
errors, and a skipped forbid would otherwise let everything through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import cedarpy

from agent.authority.deeds import Deed
from agent.authority.terms import MONEY, MOST

# Terms that name the changer, who is an entity of its own.
PEOPLE = frozenset({"changed_by", "changed_role"})

RemedyDeed = Literal["carry_out", "approve", "reject", "soften"]


class BrokenPolicy(Exception):
    """A policy file cannot be used; the integrator mends it before anything starts."""


@dataclass(frozen=True)
class Word:
    """What the engine says: allowed or not, by which policy, in its own words."""

    allowed: bool
    policy: str
    says: str


@dataclass(frozen=True)
class Visit:
    """How somebody comes to the service, and where they want something.

    ``plants`` None means that no list of plants binds them, ``at`` None the installation as a
    whole. ``scopes`` are a key's.
    """

    via: str
    scopes: frozenset[str] = frozenset()
    plants: frozenset[str] | None = None
    at: str | None = None


class Policies:
    """The policies in force at one plant: the core and the plant's own file."""

    def __init__(self, own: str = "") -> None:
        shipped = [read(f"policies/{name}.cedar") for name in ("core", "service")]
        text = "\n".join([*shipped, own])
        schema = read("schema.cedarschema")
        checked = cedarpy.validate_policies(text, schema)
        if not checked.validation_passed:
            raise BrokenPolicy("; ".join(str(error) for error in checked.errors))
        self._says = _annotations(text)
        self._policies = cedarpy.PolicySet.from_str(text)
        self._schema = cedarpy.Schema.from_str(schema)

    def ask(self, principal: str, role: str, deed: RemedyDeed, terms: Mapping[str, Any]) -> Word:
        """Return whether a principal in a role may do a deed to the remedy these terms describe."""
        return self._judged(
            {
                "principal": {"type": "Principal", "id": principal},
                "action": {"type": "Action", "id": deed},
                "resource": {"type": "Remedy", "id": "this"},
                "context": {},
            },
            _entities(principal, role, terms),
        )

    def admit(self, principal: str, role: str, deed: Deed, visit: Visit) -> Word:
        """Return whether somebody in a role may do a deed at the service."""
        place = {"type": "Installation" if visit.at is None else "Plant", "id": visit.at or "this"}
        attributes = {} if visit.at is None else {"code": visit.at}
        return self._judged(
            {
                "principal": {"type": "Principal", "id": principal},
                "action": {"type": "Action", "id": deed.value},
                "resource": place,
                "context": {
                    "deed": deed.value,
                    "via": visit.via,
                    "scopes": sorted(visit.scopes),
                    "plants": sorted(visit.plants or ()),
                    "everywhere": visit.plants is None,
                },
            },
            [_principal(principal, role), {"uid": place, "attrs": attributes, "parents": []}],
        )

    def _judged(self, request: dict[str, Any], entities: list[dict[str, Any]]) -> Word:
        answer = cedarpy.is_authorized(request, self._policies, entities, self._schema)
        errors = list(answer.diagnostics.errors)
        names = cast(dict[str, str], answer.diagnostics.id_annotations_by_reason)
        deciding = sorted(names.get(reason, reason) for reason in answer.diagnostics.reasons)
        if errors:
            return Word(False, "policy-error", "; ".join(str(error) for error in errors))
        policy = deciding[0] if deciding else "default-deny"
        says = self._says.get(policy, "No policy permits this.")
        return Word(answer.allowed, policy, says)


@cache
def policies_with(own: str = "") -> Policies:
    """Return the core with a plant's own text; reading and checking it takes longer than a case.

    Raises:
        BrokenPolicy: The text cannot be used.
    """
    return Policies(own)


def read(name: str) -> str:
    """Return a shipped policy or schema file."""
    return files("agent.authority").joinpath(name).read_text("utf-8")


def _entities(principal: str, role: str, terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    attributes: dict[str, Any] = {
        name: _money(value) if name in MONEY else value
        for name, value in terms.items()
        if name not in PEOPLE
    }
    people = {principal: role}
    changed_by = terms.get("changed_by")
    if changed_by is not None:
        attributes["changed_by"] = {"__entity": {"type": "Principal", "id": changed_by}}
        people.setdefault(changed_by, terms.get("changed_role", role))
    return [
        *(_principal(name, its_role) for name, its_role in people.items()),
        {"uid": {"type": "Remedy", "id": "this"}, "attrs": attributes, "parents": []},
    ]


def _principal(name: str, role: str) -> dict[str, Any]:
    return {
        "uid": {"type": "Principal", "id": name},
        "attrs": {"role": {"__entity": {"type": "Role", "id": role}}},
        "parents": [],
    }


def _money(amount: Any) -> dict[str, Any]:
    """Return money as Cedar's decimal: a point, four places, no exponent.

    A part of the last place counts as a whole, so that no value slips under a limit.
    """
    exact = min(Decimal(str(amount)), MOST).quantize(Decimal("0.0001"), ROUND_CEILING)
    return {"__extn": {"fn": "decimal", "arg": f"{exact:f}"}}


def _annotations(text: str) -> dict[str, str]:
    """Return each policy's own words by its id.

    Raises:
        BrokenPolicy: A policy has no id, or shares one, or is a template, which binds nobody.
    """
    says: dict[str, str] = {}
    policies = json.loads(cedarpy.policies_to_json_str(text))
    if policies.get("templates"):
        raise BrokenPolicy("a template takes part in no decision: write the policy out")
    for policy in policies["staticPolicies"].values():
        notes: dict[str, str] = policy.get("annotations", {})
        name = notes.get("id")
        if not name or name in says:
            raise BrokenPolicy(
                f"every policy needs an @id of its own; '{name}' is missing or taken"
            )
        says[name] = notes.get("says", name)
    return says
