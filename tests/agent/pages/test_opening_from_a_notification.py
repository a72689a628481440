"""A link from a notification leads to its case, and signs nobody in."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from agent.case.ruling import Role
from agent.notify.links import LASTS
from tests.agent.pages.conftest import Floor


def link(floor: Floor, days_ago: float = 0) -> str:
    """Return a link to the case that waits, without the service's address."""
    links = replace(floor.machinery.links, address="https://concord.example")
    made = links.to(floor.case, floor.machinery.context.clock() - timedelta(days=days_ago))
    assert made is not None
    return urlsplit(made)._replace(scheme="", netloc="").geturl()


async def test_whoever_has_signed_in_is_led_to_the_case(floor: Floor) -> None:
    browser = await floor.signed_in("anna", Role.PLANNER)
    answer = await browser.get(link(floor), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{floor.case}")


async def test_a_stranger_signs_in_first(floor: Floor) -> None:
    browser = await floor.browser()
    answer = await browser.get(link(floor), follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?")
    assert "concord_session" not in browser.cookies


async def test_an_old_or_forged_link_opens_nothing(floor: Floor) -> None:
    browser = await floor.signed_in("anna", Role.PLANNER)
    for dead in (link(floor, LASTS.days), link(floor)[:-1], f"/open/{floor.case}"):
        answer = await browser.get(dead)
        assert answer.status_code == 410
        assert "too old" in answer.text


async def test_looking_changes_nothing(floor: Floor) -> None:
    browser = await floor.signed_in("anna", Role.PLANNER)
    before = await floor.machinery.records.case(floor.case)
    await browser.get(link(floor))
    assert await floor.machinery.records.case(floor.case) == before
