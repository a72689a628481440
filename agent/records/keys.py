"""Keys of machines: a name in front, a random secret behind, and what it is for."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from agent import chance
from agent.records.account_tables import KeyRow
from agent.records.audit import Entry, append
from agent.records.tickets import fingerprint

MARK = "concord_"
"""How every key begins, so that one that got lost somewhere is recognised."""

SHAPE = re.compile(rf"{MARK}([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")


class NoSuchKey(LookupError):
    """There is no key with this id that is still good; whoever asked is told."""


@dataclass(frozen=True)
class Key:
    """One key, without its secret. ``plants`` None: all of them."""

    id: str
    name: str
    scopes: frozenset[str]
    plants: frozenset[str] | None
    made_by: str
    made_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None

    @property
    def principal(self) -> str:
        """How the key is called where it did something."""
        return f"key:{self.name}"


@dataclass(frozen=True)
class Purpose:
    """What a key is made for. ``plants`` None: all of them."""

    name: str
    scopes: Collection[str]
    plants: Collection[str] | None = None
    ends_at: datetime | None = None


def add(session: Session, purpose: Purpose, by: str, at: datetime) -> tuple[Key, str]:
    """Make a key and return it with its full text, which is never seen again."""
    name, secret = chance.identifier()[:12], chance.secret()
    text = f"{MARK}{name}_{secret}"
    row = KeyRow(
        id=name,
        name=purpose.name,
        secret=fingerprint(text),
        scopes=sorted(purpose.scopes),
        plants=None if purpose.plants is None else sorted(purpose.plants),
        made_by=by,
        made_at=at,
        ends_at=purpose.ends_at,
    )
    session.add(row)
    details = {"key": name, "name": row.name, "scopes": row.scopes, "plants": row.plants}
    append(session, Entry(by, "key made", details=details), at)
    session.flush()
    return _key(row), text


def find(session: Session, text: str, at: datetime) -> Key | None:
    """Return the key a text is; None if there is none, or it is good no more."""
    shape = SHAPE.fullmatch(text)
    row = session.get(KeyRow, shape.group(1)) if shape else None
    kept = row.secret if row else fingerprint("")
    if not hmac.compare_digest(kept, fingerprint(text)) or row is None:
        return None
    if row.revoked_at is not None or (row.ends_at is not None and at >= row.ends_at):
        return None
    return _key(row)


def listed(session: Session) -> list[Key]:
    """Return all keys, the newest first."""
    rows = session.scalars(select(KeyRow).order_by(col(KeyRow.made_at).desc(), col(KeyRow.id)))
    return [_key(row) for row in rows]


def revoke(session: Session, name: str, by: str, at: datetime) -> None:
    """Let a key open nothing any more.

    Raises:
        NoSuchKey: There is none, or it was revoked before.
    """
    row = session.get(KeyRow, name)
    if row is None or row.revoked_at is not None:
        raise NoSuchKey(f"there is no key {name} that is still good")
    row.revoked_at = at
    append(session, Entry(by, "key revoked", details={"key": name, "name": row.name}), at)


def _key(row: KeyRow) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        scopes=frozenset(row.scopes),
        plants=None if row.plants is None else frozenset(row.plants),
        made_by=row.made_by,
        made_at=row.made_at,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
    )
