"""Where the live state of prompts is, if not in the files: the port through which others keep it.

Who keeps records registers, in the entry points ``concord.prompts``, a function that opens the
store an installation is set to; None leaves the state in the files.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from registry.store import Store

GROUP = "concord.prompts"


class Opens(Protocol):
    """Opens the live state, on top of what ships."""

    def __call__(self, seed: Store) -> AbstractContextManager[Store] | None:
        """Return the store; None where the files are the live state."""
        ...
