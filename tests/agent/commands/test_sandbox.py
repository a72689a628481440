"""`concord sandbox` lists and runs scenarios, and asks a running box from outside."""

import json
import socket

import pytest
from typer.testing import CliRunner, Result

from agent.box import variables
from agent.commands.sandbox import app
from tools.sandbox.clock import OPENING
from tools.sandbox.opening import opened
from tools.sandbox.scenarios.catalog import performances
from tools.sandbox.serve import served


def concord_sandbox(*arguments: str, env: dict[str, str] | None = None) -> Result:
    nowhere = {"CONCORD_SANDBOX_CONTROL_URL": "", "CONCORD_SANDBOX_CONTROL_TOKEN": ""}
    return CliRunner().invoke(app, list(arguments), env=nowhere | (env or {}))


def test_scenarios_are_a_json_list() -> None:
    rows = json.loads(concord_sandbox("scenarios", "--json").stdout)
    assert {"name", "plant", "title", "playbook", "type", "settle"} == set(rows[0])
    assert len(rows) >= 18
    assert "pallet_moved_not_booked" in concord_sandbox("scenarios").stdout


def test_a_scenario_is_told_with_both_sides_beside_each_other() -> None:
    said = concord_sandbox("run", "pallet_moved_not_booked").stdout
    for part in ("A pallet stands at the line", '"type": "concord.posting.rejected.v1"', "ERP"):
        assert part in said
    told = json.loads(concord_sandbox("run", "pallet_moved_not_booked", "--json").stdout)
    assert told["signal"]["data"]["message_number"] == "021"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "nonsense"), "there is no scenario nonsense"),
        (("journal",), "no sandbox is running"),
        (("fault", "add", "lock"), "no sandbox is running"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    result = concord_sandbox(*arguments)
    assert (result.exit_code, said in result.stderr) == (1, True)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = concord_sandbox("serve", "--port-base", str(min(port, 65_531)))
    assert (result.exit_code, f"port {port}" in result.stderr) == (1, True)


async def test_a_running_box_is_asked_by_what_the_environment_names() -> None:
    import asyncio

    def asked(*arguments: str) -> Result:
        return concord_sandbox(*arguments, env=env)

    async with served(lambda: opened(7, OPENING), scenarios=performances()) as box:
        env = variables(box)
        told = await asyncio.to_thread(asked, "run", "still_on_its_way", "--json")
        confirmation = json.loads(told.stdout)["signal"]["data"]["confirmation"]
        assert confirmation in box.world.ignition.confirmations
        added = await asyncio.to_thread(asked, "fault", "add", "http_503", "--server", "s4")
        assert json.loads(added.stdout) == {"number": 1}
        await asyncio.to_thread(asked, "fault", "clear")
        assert box.world.faults.rules == []
        journal = await asyncio.to_thread(asked, "journal", "--json")
        assert set(json.loads(journal.stdout)) >= {"entries", "duplicates", "effects"}
        await asyncio.to_thread(asked, "reset")
        assert confirmation not in box.world.ignition.confirmations
