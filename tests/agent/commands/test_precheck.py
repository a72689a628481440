"""`concord precheck` asks before posting, as the service does, and changes nothing."""

import asyncio
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from agent.box import plants_folder, variables
from agent.clock import now
from agent.commands.precheck import app
from tests.agent.assessments.issues import issue
from tests.agent.dispatch.deficits import new_world
from tools.sandbox.serve import served


async def asked(env: dict[str, str], *words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(words), env=env)


def fields(question: dict[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in question.items() if value is not None]


async def test_the_exit_code_tells_pass_from_hold_and_nothing_is_changed(
    tmp_path: Path, concord_home: Path
) -> None:
    world = new_world(now())
    async with served(lambda: world) as plant:
        env = variables(plant) | {"CONCORD_PLANTS": str(plants_folder())}
        before = len(world.journal.entries)
        passed = await asked(env, "goods-issue", *fields(issue(world)))
        assert (passed.exit_code, passed.stdout[:5]) == (0, "pass "), passed.output
        far_too_much = tmp_path / "issue.json"
        far_too_much.write_text(json.dumps(issue(world, quantity="999999")), encoding="utf-8")
        held = await asked(env, "goods-issue", str(far_too_much), "--json")
        assert held.exit_code == 3
        assert json.loads(held.stdout)["advice"] == "hold"
        elsewhere = await asked(env, "goods-issue", *fields(issue(world, plant="9999")))
        assert elsewhere.exit_code == 2
        assert len(world.journal.entries) == before


def test_a_question_that_is_wrong_is_told_field_by_field() -> None:
    result = CliRunner().invoke(app, ["confirmation", "plant=1010", "yielded=-4", "who=me"])
    assert result.exit_code == 2
    wrong = {line.partition(":")[0] for line in result.stderr.splitlines()}
    assert wrong == {"order", "operation", "unit", "yielded", "who"}


def test_an_error_text_is_sorted_and_one_nobody_knows_needs_somebody() -> None:
    known = CliRunner().invoke(app, ["triage", "posting refused: M7/021", "--json"])
    assert (known.exit_code, json.loads(known.stdout)["category"]) == (0, "stock_deficit")
    assert CliRunner().invoke(app, ["triage", "it broke"]).exit_code == 3
