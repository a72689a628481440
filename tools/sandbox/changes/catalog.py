"""All verbs, found by walking the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

import tools.sandbox.changes
from tools.sandbox.changes.change import Change


@cache
def verbs() -> Mapping[str, type[Change]]:
    """Return every kind of change by its verb."""
    found: dict[str, type[Change]] = {}
    for module in pkgutil.iter_modules(tools.sandbox.changes.__path__):
        loaded = importlib.import_module(f"tools.sandbox.changes.{module.name}")
        for kind in vars(loaded).values():
            if isinstance(kind, type) and issubclass(kind, Change) and _own(kind, loaded.__name__):
                found[module.name] = kind
    return found


def _own(kind: type[Change], module: str) -> bool:
    return kind is not Change and kind.__module__ == module
