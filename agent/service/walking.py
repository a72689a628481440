"""Resources and pages are found by walking: whatever module has a ``router`` is served."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import ModuleInfo, iter_modules
from types import ModuleType

from fastapi import APIRouter

from agent.service import api, pages

BUSIEST = "signals"
"""Signals come by the hundred a second, so theirs is the first router that is asked."""


def routers() -> Iterator[APIRouter]:
    """Return the router of every resource and page, in the order of their names."""
    for package in (api, pages):
        yield from _of(package)


def _of(package: ModuleType) -> Iterator[APIRouter]:
    for found in sorted(iter_modules(package.__path__), key=_place):
        router = getattr(import_module(f"{package.__name__}.{found.name}"), "router", None)
        if isinstance(router, APIRouter):
            yield router


def _place(module: ModuleInfo) -> tuple[bool, str]:
    return module.name != BUSIEST, module.name
