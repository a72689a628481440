"""The words of a run: one version of a prompt, locked or still a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from agent.playbooks.catalog import Catalog
from agent.reasoning.registered import Metadata, RegisteredWords
from agent.reasoning.request import Message
from agent.reasoning.words import NoWords, Rendered
from registry.aliases import Alias
from registry.errors import RegistryError
from registry.registry import Registry
from registry.rendering import rendered


class ChosenWords:
    """Renders a named version as if it were in production; None is the one that is.

    What is measured may not be promoted yet, so a draft is rendered too, and nothing runs beside.
    """

    def __init__(
        self, registry: Registry, catalog: Catalog, metadata: Metadata, version: str | None
    ) -> None:
        self._registry, self._version = registry, version
        self._registered = RegisteredWords(registry, catalog, metadata)

    async def messages(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> Rendered:
        if self._version is None:
            return await self._registered.messages(task, kind, case, inputs, model)
        return await asyncio.to_thread(self._chosen, task, self._version, inputs)

    async def shadows(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> tuple[Rendered, ...]:
        return ()

    async def promoted(self, words: Rendered, model: str) -> bool:
        return True

    def _chosen(self, task: str, version: str, inputs: Mapping[str, Any]) -> Rendered:
        try:
            prompt = self._registry.shelf.read(task, version)
            found = rendered(prompt, inputs)
        except RegistryError as error:
            raise NoWords(f"no words may be used: {error}") from error
        return Rendered(
            messages=tuple(Message(one.role, one.content) for one in found.messages),
            name=task,
            version=version,
            sha256=prompt.sha256,
            alias=Alias.PRODUCTION.value,
            rendered_hash=found.sha256,
            provisional=False,
            options=prompt.options,
        )
