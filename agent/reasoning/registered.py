"""The words of the prompt registry, as reasoners ask for them.

Whatever does not belong together (prompt, model, SAP interface, inputs) yields no words at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent.playbooks.catalog import Catalog
from agent.reasoning.request import Message
from agent.reasoning.words import NoWords, Rendered
from registry.aliases import Alias
from registry.compatibility import Surroundings
from registry.errors import RegistryError
from registry.registry import Registry
from registry.use import Resolved

About = Callable[[str, str], Surroundings]
"""Tells, for a kind of conflict and a model, what a prompt is about to be used with."""


class RegisteredWords:
    """Renders what the registry has in use.

    Args:
        registry: The prompts.
        about: What prompts are about to be used with, see ``surroundings``.
    """

    def __init__(self, registry: Registry, about: About) -> None:
        self._registry, self._about = registry, about

    def messages(
        self, task: str, kind: str, case: str, inputs: Mapping[str, Any], model: str
    ) -> Rendered:
        try:
            resolved = self._registry.resolve(task, Alias.PRODUCTION, case)
            return self._rendered(resolved, kind, inputs, model)
        except RegistryError as error:
            raise NoWords(f"no words may be used: {error}") from error

    def shadows(
        self, task: str, kind: str, case: str, inputs: Mapping[str, Any], model: str
    ) -> tuple[Rendered, ...]:
        try:
            resolved = self._registry.shadow(task)
            if resolved is None:
                return ()
            return (self._rendered(resolved, kind, inputs, model),)
        except RegistryError:
            return ()

    def promoted(self, words: Rendered, model: str) -> bool:
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
        self, resolved: Resolved, kind: str, inputs: Mapping[str, Any], model: str
    ) -> Rendered:
        registry = self._registry
        registry.require(resolved, self._about(kind, model))
        rendered = registry.render(resolved, inputs)
        return Rendered(
            messages=tuple(Message(one.role, one.content) for one in rendered.messages),
            name=resolved.name,
            version=resolved.version,
            sha256=resolved.sha256,
            alias=resolved.alias.value,
            rendered_hash=rendered.sha256,
            provisional=registry.provisional(resolved, model),
            bucket=resolved.bucket,
            options=registry.prompt(resolved).options,
        )


def surroundings(catalog: Catalog, metadata: Callable[[], Mapping[str, str]]) -> About:
    """Return what tells surroundings: a playbook's endpoint, and the interface as it is now.

    Args:
        catalog: The playbooks; a correction goes to the endpoint of one.
        metadata: The hash of each SAP service's ``$metadata``, as the connectors read it.
    """

    def about(kind: str, model: str) -> Surroundings:
        service = catalog.playbooks[kind].endpoint
        return Surroundings(model, metadata(), conflict=kind, service=service)

    return about
