"""The pages in a real browser: decided by mouse, by keys, without scripts; and how they fit.

Every page is photographed in both languages, on a desk and on a phone, into the test's folder.
"""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from agent.case.ruling import Role, Settlement
from agent.foreground import rest
from agent.records import tracing
from agent.service.web import web
from tests.agent.pages.conftest import PASSWORD, Floor
from tests.agent.service.left import give_up, leave_to_a_person

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EVERYONE = (Role.PLANNER, Role.SUPERVISOR, Role.CONTROLLER, Role.INTEGRATOR, Role.AUDITOR)
PLACES = (
    "inbox",
    "overview",
    "search",
    "control",
    "prompts",
    "evaluations",
    "interfaces",
    "dead-letters",
    "chat",
    "account",
)
SIZES = {"desk": (1024, 768), "phone": (390, 844)}
FINGER = 48
STUMBLES = Path(__file__).with_name("stumbles.js").read_text("utf-8")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.timeout(300),
]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def address(floor: Floor) -> AsyncIterator[str]:
    """Serve the plant on a port of its own, with somebody who may do everything."""
    floor.account("anna", *EVERYONE)
    async with web(floor.machinery, ("127.0.0.1", 0)) as address:
        yield address


async def signed_in(page: Page, address: str, wanted: str = "/inbox") -> None:
    await page.goto(f"{address}/sign-in?next={wanted}")
    await page.fill('[name="name"]', "anna")
    await page.fill('[name="password"]', PASSWORD)
    await page.click("button.go")
    await page.wait_for_url(f"{address}{wanted}")


async def test_the_first_case_is_approved_and_its_document_shown(
    floor: Floor, chromium: Browser, address: str
) -> None:
    page = await chromium.new_page()
    await signed_in(page, address)
    await page.click(".case a")
    dispatcher = floor.machinery.dispatcher()
    await dispatcher.start()
    try:
        await page.click("form[data-key=a] button")
        async with asyncio.timeout(60):
            await rest(floor.machinery, floor.case)
    finally:
        await dispatcher.stop(10)
    await page.reload()
    with floor.machinery.database.read() as session:
        postings = tracing.of_case(session, floor.case).postings
    documents = [one.document for one in postings if one.document]
    assert documents
    for number in documents:
        assert number in await page.inner_text(".documents")


async def test_keys_move_open_and_ask_before_anything_is_decided(
    floor: Floor, chromium: Browser, address: str
) -> None:
    page = await chromium.new_page()
    await signed_in(page, address)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{address}/cases/{floor.case}", wait_until="load")
    await page.keyboard.press("a")
    await page.wait_for_selector("dialog")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("dialog", state="detached")
    await page.keyboard.press("r")
    await page.wait_for_selector('select[name="code"]')
    assert await decisions_on(floor) == 0
    await page.goto(f"{address}/cases/{floor.case}")
    await page.keyboard.press("a")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("form[data-key=a]", state="detached")
    assert await decisions_on(floor) == 1


async def test_keys_can_be_switched_off(floor: Floor, chromium: Browser, address: str) -> None:
    page = await chromium.new_page()
    await signed_in(page, address, "/account")
    await page.click('form[action="/account/keys"] button')
    await page.goto(f"{address}/cases/{floor.case}")
    await page.keyboard.press("a")
    assert not await page.is_visible("dialog")


async def test_everything_works_without_scripts(
    floor: Floor, chromium: Browser, address: str
) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await signed_in(page, address)
    await page.click(".case a")
    await page.click(".decide details:has(select[name=code]) summary")
    await page.select_option('select[name="code"]', "wrong_cause")
    await page.click(".decide button.stop")
    await page.wait_for_selector("form[data-key=a]", state="detached")
    assert await decisions_on(floor) == 1


