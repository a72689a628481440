"""Which prompts are in use is one state for all nodes: audited, seen at once, written back."""

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from agent.records.audit import AuditTrail
from agent.records.database import Database
from agent.records.prompts import RecordedStore
from agent.records.tables import AuditRow
from registry.aliases import Alias, Canary
from registry.changing import Signed
from registry.commands import app
from registry.errors import MovedMeanwhile
from registry.exporting import export
from registry.file_store import FileStore
from registry.live import GROUP
from registry.promotions import GateRecord
from registry.registry import Registry, in_folder, shipped
from registry.shelf import Shelf
from tests.registry.conftest import DATASET, MODEL, folder, judged, registry, signed
from tools.sandbox.clock import SandboxClock

__all__ = ["folder", "judged", "registry", "signed"]


@pytest.fixture
def node(
    folder: Path, registry: Registry, database: Database, clock: SandboxClock
) -> Callable[[], Registry]:
    """Start another node on the same records."""
    return lambda: Registry(Shelf(folder), RecordedStore(database, FileStore(folder), clock.now))


@pytest.fixture
def promoted(
    node: Callable[[], Registry],
    judged: Callable[..., GateRecord],
    signed: Callable[..., Signed],
) -> Registry:
    judged("1.1.0")
    here = node()
    here.promote("weigh", "1.1.0", MODEL, DATASET, signed())
    return here


def audited(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.sequence))  # pyright: ignore[reportArgumentType]
        return [(row.who, row.what) for row in rows]


def test_what_was_never_changed_is_as_the_files_say(node: Callable[[], Registry]) -> None:
    assert node().resolve("weigh").version == "1.0.0"
    assert node().verify() == []


def test_a_promotion_and_a_rollback_are_seen_by_another_node_at_its_next_case(
    promoted: Registry, node: Callable[[], Registry], signed: Callable[..., Signed]
) -> None:
    there = node()
    assert there.resolve("weigh", case="c-1").version == "1.1.0"
    promoted.rollback("weigh", None, signed("it was worse", 20))
    assert there.resolve("weigh", case="c-2").version == "1.0.0"
    assert there.verify() == []


def test_every_change_is_in_the_audit_with_who_made_it(
    promoted: Registry, database: Database, signed: Callable[..., Signed]
) -> None:
    promoted.put_beside("weigh", Alias.SHADOW, "1.0.0", "ben")
    promoted.put_canary("weigh", Canary(version="1.0.0", percent=5, salt="s"), "ben")
    promoted.rollback("weigh", None, signed("it was worse", 20))
    assert audited(database) == [
        ("anna", "prompt promoted"),
        ("ben", "prompt put in use"),
        ("ben", "prompt put in use"),
        ("anna", "prompt rolled back"),
    ]
    assert AuditTrail(database).verify() == []


def test_two_nodes_that_change_at_once_do_not_overwrite_each_other(
    promoted: Registry, node: Callable[[], Registry], signed: Callable[..., Signed]
) -> None:
    (first,) = promoted.store.changes()
    with pytest.raises(MovedMeanwhile):
        node().store.append(first, promoted.aliases("weigh"))
    assert list(promoted.store.changes()) == [first]


def test_the_files_of_the_seed_stay_and_export_brings_them_up_to_date(
    promoted: Registry, folder: Path, signed: Callable[..., Signed]
) -> None:
    files = in_folder(folder)
    assert files.resolve("weigh").version == "1.0.0"
    promoted.rollback("weigh", None, signed("it was worse", 20))
    promoted.put_beside("weigh", Alias.SHADOW, "1.1.0")
    assert export(promoted, FileStore(folder)) == [
        "promotions/1.json",
        "promotions/2.json",
    ]
    assert files.store.changes() == tuple(promoted.store.changes())
    assert files.aliases("weigh") == promoted.aliases("weigh")
    assert files.verify() == []
    assert export(promoted, FileStore(folder)) == []


def test_the_commands_change_and_export_the_state_the_nodes_share(
    concord_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert entry_points(group=GROUP), "the environment is older than the project: make setup"
    monkeypatch.setenv("CONCORD_PROMPT_STATE", "records")
    monkeypatch.delenv("CONCORD_PROMPTS", raising=False)
    copy = tmp_path / "copy"
    copytree(shipped(), copy)
    run = CliRunner().invoke
    used = run(app, ["use", "chat", "shadow", "1.0.0", "--by", "ben"])
    assert (used.exit_code, run(app, ["verify"]).exit_code) == (0, 0)
    assert "production, shadow" in run(app, ["list"]).stdout
    assert "shadow" not in run(app, ["list", "--folder", str(copy)]).stdout
    assert run(app, ["export", str(copy)]).stdout == "aliases.toml: chat\n"
    assert "production, shadow" in run(app, ["list", "--folder", str(copy)]).stdout
    database = Database.of_home(concord_home)
    assert audited(database) == [("ben", "prompt put in use")]
    database.dispose()
