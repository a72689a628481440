"""What the doctor says of this machine's side: settings, home, files, policies, database, index."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.bootstrap import database_of
from agent.clock import now
from agent.commands.doctor import app
from agent.doctor import Report, examine
from agent.doctoring.finding import Finding
from agent.precedents.index import ChromaIndex, Entry
from agent.settings import Settings
from agent.sides import Wires
from tests.agent.doctor.patients import SHIPPED, no_pause
from tools.patience import Rhythm


async def examined(settings: Settings, env: dict[str, str]) -> Report:
    return await examine(settings, Wires(env, now, rhythm=Rhythm(sleep=no_pause)))


async def found(settings: Settings, env: dict[str, str] | None = None) -> dict[str, Finding]:
    report = await examined(settings, env or {})
    return {one.what: one for one in report.findings}


@pytest.fixture
def settings(concord_home: Path) -> Settings:
    (concord_home / "plants").mkdir(parents=True)
    return Settings(home=concord_home)


def concord_doctor(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_fresh_machine_is_told_to_write_a_plant_file() -> None:
    result = concord_doctor()
    assert result.exit_code == 1
    assert "concord plants new" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("1 to mend.")


def test_the_report_comes_as_json_too() -> None:
    result = concord_doctor("--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["healthy"]) == (1, False)
    assert {"mark", "what", "found", "mend"} == set(told["checks"][0])
    assert all(one["mend"] for one in told["checks"] if one["mark"] != "ok")


def test_settings_that_cannot_be_used_are_the_only_thing_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONCORD_DATABASE_URL", "mysql://somewhere")
    monkeypatch.setenv("CONCORD_MODEL", "skynet")
    result = concord_doctor("--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["fail"]) == (1, 2)
    assert [one["found"].split(":")[0] for one in told["checks"]] == [
        "CONCORD_DATABASE_URL",
        "CONCORD_MODEL",
    ]


async def test_a_broken_plant_file_is_named_by_line_and_the_others_are_looked_at(
    settings: Settings,
) -> None:
    folder = settings.plants_folder
    text = (SHIPPED / "1010.toml").read_text("utf-8")
    (folder / "1010.toml").write_text(text, encoding="utf-8")
    broken = text.replace('code = "1010"', "code = 1010", 1)
    (folder / "broken.toml").write_text(broken, encoding="utf-8")
    report = await examined(settings, {})
    said = [one for one in report.findings if one.what == "plant files"]
    codes = [one for one in said if "plant.code" in one.found]
    assert [(f"{folder}/broken.toml:6: " in one.found, one.mend) for one in codes] == [
        (True, 'Codes are text: write "1010".')
    ]
    assert any("the environment has no CONCORD_SANDBOX_S4_URL" in one.found for one in said)
    assert [one.mark for one in report.findings if one.what == "systems"] == ["warn"]


NOTHING_ANSWERS = {
    "CONCORD_SANDBOX_S4_URL": "http://127.0.0.1:9",
    "CONCORD_SANDBOX_S4_USER": "u",
    "CONCORD_SANDBOX_S4_PASSWORD": "p",
    "CONCORD_SANDBOX_DM_URL": "http://127.0.0.1:9",
    "CONCORD_SANDBOX_DM_TOKEN_URL": "http://127.0.0.1:9/oauth/token",
    "CONCORD_SANDBOX_DM_CLIENT_ID": "c",
    "CONCORD_SANDBOX_DM_CLIENT_SECRET": "s",
}


def plant_with(folder: Path, addition: str) -> None:
    text = (SHIPPED / "1010.toml").read_text("utf-8")
    (folder / "1010.toml").write_text(text + addition, encoding="utf-8")


STRANGE = """
[[autonomy]]
playbook = "materials/stock_deficit"
cause = "gremlins"
remedy = ["post_movement", "open_task"]

