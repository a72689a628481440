"""The page of a case that is left to a person says what they can do, and takes their word."""

import re

import pytest

from agent.case.ruling import Role, Settlement
from agent.records.cases import CaseStatus
from agent.records.states import PostingState
from tests.agent.pages.conftest import Floor, csrf_of
from tests.agent.service.left import give_up, leave_to_a_person


async def test_a_posting_is_told_of_then_the_case_is_settled(floor: Floor) -> None:
    await leave_to_a_person(floor.machinery, floor.case)
    key = await give_up(floor.machinery, floor.case)
    sam, path = await floor.signed_in("sam", Role.SUPERVISOR), f"/cases/{floor.case}"
    assert floor.case in (await sam.get("/inbox?view=look")).text
    page = (await sam.get(path)).text
    assert "is it there?" in page
    assert "Settled by hand" not in page
    csrf = {"csrf": await csrf_of(sam)}
    found = {**csrf, "posting": key, "there": "yes", "comment": "looked it up in MB03"}
    assert (await sam.post(f"{path}/found", data=found)).status_code == 422
    taken = await sam.post(f"{path}/found", data={**found, "document": "4900000012/2026"})
    assert taken.status_code == 200
    assert "4900000012/2026" in taken.text
    assert "Settled by hand" in taken.text
    done = {**csrf, "comment": "told maintenance by telephone", "document": "10000042"}
    assert (await sam.post(f"{path}/settle", data={**csrf, "comment": " "})).status_code == 422
    for _ in range(2):
        assert (await sam.post(f"{path}/settle", data=done)).status_code == 200
    view = await floor.machinery.records.case(floor.case)
    assert view is not None
    assert (view.status, view.settlement) == (CaseStatus.SETTLED, Settlement.BY_PERSON)
    page = (await sam.get(path)).text
    assert re.search(r"settled by hand</b> sam", page)
    assert "told maintenance by telephone (10000042)" in page


@pytest.mark.parametrize(
    ("language", "said"), [("de", "nicht gebucht"), ("en", "not posted")], ids=["de", "en"]
)
async def test_what_is_not_there_is_shown_as_not_posted_and_looked_at_again(
    floor: Floor, language: str, said: str
) -> None:
    await leave_to_a_person(floor.machinery, floor.case)
    key = await give_up(floor.machinery, floor.case)
    sam, path = await floor.signed_in("sam", Role.SUPERVISOR, language=language), floor.case
    csrf = {"csrf": await csrf_of(sam), "comment": "nothing in MB51"}
    found = {**csrf, "posting": key, "there": "no"}
    assert said in (await sam.post(f"/cases/{path}/found", data=found)).text
    posting = await floor.machinery.postings.get(key)
    assert posting is not None
    assert posting.state is PostingState.INTENDED
    assert (await sam.post(f"/cases/{path}/look", data=csrf)).status_code == 200
    view = await floor.machinery.records.case(path)
    assert view is not None
    assert view.status is CaseStatus.OPEN
    assert (await sam.post(f"/cases/{path}/settle", data=csrf)).status_code == 409


async def test_who_may_not_decide_sees_no_form_and_is_refused(floor: Floor) -> None:
    await leave_to_a_person(floor.machinery, floor.case)
    otto, path = await floor.signed_in("otto", Role.AUDITOR), f"/cases/{floor.case}"
    assert "Settled by hand" not in (await otto.get(path)).text
    form = {"csrf": await csrf_of(otto), "comment": "so"}
    for deed in ("settle", "look", "found"):
        assert (await otto.post(f"{path}/{deed}", data=form)).status_code == 403
    sam = await floor.signed_in("sam", Role.SUPERVISOR)
    assert "Settled by hand" in (await sam.get(path)).text
    forged = await sam.post(f"{path}/settle", data={"csrf": "made up", "comment": "so"})
    assert forged.status_code == 403
    view = await floor.machinery.records.case(floor.case)
    assert view is not None
    assert view.status is CaseStatus.NEEDS_PERSON
