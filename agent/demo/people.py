"""Who may come to the demo: a person for each of the roles that decide, and one for each other.

Everybody comes by a link that is good once; nobody has a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.authority.deeds import Deed
from agent.case.ruling import Role
from agent.clock import now
from agent.records import accounts, keys
from agent.records.accounts import Rights
from agent.records.database import Database
from agent.service.who.signing import link_for

HOST = "demo"
PEOPLE: Mapping[str, Role] = {
    "anna": Role.PLANNER,
    "bela": Role.SUPERVISOR,
    "clara": Role.CONTROLLER,
    "dora": Role.INTEGRATOR,
    "emil": Role.AUDITOR,
}


@dataclass(frozen=True)
class Guest:
    """One of them; ``path`` behind the service's address signs them in once."""

    name: str
    role: Role
    path: str


def welcome(database: Database) -> tuple[Guest, ...]:
    """Make everybody's account and link."""
    at = now()
    with database.write() as session:
        for name, role in PEOPLE.items():
            accounts.add(session, name, Rights([role]), HOST, at)
        return tuple(
            Guest(name, role, link_for(session, name, HOST, at).path)
            for name, role in PEOPLE.items()
        )


def key_of_the_plant(database: Database) -> str:
    """Return a key with which the plant sends its signals, and may do nothing else."""
    purpose = keys.Purpose("plant in a box", [Deed.SEND_SIGNALS.value])
    with database.write() as session:
        return keys.add(session, purpose, HOST, now())[1]
