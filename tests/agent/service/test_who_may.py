"""Every endpoint, every role: exactly who may. A new endpoint without a row here fails.

A row names the deed an endpoint needs; what each role may, the second table says once. ``OPEN`` is
answered without a word, ``KNOWN`` whoever is known at all, ``OWN`` judges for itself (signatures)
and has tests of its own.
"""

import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from agent.authority.deeds import FOR_MACHINES, Deed
from agent.bootstrap import Machinery
from agent.case.ruling import Role
from agent.records.accounts import PERSONAL
from agent.records.gates import Collected
from agent.service.application import application
from agent.service.walking import routers
from tests.agent.service.conftest import key, session_of

OPEN, KNOWN, OWN = "open", "known", "own"

ENDPOINTS: dict[tuple[str, str], Deed | str] = {
    ("GET", "/livez"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): Deed.READ_METRICS,
    ("GET", "/v1/me"): KNOWN,
    ("GET", "/v1/openapi.json"): KNOWN,
    ("POST", "/v1/signals"): Deed.SEND_SIGNALS,
    ("OPTIONS", "/v1/signals"): OWN,
    ("POST", "/v1/idocs"): Deed.SEND_SIGNALS,
    ("POST", "/v1/prechecks/confirmation"): Deed.ASSESS,
    ("POST", "/v1/prechecks/goods-issue"): Deed.ASSESS,
    ("POST", "/v1/plants/{plant}/orders/reconciliation"): Deed.ASSESS,
    ("POST", "/v1/triage"): Deed.ASSESS,
    ("GET", "/v1/models"): Deed.CHAT,
    ("GET", "/v1/models/{model}"): Deed.CHAT,
    ("POST", "/v1/chat/completions"): Deed.CHAT,
    ("POST", "/mcp"): Deed.USE_TOOLS,
    ("POST", "/v1/feasibility/check"): Deed.ASSESS,
    ("POST", "/v1/orders/sequence"): Deed.ASSESS,
    ("GET", "/v1/cases"): Deed.READ_CASES,
    ("GET", "/v1/cases/{case}"): Deed.READ_CASES,
    ("GET", "/v1/cases/{case}/dossier"): Deed.READ_CASES,
    ("GET", "/v1/cases/{case}/remedies"): Deed.READ_CASES,
    ("GET", "/v1/cases/{case}/timeline"): Deed.READ_CASES,
    ("POST", "/v1/cases/{case}/decisions"): Deed.DECIDE,
    ("POST", "/v1/cases/{case}/forwardings"): Deed.CLAIM,
    ("POST", "/v1/cases/{case}/snoozes"): Deed.CLAIM,
    ("PUT", "/v1/cases/{case}/claim"): Deed.CLAIM,
    ("DELETE", "/v1/cases/{case}/claim"): Deed.CLAIM,
    ("POST", "/v1/cases/{case}/settlements"): Deed.DECIDE,
    ("POST", "/v1/cases/{case}/looks"): Deed.DECIDE,
    ("POST", "/v1/cases/{case}/postings/{posting}/findings"): Deed.DECIDE,
    ("GET", "/v1/audit"): Deed.READ_AUDIT,
    ("GET", "/v1/audit/verification"): Deed.READ_AUDIT,
    ("GET", "/v1/audit/traces/{word:path}"): Deed.READ_AUDIT,
    ("GET", "/v1/audit/lineage/{word:path}"): Deed.READ_AUDIT,
    ("GET", "/v1/dead-letters"): Deed.READ_DEAD_LETTERS,
    ("GET", "/v1/dead-letters/{number}"): Deed.READ_DEAD_LETTERS,
    ("POST", "/v1/dead-letters/{number}/replay"): Deed.MEND_DEAD_LETTERS,
    ("POST", "/v1/dead-letters/{number}/drop"): Deed.MEND_DEAD_LETTERS,
    ("GET", "/v1/precedents"): Deed.READ_CASES,
    ("GET", "/v1/prompts"): Deed.READ_PROMPTS,
    ("GET", "/v1/prompts/{name}/{version}"): Deed.READ_PROMPTS,
    ("GET", "/v1/prompts/{name}/{version}/difference"): Deed.READ_PROMPTS,
    ("GET", "/v1/evaluations"): Deed.READ_PROMPTS,
    ("GET", "/v1/evaluations/{run}"): Deed.READ_PROMPTS,
    ("GET", "/v1/plants"): Deed.READ_PLANTS,
    ("GET", "/v1/plants/{plant}"): Deed.READ_PLANTS,
    ("POST", "/v1/plants/{plant}/phases"): Deed.REIN_IN,
    ("GET", "/v1/kpis"): Deed.READ_KPIS,
    ("GET", "/v1/accounts"): Deed.READ_ACCOUNTS,
    ("POST", "/v1/accounts/{name}/disabling"): Deed.MANAGE_ACCOUNTS,
    ("GET", "/v1/keys"): Deed.READ_ACCOUNTS,
    ("DELETE", "/v1/keys/{key}"): Deed.MANAGE_ACCOUNTS,
}

