"""A person signs in, sees what waits, and decides: once, and only about what the page showed."""

from agent.case.ruling import Answer, Role
from agent.records import decisions, tracing
from agent.service.who.signing import link_for
from tests.agent.pages.conftest import PASSWORD, Floor, csrf_of


def decided(floor: Floor) -> list[tuple[Answer, str, Role]]:
    with floor.machinery.database.read() as session:
        found = tracing.of_case(session, floor.case).decisions
    return [(one.decision.answer, one.decision.by, one.decision.role) for one in found]


async def test_who_is_not_signed_in_is_sent_to_do_so_and_led_back(floor: Floor) -> None:
    browser = await floor.browser()
    answer = await browser.get(f"/cases/{floor.case}")
    assert answer.url.path == "/sign-in"
    assert answer.url.params["next"] == f"/cases/{floor.case}"
    assert 'name="password"' in answer.text


async def test_a_wrong_password_is_told_and_signs_nobody_in(floor: Floor) -> None:
    browser = await floor.browser()
    floor.account("anna", Role.PLANNER)
    answer = await browser.post("/sign-in", data={"name": "anna", "password": "no", "next": "/"})
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert (await browser.get("/inbox")).url.path == "/sign-in"


async def test_the_right_password_leads_to_where_one_wanted(floor: Floor) -> None:
    browser = await floor.browser()
    floor.account("anna", Role.PLANNER)
    form = {"name": "anna", "password": PASSWORD, "next": f"/cases/{floor.case}"}
    answer = await browser.post("/sign-in", data=form)
    assert (answer.status_code, answer.url.path) == (200, f"/cases/{floor.case}")
    away = await browser.post("/sign-out", data={"csrf": await csrf_of(browser)})
    assert away.url.path == "/sign-in"
    assert (await browser.get("/inbox")).url.path == "/sign-in"


async def test_a_link_is_taken_by_a_button_not_by_looking(floor: Floor) -> None:
    floor.account("anna", Role.PLANNER)
    with floor.machinery.database.write() as session:
        link = link_for(session, "anna", "test", floor.machinery.context.clock())
    scanner, browser = await floor.browser(), await floor.browser()
    assert "Whoever presses" in (await scanner.get(link.path)).text
    assert (await scanner.get("/inbox")).url.path == "/sign-in"
    token = link.path.partition("token=")[2]
    taken = await browser.post("/sign-in/link", data={"token": token})
    assert taken.url.path == "/inbox"
    assert (await scanner.post("/sign-in/link", data={"token": token})).status_code == 401


async def test_what_waits_is_listed_and_opens_with_what_differs(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER, Role.PLANNER, Role.SUPERVISOR)
    inbox = (await anna.get("/inbox")).text
    assert f'href="/cases/{floor.case}"' in inbox
    case = (await anna.get(f"/cases/{floor.case}")).text
    for said in ("SAP now", "Proposal", "unrestricted stock", "If nobody decides", "Approve"):
        assert said in case


