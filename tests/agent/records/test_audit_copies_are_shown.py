"""How copies of the audit stand is shown: at the shell, by the doctor, in metrics."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commands.audit import app
from agent.doctoring.copies import copies
from agent.doctoring.finding import Mark
from agent.ingress.streams import Streams
from agent.records.database import Database
from agent.records.migrations import upgrade
from agent.service.measuring import Measured
from agent.service.violations import Violations
from agent.settings import Settings
from tests.agent.records.copying import NAME, Bundle, Here
from tools.errors import NotSent, Refused
from tools.plant.reading import check_content


async def test_what_is_copied_is_measured(here: Here) -> None:
    await here.asks()
    first, *rest = here.audit()
    here.port.refused[first] = Refused("SAP", "refused")
    here.port.troubles.append(NotSent("SAP", "cannot be reached"))
    copying = here.copier()
    await copying.copy()
    here.clock.advance(60)

    def measured() -> dict[str, float]:
        clock = here.clock.now
        families = Measured(
            here.database, clock, Streams(clock), Violations(clock), [NAME]
        ).collect()
        samples = [one for family in families for one in family.samples]
        return {one.name: one.value for one in samples if one.labels == {"target": NAME}}

    assert measured()["concord_audit_copies_waiting"] == len(rest) + 1
    assert measured()["concord_audit_copies_age_seconds"] >= 60
    await copying.copy()
    assert measured() == {
        "concord_audit_copies_waiting": 0,
        "concord_audit_copies_age_seconds": 0,
        "concord_audit_copies_refused": 1,
    }


@pytest.fixture
def shell(concord_home: Path, bundle: Bundle) -> Iterator[Here]:
    """The records a command finds by itself."""
    concord_home.mkdir()
    database = Database.of_home(concord_home)
    upgrade(database.engine)
    yield bundle(database)
    database.dispose()


@pytest.fixture
def plant_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sandbox's plant, in a folder of its own."""
    shipped = Path(__file__).parents[3] / "tools/sandbox/plants/1010.toml"
    folder = tmp_path / "plants"
    folder.mkdir()
    monkeypatch.setenv("CONCORD_PLANTS", str(folder))
    return Path(shutil.copy(shipped, folder))


def said(*arguments: str) -> str:
    return CliRunner().invoke(app, list(arguments)).output


async def test_the_command_says_how_copies_stand_and_sends_refused_ones_again(
    shell: Here, plant_file: Path
) -> None:
    assert said("copies").startswith("Nothing is copied: [audit_copy] in a plant file")
    with plant_file.open("a", encoding="utf-8") as file:
        file.write("\n[audit_copy.application_log]\n")
    assert said("copies") == f"{NAME}: no worker has looked at it yet\n"
    await shell.asks()
    first, second, *_ = shell.audit()
    no = Refused("SAP", "too long")
    shell.port.refused |= {first: no, second: no}
    await shell.copier().copy()
    lines = said("copies").splitlines()
    assert lines[0].startswith(f"{NAME}: copied up to entry {shell.audit()[-1]}, the last on ")
    assert lines[0].endswith("; 0 wait")
    assert lines[1].startswith(f"    entry {first} refused ")
    assert lines[1].endswith(": SAP: too long")
    assert said("copy-again", NAME, "--entry", "999") == (
        f"Not sent: no entry 999 was refused by {NAME}.\n"
    )
    assert said("copy-again", NAME).startswith("2 sent again")
    [told] = json.loads(said("copies", "--json"))
    assert (told["target"], told["waiting"]) == (NAME, 0)
    assert [one["refused_at"] for one in told["refused"]] == [None, None]
    shell.port.troubles.append(NotSent("SAP", "cannot be reached"))
    await shell.copier().copy()
    assert "in trouble since" in said("copies")


async def test_the_doctor_says_what_is_in_the_way_of_copies(shell: Here, plant_file: Path) -> None:
    settings = Settings(home=plant_file.parent, plants=plant_file.parent)
    plant = check_content(
        plant_file.read_bytes() + b"\n[audit_copy.application_log]\n", plant_file, None
    ).plant
    assert plant is not None
    assert [one.mark for one in copies([plant], settings)] == [Mark.OK]
    settings = settings.model_copy(
        update={"home": Path(shell.database.engine.url.database or "").parent}
    )
    await shell.asks()
    shell.port.refused[shell.audit()[0]] = Refused("SAP", "too long")
    shell.port.troubles.append(NotSent("SAP", "cannot be reached"))
    await shell.copier().copy()
    [away] = copies([plant], settings)
    assert (away.mark, away.what) == (Mark.WARN, f"copies of the audit {NAME}")
    assert away.found.endswith("wait: SAP: cannot be reached")
    shell.clock.advance(60)
    await shell.copier().copy()
    [refused] = copies([plant], settings)
    assert refused.found == "entries not taken: 1"
    assert refused.mend.endswith(f"concord audit copy-again {NAME}")