async def test_an_answer_comes_where_it_was_asked_and_leads_to_its_case(
    floor: Floor, chromium: Browser, address: str
) -> None:
    page = await chromium.new_page()
    await signed_in(page, address, "/chat")
    await page.fill('[name="question"]', "what is waiting?")
    async with page.expect_response("**/v1/chat/completions") as answered:
        await page.click("button.go")
    assert (await answered.value).ok
    await page.wait_for_selector(".told:not(.coming)")
    assert floor.case in await page.inner_text(".told")
    await page.click("#cases a")
    await page.wait_for_url(f"{address}/cases/{floor.case}")
    await page.click('form[action*="/explain"] button')
    assert "No model is set up" in await page.inner_text(".explained")
    assert await decisions_on(floor) == 0


async def test_a_list_hears_of_what_has_moved(
    floor: Floor, chromium: Browser, address: str
) -> None:
    page = await chromium.new_page()
    await signed_in(page, address)
    await page.wait_for_selector(".case")
    records, clock = floor.machinery.records, floor.machinery.context.clock
    await asyncio.sleep(1.5)
    await records.forward(floor.case, Role.CONTROLLER, "ben", "more than I may", "ben")
    await page.wait_for_selector(".empty", timeout=15_000)
    assert clock()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "de"])
async def test_pages_fit_and_can_be_used_by_finger_and_ear(
    floor: Floor, chromium: Browser, address: str, tmp_path: Path, language: str, size: str
) -> None:
    width, height = SIZES[size]
    context = await chromium.new_context(
        viewport={"width": width, "height": height}, locale=language
    )
    page, complaints = await context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(f"{address}/sign-in")
    await look(page, tmp_path / f"sign-in-{language}-{size}.png", complaints)
    await signed_in(page, address)
    await context.add_cookies([{"name": "concord_language", "value": language, "url": address}])
    for place in (*PLACES, f"cases/{floor.case}"):
        await page.goto(f"{address}/{place}")
        name = place.partition("/")[0]
        await look(page, tmp_path / f"{name}-{language}-{size}.png", complaints)
    assert complaints == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "de"])
async def test_what_is_left_to_a_person_is_settled_by_mouse_or_finger(
    floor: Floor, chromium: Browser, address: str, tmp_path: Path, language: str, size: str
) -> None:
    await leave_to_a_person(floor.machinery, floor.case)
    await give_up(floor.machinery, floor.case)
    width, height = SIZES[size]
    context = await chromium.new_context(viewport={"width": width, "height": height})
    page, complaints = await context.new_page(), list[str]()
    await signed_in(page, address)
    await context.add_cookies([{"name": "concord_language", "value": language, "url": address}])
    await page.goto(f"{address}/cases/{floor.case}")
    await look(page, tmp_path / f"in-doubt-{language}-{size}.png", complaints)
    found, settled = 'form[action$="/found"]', 'form[action$="/settle"]'
    await page.select_option(f"{found} select", "yes")
    await page.fill(f"{found} input[name=document]", "4900000012/2026")
    await page.fill(f"{found} textarea", "MB03")
    await page.click(f"{found} button")
    await page.click(f"details:has({settled}) summary")
    await look(page, tmp_path / f"left-{language}-{size}.png", complaints)
    await page.fill(f"{settled} textarea", "told maintenance by telephone")
    await page.click(f"{settled} button")
    await page.wait_for_selector(settled, state="detached")
    view = await floor.machinery.records.case(floor.case)
    assert view is not None
    assert view.settlement is Settlement.BY_PERSON
    assert complaints == []


async def decisions_on(floor: Floor) -> int:
    with floor.machinery.database.read() as session:
        return len(tracing.of_case(session, floor.case).decisions)


async def look(page: Page, picture: Path, complaints: list[str]) -> None:
    """Photograph a page, and write down what a person would stumble over."""
    with contextlib.suppress(TimeoutError):
        await page.screenshot(path=picture, full_page=True)
    complaints += [f"{picture.stem}: {one}" for one in await page.evaluate(STUMBLES, FINGER)]
