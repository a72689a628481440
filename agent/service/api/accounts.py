"""Accounts and keys: who may come in, and as what; ``concord users`` and ``keys`` make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.orm import Session

from agent.authority.deeds import Deed
from agent.case.ruling import Role
from agent.records import accounts, keys
from agent.records.accounts import Account, AccountRefused
from agent.records.keys import Key, NoSuchKey
from agent.service.problem import Problem
from agent.service.served import problems, read, write
from agent.service.who.door import Admitted
from agent.service.who.needs import needs, visitor
from agent.service.who.visitor import Via, Visitor

router = APIRouter(prefix="/v1", tags=["who may"])

Reader = Annotated[Admitted, Depends(needs(Deed.READ_ACCOUNTS))]
Steward = Annotated[Admitted, Depends(needs(Deed.MANAGE_ACCOUNTS))]


@dataclass(frozen=True)
class Me:
    """Who the sender of the request is, as far as Concord is concerned."""

    name: str
    via: Via
    roles: tuple[Role, ...]
    plants: tuple[str, ...] | None
    scopes: tuple[str, ...]
    language: str


@router.get("/me", responses=problems())
async def me(who: Annotated[Visitor, Depends(visitor)]) -> Me:
    """Return who one is here."""
    if not who.known:
        raise Problem(401, "Sign in, or send a key or token.")
    return Me(
        name=who.name,
        via=who.via,
        roles=tuple(sorted(who.roles)),
        plants=None if who.plants is None else tuple(sorted(who.plants)),
        scopes=tuple(sorted(who.scopes)),
        language=who.language,
    )


@router.get("/accounts", responses=problems())
async def all_accounts(request: Request, who: Reader) -> list[Account]:
    """List the accounts of people."""
    who.everywhere()
    return await read(request, accounts.listed)


@router.post("/accounts/{name}/disabling", status_code=204, responses=problems(404))
async def disabled(
    request: Request, who: Steward, name: Annotated[str, Path(max_length=64)]
) -> None:
    """Let nobody in by an account any more; whoever is signed in is signed out."""
    who.everywhere()

    def work(session: Session, at: datetime) -> None:
        accounts.disable(session, name, who.name, at)

    try:
        await write(request, work)
    except AccountRefused:
        raise Problem(404, f"There is no account {name}.") from None


@router.get("/keys", responses=problems())
async def all_keys(request: Request, who: Reader) -> list[Key]:
    """List the keys of machines, without their secrets."""
    who.everywhere()
    return await read(request, keys.listed)


@router.delete("/keys/{key}", status_code=204, responses=problems(404))
async def revoked(request: Request, who: Steward, key: Annotated[str, Path(max_length=64)]) -> None:
    """Let a key open nothing any more, at once."""
    who.everywhere()
    try:
        await write(request, lambda session, at: keys.revoke(session, key, who.name, at))
    except NoSuchKey:
        raise Problem(404, f"There is no key {key} that is still good.") from None
