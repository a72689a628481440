"""What the extra ``evals`` brings: whether it is installed here, and how to get it."""

from __future__ import annotations

from importlib.util import find_spec

INSTALL = ".venv/bin/pip install --editable '.[evals]'"


class NotInstalled(Exception):
    """A package of the extra is needed and not there; whoever runs Concord installs it."""

    def __init__(self, package: str, wanted_for: str) -> None:
        super().__init__(
            f"{wanted_for} needs {package}, of the extra evals. In the project's folder: {INSTALL}"
        )


def installed(module: str) -> bool:
    """Return whether a module can be imported; it is not imported for that."""
    try:
        return find_spec(module) is not None
    except ValueError:  # it has been put out of reach
        return False


def require(module: str, package: str, wanted_for: str) -> None:
    """Refuse what needs a package that is not installed.

    Raises:
        NotInstalled: It is not; the message says how to install it.
    """
    if not installed(module):
        raise NotInstalled(package, wanted_for)
