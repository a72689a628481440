"""Who a provider vouches for: the name and the roles that its claims amount to here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from agent.case.ruling import Role
from agent.records.accounts import NAME, PERSONAL
from agent.records.audit import MACHINE
from agent.records.sessions import Holder
from agent.service.who.provider import TokenRefused
from agent.settings import Settings
from tools.plant.model import Plant


def holder_of(claims: Mapping[str, Any], settings: Settings, plants: Mapping[str, Plant]) -> Holder:
    """Return who the claims are about.

    Roles by ``CONCORD_OIDC_ROLES`` hold everywhere; those by a plant's file (``[roles]``) there.

    Raises:
        TokenRefused: The claims name nobody who could be told apart from others here.
    """
    name = str(claims.get(settings.oidc_name_claim) or claims.get("sub") or "").casefold()
    if not NAME.fullmatch(name) or name == MACHINE:
        raise TokenRefused("the token names nobody who could have an account here")
    said = _words(_at(claims, settings.oidc_roles_claim))
    mapped = mapping_of(settings.oidc_roles)
    by_plant = {
        code: frozenset(Role(role.value) for role in plant.roles_of(said))
        for code, plant in plants.items()
    }
    return Holder(
        name=name,
        roles=frozenset(mapped[word] for word in said if word in mapped),
        plants=None,
        language="de" if str(claims.get("locale", "")).startswith("de") else "en",
        by_plant={code: roles for code, roles in by_plant.items() if roles},
        local=False,
    )


def mapping_of(text: str) -> Mapping[str, Role]:
    """Return what ``GROUP=role,GROUP=role`` says; what is no person's role maps nothing."""
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    known = {role.value: role for role in PERSONAL}
    named = ((group.strip(), known.get(role.strip())) for group, _, role in pairs)
    return {group: role for group, role in named if role is not None}


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim; a path such as ``realm_access.roles`` leads into one."""
    found: Any = claims
    for step in path.split("."):
        found = cast(Mapping[str, Any], found).get(step) if isinstance(found, Mapping) else None
    return found


def _words(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list):
        return frozenset(str(one) for one in cast(Iterable[Any], value))
    return frozenset()
