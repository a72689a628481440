"""Who is there: a person with a session or a token, a machine with a key, or nobody we know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agent.case.ruling import Role


class Via(StrEnum):
    """How a visitor proved who they are."""

    SESSION = "session"
    KEY = "key"
    TOKEN = "token"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Visitor:
    """Whoever sent a request. ``plants`` None: no list of plants binds them.

    ``by_plant`` are roles that hold at one plant only, ``scopes`` what a key is for.
    """

    name: str
    via: Via
    roles: frozenset[Role] = frozenset()
    plants: frozenset[str] | None = None
    by_plant: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, frozenset[Role]])
    scopes: frozenset[str] = frozenset()
    language: str = "en"
    csrf: str = ""

    @property
    def known(self) -> bool:
        """Whether anybody vouches for them."""
        return self.via is not Via.ANONYMOUS

    def roles_at(self, plant: str | None) -> tuple[Role, ...]:
        """Return the roles they have at a plant, or for the installation as a whole."""
        here = self.by_plant.get(plant, frozenset()) if plant is not None else frozenset[Role]()
        return tuple(sorted(self.roles | here))


def anonymous(language: str = "en") -> Visitor:
    """Return somebody nobody vouches for."""
    return Visitor("anonymous", Via.ANONYMOUS, plants=frozenset(), language=language)
