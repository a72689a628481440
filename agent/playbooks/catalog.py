"""All playbooks, found by walking the package. A broken one stops the start, not a case."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import agent.playbooks
from agent.case.conflict import Signal
from agent.playbooks.playbook import NOT_A_CONFLICT, Playbook


class BrokenPlaybook(Exception):
    """A playbook module is not what it should be; a developer reacts."""


@dataclass(frozen=True)
class Catalog:
    """Every playbook by its kind (``materials/stock_deficit``)."""

    playbooks: dict[str, Playbook]
    pages: dict[str, str]

    def recognise(self, signal: Signal) -> tuple[str, ...]:
        """Return the kinds that recognise a signal most specifically; more than one is unclear."""
        kinds = self._by_type.get(signal.type, ())
        marks = {kind: self.playbooks[kind].specificity(signal) for kind in kinds}
        best = max(marks.values(), default=0)
        return tuple(kind for kind, mark in marks.items() if mark == best and best > 0)

    @cached_property
    def _by_type(self) -> Mapping[str, Sequence[str]]:
        """The kinds that may recognise a signal of a type."""
        found = dict[str, list[str]]()
        for kind, playbook in self.playbooks.items():
            for type_ in sorted({trigger.type for trigger in playbook.triggers}):
                found.setdefault(type_, []).append(kind)
        return found


@cache
def catalog() -> Catalog:
    """Return the shipped playbooks.

    Raises:
        BrokenPlaybook: A module has no page or no PLAYBOOK, or two share a number.
    """
    playbooks: dict[str, Playbook] = {}
    pages: dict[str, str] = {}
    for family in pkgutil.iter_modules(agent.playbooks.__path__):
        if not family.ispkg:
            continue
        package = importlib.import_module(f"agent.playbooks.{family.name}")
        for module in pkgutil.iter_modules(package.__path__):
            kind = f"{family.name}/{module.name}"
            playbooks[kind], pages[kind] = _load(kind)
    numbers = [playbook.number for playbook in playbooks.values()]
    if len(numbers) != len(set(numbers)):
        raise BrokenPlaybook(f"two playbooks share a number: {sorted(numbers)}")
    return Catalog(playbooks, pages)


def _load(kind: str) -> tuple[Playbook, str]:
    module = importlib.import_module("agent.playbooks." + kind.replace("/", "."))
    playbook = getattr(module, "PLAYBOOK", None)
    if not isinstance(playbook, Playbook):
        raise BrokenPlaybook(f"{kind} defines no PLAYBOOK")
    page = inspect.getdoc(module) or ""
    for heading in ("Seen when", "Settled by", "Never"):
        if heading not in page:
            raise BrokenPlaybook(f"the page of {kind} does not say '{heading}'")
    names = [cause.name for cause in playbook.causes]
    if NOT_A_CONFLICT not in names or len(names) != len(set(names)):
        raise BrokenPlaybook(f"{kind} needs distinct causes, '{NOT_A_CONFLICT}' among them")
    return playbook, page
