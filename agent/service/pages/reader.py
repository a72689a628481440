"""Who reads a page: name, roles and plants, the language, and what a form of theirs must carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.service.who.door import Admitted
from agent.service.who.needs import page_needs
from agent.words.catalog import Language
from agent.words.speech import Speech

LANGUAGE, KEYS = "concord_language", "concord_keys"
KEPT_SECONDS = 400 * 86_400
MOST_FIELDS = 400


@dataclass(frozen=True)
class Reader:
    """Somebody who has signed in and may do what a page is for.

    ``plants`` are those where they may; None: all there are, and what is at no plant.
    """

    name: str
    roles: frozenset[Role]
    plants: frozenset[str] | None
    csrf: str
    language: Language
    admitted: Admitted

    @classmethod
    def of(cls, admitted: Admitted) -> Reader:
        """Return who was admitted, as pages know readers."""
        visitor = admitted.visitor
        everywhere = admitted.whole and visitor.plants is None
        return cls(
            name=visitor.name,
            roles=visitor.roles.union(*visitor.by_plant.values()),
            plants=None if everywhere else admitted.plants,
            csrf=visitor.csrf,
            language=Language(visitor.language),
            admitted=admitted,
        )

    def sees(self, plant: str) -> bool:
        """Return whether this reader may do here what the page is for."""
        return self.admitted.may_at(plant)

    def roles_at(self, plant: str) -> tuple[Role, ...]:
        """Return the roles this reader has at a plant."""
        return self.admitted.visitor.roles_at(plant)


class _ReaderWho:
    """Admits whoever may do a deed somewhere, as a reader."""

    def __init__(self, deed: Deed) -> None:
        self._needs = page_needs(deed)

    async def __call__(self, request: Request) -> Reader:
        """Return the reader."""
        return Reader.of(await self._needs(request))


Reading = Annotated[Reader, Depends(_ReaderWho(Deed.READ_CASES))]
Deciding = Annotated[Reader, Depends(_ReaderWho(Deed.DECIDE))]
Claiming = Annotated[Reader, Depends(_ReaderWho(Deed.CLAIM))]
Auditing = Annotated[Reader, Depends(_ReaderWho(Deed.READ_AUDIT))]
Governing = Annotated[Reader, Depends(_ReaderWho(Deed.READ_PLANTS))]
Reining = Annotated[Reader, Depends(_ReaderWho(Deed.REIN_IN))]
Prompting = Annotated[Reader, Depends(_ReaderWho(Deed.READ_PROMPTS))]
Burying = Annotated[Reader, Depends(_ReaderWho(Deed.READ_DEAD_LETTERS))]
Mending = Annotated[Reader, Depends(_ReaderWho(Deed.MEND_DEAD_LETTERS))]
Chatting = Annotated[Reader, Depends(_ReaderWho(Deed.CHAT))]
Watching = Annotated[Reader, Depends(_ReaderWho(Deed.READ_METRICS))]
Counting = Annotated[Reader, Depends(_ReaderWho(Deed.READ_KPIS))]


@dataclass(frozen=True)
class Form:
    """What somebody filled in. A field that came twice counts with its last value."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str, otherwise: str = "") -> str:
        """Return a field's value."""
        return dict(self.fields).get(name, otherwise)

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for field, value in self.fields if field == name]


async def filled(request: Request) -> Form:
    """Return the form; that it is the reader's own, the door has made sure of."""
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return Form(tuple((name, str(value)) for name, value in sent.multi_items()))


Filled = Annotated[Form, Depends(filled)]


def concord_of(request: Request) -> Machinery:
    """Return what the application serves."""
    machinery: Machinery = request.app.state.concord
    return machinery


def speech_of(request: Request, reader: Reader | None, plant: str | None = None) -> Speech:
    """Return how pages speak here: the cookie's language, the account's, then the browser's."""
    return Speech(language_of(request, reader), zone_of(request, plant))


def language_of(request: Request, reader: Reader | None) -> Language:
    """Return the language a request is answered in."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in set(Language):
        return Language(chosen)
    if reader is not None:
        return reader.language
    wanted = request.headers.get("accept-language", "").lower()
    first = next((word[:2] for word in wanted.split(",") if word.strip()[:2] in set(Language)), "")
    return Language(first) if first else Language.EN


def zone_of(request: Request, plant: str | None) -> ZoneInfo:
    """Return the clock of a plant; of the only one where none is named."""
    plants: Mapping[str, object] = concord_of(request).plants
    name = plant or next(iter(plants), None)
    known = concord_of(request).context.plants.get(name or "")
    return known.zone if known else ZoneInfo("UTC")


def keys_of(request: Request) -> bool:
    """Return whether this reader wants to be able to decide by single keys."""
    return request.cookies.get(KEYS) != "off"
