"""The reception: what recognising and admitting visitors works with, made once per application."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from agent.bootstrap import Machinery
from agent.records.audit import Entry, append
from agent.records.database import Database
from agent.service.who.discovered import hosts_of
from agent.service.who.door import Door
from agent.service.who.provider import Provider
from agent.service.who.throttle import Rate, Throttle
from agent.settings import Settings
from tools.plant.model import Plant

log = logging.getLogger("concord.service")

PROVIDER_SECONDS = 5.0

REFUSALS = Rate(per_second=1, burst=60)
"""So many refusals are written down; a flood of them must not fill the audit."""

TRIES = Rate(per_second=0.2, burst=10)
"""So often one address may try to sign in."""


@dataclass(frozen=True)
class Reception:
    """What stands at the entrance."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    door: Door
    requests: Throttle
    signals: Throttle
    tries: Throttle
    refusals: Throttle
    provider: Provider | None
    plants: Mapping[str, Plant]

    def note_refusal(self, who: str, what: str, details: Mapping[str, Any]) -> None:
        """Write a refusal down, as long as it is not one of very many."""
        log.info("%s: %s %s", what, who, dict(details))
        if self.refusals.take("all") is not None:
            return
        try:
            with self.database.write() as session:
                append(session, Entry(who, what, details=details), self.clock())
        except SQLAlchemyError:
            log.exception("a refusal could not be written down")


def reception_of(concord: Machinery) -> Reception:
    """Return the entrance of an installation."""
    settings, clock = concord.settings, concord.context.clock
    usual = settings.requests_per_minute / 60
    signals = settings.signals_per_second
    return Reception(
        settings=settings,
        database=concord.database,
        clock=clock,
        door=Door(concord.context.authority, concord.plants),
        requests=Throttle(Rate(usual, max(1.0, usual * 10)), clock),
        signals=Throttle(Rate(signals, max(1.0, signals * 2)), clock),
        tries=Throttle(TRIES, clock),
        refusals=Throttle(REFUSALS, clock),
        provider=provider_of(settings, clock),
        plants=concord.context.plants,
    )


def provider_of(settings: Settings, clock: Callable[[], datetime]) -> Provider | None:
    """Return the identity provider, if there is one; it is asked when somebody comes with it."""
    if settings.oidc_issuer is None:
        return None
    client = httpx.AsyncClient(timeout=PROVIDER_SECONDS, follow_redirects=False)
    return Provider(settings.oidc_issuer, client, clock, hosts_of(settings.oidc_hosts))


def reception(request: Request) -> Reception:
    """Return the entrance of the application that serves a request."""
    found: Reception = request.app.state.reception
    return found
