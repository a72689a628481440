"""The registry: which words are in use, put into messages, and changed only on evidence.

``resolve`` an alias for a case, ``require`` that prompt, model and SAP interface belong together,
``render``, and write down what was resolved. Whatever is raised on the way, the case goes to a
person.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from registry import changing, promotions
from registry.aliases import Alias, Aliases, Canary, bucket_of
from registry.changing import Signed
from registry.compatibility import Surroundings, mismatches
from registry.errors import (
    Incompatible,
    NoPass,
    NoSuchPrompt,
    NotAsLocked,
    Problem,
    PromptRefused,
)
from registry.file_store import FileStore
from registry.locks import Locked
from registry.promotions import Promotion, Rollback
from registry.prompt import Prompt
from registry.rendering import Rendered, rendered
from registry.shelf import Shelf
from registry.store import Store
from registry.use import Resolved
from registry.verifying import findings

NOBODY = "unnamed"
"""Stands for who changes what is in use beside production, where nobody says."""


class Registry:
    """The prompts of a folder, with what a store knows of them."""

    def __init__(self, shelf: Shelf, store: Store) -> None:
        self.shelf = shelf
        self.store = store
        self._read: dict[tuple[str, str], Prompt] = {}

    def load(self, name: str, version: str) -> Prompt:
        """Return a locked prompt.

        Raises:
            NoSuchPrompt: There is none.
            NotAsLocked: It is not locked, or not what was locked.
        """
        lock = self._lock(name, version)
        try:
            prompt = self._read.get((name, version)) or self.shelf.read(name, version)
        except PromptRefused as error:
            raise NotAsLocked(f"{name} {version} is not what was locked: {error}") from error
        if prompt.sha256 != lock.sha256:
            raise NotAsLocked(f"{prompt.file} is not what was locked")
        self._read[name, version] = prompt
        return prompt

    def verify(self) -> list[Problem]:
        """Return everything that is wrong with words, locks, aliases and promotions.

        Raises:
            StoreBroken: What the registry keeps cannot be read.
        """
        return findings(self.shelf, self.store)

    def aliases(self, name: str) -> Aliases:
        """Return a prompt's aliases; what promotions say of production counts.

        Raises:
            NoSuchPrompt: No version of it is in use.
        """
        said = self.store.aliases().get(name)
        if said is None:
            raise NoSuchPrompt(f"no version of {name} is in use")
        promoted = promotions.in_production(self.store.changes()).get(name)
        return said.model_copy(update={"production": promoted}) if promoted else said

    def resolve(
        self, name: str, alias: Alias = Alias.PRODUCTION, case: str | None = None
    ) -> Resolved:
        """Return the version an alias leads to; in production, some cases draw the canary.

        Raises:
            NoSuchPrompt: No version is in use as this.
            NotAsLocked: It is not locked.
        """
        aliases, bucket = self.aliases(name), None
        canary = aliases.canary
        if alias is Alias.PRODUCTION and canary is not None and case is not None:
            bucket = bucket_of(case, canary.salt)
            alias = Alias.CANARY if canary.draws(case) else alias
        version = aliases.version(alias)
        if version is None:
            raise NoSuchPrompt(f"no version of {name} is in use as {alias}")
        lock = self._lock(name, version)
        return Resolved(name=name, version=version, sha256=lock.sha256, alias=alias, bucket=bucket)

    def shadow(self, name: str) -> Resolved | None:
        """Return the version that runs beside production, if one does."""
        return self.resolve(name, Alias.SHADOW) if self.aliases(name).shadow else None

    def prompt(self, resolved: Resolved) -> Prompt:
        """Return the very words that were resolved.

        Raises:
            NotAsLocked: They are others by now.
        """
        prompt = self.load(resolved.name, resolved.version)
        if prompt.sha256 != resolved.sha256:
            raise NotAsLocked(f"{prompt.file} is not what was resolved")
        return prompt

    def render(self, resolved: Resolved, inputs: Mapping[str, Any]) -> Rendered:
        """Return what a model is sent. The time, if a prompt tells it, is one of the inputs.

        Raises:
            PersonJudges: The words, the inputs or what came of them are not as they should be.
        """
        return rendered(self.prompt(resolved), inputs)

    def mismatches(self, resolved: Resolved, surroundings: Surroundings) -> tuple[str, ...]:
        """Return why a prompt may not be used there; nothing, if it may."""
        promotion = self.standing(resolved, surroundings.model)
        return mismatches(self.prompt(resolved).binds, surroundings, promotion)

    def require(self, resolved: Resolved, surroundings: Surroundings) -> None:
        """Make sure that prompt, model and SAP interface belong together.

        Raises:
            Incompatible: They do not; the reasons are named.
        """
        if reasons := self.mismatches(resolved, surroundings):
            raise Incompatible(reasons)

    def standing(self, resolved: Resolved, model: str) -> Promotion | None:
        """Return the promotion that stands for a prompt under a model."""
        return promotions.standing(self.store.changes(), resolved.sha256, model)

    def provisional(self, resolved: Resolved, model: str) -> bool:
        """Return whether a prompt may be used only where a person is asked anyway."""
        return self.standing(resolved, model) is None

    def diff(self, name: str, before: str, after: str) -> list[str]:
        """Return what differs between two versions, examples included, as a unified diff."""
        old, new = self.shelf.read(name, before), self.shelf.read(name, after)
        pairs = (
            (old.file, old.text, new.file, new.text),
            (f"{old.file} examples", old.examples_text, f"{new.file} examples", new.examples_text),
        )
        return [
            line
            for old_file, old_text, new_file, new_text in pairs
            for line in difflib.unified_diff(
                old_text.split("\n"), new_text.split("\n"), old_file, new_file, lineterm=""
            )
        ]

    def lock(self, name: str, version: str, author: str, parent: str | None = None) -> Locked:
        """Lock a version for ever; the first one of its name is in production, provisionally.

        Raises:
            NotAsLocked: It is locked by another hash already.
            NoSuchPrompt: There is no such version, or no such parent.
        """
        prompt = self.shelf.read(name, version)
        known = {one.version: one for one in self.store.locked() if one.name == name}
        if version in known:
            self.load(name, version)
            return known[version]
        if parent is not None and parent not in known:
            raise NoSuchPrompt(f"{name} {parent} is not locked")
        lock = Locked(
            name=name, version=version, sha256=prompt.sha256, parent=parent, author=author
        )
        self.store.lock(lock)
        if name not in self.store.aliases():
            self.store.set_aliases(name, Aliases(production=version), author)
        return lock

    def put_beside(
        self,
        name: str,
        alias: Literal[Alias.STAGING, Alias.SHADOW],
        version: str | None,
        by: str = NOBODY,
    ) -> None:
        """Let a version wait, or run beside production; None ends it."""
        if version is not None:
            self.load(name, version)
        moved = self.aliases(name).model_copy(update={alias.value: version})
        self.store.set_aliases(name, moved, by)

    def put_canary(self, name: str, canary: Canary | None, by: str = NOBODY) -> None:
        """Let some cases try a version; None ends it."""
        if canary is not None:
            self.load(name, canary.version)
        moved = self.aliases(name).model_copy(update={"canary": canary})
        self.store.set_aliases(name, moved, by)

    def promote(
        self, name: str, version: str, model: str, dataset_sha256: str, signed: Signed
    ) -> Promotion:
        """Bring a version into production, if the gate has passed it under this model.

        Raises:
            NoPass: The gate's latest word on exactly this prompt, model and dataset is no pass.
            NotAsLocked: The words are not those that were locked.
            MovedMeanwhile: Somebody else changed what is in production.
        """
        changes, prompt = self.store.changes(), self.load(name, version)
        gate = promotions.latest_gate(self.store.gates(), prompt.sha256, model, dataset_sha256)
        if gate is None:
            raise NoPass(
                f"the gate has never judged {name} {version} under {model} on this dataset"
            )
        aliases = self.aliases(name)
        before, after = self._lock(name, aliases.production), self._lock(name, version)
        promotion = changing.promotion(before, after, gate, signed, changes)
        self.store.append(promotion, changing.with_production(aliases, version))
        return promotion

    def rollback(self, name: str, version: str | None, signed: Signed) -> Rollback:
        """Bring an earlier production version back, at once; the one before, if none is named.

        Raises:
            ReasonMissing: It says not why, or by whom.
            NeverInProduction: The version was not in production before.
        """
        changes, aliases = self.store.changes(), self.aliases(name)
        back = changing.way_back(name, aliases.production, version, changes)
        self.load(name, back)
        before, after = self._lock(name, aliases.production), self._lock(name, back)
        rollback = changing.rollback(before, after, signed, changes)
        self.store.append(rollback, changing.with_production(aliases, back))
        return rollback

    def _lock(self, name: str, version: str) -> Locked:
        for one in self.store.locked():
            if (one.name, one.version) == (name, version):
                return one
        if version in self.shelf.versions(name):
            raise NotAsLocked(f"{name} {version} is not locked")
        raise NoSuchPrompt(f"there is no prompt {name} {version}")


def shipped() -> Path:
    """Return the folder of the prompts that ship with Concord."""
    return Path(str(files("prompts")))


def in_folder(folder: Path) -> Registry:
    """Return the registry of a folder that holds prompts and all that is kept about them."""
    return Registry(Shelf(folder), FileStore(folder))
