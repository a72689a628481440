"""Envelopes: the same event in each of the three modes, and bytes that are none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ingress.envelope import (
    BATCH,
    STRUCTURED,
    Mode,
    TooMany,
    WrongType,
    mode_of,
    opened,
)
from tests.damage import damaged

EVENT = {
    "specversion": "1.0",
    "id": "s 1 €",
    "source": "/dm/1010",
    "type": "concord.stock.deficit.v1",
    "time": "2026-03-17T08:00:00+00:00",
    "data": {"plant": "1010"},
}
SCRAPS = [b"[", b"]", b"{", b"\\ud800", b"\xed\xa0\x80"]
BINARY = [
    ("content-type", "application/json; charset=utf-8"),
    ("ce-specversion", "1.0"),
    ("ce-id", "s%201%20%E2%82%AC"),
    ("CE-Source", "/dm/1010"),
    ("ce-type", "concord.stock.deficit.v1"),
    ("ce-time", "2026-03-17T08:00:00+00:00"),
]


def read(headers: list[tuple[str, str]], body: bytes) -> list[Any]:
    return [json.loads(one) for one in opened(mode_of(headers), headers, body)]


def test_one_event_is_the_same_in_every_mode() -> None:
    body = json.dumps(EVENT).encode()
    assert read([("content-type", STRUCTURED)], body) == [EVENT]
    assert read([("Content-Type", "application/json")], body) == [EVENT]
    assert read([], body) == [EVENT]
    assert read(BINARY, b'{"plant": "1010"}') == [EVENT]
    batch = json.dumps([EVENT, EVENT]).encode()
    assert read([("content-type", f"{BATCH}; charset=UTF-8")], batch) == [EVENT, EVENT]


def test_an_attribute_given_twice_is_no_text() -> None:
    [event] = read([*BINARY, ("ce-id", "another")], b"{}")
    assert event["id"] == ["s 1 €", "another"]


def test_data_that_is_no_json_stays_its_text() -> None:
    [event] = read(BINARY, b"\xff{")
    assert isinstance(event["data"], str)
    assert event["id"] == "s 1 €"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/jsonp"])
def test_another_content_type_is_refused(kind: str) -> None:
    with pytest.raises(WrongType):
        mode_of([("content-type", kind)])


def test_two_content_types_are_refused() -> None:
    with pytest.raises(WrongType):
        mode_of([("content-type", STRUCTURED), ("content-type", BATCH)])


def test_a_batch_has_an_end() -> None:
    with pytest.raises(TooMany):
        opened(Mode.BATCH, [], json.dumps([1] * 1001).encode())


@pytest.mark.parametrize("mode", list(Mode))
@given(damaged(json.dumps([EVENT, EVENT]).encode(), SCRAPS))
def test_damaged_events_become_pieces_too(mode: Mode, body: bytes) -> None:
    assert all(json.loads(one) or True for one in opened(mode, BINARY, body) if one != body)


@pytest.mark.parametrize("mode", [Mode.BINARY, Mode.BATCH])
def test_what_can_just_be_read_is_passed_on(mode: Mode) -> None:
    for levels in range(900, 1010):
        assert opened(mode, BINARY, b"[" * levels + b"]" * levels)


@pytest.mark.parametrize("mode", list(Mode))
@given(
    headers=st.lists(st.tuples(st.sampled_from(["ce-id", "ce-", "ce-time", "x"]), st.text())),
    body=st.one_of(st.binary(), st.sampled_from([b"[" * 100_000, b"[1e999]", b"[NaN]", b"{}"])),
)
def test_whatever_arrives_becomes_pieces(
    mode: Mode, headers: list[tuple[str, str]], body: bytes
) -> None:
    assert all(isinstance(one, bytes) for one in opened(mode, headers, body))
