"""All actions, found by walking the package, and their way through JSON."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from pydantic import TypeAdapter

import agent.actions
from agent.actions.action import Action


@cache
def actions() -> dict[str, type[Action]]:
    """Return every action by its kind."""
    found: dict[str, type[Action]] = {}
    for module in pkgutil.iter_modules(agent.actions.__path__):
        loaded = importlib.import_module(f"agent.actions.{module.name}")
        for kind in vars(loaded).values():
            if inspect.isclass(kind) and issubclass(kind, Action) and not inspect.isabstract(kind):
                found[kind.kind] = kind
    return found


def to_plain(action: Action) -> dict[str, Any]:
    """Return an action as JSON-plain data."""
    return {"kind": action.kind, **_adapter(type(action)).dump_python(action, mode="json")}


def from_plain(plain: dict[str, Any]) -> Action:
    """Return the action plain data describes.

    Raises:
        KeyError: No action has this kind.
    """
    fields = {name: value for name, value in plain.items() if name != "kind"}
    return _adapter(actions()[plain["kind"]]).validate_python(fields)


@cache
def _adapter(kind: type[Action]) -> TypeAdapter[Action]:
    return TypeAdapter(kind)
