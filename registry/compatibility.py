"""Whether a prompt, a model and the SAP interface of today belong together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from registry.promotions import Promotion
from registry.schema import Binds, SapApi


@dataclass(frozen=True)
class Surroundings:
    """What a prompt is about to be used with.

    Args:
        model: The model's id, such as ``openai:NAME``.
        sap_metadata: The ``$metadata`` hash of each service, as the connector read it.
        conflict: The kind of conflict, where the prompt is for one.
        service: The SAP service a correction would go to, where the prompt is for one; without it,
            every service the prompt speaks of has to be there.
    """

    model: str
    sap_metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    conflict: str | None = None
    service: str | None = None


def mismatches(
    binds: Binds, surroundings: Surroundings, promotion: Promotion | None
) -> tuple[str, ...]:
    """Return why a prompt may not be used there; nothing, if it may.

    Args:
        binds: What the prompt is bound to.
        surroundings: What it is about to be used with.
        promotion: What brought it into production: the SAP interface is the one its gate saw.
    """
    return (
        *_model(binds, surroundings.model),
        *_conflict(binds, surroundings.conflict),
        *_services(binds, surroundings, promotion),
    )


def _model(binds: Binds, model: str) -> Iterator[str]:
    if not any(_covers(bound, model) for bound in binds.models):
        yield f"it is bound to {', '.join(binds.models)}, not to {model}"


def _covers(bound: str, model: str) -> bool:
    return model.startswith(bound[:-1]) if bound.endswith("*") else model == bound


def _conflict(binds: Binds, conflict: str | None) -> Iterator[str]:
    if conflict is not None and not any(fnmatchcase(conflict, kind) for kind in binds.conflicts):
        yield f"it is not written for {conflict}"


def _services(
    binds: Binds, surroundings: Surroundings, promotion: Promotion | None
) -> Iterator[str]:
    service = surroundings.service
    bound = [one for one in binds.sap_api if service in {None, one.service}]
    if service is not None and not bound:
        yield f"it is not bound to {service}"
    for one in bound:
        yield from _service(one, surroundings.sap_metadata, promotion)


def _service(
    one: SapApi, sap_metadata: Mapping[str, str], promotion: Promotion | None
) -> Iterator[str]:
    found = sap_metadata.get(one.service)
    if found is None:
        yield f"nothing is known of {one.service}"
        return
    if one.metadata_sha256 not in {None, found}:
        yield f"{one.service} has another $metadata than it was written for"
    seen = promotion.sap_metadata.get(one.service) if promotion else None
    if seen not in {None, found}:
        yield f"{one.service} has another $metadata than the gate has seen"
