"""Where the live state of prompts is, if not in the files: the port through which others keep it.

Who keeps records registers, in the entry points ``concord.prompts``, a function that opens the
store an installation is set to; None leaves the state in the files.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from registry.file_store import FileStore
from registry.registry import Registry, in_folder, shipped
from registry.shelf import Shelf
from registry.store import Store

GROUP = "concord.prompts"


class Opens(Protocol):
    """Opens the live state, on top of what ships."""

    def __call__(self, seed: Store) -> AbstractContextManager[Store] | None:
        """Return the store; None where the files are the live state."""
        ...


@contextmanager
def in_use(folder: Path | None = None) -> Generator[Registry]:
    """Open the prompts of a folder, or those that ship with their live state, wherever it is."""
    if folder is not None:
        yield in_folder(folder)
        return
    seed, shelf = FileStore(shipped()), Shelf(shipped())
    with ExitStack() as stack:
        for opens in _live():
            opened = opens(seed)
            if opened is not None:
                yield Registry(shelf, stack.enter_context(opened))
                return
        yield Registry(shelf, seed)


def _live() -> list[Opens]:
    """Return who may keep the live state of the prompts that ship."""
    return [point.load() for point in entry_points(group=GROUP)]
