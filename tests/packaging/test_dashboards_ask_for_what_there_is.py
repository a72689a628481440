"""deploy/dashboards: every query is read, and held to what a running service and edge expose."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import col, select

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role, Settlement
from agent.edge.application import application as edge_application
from agent.edge.forwarding import Pace
from agent.edge.station import station
from agent.ingress.streams import Seen
from agent.records import keys, texts
from agent.records.gates import Collected
from agent.records.states import CaseStatus, PostingState
from agent.records.tables import CaseRow, OutcomeRow, PostingRow
from agent.service.application import application
from agent.service.violations import Rule
from tests.agent.dispatch.deficits import PLANT, concord, new_world, plant_files, settings_of
from tests.agent.dispatch.deficits import wires_of as wires
from tests.agent.edge.far import NOW, Line, settings
from tests.agent.service.waiting import waiting_case
from tests.packaging.promql import NotRead, Read, Selected, read
from tools.errors import ToolError, Unavailable
from tools.objects.reading import System
from tools.standing import Failing

BOARDS = ("it.json", "operations.json")
OF_SCRAPING = {"instance", "job"}
WORDS: dict[str, set[str]] = {
    "status": set(CaseStatus),
    "role": {*Role, "nobody"},
    "rule": set(Rule),
    "failing": set(Failing),
    "state": {*PostingState, "waiting", "stuck"},
    "by": {"agent", "others"},
    "settlement": set(Settlement),
}
"""What a label that is matched by name may say."""

LEGEND, OF_LABELS = re.compile(r"\{\{\s*(\w+)\s*\}\}"), re.compile(r"\$labels\.(\w+)")


@dataclass(frozen=True)
class Exposed:
    """What a sample is: the labels it has, and the kind of its family."""

    labels: set[str]
    kind: str


@dataclass(frozen=True)
class Asked:
    """One query: where it stands, and the labels that are said beside its result."""

    place: str
    expression: str
    said: frozenset[str]


@pytest.fixture(scope="module")
def folder(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "deploy/dashboards"


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exposed]:
    """Let a service and an edge do a bit of everything, and read what they expose."""
    home = tmp_path_factory.mktemp("watched")

    async def both() -> str:
        return await _of_the_service(home) + await _of_the_edge(home / "edge")

    return _samples(asyncio.run(both()))


def asked_by(folder: Path) -> Iterator[Asked]:
    for name in BOARDS:
        for panel in json.loads((folder / name).read_text("utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                said = frozenset(LEGEND.findall(target["legendFormat"]))
                yield Asked(f"{name}: {panel['title']}", target["expr"], said)
    for rule in rules(folder):
        said = frozenset(OF_LABELS.findall(json.dumps(rule.get("annotations"))))
        yield Asked(f"alerts.yaml: {rule['alert']}", rule["expr"], said)


def rules(folder: Path) -> list[dict[str, Any]]:
    found = yaml.safe_load((folder / "alerts.yaml").read_text("utf-8"))
    return [rule for group in found["groups"] for rule in group["rules"]]


def test_every_query_asks_for_metrics_and_labels_there_are(
    folder: Path, exposed: dict[str, Exposed]
) -> None:
    asked = list(asked_by(folder))
    assert len(asked) > 50
    wrong = [f"{one.place}: {why}" for one in asked for why in objections(one, exposed)]
    assert wrong == []


def test_a_query_for_what_there_is_not_would_be_seen(exposed: dict[str, Exposed]) -> None:
    for expression, why in (
        ("max(concord_nothing)", "no metric"),
        ('max(concord_backlog_cases{role="planner"})', "no label"),
        ('max(concord_backlog_cases{status="asleep"})', "no word"),
        ("sum by (flavour) (concord_backlog_cases)", "no label"),
        ("max(concord_signals_total)", "only goes up"),
        ("max(rate(concord_queue_age_seconds[5m]))", "goes down"),
    ):
        assert why in " ".join(objections(Asked("", expression, frozenset()), exposed)), expression
    legend = Asked("", "max by (plant) (concord_backlog_cases)", frozenset({"status"}))
    assert "not left" in " ".join(objections(legend, exposed))


@pytest.mark.parametrize(
    "expression",
    [
        "sum(concord_backlog_cases",
        "sum concord_backlog_cases)",
        "rate(concord_signals_total)",
        "concord_signals_total[5m]",
        "median(concord_backlog_cases)",
        "concord_backlog_cases{plant}",
        "sum by (role) (max by (plant) (concord_approvals_waiting))",
        "histogram_quantile(0.9, sum by (node) (rate(concord_node_seconds_bucket[5m])))",
        "concord_backlog_cases > ",
    ],
)
def test_what_is_no_query_is_not_read(expression: str) -> None:
    with pytest.raises(NotRead):
        read(expression)


def test_dashboards_choose_plants_by_a_metric_that_names_them(
    folder: Path, exposed: dict[str, Exposed]
) -> None:
    for name in BOARDS:
        board = json.loads((folder / name).read_text("utf-8"))
        [source, plant] = board["templating"]["list"]
        assert (source["type"], source["name"]) == ("datasource", "datasource")
        found = re.fullmatch(r"label_values\((\w+), (\w+)\)", plant["definition"])
        assert found is not None
        assert found[2] in exposed[found[1]].labels


def test_panels_lie_side_by_side_and_say_what_they_show(folder: Path) -> None:
    for name in BOARDS:
        panels = json.loads((folder / name).read_text("utf-8"))["panels"]
        assert len({one["id"] for one in panels}) == len(panels)
        taken = set[tuple[int, int]]()
        for panel in panels:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert max(x for x, _ in cells) < 24, panel["title"]
            assert not cells & taken, panel["title"]
            taken |= cells
            assert panel["title"]
            assert (panel["type"] == "row") is ("targets" not in panel)


def test_an_alert_says_how_urgent_it_is_and_what_it_means(folder: Path) -> None:
    found = rules(folder)
    assert len({rule["alert"] for rule in found}) == len(found) > 10
    for rule in found:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m")), rule["alert"]


def objections(asked: Asked, exposed: dict[str, Exposed]) -> Iterator[str]:
    """Say what of a query there is not."""
    try:
        found = read(asked.expression)
    except NotRead as error:
        yield str(error)
        return
    for one in found.selected:
        if one.metric not in exposed:
            yield f"there is no metric {one.metric}"
        else:
            yield from _objections(one, exposed[one.metric])
    left = _left(found, exposed)
    if asked.said - left:
        yield f"{sorted(asked.said - left)} is not left in the result"


def _objections(one: Selected, real: Exposed) -> Iterator[str]:
    known = real.labels | OF_SCRAPING
    for label in sorted((set(one.matched) | one.grouped) - known):
        yield f"{one.metric} has no label {label}"
    for label, (sign, value) in one.matched.items():
        words = set(value.split("|")) - {"$plant"}
        if sign in {"=", "=~"} and label in WORDS and not words <= WORDS[label]:
            yield f"{label} says no word of {sorted(words - WORDS[label])}"
    if real.kind == "counter" and one.function not in {"rate", "increase"}:
        yield f"{one.metric} only goes up: ask how fast"
    if real.kind == "gauge" and one.function in {"rate", "increase"}:
        yield f"{one.metric} goes down as well"


def _left(found: Read, exposed: dict[str, Exposed]) -> set[str]:
    if found.labels is not None:
        return found.labels
    of = [exposed[one.metric].labels for one in found.selected if one.metric in exposed]
    left = set[str](of[0]) if of else set[str]()
    return left.intersection(*of) | OF_SCRAPING


def _samples(text: str) -> dict[str, Exposed]:
    found = dict[str, Exposed]()
    for part in text.split("# EOF"):
        for family in text_string_to_metric_families(part):
            for sample in family.samples:
                found[sample.name] = Exposed(set(sample.labels), family.type)
    return found


async def _of_the_service(home: Path) -> str:
    world = new_world()
    plants = plant_files(home / "plants", alone=False)
    async with concord(settings_of(home / "home", plants), wires(world)) as machinery:
        await waiting_case(machinery, world)
        _done(machinery)
        connections = machinery.plants[PLANT].connections
        with suppress(ToolError):
            await connections[System.ERP].read("GET", "/nothing-of-the-kind")
        with suppress(ToolError), connections[System.MES].standing.noting():
            raise Unavailable("MES", "cannot be reached")
        await machinery.reporter("local").write()
        app = application(machinery, Collected())
        app.state.streams.open(PLANT, "ERP", timedelta(minutes=1)).read(Seen())

        @app.get("/test/broken")
        async def broken() -> None:
            raise RuntimeError

        with machinery.database.write() as session:
            purpose = keys.Purpose("watch", [Deed.READ_METRICS.value], None)
            _, key = keys.add(session, purpose, "test", machinery.context.clock())
        return await _metrics(httpx.ASGITransport(app), key)


def _done(machinery: Machinery) -> None:
    """Let what takes a plant and a model have happened: a settled case, a posting, a call."""
    at = machinery.context.clock()
    with machinery.database.write() as session:
        waiting = session.scalars(select(CaseRow).where(col(CaseRow.plant) == PLANT)).first()
        assert waiting is not None
        waiting.currency, waiting.worth = "EUR", 12_345
        told: dict[str, Any] = waiting.model_dump() | {"id": "c-done", "status": CaseStatus.SETTLED}
        session.add(CaseRow(**told))
        session.flush()
        session.add(
            OutcomeRow(
                case_id="c-done",
                settlement=Settlement.CORRECTED,
                kind=waiting.kind,
                settled_at=at,
                plant=PLANT,
                alone=True,
            )
        )
        session.add(
            PostingRow(
                key="p-1",
                case_id="c-done",
                kind="post_movement",
                ordinal=0,
                system="ERP",
                touches="stock",
                hard=True,
                action={},
                state=PostingState.UNKNOWN,
                intended_at=at,
                changed_at=at,
                refusals=[],
            )
        )
        details = {"purpose": "diagnose", "tokens_in": 9, "tokens_out": 3, "cost": "0.01"}
        call = texts.Asked("openai:test", "c-done", details | {"latency_ms": 40}, {}, None)
        texts.asked(session, call, at)


async def _of_the_edge(home: Path) -> str:
    async with station(settings(home), lambda: NOW, Line(), Pace(0.0, 0.0)) as made:
        with made.senders.database.write() as session:
            purpose = keys.Purpose("watch", [Deed.READ_METRICS.value])
            _, key = keys.add(session, purpose, "test", NOW)
        return await _metrics(httpx.ASGITransport(edge_application(made)), key)


async def _metrics(transport: httpx.ASGITransport, key: str) -> str:
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        await client.get("/test/broken")
        await client.post("/v1/signals", json={})
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    return f"{answer.text}# EOF\n"
