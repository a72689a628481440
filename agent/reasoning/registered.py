"""The words of the prompt registry, as reasoners ask for them.

Whatever does not belong together (prompt, model, SAP interface, inputs) yields no words at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agent.playbooks.catalog import Catalog
from agent.reasoning.request import Message
from agent.reasoning.words import NoWords, Rendered
from registry.aliases import Alias
from registry.compatibility import Surroundings
from registry.errors import RegistryError
from registry.registry import Registry
from registry.use import Resolved

Metadata = Callable[[str, str], Awaitable[str | None]]
"""Tells the hash of a service's ``$metadata`` by plant and service; None where nobody can say."""


class RegisteredWords:
    """Renders what the registry has in use, in a thread: it reads files.

    Args:
        registry: The prompts.
        catalog: The playbooks; prompts are bound to the service a playbook corrects through.
        metadata: What the connectors know of that service today.
    """

    def __init__(self, registry: Registry, catalog: Catalog, metadata: Metadata) -> None:
        self._registry, self._catalog, self._metadata = registry, catalog, metadata

    async def messages(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> Rendered:
        about = await self._about(kind, inputs, model)
        return await asyncio.to_thread(self._in_use, task, case, inputs, about)

    async def shadows(
        self, task: str, kind: str | None, case: str, inputs: Mapping[str, Any], model: str
    ) -> tuple[Rendered, ...]:
        about = await self._about(kind, inputs, model)
        return await asyncio.to_thread(self._beside, task, inputs, about)

    async def promoted(self, words: Rendered, model: str) -> bool:
        return await asyncio.to_thread(self._stands, words, model)

    async def _about(self, kind: str | None, inputs: Mapping[str, Any], model: str) -> Surroundings:
        """Return what the words are about to be used with."""
        if kind is None:
            return Surroundings(model)
        service = self._catalog.playbooks[kind].endpoint
        found = await self._metadata(str(inputs["plant"]), service)
        known = {} if found is None else {service: found}
        return Surroundings(model, known, conflict=kind, service=service)

    def _in_use(
        self, task: str, case: str, inputs: Mapping[str, Any], about: Surroundings
    ) -> Rendered:
        try:
            resolved = self._registry.resolve(task, Alias.PRODUCTION, case)
            return self._rendered(resolved, inputs, about)
        except RegistryError as error:
            raise NoWords(f"no words may be used: {error}") from error

    def _beside(
        self, task: str, inputs: Mapping[str, Any], about: Surroundings
    ) -> tuple[Rendered, ...]:
        try:
            resolved = self._registry.shadow(task)
            return (self._rendered(resolved, inputs, about),) if resolved else ()
        except RegistryError:
            return ()

    def _stands(self, words: Rendered, model: str) -> bool:
        try:
            resolved = Resolved(
                name=words.name,
                version=words.version,
                sha256=words.sha256,
                alias=Alias(words.alias),
                bucket=words.bucket,
            )
            return not self._registry.provisional(resolved, model)
        except RegistryError:
            return False

    def _rendered(
        self, resolved: Resolved, inputs: Mapping[str, Any], about: Surroundings
    ) -> Rendered:
        registry = self._registry
        registry.require(resolved, about)
        rendered = registry.render(resolved, inputs)
        return Rendered(
            messages=tuple(Message(one.role, one.content) for one in rendered.messages),
            name=resolved.name,
            version=resolved.version,
            sha256=resolved.sha256,
            alias=resolved.alias.value,
            rendered_hash=rendered.sha256,
            provisional=registry.provisional(resolved, about.model),
            bucket=resolved.bucket,
            options=registry.prompt(resolved).options,
        )
