"""Prompts: which versions there are, which are in use, what they say and how they differ."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request

from agent.authority.deeds import Deed
from agent.prompting import registry_of
from agent.service.problem import Problem
from agent.service.served import concord, problems
from agent.service.who.door import Admitted
from agent.service.who.needs import needs
from registry.aliases import Alias
from registry.errors import RegistryError
from registry.registry import Registry

T = TypeVar("T")

router = APIRouter(prefix="/v1/prompts", tags=["prompts"])

Reader = Annotated[Admitted, Depends(needs(Deed.READ_PROMPTS))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z][a-z0-9_]*$", examples=["diagnose"])]
VERSION = r"^\d{1,6}\.\d{1,6}\.\d{1,6}$"
Version = Annotated[str, Path(max_length=32, pattern=VERSION, examples=["1.0.0"])]


@dataclass(frozen=True)
class PromptVersion:
    """One version of a prompt, and what it is in use as."""

    name: str
    version: str
    sha256: str | None
    author: str | None
    parent: str | None
    used_as: tuple[Alias, ...]


@dataclass(frozen=True)
class PromptText:
    """The words of one version."""

    name: str
    version: str
    sha256: str
    text: str


@dataclass(frozen=True)
class PromptDifference:
    """What differs between two versions, as a unified diff."""

    name: str
    before: str
    after: str
    lines: tuple[str, ...]


@router.get("", responses=problems())
async def prompts(request: Request, who: Reader) -> list[PromptVersion]:
    """List all versions of all prompts."""
    return await _told(request, _versions)


@router.get("/{name}/{version}", responses=problems(404))
async def prompt(request: Request, who: Reader, name: Name, version: Version) -> PromptText:
    """Return the words of one version."""

    def work(registry: Registry) -> PromptText:
        found = registry.load(name, version)
        return PromptText(name, version, found.sha256, found.text)

    return await _told(request, work)


@router.get("/{name}/{version}/difference", responses=problems(404))
async def difference(
    request: Request,
    who: Reader,
    name: Name,
    version: Version,
    before: Annotated[str, Query(max_length=32, pattern=VERSION, examples=["1.0.0"])],
) -> PromptDifference:
    """Return what differs from an earlier version, examples included."""

    def work(registry: Registry) -> PromptDifference:
        for one in (before, version):
            registry.load(name, one)
        return PromptDifference(name, before, version, tuple(registry.diff(name, before, version)))

    return await _told(request, work)


async def _told(request: Request, work: Callable[[Registry], T]) -> T:
    here = concord(request)
    try:
        return await asyncio.to_thread(lambda: work(registry_of(here.settings, here.database)))
    except RegistryError as error:
        raise Problem(404, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


def _versions(registry: Registry) -> list[PromptVersion]:
    locked = {(one.name, one.version): one for one in registry.store.locked()}
    in_use = registry.store.aliases()
    found = list[PromptVersion]()
    for name in registry.shelf.names():
        aliases = registry.aliases(name) if name in in_use else None
        for version in registry.shelf.versions(name):
            lock = locked.get((name, version))
            used = tuple(one for one in Alias if aliases and aliases.version(one) == version)
            found.append(
                PromptVersion(
                    name=name,
                    version=version,
                    sha256=lock.sha256 if lock else None,
                    author=lock.author if lock else None,
                    parent=lock.parent if lock else None,
                    used_as=used,
                )
            )
    return found
