"""No check holds up the report, and none ends in a traceback."""

import asyncio
from collections.abc import AsyncIterator

from agent.doctoring.finding import Finding, Mark, fine
from agent.doctoring.systems import within


async def endless() -> AsyncIterator[Finding]:
    yield fine("reachable", "yes")
    await asyncio.Event().wait()


async def broken() -> AsyncIterator[Finding]:
    yield fine("reachable", "yes")
    raise KeyError("oops")


async def test_a_system_that_never_answers_is_given_up() -> None:
    kept, given_up = await within(0.01, "1010 MES systems", endless())
    assert (kept.mark, given_up.mark) == (Mark.OK, Mark.FAIL)
    assert (given_up.what, given_up.found) == ("1010 MES systems", "no end after 0.01 s")


async def test_a_check_that_breaks_is_a_finding() -> None:
    kept, broke = await within(60, "1010 MES systems", broken())
    assert (kept.mark, broke.mark) == (Mark.OK, Mark.FAIL)
    assert "KeyError: 'oops'" in broke.found
    assert "report it" in broke.mend
