"""Literals and JSON values, against our own reading and against pyodata's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, cast
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyodata.v2.model import Types

from tools.errors import Misread
from tools.jsontext import Row, read_json, write_json
from tools.sap.decoding import day as read_day
from tools.sap.decoding import daytime, decimal, flag, integer, moment, stamp, text
from tools.sap.filters import any_of, eq, ne, or_
from tools.sap.literals import Long, Value, json_payload, literal, query_string

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
TIMES = st.times().map(lambda value: value.replace(fold=0))


def there_and_back(value: Value) -> Row:
    sent = read_json(write_json(json_payload({"X": value})))
    assert isinstance(sent, dict)
    return sent


def pyodata_reads(kind: str, written: str) -> object:
    return cast("Any", Types.from_name(kind)).traits.from_literal(written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("it's", "'it''s'"),
        (True, "true"),
        (5, "5"),
        (Long(5), "5L"),
        (Decimal("5"), "5M"),
        (Decimal("1E+3"), "1000M"),
        (Decimal("-0.10"), "-0.10M"),
        (date(2026, 1, 31), "datetime'2026-01-31T00:00:00'"),
        (datetime(2026, 1, 31, 13, tzinfo=UTC), "datetimeoffset'2026-01-31T13:00:00Z'"),
        (
            datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=2))),
            "datetimeoffset'2026-01-31T11:00:00Z'",
        ),
        (time(12, 26), "time'PT12H26M00S'"),
        (UUID(int=1), "guid'00000000-0000-0000-0000-000000000001'"),
        (None, "null"),
    ],
)
def test_a_value_is_written_as_odata_wants_it(value: Value, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        datetime.fromisoformat("2026-01-01"),
        time(1, tzinfo=UTC),
    ],
)
def test_what_has_no_exact_literal_is_refused(value: Value) -> None:
    with pytest.raises(ValueError, match=r"amount|zone"):
        literal(value)


@given(st.text())
def test_any_text_survives_address_and_body(value: str) -> None:
    written = literal(value)
    assert pyodata_reads("Edm.String", written).replace("''", "'") == value  # type: ignore[union-attr]
    assert text(there_and_back(value), "X") == value


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_the_query(value: str) -> None:
    query = query_string({"$filter": eq("N", value).text, "$top": "1"})
    assert " " not in query
    assert parse_qs(query, keep_blank_values=True) == {
        "$filter": [f"N eq {literal(value)}"],
        "$top": ["1"],
    }


@given(AMOUNTS)
def test_any_amount_survives_to_the_last_digit(value: Decimal) -> None:
    assert Decimal(literal(value).removesuffix("M")) == value
    assert decimal(there_and_back(value), "X") == value


@given(MOMENTS)
def test_any_moment_survives(value: datetime) -> None:
    assert moment(there_and_back(value), "X") == value
    assert datetime.fromisoformat(literal(value)[15:-1]) == value


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(9999, 12, 31)))
def test_any_day_survives(value: date) -> None:
    assert read_day(there_and_back(value), "X") == value
    read = pyodata_reads("Edm.DateTime", literal(value))
    assert isinstance(read, datetime)
    assert read.date() == value


@given(TIMES)
def test_any_time_of_day_survives(value: time) -> None:
    assert daytime(there_and_back(value), "X") == value


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_any_long_survives(value: int) -> None:
    assert integer(there_and_back(Long(value)), "X") == value
    assert literal(Long(value)) == f"{value}L"


@given(st.uuids())
def test_any_guid_survives(value: UUID) -> None:
    assert UUID(text(there_and_back(value), "X")) == value
    assert pyodata_reads("Edm.Guid", literal(value)) == str(value)


def test_numbers_in_plain_json_never_pass_through_a_float() -> None:
    body = read_json('{"yield": 0.1000000000000000000001}')
    assert body == {"yield": Decimal("0.1000000000000000000001")}
    assert write_json(cast("Row", body)) == '{"yield":0.1000000000000000000001}'
    with pytest.raises(TypeError, match="float"):
        write_json({"yield": 0.1})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="NaN"):
        read_json("NaN")


def test_conditions_nest() -> None:
    assert or_(eq("A", "1"), ne("B", 2)).text == "(A eq '1') or (B ne 2)"
    assert any_of("A", ["1"]).text == "A eq '1'"
    with pytest.raises(ValueError, match="no property"):
        eq("A eq 1 or B", "1")
    with pytest.raises(ValueError, match="nothing to join"):
        any_of("A", [])


@pytest.mark.parametrize(
    ("value", "read"), [("X", True), ("", False), (True, True), (False, False), (None, False)]
)
def test_indicators_come_as_letters_or_booleans(value: str | bool | None, read: bool) -> None:
    assert flag({"X": value}, "X") is read


def test_a_wrong_value_is_named_by_entity_and_property() -> None:
    row: Row = {"__metadata": {"type": "S.OrderType"}, "Q": "many", "D": "2026-01-01", "T": "PT24H"}
    with pytest.raises(Misread, match=r"S\.OrderType\.Q is 'many', not a number"):
        decimal(row, "Q")
    with pytest.raises(Misread, match=r"S\.OrderType has no property Z"):
        text(row, "Z")
    for read, name in ((read_day, "D"), (daytime, "T"), (flag, "Q"), (stamp, "Q")):
        with pytest.raises(Misread):
            read(row, name)


def test_an_offset_is_only_how_the_moment_is_shown() -> None:
    assert moment({"X": "/Date(0+120)/"}, "X") == datetime(1970, 1, 1, tzinfo=UTC)
    assert stamp({"X": "20260131120000"}, "X") == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert stamp({"X": "00000000000000"}, "X") is None


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r'"Rest \ud83d\ude00"', "Rest 😀"),
        (r'"Rest \ud83d"', "Rest \ufffd"),
        (r'"\ude00 Rest"', "\ufffd Rest"),
        (r'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (r'"C:\\ud83d"', r"C:\ud83d"),
    ],
)
def test_half_a_character_is_marked_and_the_rest_is_read(sent: str, read: str) -> None:
    assert read_json(sent) == read
