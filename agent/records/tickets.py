"""Tickets: what may be used once, and not for long. Only the hash of one is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent import chance
from agent.records.account_tables import TicketRow


class Purpose(StrEnum):
    """What a ticket is for; it is good for nothing else."""

    SIGN_IN = "sign_in"
    PROVIDER = "provider"


def issue(
    session: Session, purpose: Purpose, body: Mapping[str, Any], at: datetime, lasts: timedelta
) -> str:
    """Return a new ticket; this is the only time it is seen."""
    token = chance.secret()
    session.execute(delete(TicketRow).where(col(TicketRow.ends_at) < at - timedelta(days=1)))
    session.add(
        TicketRow(
            token=fingerprint(token),
            purpose=purpose.value,
            body=body,
            made_at=at,
            ends_at=at + lasts,
        )
    )
    return token


def use(session: Session, purpose: Purpose, token: str, at: datetime) -> Mapping[str, Any] | None:
    """Use a ticket up and return what it holds; None if it is used, too old, or no ticket."""
    mine = col(TicketRow.token) == fingerprint(token)
    done = session.execute(
        update(TicketRow)
        .where(
            mine,
            col(TicketRow.purpose) == purpose.value,
            col(TicketRow.used_at).is_(None),
            col(TicketRow.ends_at) > at,
        )
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        return None
    return session.get_one(TicketRow, fingerprint(token)).body


def fingerprint(token: str) -> str:
    """Return what is kept of a random secret: it cannot be guessed, so one hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
