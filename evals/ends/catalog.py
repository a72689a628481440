"""All kinds of ends, found by walking the package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

import evals.ends
from evals.ends.end import End


@cache
def ends() -> tuple[type[End], ...]:
    """Return every kind of end, by module name."""
    modules = [
        importlib.import_module(f"evals.ends.{found.name}")
        for found in pkgutil.iter_modules(evals.ends.__path__)
    ]
    return tuple(
        kind
        for module in modules
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and issubclass(kind, End)
        and not inspect.isabstract(kind)
        and kind.__module__ == module.__name__
    )
