"""`concord notify test` tells what came back; the doctor looks at routes and sends nothing."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.commands.notify import app
from agent.doctoring.finding import Mark
from agent.doctoring.routes import routes
from agent.notify.lint import faults
from agent.settings import Settings
from agent.sides import Wires
from tests.agent.dispatch.deficits import plant_files
from tests.agent.notify.desk import HOOK, NOON, SECRET, TEAMS, plant_of
from tests.agent.notify.receiver import receiving

ROUTES = """

[[notify.routes]]
name = "planners"
kind = "teams"
url_env = "CHANNEL"
internal = true

[[notify.routes]]
name = "hook"
kind = "webhook"
url_env = "HOOK"
secret_env = "SECRET"
internal = true
"""


@pytest.fixture
def plants(concord_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plant file with two routes, and every variable it names."""
    folder = plant_files(concord_home / "plants", alone=False)
    file = folder / "1010.toml"
    file.write_text(file.read_text("utf-8") + ROUTES, "utf-8")
    for name in re.findall(r'_env = "(\w+)"', file.read_text("utf-8")):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("SECRET", SECRET)
    return folder


async def concord_notify(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


@pytest.mark.usefixtures("plants")
async def test_a_test_goes_along_every_route_and_tells_what_came_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with receiving("202") as channel, receiving("404\n\nno such hook") as hook:
        monkeypatch.setenv("CHANNEL", channel.url)
        monkeypatch.setenv("HOOK", hook.url)
        result = await concord_notify("test")
        assert result.stdout.splitlines() == [
            "1010/planners: accepted with HTTP 202, not seen",
            "1010/hook: HTTP 404: no such hook",
        ]
        assert result.exit_code == 1
        one = await concord_notify("test", "--route", "planners", "--plant", "1010", "--json")
        assert (one.exit_code, len(channel.got), len(hook.got)) == (0, 2, 1)
        assert json.loads(one.stdout)[0]["accepted"] is True
    card = json.loads(channel.got[0].body)
    assert faults(card) == []
    assert "Test der Benachrichtigungen" in channel.got[0].body.decode()


@pytest.mark.usefixtures("plants")
async def test_a_route_nobody_has_is_said_to_be_none() -> None:
    result = await concord_notify("test", "--route", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no such route" in result.stderr


@pytest.mark.usefixtures("plants")
async def test_where_nothing_was_given_up_there_is_nothing_to_list_or_send_again() -> None:
    assert "Every notification was delivered" in (await concord_notify("failed")).stdout
    result = await concord_notify("again", "7")
    assert (result.exit_code, result.stderr) == (1, "Not sent: no notification 7 was given up.\n")


@pytest.mark.parametrize(
    ("env", "public", "marks"),
    [
        ({"CHANNEL": "https://a.example/", "SECRET": SECRET}, "https://c.example", "ok ok ok"),
        ({"CHANNEL": "https://a.example/", "SECRET": SECRET}, None, "ok ok warn"),
        ({"CHANNEL": "https://a.example/", "SECRET": "x"}, None, "ok fail warn"),
        ({"CHANNEL": "http://a.example/", "SECRET": SECRET}, None, "fail fail warn"),
        ({"SECRET": SECRET}, None, "fail fail warn"),
    ],
)
async def test_the_doctor_looks_at_routes(
    env: dict[str, str], public: str | None, marks: str, tmp_path: Path
) -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("10.0.0.1",)

    settings = Settings(home=tmp_path, public_url=public)
    wires = Wires(env, lambda: NOON)
    found = await routes([plant_of(TEAMS, HOOK)], settings, wires, resolve)
    assert [one.mark for one in found] == [Mark(word) for word in marks.split()]
    assert list(tmp_path.iterdir()) == []


async def test_the_doctor_has_nothing_to_say_where_nobody_is_told(tmp_path: Path) -> None:
    wires = Wires({}, lambda: NOON)
    assert await routes([plant_of()], Settings(home=tmp_path), wires) == []
