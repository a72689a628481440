"""Accounts of people: made, changed, disabled, and signed in to with a password."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent import chance
from agent.case.ruling import Role
from agent.records.account_tables import AccountRow, SessionRow
from agent.records.audit import MACHINE, Entry, append
from agent.records.passwords import check_strength, hashed

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")
PERSONAL = tuple(role for role in Role if role not in {Role.AGENT, Role.SERVICE})
"""The roles a person may have."""

TRIES = 5
"""So many wrong passwords in a row, and the account is locked for a while."""

LOCKED = timedelta(minutes=15)


class AccountRefused(ValueError):
    """An account cannot be made or changed so; whoever asked is told."""


@dataclass(frozen=True)
class Account:
    """One person with an account. ``plants`` None: all of them."""

    name: str
    roles: frozenset[Role]
    plants: frozenset[str] | None
    language: str
    disabled_at: datetime | None = None
    locked_until: datetime | None = None
    has_password: bool = False


@dataclass(frozen=True)
class Rights:
    """What a person is given. ``plants`` None: all of them."""

    roles: Collection[Role]
    plants: Collection[str] | None = None
    language: str = "en"


def add(session: Session, name: str, rights: Rights, by: str, at: datetime) -> Account:
    """Make an account; it has no password yet.

    Raises:
        AccountRefused: The name is taken or no name, or a role is no person's.
    """
    kept = _name(name)
    _personal(rights.roles)
    if session.get(AccountRow, kept) is not None:
        raise AccountRefused(f"there is an account {kept} already")
    row = AccountRow(
        name=kept,
        roles=sorted(rights.roles),
        plants=None if rights.plants is None else sorted(rights.plants),
        language=rights.language,
        made_at=at,
    )
    session.add(row)
    session.flush()
    _note(session, by, "account made", row, at)
    return of_row(row)


def change_rights(session: Session, name: str, rights: Rights, by: str, at: datetime) -> Account:
    """Give an account other roles and plants.

    Raises:
        AccountRefused: There is none, or a role is no person's.
    """
    row = _row(session, name)
    _personal(rights.roles)
    before = {"roles": row.roles, "plants": row.plants}
    row.roles = sorted(rights.roles)
    row.plants = None if rights.plants is None else sorted(rights.plants)
    row.language = rights.language
    _note(session, by, "account's rights changed", row, at, before)
    return of_row(row)


def set_password(session: Session, name: str, password: str, by: str, at: datetime) -> None:
    """Give an account a password, and end its sessions.

    Raises:
        AccountRefused: There is no such account.
        WeakPassword: It is too easily guessed.
    """
    row = _row(session, name)
    check_strength(password, row.name)
    row.password, row.failures, row.locked_until = hashed(password, chance.salt()), 0, None
    _end_sessions(session, row.name)
    _note(session, by, "password set", row, at)


def disable(session: Session, name: str, by: str, at: datetime, *, again: bool = False) -> None:
    """Let nobody in by an account any more, at once; or let them in again.

    Raises:
        AccountRefused: There is no such account.
    """
    row = _row(session, name)
    row.disabled_at = None if again else at
    row.failures, row.locked_until = 0, None
    _end_sessions(session, row.name)
    _note(session, by, "account enabled" if again else "account disabled", row, at)


def note_link(session: Session, account: Account, by: str, at: datetime) -> None:
    """Write down that somebody was given a link to sign in with."""
    append(session, Entry(by, "sign-in link made", details={"account": account.name}), at)


def account(session: Session, name: str) -> Account | None:
    """Return an account by its name."""
    row = session.get(AccountRow, name.strip().casefold())
    return None if row is None else of_row(row)


def listed(session: Session) -> list[Account]:
    """Return all accounts by name."""
    return [of_row(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.name))]


def password_of(session: Session, name: str) -> str | None:
    """Return what is kept of an account's password, to be compared outside of any transaction."""
    row = session.get(AccountRow, name.strip().casefold())
    return None if row is None else row.password


def tried(session: Session, name: str, right: bool, at: datetime) -> Account | None:
    """Count a try with a password, and return the account it opens; None where it does not.

    A refusal is written down too, so the session must be committed either way.
    """
    row = session.get(AccountRow, name.strip().casefold())
    if row is None or row.disabled_at is not None:
        return None
    if row.locked_until is not None and at < row.locked_until:
        return None
    if right:
        row.failures, row.locked_until = 0, None
        return of_row(row)
    row.failures += 1
    if row.failures >= TRIES:
        row.failures, row.locked_until = 0, at + LOCKED
        _note(session, MACHINE, "account locked", row, at)
    return None


def of_row(row: AccountRow) -> Account:
    """Return the account a row holds."""
    return Account(
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        plants=None if row.plants is None else frozenset(row.plants),
        language=row.language,
        disabled_at=row.disabled_at,
        locked_until=row.locked_until,
        has_password=row.password is not None,
    )


def _name(name: str) -> str:
    kept = name.strip().casefold()
    if not NAME.fullmatch(kept) or kept == MACHINE:
        raise AccountRefused(f"'{name}' is no name for an account: letters, digits, . _ @ and -")
    return kept


def _personal(roles: Collection[Role]) -> None:
    foreign = sorted(role.value for role in roles if role not in PERSONAL)
    if foreign or not roles:
        raise AccountRefused(f"no person's role: {', '.join(foreign) or 'none given'}")


def _row(session: Session, name: str) -> AccountRow:
    row = session.get(AccountRow, name.strip().casefold())
    if row is None:
        raise AccountRefused(f"there is no account {name}")
    return row


def _end_sessions(session: Session, name: str) -> None:
    ours = col(SessionRow.name) == name, col(SessionRow.local).is_(True)
    session.execute(delete(SessionRow).where(*ours))


def _note(
    session: Session,
    by: str,
    what: str,
    row: AccountRow,
    at: datetime,
    before: dict[str, object] | None = None,
) -> None:
    now = {"roles": row.roles, "plants": row.plants}
    details = {"account": row.name, **now, **({"before": before} if before else {})}
    append(session, Entry(by, what, details=details), at)
