"""Whether this machine's side is in order: home, Python, database, precedents, model.

Nothing is made or migrated here: what is not there yet is made when Concord starts.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from agent.bootstrap import precedents_of
from agent.dispatch.owner import CannotRun, check_sqlite
from agent.doctoring.finding import Finding, bad, fine, odd
from agent.doctoring.reading import made
from agent.precedents.index import IndexUnusable
from agent.records.database import Database
from agent.records.guards import Unguarded, assert_guards
from agent.records.migrations import HEAD, MOVED, version
from agent.settings import Settings

DATABASE = "database"
PRECEDENTS = "precedents"


def home(settings: Settings) -> Finding:
    """Look whether local state can be kept."""
    folder = settings.home.absolute()
    standing = _standing(folder)
    if not standing.is_dir():
        return bad("home", f"{standing} is no folder", "Point CONCORD_HOME at a folder.")
    if not os.access(standing, os.W_OK | os.X_OK):
        return bad(
            "home",
            f"{standing} cannot be written to",
            f"Give this user the right to write to {standing}, or point CONCORD_HOME elsewhere.",
        )
    said = "can be written to" if standing == folder else "is made when Concord starts"
    return fine("home", f"{folder} {said}")


def runtime(settings: Settings) -> Finding:
    """Look whether Python and SQLite go together."""
    try:
        check_sqlite(Database(settings.database).dialect)
    except CannotRun as error:
        return bad("Python and SQLite", str(error), "Change one of the three it names.")
    pair = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return fine("Python and SQLite", f"{pair} and SQLite {sqlite3.sqlite_version} go together")


def database(settings: Settings) -> Finding:
    """Look whether the records can be reached, are of this version, and are guarded."""
    if not made(settings):
        return fine(DATABASE, "not there yet; it is made when Concord starts")
    opened = Database(settings.database)
    try:
        return _records(opened)
    except (SQLAlchemyError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        return bad(
            DATABASE,
            f"cannot be read: {said}",
            "Start the database, or correct CONCORD_DATABASE_URL or CONCORD_HOME.",
        )
    except Unguarded as error:
        return bad(
            DATABASE,
            str(error),
            "Run 'concord audit verify', find out who took the guards away, and restore a backup.",
        )
    finally:
        opened.dispose()


def precedents(settings: Settings) -> Finding:
    """Look whether the index opens, is this embedder's, and holds what the records hold."""
    if not made(settings):
        return fine(PRECEDENTS, "none yet")
    opened = Database(settings.database)
    try:
        with opened.engine.connect() as connection:
            if version(connection) is None:
                return fine(PRECEDENTS, "none yet")
        return _drift(settings, opened)
    except (SQLAlchemyError, sqlite3.Error):
        return odd(PRECEDENTS, "not looked at: the records cannot be read", "Mend the database.")
    finally:
        opened.dispose()


def model(settings: Settings) -> Finding:
    """Say who judges."""
    if settings.model is None:
        return fine("model", "none configured: the weighing judges")
    said = "is configured; 'concord models check' asks it what it can do"
    return fine("model", f"{settings.model} {said}")


def _standing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)


def _records(opened: Database) -> Finding:
    with opened.engine.connect() as connection:
        found = version(connection)
        if found is None:
            return fine(DATABASE, f"{opened.dialect}, empty; its tables are made at the start")
        if found == MOVED:
            said = "holds records that were moved to another database"
            return bad(DATABASE, said, "Point CONCORD_DATABASE_URL at that database.")
        if found > HEAD:
            return bad(
                DATABASE,
                f"is of version {found}, this Concord knows {HEAD}",
                "Install the Concord that wrote it, or a later one.",
            )
        assert_guards(connection)
    if found < HEAD:
        return odd(DATABASE, f"is of version {found}", f"Start Concord: it is brought to {HEAD}.")
    return fine(DATABASE, f"{opened.dialect}, version {found}, the audit is guarded")


def _drift(settings: Settings, opened: Database) -> Finding:
    known = precedents_of(settings, opened)
    try:
        drifts = known.drift()
    except IndexUnusable as error:
        return _unusable(error)
    finally:
        known.close()
    if drifts:
        said = "; ".join(
            f"{drift.kind}: {len(drift.missing)} missing, {len(drift.surplus)} too many"
            for drift in drifts
        )
        return odd(PRECEDENTS, said, "Run 'concord precedents reindex'.")
    return fine(PRECEDENTS, "index and records agree")


def _unusable(error: IndexUnusable) -> Finding:
    if error.held:
        return fine(PRECEDENTS, "the running service holds the index and answers for it")
    return bad(PRECEDENTS, str(error), "Run 'concord precedents reindex'.")
