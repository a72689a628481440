"""Which prompts an installation uses: those that ship, their live state in files or in the records.

One node keeps the state in the files beside the prompts. On PostgreSQL, where several nodes may
run, it is in the records, unless ``CONCORD_PROMPT_STATE`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from agent.clock import now
from agent.records.database import Database
from agent.records.opening import opened
from agent.records.prompts import RecordedStore
from agent.settings import Settings, SettingsRefused, read_settings
from registry.errors import StoreBroken
from registry.file_store import FileStore
from registry.registry import Registry, shipped
from registry.shelf import Shelf
from registry.store import Store


def registry_of(
    settings: Settings, database: Database, clock: Callable[[], datetime] = now
) -> Registry:
    """Return the prompts of an installation."""
    folder = shipped()
    seed = FileStore(folder)
    recorded = settings.prompts_in_records
    return Registry(Shelf(folder), RecordedStore(database, seed, clock) if recorded else seed)


def live_store(seed: Store) -> AbstractContextManager[Store] | None:
    """Open the live state for the commands; None where the files are it.

    Raises:
        StoreBroken: The settings that say so cannot be used.
    """
    try:
        settings = read_settings()
    except SettingsRefused as error:
        raise StoreBroken(str(error)) from error
    return _opened(settings, seed) if settings.prompts_in_records else None


@contextmanager
def _opened(settings: Settings, seed: Store) -> Generator[Store]:
    with opened(settings.home, settings.database) as database:
        yield RecordedStore(database, seed, now)
