"""Whatever is answered in the core's place: each signal waits, is let go of, or is a dead letter.

A signal is let go of only where its own word says that it was taken, and an edge goes on after any
answer: one that stopped at a strange word would hold back everything behind it.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.edge.buffer import Buffer, Incoming
from agent.edge.core import MOST_BYTES, Core
from agent.edge.forwarding import Forwarder, Pace
from tests.agent.edge.far import NOW
from tests.damage import JSON, damaged, misshapen, tries

GOOD = {"results": [{"status": 202, "case": "c-1"}, {"status": 422, "detail": "no plant '9'"}]}
STATUSES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([200, 202, 400, 413, 422, 429, 500, 503, 0, -1, 99, 100, 199, 600, 10**30]),
    st.sampled_from([True, None, 202.0, "202", [202], {}]),
)
DETAILS: st.SearchStrategy[Any] = st.sampled_from(
    ["no", "", "\ud800", "\x00", "x" * 9_000, 7, None, {"a": []}]
)
WORDS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"status": STATUSES}, optional={"detail": DETAILS}
)
ANSWERS = st.one_of(
    st.binary(max_size=60),
    st.one_of(misshapen(GOOD), JSON).map(lambda one: json.dumps(one).encode()),
    st.lists(WORDS, max_size=3).map(lambda one: json.dumps({"results": one}).encode()),
    damaged(json.dumps(GOOD).encode()),
)
TAKEN = range(200, 400)
NAMES = ("a", "b")


def taken(body: bytes) -> list[bool]:
    """Return of which of two signals an answer says that they were taken, read a second time."""
    try:
        results = json.loads(body)["results"]
        words = [one["status"] for one in results]
    except (ValueError, RecursionError, KeyError, TypeError):
        return [False, False]
    sound = len(words) == 2 and isinstance(results, list)
    sound = sound and all(type(one) is int and 200 <= one < 600 for one in words)
    return [sound and one in TAKEN for one in words] if sound else [False, False]


class There:
    """An edge's buffer with two signals in it, and a core that answers as it is told to."""

    def __init__(self, folder: Path) -> None:
        self.answer = httpx.Response(207)
        self.buffer = Buffer(folder, 1024 * 1024, lambda: NOW)
        wire = httpx.MockTransport(lambda _: self.answer)
        self.core = Core("http://core", "let-me-in", wire)
        self.buffer.keep([Incoming("/dm", name, name, b"{}", "line") for name in NAMES])

    async def round(self, status: int, body: bytes) -> Forwarder:
        """Forward once; what the core said of a lane before is forgotten."""
        self.answer = httpx.Response(status, content=body)
        forwarder = Forwarder(self.buffer, self.core, lambda: NOW, Pace(0.0, 0.0))
        await forwarder.round()
        return forwarder

    @property
    def waiting(self) -> set[str]:
        return {one.lane for one in self.buffer.heads(9)}

    @property
    def letters(self) -> set[str]:
        return {one.signal for one in self.buffer.letters()}

    async def close(self) -> None:
        await self.core.close()
        self.buffer.close()


def test_any_answer(tmp_path: Path) -> None:
    homes = count()

    async def answered(body: bytes, status: int) -> None:
        there = There(tmp_path / str(next(homes)))
        await there.round(status, body)
        told = {name for name, one in zip(NAMES, taken(body), strict=True) if one}
        assert set(NAMES) - there.letters - there.waiting == told
        good = {"results": [{"status": 202} for _ in there.waiting]}
        await there.round(207, json.dumps(good).encode())
        assert there.waiting == set()
        await there.close()

    with asyncio.Runner() as running:

        @tries(40)
        @given(ANSWERS, st.sampled_from([200, 207, 207, 401, 413, 500, 503]))
        @example(b"[" * 60_000, 207)
        @example(b'{"results": [{"status": 0}, {"status": true}]}', 207)
        @example(b'{"results": [{"status": 422, "detail": "\\ud800"}, {"status": 202}]}', 207)
        @example(b'{"results": [{"status": 100}, {"status": -1}]}', 200)
        def any_answer(body: bytes, status: int) -> None:
            running.run(answered(body, status))

        any_answer()


@pytest.mark.parametrize("status", [207, 403])
async def test_a_core_that_repeats_the_key_brings_it_nowhere(tmp_path: Path, status: int) -> None:
    there = There(tmp_path)
    said = "x" * 195 + "let-me-in " + "y" * 9_000
    word = {"status": 422, "detail": said}
    whole = {"detail": said} if status == 403 else {"results": [word, word]}
    forwarder = await there.round(status, json.dumps(whole).encode())
    told = f"{there.buffer.letters()} {forwarder.tally}"
    await there.close()
    assert "xxx" in told
    assert "let-" not in told
    assert len(told) < 3_000


async def test_an_answer_without_end_is_left_and_everything_waits(tmp_path: Path) -> None:
    there, sent = There(tmp_path), list[int]()

    async def without_end() -> AsyncIterator[bytes]:
        while True:
            sent.append(64 * 1024)
            yield b" " * sent[-1]

    there.answer = httpx.Response(207, content=without_end())
    forwarder = Forwarder(there.buffer, there.core, lambda: NOW, Pace(0.0, 0.0))
    await forwarder.round()
    assert forwarder.tally.away == f"it answered with more than {MOST_BYTES} bytes"
    assert sum(sent) < 2 * MOST_BYTES
    assert there.waiting == set(NAMES)
    await there.close()
