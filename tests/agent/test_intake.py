"""Intake: what is a signal is read strictly, and what is none is refused with the field."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.case.conflict import Signal
from agent.intake import LONGEST, Malformed, parse, read_signal

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)


def event(**changes: Any) -> dict[str, Any]:
    """A signal as it should be; a change to None takes the attribute away."""
    data: dict[str, Any] = {
        "plant": "1010",
        "order": "000001000001",
        "operation": "10",
        "location": "0002",
    }
    whole: dict[str, Any] = {
        "specversion": "1.0",
        "id": "s1",
        "source": "/dm/1010",
        "type": "concord.test.v1",
        "time": NOW.isoformat(),
    }
    data |= changes.pop("data", {})
    whole |= changes
    whole["data"] = {name: value for name, value in data.items() if value is not None}
    return {name: value for name, value in whole.items() if value is not None}


def test_keys_are_read_as_they_are_compared() -> None:
    signal = read_signal(event(), NOW)
    assert dict(signal.keys) == {"order": "1000001", "operation": "0010", "location": "0002"}


def test_a_message_is_quoted_as_people_quote_it() -> None:
    signal = read_signal(event(data={"message_class": "M7", "message_number": "021"}), NOW)
    assert signal.message == "M7/021"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": None}, "id"),
        ({"id": ""}, "id"),
        ({"source": 7}, "source"),
        ({"type": None}, "type"),
        ({"time": None}, "time"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-03-17T08:00:00"}, "time"),
        ({"time": (NOW - timedelta(days=500)).isoformat()}, "time"),
        ({"time": (NOW + timedelta(days=2)).isoformat()}, "time"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "time"),
        ({"time": "9999-12-31T23:59:59-14:00"}, "time"),
        ({"data": {"plant": None}}, "data.plant"),
        ({"data": {"order": 1000001}}, "data.order"),
        ({"data": {"order": " "}}, "data.order"),
        ({"data": {"order": "1" * 5000}}, "data.order"),
        ({"data": {"material": "A\x00B"}}, "data.material"),
        ({"data": {"text": "x" * 30_000}}, "data.text"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_signal(event(**changes), NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a":' * 200_000,
        json.dumps({"a": "x" * LONGEST}).encode(),
        (b'{"a":' * 60) + b"1" + (b"}" * 60),
    ],
    ids=range(11),
)
def test_what_is_no_json_object_within_reason_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        parse(raw)
    assert refused.value.field == "body"


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    )


WHOLE = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
PLAIN = st.none() | st.booleans() | WHOLE | st.text()
ANYTHING = nested(PLAIN | st.integers() | st.floats())
JSON = nested(PLAIN | st.floats(allow_nan=False, allow_infinity=False))
NAMES = st.sampled_from(["specversion", "id", "source", "type", "time", "data"])


@given(st.binary())
def test_bytes_that_are_no_json_are_malformed_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        parse(raw + b"\x00")
    assert refused.value.field == "body"


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_object_is_read_as_it_is(sent: dict[str, Any]) -> None:
    assert parse(json.dumps(sent).encode()) == sent


@given(st.dictionaries(NAMES, ANYTHING), st.dictionaries(st.text(), ANYTHING))
def test_any_object_is_a_signal_or_malformed(changes: dict[str, Any], data: Any) -> None:
    sent = {**event(), "data": {**event()["data"], **data}, **changes}
    found = read_or_refused(sent)
    if isinstance(found, Signal):
        assert (found.id, found.data) == (sent["id"], sent["data"])
    else:
        assert found.field.partition(".")[0] in sent


def read_or_refused(sent: dict[str, Any]) -> Signal | Malformed:
    try:
        return read_signal(sent, NOW)
    except Malformed as refused:
        return refused


@given(st.text(), st.timedeltas(-timedelta(days=1), timedelta(0)))
def test_any_text_of_a_while_ago_is_taken_as_it_is(text: str, ago: timedelta) -> None:
    time = NOW + ago
    signal = read_signal(event(time=time.isoformat(), data={"text": text}), NOW)
    assert (signal.text, signal.time) == (text, time)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_long_ago_or_ahead_is_malformed(time: datetime) -> None:
    assume(not NOW - timedelta(days=400) <= time <= NOW + timedelta(hours=1))
    with pytest.raises(Malformed) as refused:
        read_signal(event(time=time.isoformat()), NOW)
    assert refused.value.field == "time"
