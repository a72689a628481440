"""Coming in: by password, link, session or key; what is forged, over or used gets nowhere."""

from collections.abc import Callable

import httpx
import pytest
from sqlmodel import col

from agent.authority.deeds import Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.records import accounts, keys, sessions
from agent.records.account_tables import AccountRow, KeyRow, SessionRow, TicketRow
from agent.records.accounts import LOCKED, TRIES
from agent.records.passwords import WeakPassword, check_strength
from agent.records.sessions import LASTS, RESTS
from agent.records.tables import AuditRow
from agent.service.who.signing import LINK_LASTS, link_for
from tests.agent.service.conftest import PASSWORD, account, key, session_of

Browser = Callable[[], httpx.AsyncClient]


async def signed_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> str:
    answer = await client.post("/test/sign-in", data={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    csrf: str = answer.json()
    return csrf


def audited(machinery: Machinery) -> list[tuple[str, str]]:
    with machinery.database.read() as session:
        return [
            (row.who, row.what) for row in session.query(AuditRow).order_by(col(AuditRow.sequence))
        ]


async def test_a_person_signs_in_is_known_and_signs_out(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    csrf = await signed_in(client, "Anna ")
    assert (await client.get("/test/cases")).json()["name"] == "anna"
    out = await client.post("/test/sign-out", headers={"X-CSRF-Token": csrf})
    assert out.json() == "anna"
    assert (await client.get("/test/cases")).status_code == 401
    told = audited(machinery)
    assert ("anna", "signed in") in told
    assert ("anna", "signed out") in told


async def test_the_cookie_is_for_this_service_and_no_script(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    answer = await client.post("/test/sign-in", data={"name": "anna", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


async def test_no_secret_lies_in_the_records(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    await signed_in(client, "anna")
    given = key(machinery, Deed.READ_CASES)["Authorization"].removeprefix("Bearer ")
    with machinery.database.write() as session:
        link = link_for(session, "anna", "test", machinery.context.clock())
    cookie = client.cookies["concord_session"]
    with machinery.database.read() as session:
        lying = "".join(
            str(row.model_dump())
            for table in (AccountRow, SessionRow, KeyRow, TicketRow, AuditRow)
            for row in session.query(table)
        )
    for secret in (PASSWORD, cookie, given, given[-43:], link.path.partition("=")[2]):
        assert secret not in lying


@pytest.mark.parametrize("name", ["anna", "nobody", "concord", "", "anna'--", "a" * 500])
async def test_a_wrong_password_says_the_same_of_everybody(
    client: httpx.AsyncClient, machinery: Machinery, name: str
) -> None:
    account(machinery, "anna", Role.PLANNER)
    answer = await client.post("/test/sign-in", data={"name": name, "password": "wrong"})
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("Name and password do not belong together")
    assert ("anonymous", "sign-in refused") in audited(machinery)


async def test_after_wrong_passwords_even_the_right_one_waits(machinery: Machinery) -> None:
    account(machinery, "anna", Role.PLANNER)
    at = machinery.context.clock()
    with machinery.database.write() as session:
        for _ in range(TRIES):
            assert accounts.tried(session, "anna", False, at) is None
        assert accounts.tried(session, "anna", True, at) is None
        assert accounts.tried(session, "anna", True, at + LOCKED) is not None
    assert ("concord", "account locked") in audited(machinery)


async def test_one_address_may_not_try_for_ever(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    answers = [
        await client.post("/test/sign-in/link", params={"token": str(number)})
        for number in range(15)
    ]
    assert [answer.status_code for answer in answers].count(429) >= 1
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_a_link_signs_in_once(browser: Browser, machinery: Machinery) -> None:
    account(machinery, "anna", Role.PLANNER)
    with machinery.database.write() as session:
        link = link_for(session, "anna", "test", machinery.context.clock())
    first, second = browser(), browser()
    assert (await first.post("/test" + link.path)).status_code == 200
    assert (await first.get("/test/cases")).status_code == 200
    assert (await second.post("/test" + link.path)).status_code == 401
    assert (await second.get("/test/cases")).status_code == 401


async def test_looking_at_a_link_does_not_use_it(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    with machinery.database.write() as session:
        link = link_for(session, "anna", "test", machinery.context.clock())
    await client.get(link.path)
    assert (await client.post("/test" + link.path)).status_code == 200


async def test_an_old_link_and_one_of_a_disabled_account_are_none(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    at = machinery.context.clock()
    with machinery.database.write() as session:
        old = link_for(session, "anna", "test", at - LINK_LASTS)
        fresh = link_for(session, "anna", "test", at)
        accounts.disable(session, "anna", "test", at)
    assert (await client.post(old.path)).status_code == 401
    assert (await client.post(fresh.path)).status_code == 401


async def test_a_session_ends_by_time_by_rest_and_with_its_account(machinery: Machinery) -> None:
    account(machinery, "anna", Role.PLANNER)
    at = machinery.context.clock()
    with machinery.database.write() as session:
        anna = accounts.account(session, "anna")
        assert anna is not None
        opened = sessions.begin(session, sessions.Holder.of(anna), "test", at)
        assert sessions.find(session, opened.token, at) is not None
        assert sessions.find(session, opened.token, at + RESTS * 1.1) is None
        sessions.seen(session, opened.token, at + LASTS)
        assert sessions.find(session, opened.token, at + LASTS) is None
        accounts.disable(session, "anna", "test", at)
        assert sessions.find(session, opened.token, at) is None


async def test_a_forged_cookie_is_nobody(client: httpx.AsyncClient, machinery: Machinery) -> None:
    for forged in ("", "x", "../../etc/passwd", "0" * 43, "a" * 4000):
        headers = {"Cookie": f"concord_session={forged}"}
        assert (await client.get("/test/cases", headers=headers)).status_code == 401


async def test_a_form_needs_the_word_of_its_session(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    opened = session_of(machinery, "anna", Role.PLANNER)
    other = session_of(machinery, "eve", Role.PLANNER)
    client.cookies.set("concord_session", opened.token)
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": other.csrf}):
        assert (await client.post("/test/cases", headers=headers)).status_code == 403
    by_header = await client.post("/test/cases", headers={"X-CSRF-Token": opened.csrf})
    by_form = await client.post("/test/cases", data={"csrf": opened.csrf})
    assert (by_header.status_code, by_form.status_code) == (200, 200)


async def test_another_site_cannot_send_the_sign_in_form(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    account(machinery, "anna", Role.PLANNER)
    form = {"name": "anna", "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await client.post("/test/sign-in", data=form, headers=headers)).status_code == 403
    home = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert (await client.post("/test/sign-in", data=form, headers=home)).status_code == 200


async def test_a_key_does_what_it_is_for_and_nothing_else(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    reads = key(machinery, Deed.READ_CASES, plants=["1010"])
    sends = key(machinery, Deed.SEND_SIGNALS)
    answer = (await client.get("/test/cases", headers=reads)).json()
    assert answer == {"name": "key:line", "plants": ["1010"], "whole": False}
    refused = await client.get("/test/cases", headers=sends)
    assert (refused.status_code, refused.json()["policy"]) == (403, "scopes-bind")
    assert ("key:line", "not permitted") in audited(machinery)


async def test_a_key_that_is_forged_old_or_revoked_is_none(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    at = machinery.context.clock()
    good = key(machinery, Deed.READ_CASES)
    with machinery.database.write() as session:
        old = keys.add(session, keys.Purpose("old", ["read_cases"], None, at), "test", at)[1]
        gone, text = keys.add(session, keys.Purpose("gone", ["read_cases"]), "test", at)
        keys.revoke(session, gone.id, "test", at)
    forged = good["Authorization"].removeprefix("Bearer ")
    forged = forged[:-1] + ("A" if forged[-1] != "A" else "B")
    for carried in (old, text, forged, "concord_", f"{keys.MARK}{'0' * 12}_{'a' * 43}", "x"):
        headers = {"Authorization": f"Bearer {carried}"}
        answer = await client.get("/test/cases", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert (await client.get("/test/cases", headers=good)).status_code == 200


async def test_a_page_sends_strangers_to_sign_in_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/test/page?a=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/test/page%3Fa%3D1"


async def test_a_page_another_site_leads_to_is_asked_for_once_more(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await client.get('/test/page?a="><script>', headers=headers)
    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "annaannaanna!", "x" * 300])
def test_a_password_that_protects_nothing_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_strength(password, "anna")