PAGES: dict[tuple[str, str], Deed | str] = {
    ("GET", "/"): OPEN,
    ("GET", "/static/{name}"): OPEN,
    ("POST", "/language"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("GET", "/sign-in/link"): OPEN,
    ("POST", "/sign-in/link"): OPEN,
    ("GET", "/sign-in/provider"): OPEN,
    ("GET", "/sign-in/callback"): OPEN,
    ("POST", "/sign-out"): OWN,
    ("GET", "/live"): OWN,
    ("GET", "/account"): Deed.READ_CASES,
    ("POST", "/account/keys"): Deed.READ_CASES,
    ("POST", "/account/substitutes"): Deed.READ_CASES,
    ("GET", "/inbox"): Deed.READ_CASES,
    ("POST", "/inbox/approve"): Deed.DECIDE,
    ("GET", "/open/{name}"): Deed.READ_CASES,
    ("GET", "/cases/{name}"): Deed.READ_CASES,
    ("POST", "/cases/{name}/re-read"): Deed.READ_CASES,
    ("POST", "/cases/{name}/explain"): Deed.READ_CASES,
    ("POST", "/cases/{name}/decide"): Deed.DECIDE,
    ("POST", "/cases/{name}/forward"): Deed.CLAIM,
    ("POST", "/cases/{name}/snooze"): Deed.CLAIM,
    ("POST", "/cases/{name}/claim"): Deed.CLAIM,
    ("POST", "/cases/{name}/settle"): Deed.DECIDE,
    ("POST", "/cases/{name}/look"): Deed.DECIDE,
    ("POST", "/cases/{name}/found"): Deed.DECIDE,
    ("GET", "/control"): Deed.READ_PLANTS,
    ("POST", "/control/phases"): Deed.REIN_IN,
    ("GET", "/evaluations"): Deed.READ_PROMPTS,
    ("GET", "/prompts"): Deed.READ_PROMPTS,
    ("GET", "/overview"): Deed.READ_KPIS,
    ("GET", "/interfaces"): Deed.READ_METRICS,
    ("GET", "/search"): Deed.READ_AUDIT,
    ("GET", "/dead-letters"): Deed.READ_DEAD_LETTERS,
    ("POST", "/dead-letters/{letter}/{deed}"): Deed.MEND_DEAD_LETTERS,
    ("GET", "/chat"): Deed.CHAT,
    ("POST", "/chat"): Deed.CHAT,
}

DECIDERS = {Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER}
ALL = {*DECIDERS, Role.INTEGRATOR, Role.AUDITOR}
MAY: dict[Deed, set[Role]] = {
    Deed.READ_CASES: ALL,
    Deed.READ_PLANTS: ALL,
    Deed.READ_PROMPTS: ALL,
    Deed.READ_KPIS: ALL,
    Deed.ASSESS: ALL,
    Deed.CHAT: ALL,
    Deed.USE_TOOLS: ALL,
    Deed.DECIDE: DECIDERS,
    Deed.CLAIM: DECIDERS,
    Deed.PROPOSE: DECIDERS,
    Deed.READ_AUDIT: {Role.AUDITOR, Role.CONTROLLER, Role.INTEGRATOR},
    Deed.READ_DEAD_LETTERS: ALL - {Role.PLANNER},
    Deed.MEND_DEAD_LETTERS: {Role.INTEGRATOR},
    Deed.LOOSEN: {Role.CONTROLLER},
    Deed.REIN_IN: {Role.SUPERVISOR, Role.CONTROLLER, Role.INTEGRATOR},
    Deed.READ_METRICS: {Role.INTEGRATOR},
    Deed.READ_ACCOUNTS: {Role.INTEGRATOR, Role.AUDITOR},
    Deed.MANAGE_ACCOUNTS: {Role.INTEGRATOR},
    Deed.SEND_SIGNALS: {Role.INTEGRATOR},
}


@pytest.fixture
def app(machinery: Machinery) -> FastAPI:
    return application(machinery, Collected())


def endpoints(of: str = "api") -> set[tuple[str, str]]:
    """Every method and path that is served: of resources, or of pages."""
    return {one for router in routers() for route in router.routes for one in _of(route, of)}


def served() -> list[tuple[tuple[str, str], Deed | str]]:
    """The rows of what is served."""
    found = endpoints()
    return [(one, deed) for one, deed in ENDPOINTS.items() if one in found]


def _of(route: BaseRoute, of: str) -> set[tuple[str, str]]:
    if not isinstance(route, APIRoute):
        return set()
    if not route.endpoint.__module__.startswith(f"agent.service.{of}."):
        return set()
    return {(method, route.path) for method in route.methods or ()}


def address(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


def test_every_endpoint_has_its_row() -> None:
    assert endpoints() - set(ENDPOINTS) == set()
    assert endpoints("pages") == set(PAGES)


def test_every_deed_has_its_row() -> None:
    assert set(MAY) == set(Deed)


@pytest.mark.parametrize("role", PERSONAL)
async def test_a_role_may_exactly_this(
    client: httpx.AsyncClient, machinery: Machinery, role: Role
) -> None:
    opened = session_of(machinery, f"a-{role.value}", role)
    client.cookies.set("concord_session", opened.token)
    headers = {"X-CSRF-Token": opened.csrf}
    admitted, wanted = set[tuple[str, str]](), set[tuple[str, str]]()
    for (method, path), deed in served():
        if deed is not OWN:
            answer = await client.request(method, address(path), headers=headers)
            assert answer.status_code < 500 or path == "/v1/precedents", (method, path, answer.text)
            admitted |= {(method, path)} if answer.status_code not in {401, 403} else set()
            open_to_all = not isinstance(deed, Deed)
            wanted |= {(method, path)} if open_to_all or role in MAY[deed] else set()
    assert admitted == wanted


@pytest.mark.parametrize("role", PERSONAL)
async def test_a_role_may_open_exactly_these_pages(
    client: httpx.AsyncClient, machinery: Machinery, role: Role
) -> None:
    opened = session_of(machinery, f"a-{role.value}", role)
    client.cookies.set("concord_session", opened.token)
    headers = {"X-CSRF-Token": opened.csrf, "Accept": "text/html"}
    refused = set[tuple[str, str]]()
    for (method, path), deed in PAGES.items():
        if isinstance(deed, Deed):
            answer = await client.request(method, address(path), headers=headers)
            assert answer.status_code < 500, (method, path, answer.text)
            refused |= {(method, path)} if answer.status_code == 403 else set()
    wanted = {
        one for one, deed in PAGES.items() if isinstance(deed, Deed) and role not in MAY[deed]
    }
    assert refused == wanted


async def test_a_stranger_is_led_from_every_page_to_the_sign_in(client: httpx.AsyncClient) -> None:
    for (method, path), deed in PAGES.items():
        if deed is not OWN:
            answer = await client.request(method, address(path), headers={"Accept": "text/html"})
            led = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
            assert led is isinstance(deed, Deed), (method, path, answer.status_code)


async def test_a_stranger_may_ask_for_health_and_nothing_else(client: httpx.AsyncClient) -> None:
    for (method, path), deed in served():
        if deed is OWN:
            continue
        answer = await client.request(method, address(path))
        assert (answer.status_code == 401) is (deed != OPEN), (method, path)


async def test_a_key_may_what_it_is_for_and_never_decides(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    for scope in FOR_MACHINES:
        headers = key(machinery, scope, name=scope.value)
        for (method, path), deed in served():
            if isinstance(deed, Deed):
                answer = await client.request(method, address(path), headers=headers)
                refused = answer.status_code == 403
                assert refused is (deed is not scope), (scope, method, path, answer.text)


PATH_TRICKS = (
    "//v1/cases",
    "/v1//cases",
    "/v1/cases/",
    "/livez/../v1/cases",
    "/livez/..%2fv1/cases",
    "/v1/cases%00",
    "/V1/CASES",
    "/v1/cases;/livez",
    "/v1/cases?x=/livez",
)
HEADER_TRICKS = (
    {"X-Original-URL": "/livez"},
    {"X-Rewrite-URL": "/livez"},
    {"X-Forwarded-User": "anna"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-HTTP-Method-Override": "GET"},
    {"Authorization": "Basic YW5uYTphbm5h"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer null"},
)


async def test_no_trick_with_path_or_header_opens_a_door(client: httpx.AsyncClient) -> None:
    for path in PATH_TRICKS:
        answer = await client.get(path)
        assert answer.status_code in {400, 401, 404, 307}, path
    for headers in HEADER_TRICKS:
        answer = await client.get("/v1/cases", headers=headers)
        assert answer.status_code == 401, headers


async def test_a_person_of_one_plant_sees_nothing_of_another(
    client: httpx.AsyncClient, machinery: Machinery
) -> None:
    opened = session_of(machinery, "ben", Role.CONTROLLER, plants=frozenset({"2020"}))
    client.cookies.set("concord_session", opened.token)
    assert (await client.get("/v1/cases")).status_code == 403
    assert (await client.get("/v1/plants/1010")).status_code == 403
