"""Intake: what is a signal is read strictly, and what is none is refused with the field."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
NAMES = st.sampled_from(["specversion", "id", "source", "type", "time", "data"])


@given(st.binary())
def test_any_bytes_are_an_object_or_malformed(raw: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(parse(raw), dict)


@given(st.dictionaries(NAMES, ANYTHING), st.dictionaries(st.text(), ANYTHING))
def test_any_object_is_a_signal_or_malformed(changes: dict[str, Any], data: Any) -> None:
    with suppress(Malformed):
        read_signal({**event(), "data": {**event()["data"], **data}, **changes}, NOW)


@given(st.text(), st.datetimes(timezones=st.just(UTC)))
def test_any_text_and_time_are_a_signal_or_malformed(text: str, time: datetime) -> None:
    with suppress(Malformed):
        signal = read_signal(event(time=time.isoformat(), data={"text": text}), NOW)
        assert signal.text == text
