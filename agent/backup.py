"""A backup of an installation, taken while it runs.

Whatever can be worked out again is left out: threads of the graph (planned anew from the records),
the index of precedents (made anew from them). The audit's checkpoints are copied before the
records, so that no checkpoint in a backup has seen more than its records hold.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent import savers
from agent.dispatch import owner
from agent.records import restored
from agent.records.audit import AuditTrail
from agent.records.database import FILE, Database
from agent.records.seal import CHECKPOINTS_FILE, Seal
from agent.settings import Settings

MARK = "backup.json"
"""Lies in a backup, and says when it was made."""

LEFT_OUT = frozenset({"chroma", owner.FILE, MARK})
AT_ONCE = 2000
"""Pages copied before others may write again."""


class CannotBackUp(Exception):
    """There is no backup; whoever wanted one reads why."""


@dataclass(frozen=True)
class Backup:
    """What was copied, and whether the records are among it."""

    files: tuple[str, ...]
    records: bool


def back_up(settings: Settings, folder: Path, at: datetime) -> Backup:
    """Copy an installation into a new folder, which may be its CONCORD_HOME one day.

    Raises:
        CannotBackUp: The folder holds something already, or there is nothing to copy.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CannotBackUp(f"{folder} holds something already")
    if not settings.home.is_dir():
        raise CannotBackUp(f"there is no folder {settings.home}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copied = [
        _copied(file, folder) for file in sorted(_kept(settings.home), key=_checkpoints_first)
    ]
    database = Database(settings.database)
    if database.dialect == "sqlite":
        _records(Path(database.engine.url.database or ""), folder / FILE)
        copied.append(FILE)
    database.dispose()
    (folder / MARK).write_text(json.dumps({"taken_at": at.isoformat()}), "utf-8")
    return Backup(tuple(copied), FILE in copied)


def taken_up(home: Path, database: Database, at: datetime) -> bool:
    """Note that the records are those of a backup, if the folder is one or they show it; once.

    From then on nothing is sent that may have been posted since the backup, but looked for first.
    """
    mark = home / MARK
    taken_at = json.loads(mark.read_text("utf-8"))["taken_at"] if mark.exists() else None
    seal = Seal(home)
    found = restored.look(database, seal.kept(), at, taken_at)
    mark.unlink(missing_ok=True)
    if found:
        AuditTrail(database, seal).checkpoint(at)  # those from before say no more what comes next
    return found


def _kept(home: Path) -> Iterator[Path]:
    """Return what of the folder of local state cannot be made again."""
    for one in home.iterdir():
        a_database = one.name.startswith((FILE, savers.FILE))
        if one.name not in LEFT_OUT and not a_database:
            yield one


def _checkpoints_first(file: Path) -> tuple[bool, str]:
    return file.name != CHECKPOINTS_FILE, file.name


def _copied(file: Path, folder: Path) -> str:
    if file.is_dir():
        shutil.copytree(file, folder / file.name)
    else:
        shutil.copy2(file, folder / file.name)
    return file.name


def _records(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, while others read and write it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=AT_ONCE)
    target.chmod(0o600)
