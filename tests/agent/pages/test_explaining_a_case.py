"""The case page explains a case in the reader's language, from the records if need be."""

import re

from agent.case.ruling import Role
from agent.records import tracing
from tests.agent.pages.conftest import Floor, csrf_of

TOLD = re.compile(r'<p class="told">(.*?)</p>', re.DOTALL)


async def test_a_case_is_explained_in_the_reader_s_language_and_does_not_hear_of_it(
    floor: Floor,
) -> None:
    german = await floor.signed_in("anna", Role.AUDITOR, language="de")
    english = await floor.signed_in("ben", Role.AUDITOR)
    before = entries(floor)
    told = set[str]()
    for browser, plainly in ((german, "Es ist kein Modell"), (english, "No model is set up")):
        form = {"csrf": await csrf_of(browser)}
        page = await browser.post(f"/cases/{floor.case}/explain", data=form)
        assert page.status_code == 200
        assert plainly in page.text
        told |= set(TOLD.findall(page.text))
    assert len(told) == 2
    assert all(floor.case in one and "](" not in one and "**" not in one for one in told)
    assert entries(floor) == before


async def test_nobody_else_s_form_and_nobody_of_another_plant_has_it_explained(
    floor: Floor,
) -> None:
    anna = await floor.signed_in("anna", Role.PLANNER)
    assert (await anna.post(f"/cases/{floor.case}/explain")).status_code == 403
    elsewhere = {"csrf": await csrf_of(anna)}
    assert (await anna.post("/cases/c-none/explain", data=elsewhere)).status_code == 404


def entries(floor: Floor) -> int:
    with floor.machinery.database.read() as session:
        return len(tracing.of_case(session, floor.case).audit)