[[criticality]]
playbook = "materials/stock_surplus"
criticality = "high"
"""


async def test_names_no_catalogue_has_are_named_by_line(settings: Settings) -> None:
    plant_with(settings.plants_folder, STRANGE)
    report = await examined(settings, NOTHING_ANSWERS)
    said = [one.found for one in report.findings if one.what == "names in plant 1010"]
    text = (settings.plants_folder / "1010.toml").read_text("utf-8")
    lines = [line for line in said if line.startswith(f"{settings.plants_folder}/1010.toml:")]
    assert len(lines) == len(said) == 3
    for word, line in (("gremlins", 'cause = "gremlins"'), ("stock_surplus", "stock_surplus")):
        number = next(n for n, row in enumerate(text.splitlines(), 1) if line in row)
        assert any(f":{number}: " in one and word in one for one in said)
    assert any("no hard action 'open_task'" in one for one in said)


@pytest.mark.parametrize(
    "policy",
    [
        "permit (principal, action, resource);",
        '@id("four-eyes") permit (principal, action, resource);',
        '@id("mine") permit (principal, action == Action::"fly", resource);',
        '@id("mine") permit (principal, action, resource) when { principal.role == Role::"king" };',
        '@id("mine") permit (principal, action, resource) when { resource.valeu };',
        "this is no policy",
    ],
)
async def test_a_policy_that_cannot_be_used_is_named(settings: Settings, policy: str) -> None:
    plant_with(settings.plants_folder, '\n[policies]\nfile = "own.cedar"\n')
    (settings.plants_folder / "own.cedar").write_text(policy, encoding="utf-8")
    said = (await found(settings, NOTHING_ANSWERS))["policies of plant 1010"]
    assert (said.mark, said.found.split(":")[0]) == (
        "fail",
        str(settings.plants_folder / "own.cedar"),
    )


async def test_a_policy_file_that_is_no_text_is_named(settings: Settings) -> None:
    plant_with(settings.plants_folder, '\n[policies]\nfile = "own.cedar"\n')
    (settings.plants_folder / "own.cedar").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in (await found(settings, NOTHING_ANSWERS))["policies of plant 1010"].mend


async def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    said = await found(Settings(home=tmp_path / "home"))
    assert (said["home"].mark, said["home"].mend) == ("fail", "Point CONCORD_HOME at a folder.")


async def test_guards_that_were_taken_away_are_found(settings: Settings) -> None:
    database_of(settings).dispose()
    with sqlite3.connect(settings.home / "concord.db") as connection:
        connection.execute("DROP TRIGGER audit_no_delete")
    connection.close()
    said = (await found(settings))["database"]
    assert said.mark == "fail"
    assert "audit_no_delete" in said.found


async def test_a_later_version_is_refused(settings: Settings) -> None:
    database_of(settings).dispose()
    with sqlite3.connect(settings.home / "concord.db") as connection:
        connection.execute("UPDATE concord_version SET version_num = '9999'")
    connection.close()
    said = (await found(settings))["database"]
    assert (said.mark, "9999" in said.found) == ("fail", True)


async def test_a_database_that_is_none_is_found(settings: Settings) -> None:
    (settings.home / "concord.db").write_text("a shopping list, " * 500, encoding="utf-8")
    said = await found(settings)
    assert said["database"].mark == "fail"
    assert "CONCORD_DATABASE_URL" in said["database"].mend
    assert said["precedents"].mark == "warn"


async def test_a_database_nobody_serves_is_found(settings: Settings) -> None:
    url = "postgresql://concord:geheim@127.0.0.1:9/concord"
    said = await found(Settings(home=settings.home, database_url=url))  # pyright: ignore[reportArgumentType]
    assert said["database"].mark == "fail"
    assert "geheim" not in str(said)


async def test_an_index_of_another_embedder_is_refused(settings: Settings) -> None:
    database_of(settings).dispose()
    index = ChromaIndex(settings.home / "chroma", "older", 2)
    index.put("materials/stock_deficit", [Entry("C1", [1.0, 0.0], {"cause": "x"})])
    index.close()
    said = (await found(settings))["precedents"]
    assert (said.mark, said.mend) == ("fail", "Run 'concord precedents reindex'.")


async def test_an_index_that_holds_more_than_the_records_has_drifted(settings: Settings) -> None:
    database_of(settings).dispose()
    index = ChromaIndex(settings.home / "chroma", "hashing-1", 384)
    index.put("materials/stock_deficit", [Entry("C1", [1.0] + [0.0] * 383, {"cause": "x"})])
    index.close()
    said = (await found(settings))["precedents"]
    assert (said.mark, said.found) == ("warn", "materials/stock_deficit: 0 missing, 1 too many")


async def test_an_index_the_service_holds_is_left_to_it(settings: Settings) -> None:
    database_of(settings).dispose()
    index = ChromaIndex(settings.home / "chroma", "hashing-1", 384)
    index.kinds()
    said = (await found(settings))["precedents"]
    index.close()
    assert (said.mark, "the running service" in said.found) == ("ok", True)


async def test_who_judges_is_said(settings: Settings) -> None:
    assert "the weighing judges" in (await found(settings))["model"].found
    named = await found(Settings(home=settings.home, model="ollama:qwen3:8b"))
    assert "concord models check" in named["model"].found
