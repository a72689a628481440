"""Sessions: browsers that are signed in. A session ends by time, by rest, or by its account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col

from agent import chance
from agent.case.ruling import Role
from agent.records.account_tables import AccountRow, SessionRow
from agent.records.accounts import Account, of_row
from agent.records.audit import Entry, append
from agent.records.tickets import fingerprint

LASTS = timedelta(hours=12)
RESTS = timedelta(hours=2)
"""So long without a request, and a session is over."""

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Holder:
    """Whose session it is to be: an account's, or whoever a provider vouches for.

    ``plants`` None: all of them. ``by_plant`` are roles that hold at one plant only.
    """

    name: str
    roles: frozenset[Role]
    plants: frozenset[str] | None
    language: str
    by_plant: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, frozenset[Role]])
    local: bool = True

    @classmethod
    def of(cls, account: Account) -> Holder:
        """Return the holder of an account."""
        return cls(account.name, account.roles, account.plants, account.language)


@dataclass(frozen=True)
class SignedIn:
    """A browser's session, found."""

    holder: Holder
    csrf: str


@dataclass(frozen=True)
class Opened:
    """A new session. ``token`` goes to the browser and is never seen again."""

    token: str
    csrf: str
    ends_at: datetime


def begin(session: Session, who: Holder, by: str, at: datetime) -> Opened:
    """Sign somebody in. ``by`` says how they proved who they are."""
    token, csrf, ends_at = chance.secret(), chance.secret(), at + LASTS
    session.execute(delete(SessionRow).where(col(SessionRow.ends_at) < at))
    row = SessionRow(
        token=fingerprint(token),
        name=who.name,
        local=who.local,
        roles=sorted(who.roles),
        by_plant={plant: sorted(roles) for plant, roles in who.by_plant.items()},
        plants=None if who.plants is None else sorted(who.plants),
        language=who.language,
        csrf=csrf,
        made_at=at,
        seen_at=at,
        ends_at=ends_at,
    )
    session.add(row)
    append(session, Entry(who.name, "signed in", details={"by": by, "roles": row.roles}), at)
    return Opened(token, csrf, ends_at)


def find(session: Session, token: str, at: datetime) -> SignedIn | None:
    """Return whose session a browser's token is; None if it is over, or nobody's."""
    row = session.get(SessionRow, fingerprint(token))
    if row is None or at >= row.ends_at or at - row.seen_at > RESTS:
        return None
    if row.local:
        account = session.get(AccountRow, row.name)
        if account is None or account.disabled_at is not None:
            return None
        return SignedIn(Holder.of(of_row(account)), row.csrf)
    by_plant: Mapping[str, Collection[str]] = row.by_plant or {}
    holder = Holder(
        name=row.name,
        roles=_roles(row.roles),
        plants=None if row.plants is None else frozenset(row.plants),
        language=row.language,
        by_plant={plant: _roles(roles) for plant, roles in by_plant.items()},
        local=False,
    )
    return SignedIn(holder, row.csrf)


def due_to_be_seen(session: Session, token: str, at: datetime) -> bool:
    """Return whether it is time to note that a session is used."""
    row = session.get(SessionRow, fingerprint(token))
    return row is not None and at - row.seen_at > SEEN_EVERY


def seen(session: Session, token: str, at: datetime) -> None:
    """Note that a session is used."""
    row = session.get(SessionRow, fingerprint(token))
    if row is not None:
        row.seen_at = at


def end(session: Session, token: str, at: datetime) -> None:
    """Sign a browser out; ending what has ended does nothing."""
    row = session.get(SessionRow, fingerprint(token))
    if row is not None:
        session.delete(row)
        append(session, Entry(row.name, "signed out"), at)


def _roles(names: Collection[str]) -> frozenset[Role]:
    return frozenset(Role(name) for name in names)
