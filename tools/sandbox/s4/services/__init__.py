"""The OData services, one file each, under the names SAP gave them (``site`` is the exception)."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tools.sandbox.odata.service import Service


def _found() -> tuple[Service, ...]:
    """Walk this folder: a module that has a ``SERVICE`` offers it."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    return tuple(module.SERVICE for module in modules if hasattr(module, "SERVICE"))


SERVICES = _found()
