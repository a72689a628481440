"""Whatever a plant writes is shown as text, on every page that shows it, in both languages."""

from html.parser import HTMLParser
from typing import Any, cast

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.case.ruling import Role
from agent.records import deadletters
from agent.records.tables import CaseRow, RemedyRow
from agent.service.pages.assets import assets
from tests.agent.pages.conftest import Floor

SCRIPT = "<script>alert('x')</script>"
QUOTES = "\" onmouseover='alert(1)' x=\""
TURNED = "90\u202e09 ST"
LONG = "Wareneingangsprüfung" * 40
NOTE = f"{SCRIPT} {QUOTES} {TURNED} {LONG} {{{{ 7 * 7 }}}} &amp;"
OWN_SCRIPTS = {one.address for name, one in assets().items() if name.endswith(".js")}
EVERYONE = (Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER, Role.INTEGRATOR, Role.AUDITOR)


class Seen(HTMLParser):
    """What a browser makes of a page: its scripts, its handlers, its words."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = list[str]()
        self.handlers = list[str]()
        self.styles = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "script":
            self.scripts.append(named.get("src") or "inline")
        self.handlers += [name for name in named if name.startswith("on")]
        self.styles += tag == "style" or "style" in named

    def handle_data(self, data: str) -> None:
        self.text += data


def poisoned(value: Any) -> Any:
    """Put what an attacker would write into every note, name and text of the facts."""
    if isinstance(value, dict):
        return {key: _poison(key, one) for key, one in cast("dict[str, Any]", value).items()}
    return [poisoned(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


def _poison(key: str, value: Any) -> Any:
    spoken = key in {"note", "description", "text", "operator", "native_status", "group", "name"}
    return NOTE if spoken and (value is None or isinstance(value, str)) else poisoned(value)


@pytest.fixture
def attacked(floor: Floor) -> Floor:
    """A case whose every text from outside is an attack."""
    with floor.machinery.database.write() as session:
        pin = session.get_one(RemedyRow, (floor.case, 1))
        diagnosis: dict[str, Any] = {
            **pin.diagnosis,
            "reasons": [
                {"because": {"template": "{note}", "values": [["note", NOTE]]}, "cites": []}
            ],
        }
        changes = [{**change, "object": NOTE, "before": NOTE} for change in pin.plan["changes"]]
        plan = {
            **pin.plan,
            "changes": changes,
            "summary": {"template": "Move {what}", "values": [["what", NOTE]]},
        }
        session.execute(
            update(RemedyRow)
            .where(col(RemedyRow.case_id) == floor.case)
            .values(facts=poisoned(pin.facts), plan=plan, diagnosis=diagnosis)
        )
        case = session.get_one(CaseRow, floor.case)
        case.signal = {**case.signal, "text": NOTE}
        case.why = case.person = NOTE
        deadletters.bury_case(session, _another(session, case), NOTE, case.opened_at)
    return floor


def _another(session: Session, case: CaseRow) -> str:
    fields: dict[str, Any] = {**case.model_dump(), "id": "c-other", "person": None}
    copy = CaseRow(**fields)
    session.add(copy)
    session.flush()
    return copy.id


@pytest.mark.parametrize("language", ["en", "de"])
async def test_no_text_of_a_plant_becomes_markup_on_any_page(
    attacked: Floor, language: str
) -> None:
    anna = await attacked.signed_in(QUOTES + SCRIPT, *EVERYONE, language=language)
    addresses = (
        "/inbox?view=all",
        f"/inbox?q={SCRIPT}",
        f"/cases/{attacked.case}",
        "/overview",
        f"/search?q={attacked.case}",
        f"/search?q={SCRIPT}",
        "/control",
        "/prompts",
        "/evaluations",
        "/dead-letters",
        "/account",
        f"/chat?said={SCRIPT}",
        f"/nowhere/{SCRIPT}",
    )
    for address in addresses:
        answer = await anna.get(address)
        assert answer.status_code in {200, 404}, address
        assert answer.headers["content-type"].startswith("text/html"), address
        seen = Seen()
        seen.feed(answer.text)
        assert set(seen.scripts) <= OWN_SCRIPTS, address
        assert assets()["concord.js"].address in seen.scripts, address
        assert (seen.handlers, seen.styles) == ([], 0), address
        assert "\u202e" not in answer.text, address


async def test_it_is_readable_all_the_same(attacked: Floor) -> None:
    anna = await attacked.signed_in("anna", *EVERYONE)
    seen = Seen()
    seen.feed((await anna.get(f"/cases/{attacked.case}")).text)
    for said in (SCRIPT, QUOTES, "90⟨U+202E⟩09 ST", LONG, "{{ 7 * 7 }}", "&amp;"):
        assert said in seen.text
