"""How values lie in a column, so that they come back as they went in, from any database.

SQLite turns decimals into floats and forgets time zones; PostgreSQL refuses NUL in text.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from agent.records.canonical import canonical

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return text with the replacement character where it holds what no database can store."""
    return _NOT_STORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text from outside; what no database can store becomes the replacement character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Plain(TypeDecorator[Any]):
    """JSON-plain data, as canonical text: what is hashed is what lies there."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Exact(TypeDecorator[Decimal]):
    """A decimal as text, with every digit."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Moment(TypeDecorator[datetime]):
    """A point in time, UTC going in and coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"{value} names no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@cache
def choice(kind: type[StrEnum]) -> type[TypeDecorator[Any]]:
    """Return the column type of one closed list of words."""

    class Choice(TypeDecorator[Any]):
        impl = String(24)
        cache_ok = True

        def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
            return None if value is None else kind(value).value

        def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
            return None if value is None else kind(value)

    return Choice
