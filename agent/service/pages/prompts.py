"""Prompts: which version is in use as what, and what differs between two of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from agent.prompting import registry_of
from agent.service.pages.reader import Prompting, concord_of
from agent.service.pages.rendering import page
from registry.aliases import Alias
from registry.errors import RegistryError
from registry.registry import Registry

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Version:
    """One locked version, and what it is in use as."""

    version: str
    sha256: str
    author: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """One prompt with its versions, the latest first."""

    name: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Compared:
    """Two versions of a prompt, or one by itself; ``lines`` carry what kind of line they are."""

    name: str
    before: str
    after: str
    lines: tuple[tuple[str, str], ...]


@router.get("/prompts")
async def prompts(request: Request, reader: Prompting) -> Response:
    """List the prompts; with ``name`` and versions, show the words or what differs."""
    asked = request.query_params
    name, before, after = (asked.get(key, "") for key in ("name", "before", "after"))
    concord = concord_of(request)
    registry = registry_of(concord.settings, concord.database)
    listed = await asyncio.to_thread(_listed, registry)
    shown = None
    if name:
        shown = await asyncio.to_thread(_compared, registry, listed, name, before, after)
    return page(request, reader, "prompts.html", prompts=listed, shown=shown)


def _listed(registry: Registry) -> tuple[Listed, ...]:
    names = dict.fromkeys(one.name for one in registry.store.locked())
    return tuple(Listed(name, tuple(_versions(registry, name))) for name in names)


def _versions(registry: Registry, name: str) -> list[Version]:
    try:
        aliases = registry.aliases(name)
        used = {alias: aliases.version(alias) for alias in Alias}
    except RegistryError:
        used = {}
    locked = [one for one in registry.store.locked() if one.name == name]
    return [
        Version(
            one.version,
            one.sha256,
            one.author,
            tuple(alias.value for alias, version in used.items() if version == one.version),
        )
        for one in reversed(locked)
    ]


def _compared(
    registry: Registry, listed: tuple[Listed, ...], name: str, before: str, after: str
) -> Compared | None:
    """Return what differs between two listed versions; the words where only one is named."""
    known = {one.version for prompt in listed if prompt.name == name for one in prompt.versions}
    if after not in known or (before and before not in known):
        return None
    if before and before != after:
        lines = registry.diff(name, before, after)
        return Compared(name, before, after, tuple((_kind(line), line) for line in lines))
    words = registry.load(name, after).text.split("\n")
    return Compared(name, "", after, tuple(("same", line) for line in words))


def _kind(line: str) -> str:
    if line.startswith("+") and not line.startswith("+++"):
        return "new"
    return "old" if line.startswith("-") and not line.startswith("---") else "same"
