"""Cards: exactly what Teams shows, whatever the plant's texts say."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.case.text import text
from agent.notify import teams, webhook
from agent.notify.escaping import GAP, plain, shortened
from agent.notify.links import Links
from agent.notify.lint import LARGEST, faults, size
from agent.notify.told import Told
from tests.agent.notify.desk import NOON, PUBLIC, TEAMS, plant_of
from tools.objects.money import Money
from tools.plant.notify import Topic

CARDS = Path(__file__).parent / "cards"
LINK = Links(("k" * 32,), PUBLIC).to("c-1", NOON)
TOLD = Told(
    event="c-1-asked-1",
    topic=Topic.ASKED,
    plant="1010",
    plant_name="Works North",
    case="c-1",
    kind="materials/stock_deficit",
    title=text("Stock deficit"),
    object="1010/order/1000012",
    criticality="high",
    role="planner",
    due_at=NOON + timedelta(hours=1),
    value=Money(Decimal("1234.50"), "EUR"),
    says=text("Book {lines}", lines="4 PC of RM-1 from 0002 to 0001"),
    why="",
    at=NOON,
)
SHOWN = {
    "asked_en": (TOLD, "en"),
    "asked_de": (TOLD, "de"),
    "escalated_de": (replace(TOLD, topic=Topic.ESCALATED, role="controller"), "de"),
    "posting_given_up_en": (
        replace(TOLD, topic=Topic.POSTING_GIVEN_UP, role="integrator", why="HTTP 503 (4 tries)"),
        "en",
    ),
    "hostile_en": (
        replace(
            TOLD,
            criticality="urgent",
            says=text(
                "{note}",
                note="# [Click](https://evil.example) <at>all</at> **now** "
                "{{DATE(2026-01-01T00:00:00Z)}} mail a@evil.example",
            ),
        ),
        "en",
    ),
}


def test_a_quantity_is_written_as_the_plant_s_people_know_it() -> None:
    told = replace(TOLD, says=text("Report {after} of {what}", after="12.5 PC", what="M"))
    german = json.dumps(
        teams.message(told, plant_of(TEAMS, language="de"), LINK), ensure_ascii=False
    )
    assert "12,5" in german
    assert "12.5" not in german
    assert "PC" not in german


HOSTILE = st.one_of(
    st.text(max_size=600),
    st.text(alphabet="[]()<>*_`#!|~\\{}$@:/.-+=1a \n\t\u202e\u200b\ud800&\"'", max_size=600),
    st.sampled_from(["", " ", "\n", "x" * 100_000, "\ud83d", "🏭" * 20_000, "{{DATE(now)}}"]),
)


@pytest.mark.parametrize("name", SHOWN)
def test_a_card_is_as_it_was_looked_at(name: str) -> None:
    told, language = SHOWN[name]
    card = teams.message(told, plant_of(TEAMS, language=language), LINK)
    assert card == json.loads((CARDS / f"{name}.json").read_text("utf-8"))
    assert faults(card) == []


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from(list(Topic)))
def test_no_text_of_a_plant_makes_a_card_that_is_not_shown(
    says: str, why: str, name: str, thing: str, topic: Topic
) -> None:
    told = replace(
        TOLD,
        topic=topic,
        says=text("{says}", says=says),
        why=why,
        plant_name=name,
        object=f"1010/order/{thing}",
        kind=thing,
        title=None,
        role=name,
    )
    card = teams.message(told, plant_of(TEAMS), LINK)
    assert faults(card) == []
    assert size(card) <= LARGEST
    webhook.body(card)
    webhook.body(webhook.event(told, plant_of(TEAMS), LINK))


# What markdown, Teams or a card would act upon, not preceded by the mark that takes its power.
ACTED_UPON = (
    re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]()<>#|~!]"),
    re.compile(r"://|\{\{|\$\{"),
    re.compile(r"@\S"),
    re.compile(r"^\s*(?:[-+=]|\d+[.)](?:\s|$))"),
)


@given(HOSTILE)
def test_a_text_of_a_plant_has_no_power_left(said: str) -> None:
    shown = plain(said)
    assert [one.pattern for one in ACTED_UPON if one.search(shown)] == []
    assert "\n" not in shown


@given(HOSTILE)
def test_and_is_read_as_it_was_written(said: str) -> None:
    read = re.sub(r"\\(.)", r"\1", plain(said).replace(GAP, ""))
    assert read == shortened(said, 400)


@pytest.mark.parametrize(
    "link", ["https://evil.example/x", "www.evil.example", "evil.example", "a@evil.example"]
)
def test_what_looks_like_a_link_is_none(link: str) -> None:
    shown = plain(f"see {link} now")
    assert link not in shown
    assert not re.search(r"\w\.[a-z]{2}", shown)


def test_without_an_address_people_reach_a_card_has_no_link() -> None:
    card = teams.message(TOLD, plant_of(TEAMS), None)
    assert card["attachments"][0]["content"]["actions"] == []
    assert faults(card) == []


def card_with(**content: Any) -> Mapping[str, Any]:
    card = teams.message(TOLD, plant_of(TEAMS), LINK)
    card["attachments"][0]["content"].update(content)
    return card


URL = {"type": "Action.OpenUrl", "title": "x", "url": "https://concord.example/x"}


WRONG: tuple[Mapping[str, Any], ...] = (
    {"version": "1.5"},
    {"version": "1.6"},
    {"version": 1.4},
    {"type": "MessageCard"},
    {"body": [{"type": "Table"}]},
    {"body": [{"type": "TextBlock", "text": " ", "wrap": True}]},
    {"body": [{"type": "TextBlock", "text": "x"}]},
    {"body": [{"type": "FactSet", "facts": [{"title": "x", "value": ""}]}]},
    {"body": [{"type": "FactSet", "facts": []}]},
    {"body": [{"type": "TextBlock", "text": "x" * 25_000, "wrap": True}]},
    {"actions": [{"type": "Action.Submit", "title": "x"}]},
    {"actions": [{"type": "Action.Execute", "title": "x"}]},
    {"actions": [URL] * 7},
    {"actions": [{**URL, "url": "http://concord.example/x"}]},
    {"actions": [{**URL, "url": "/cases/c-1"}]},
    {"actions": [{**URL, "url": "https://user@concord.example/"}]},
    {"actions": [{"type": "Action.OpenUrl", "title": "x"}]},
    {"body": [{"type": "Container", "items": [{"type": "Input.Text", "id": "x"}]}]},
)


@pytest.mark.parametrize("content", WRONG)
def test_the_lint_finds_what_teams_would_not_show(content: Mapping[str, Any]) -> None:
    assert len(faults(card_with(**content))) >= 1
    assert faults(card_with()) == []


def test_the_lint_knows_the_envelope() -> None:
    card = teams.message(TOLD, plant_of(TEAMS), LINK)
    assert faults(card["attachments"][0]["content"]) != []
    assert faults({**card, "type": "x"}) != []
    assert faults({**card, "attachments": []}) != []
