"""What evaluation runs came to is served as it lies in the results folder."""

import json
from pathlib import Path

import httpx
import pytest

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from tests.agent.service.conftest import key


def lie(home: Path, name: str, rows: list[dict[str, object]]) -> None:
    """Lay a run into the results folder."""
    folder = home / "evals" / name
    folder.mkdir(parents=True)
    header = {"run": name, "started": "2026-03-17T08:00:00+00:00", "reasoner": "weighing"}
    (folder / "run.json").write_text(json.dumps(header | {"split": "dev"}), "utf-8")
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "result.jsonl").write_text(lines, "utf-8")


@pytest.fixture
def reader(client: httpx.AsyncClient, machinery: Machinery) -> httpx.AsyncClient:
    client.headers.update(key(machinery, Deed.READ_PROMPTS))
    return client


async def test_a_run_is_told_with_what_is_never_averaged_apart(
    reader: httpx.AsyncClient, machinery: Machinery
) -> None:
    rows: list[dict[str, object]] = [
        {"status": "ok", "scores": {"cause": 1, "quantity": None}, "acted_wrongly": True},
        {"status": "ok", "scores": {"cause": 0}, "asked_needlessly": True, "missed": False},
        {"status": "error", "scores": {}},
    ]
    lie(machinery.settings.home, "a-run", rows)
    found = (await reader.get("/v1/evaluations/a-run")).json()
    assert found["scores"] == [{"name": "cause", "mean": 0.5, "rows": 2}]
    counted = ("rows", "errors", "acted_wrongly", "asked_needlessly", "missed")
    assert [found[name] for name in counted] == [3, 1, 1, 1, 0]
    assert (await reader.get("/v1/evaluations")).json() == [found]


async def test_a_run_that_has_gone_on_is_read_again(
    reader: httpx.AsyncClient, machinery: Machinery
) -> None:
    lie(machinery.settings.home, "a-run", [{"status": "ok"}])
    await reader.get("/v1/evaluations")
    file = machinery.settings.home / "evals" / "a-run" / "result.jsonl"
    file.write_text('{"status": "ok"}\n' * 2, "utf-8")
    assert (await reader.get("/v1/evaluations/a-run")).json()["rows"] == 2


async def test_no_name_leads_out_of_the_results_folder(
    reader: httpx.AsyncClient, machinery: Machinery
) -> None:
    lie(machinery.settings.home.parent, "elsewhere", [])
    for name in ("elsewhere", "..%2F..%2Fevals%2Felsewhere", ".."):
        assert (await reader.get(f"/v1/evaluations/{name}")).status_code == 404