async def test_an_approval_is_recorded_once_however_often_the_form_is_sent(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = {"csrf": await csrf_of(anna), "remedy": floor.remedy, "answer": "approve"}
    first = await anna.post(f"/cases/{floor.case}/decide", data=form)
    again = await anna.post(f"/cases/{floor.case}/decide", data=form)
    assert (first.status_code, again.status_code) == (200, 200)
    assert decided(floor) == [(Answer.APPROVE, "anna", Role.CONTROLLER)]


async def test_another_number_in_another_tab_is_not_told_as_taken(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = change_form(floor, await csrf_of(anna))
    first = {**form, "quantity-0": "1,5"}
    taken = await anna.post(f"/cases/{floor.case}/decide", data=first)
    again = await anna.post(f"/cases/{floor.case}/decide", data=first)
    other = await anna.post(f"/cases/{floor.case}/decide", data={**form, "quantity-0": "2"})
    assert (taken.status_code, again.status_code, other.status_code) == (200, 200, 409)
    assert "anna decided this already" in other.text
    with floor.machinery.database.read() as session:
        [only] = tracing.of_case(session, floor.case).decisions
    assert only.quantities["0"]["amount"] == "1.5"


async def test_an_approval_of_another_remedy_is_shown_what_differs(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = {"csrf": await csrf_of(anna), "remedy": "0" * 64, "answer": "approve"}
    answer = await anna.post(f"/cases/{floor.case}/decide", data=form)
    assert answer.status_code == 409
    assert "Look again and decide anew" in answer.text or "the remedy is another one" in answer.text
    assert decided(floor) == []


async def test_whoever_is_second_is_told_who_decided(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    ben = await floor.signed_in("ben", Role.CONTROLLER)
    form = {"remedy": floor.remedy, "answer": "approve"}
    await anna.post(f"/cases/{floor.case}/decide", data={**form, "csrf": await csrf_of(anna)})
    answer = await ben.post(
        f"/cases/{floor.case}/decide", data={**form, "csrf": await csrf_of(ben)}
    )
    assert answer.status_code == 409
    assert "anna decided this already" in answer.text


async def test_a_rejection_names_its_reason(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = {"csrf": await csrf_of(anna), "remedy": floor.remedy, "answer": "reject"}
    bare = await anna.post(f"/cases/{floor.case}/decide", data=form)
    assert bare.status_code == 422
    assert decided(floor) == []
    await anna.post(f"/cases/{floor.case}/decide", data={**form, "code": "wrong_cause"})
    assert [answer for answer, _, _ in decided(floor)] == [Answer.REJECT]


async def test_a_form_of_another_session_decides_nothing(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = {"csrf": "made up", "remedy": floor.remedy, "answer": "approve"}
    assert (await anna.post(f"/cases/{floor.case}/decide", data=form)).status_code == 403
    assert decided(floor) == []


async def test_an_auditor_looks_and_decides_nothing(floor: Floor) -> None:
    otto = await floor.signed_in("otto", Role.AUDITOR)
    page = await otto.get(f"/cases/{floor.case}")
    assert page.status_code == 200
    assert 'value="approve"' not in page.text
    form = {"csrf": await csrf_of(otto), "remedy": floor.remedy, "answer": "approve"}
    assert (await otto.post(f"/cases/{floor.case}/decide", data=form)).status_code == 403


async def test_a_case_is_taken_on_by_one_and_put_off(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER, Role.PLANNER, Role.SUPERVISOR)
    ben = await floor.signed_in("ben", Role.CONTROLLER, Role.PLANNER, Role.SUPERVISOR)
    own, other = await csrf_of(anna), await csrf_of(ben)
    assert (await anna.post(f"/cases/{floor.case}/claim", data={"csrf": own})).status_code == 200
    late = await ben.post(f"/cases/{floor.case}/claim", data={"csrf": other})
    assert late.status_code == 409
    assert floor.case not in (await ben.get("/inbox")).text
    await anna.post(f"/cases/{floor.case}/snooze", data={"csrf": own, "hours": "4"})
    assert floor.case not in (await anna.get("/inbox")).text
    assert floor.case in (await anna.get("/inbox?view=put-off")).text


async def test_a_deputy_sees_what_the_other_has_taken_on(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER, Role.PLANNER, Role.SUPERVISOR)
    ben = await floor.signed_in("ben", Role.CONTROLLER, Role.PLANNER, Role.SUPERVISOR)
    own = await csrf_of(anna)
    await anna.post(f"/cases/{floor.case}/claim", data={"csrf": own})
    day = floor.machinery.context.clock().date().isoformat()
    form = {"csrf": own, "deputy": "ben", "from": day, "to": day}
    assert (await anna.post("/account/substitutes", data=form)).status_code == 200
    assert floor.case in (await ben.get("/inbox")).text


async def test_ticked_cases_are_approved_with_their_own_remedies(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = {"csrf": await csrf_of(anna), "case": f"{floor.case}:{floor.remedy}"}
    answer = await anna.post("/inbox/approve", data=form)
    assert "1 approved" in answer.text
    assert decided(floor) == [(Answer.APPROVE, "anna", Role.CONTROLLER)]


async def test_a_changed_number_goes_back_to_be_proved(floor: Floor) -> None:
    anna = await floor.signed_in("anna", Role.CONTROLLER)
    form = change_form(floor, await csrf_of(anna))
    same = await anna.post(f"/cases/{floor.case}/decide", data=form)
    assert same.status_code == 422
    await anna.post(f"/cases/{floor.case}/decide", data={**form, "quantity-0": "1,5"})
    assert [answer for answer, _, _ in decided(floor)] == [Answer.CHANGE]


def change_form(floor: Floor, csrf: str) -> dict[str, str]:
    """Fill in the form that changes the first number, with the number it has."""
    with floor.machinery.database.read() as session:
        pending = decisions.pending(session, floor.case)
    assert pending is not None
    quantity = pending.pin.plan["derivations"][0]["quantity"]
    return {
        "csrf": csrf,
        "remedy": floor.remedy,
        "answer": "change",
        "was-0": quantity["amount"],
        "unit-0": quantity["unit"],
        "quantity-0": quantity["amount"],
    }
