"""What every fake has: the system it stands for, a clock, and the list of what it posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import NoReturn, TypeVar

from tools.errors import Message, NotFound, Refused, Stale
from tools.objects.posted import Posted
from tools.objects.reading import Reading, System
from tools.objects.reference import Reference

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FakePosting:
    """One write a fake carried out: which, what it made, and the mark it came with."""

    method: str
    number: str
    reference: Reference | None


@dataclass
class Desk:
    """One system's clerk: stamps readings and remembers every write.

    ``posted`` is what a test asks: "was anything posted twice?"
    """

    system: System
    clock: Callable[[], datetime]
    posted: list[FakePosting] = field(default_factory=list[FakePosting])
    versions: dict[str, int] = field(default_factory=dict[str, int])
    numbers: count[int] = field(default_factory=lambda: count(90000001))

    def reading(self, value: T, key: str | None = None) -> Reading[T]:
        """Return a reading; ``key`` names the record whose change marker goes with it."""
        etag = None if key is None else self.etag(key)
        return Reading(value, self.system, self.clock(), etag)

    def etag(self, key: str) -> str:
        """Return the change marker of a record."""
        return f'W/"{self.versions.get(key, 1)}"'

    def changed(self, key: str) -> None:
        """Give a record a new change marker."""
        self.versions[key] = self.versions.get(key, 1) + 1

    def expect(self, key: str, etag: str | None) -> None:
        """Refuse a change that rests on an older state than the record's."""
        if etag is None:
            raise Stale(self.system, f"{key}: the change marker of the record is missing")
        if etag != self.etag(key):
            raise Stale(self.system, f"{key} changed since it was read")

    def note(self, method: str, number: str, reference: Reference | None = None) -> Posted:
        """Remember a write and confirm it."""
        self.posted.append(FakePosting(method, number, reference))
        etag = self.etag(number) if number in self.versions else None
        return Posted(self.system, number, self.clock(), etag)

    def refuse(self, text: str, code: str = "FAKE") -> NoReturn:
        """Say no, for one reason."""
        raise Refused(self.system, "refused", messages=(Message.of(code, text),))

    def missing(self, what: str) -> NoReturn:
        """Say that there is no such record."""
        raise NotFound(self.system, f"no {what}")

    def find(self, records: Iterable[T], matches: Callable[[T], bool], what: str) -> T:
        """Return the first record that matches.

        Raises:
            NotFound: None does.
        """
        for record in records:
            if matches(record):
                return record
        self.missing(what)


def exchange(records: list[T], old: T, new: T) -> None:
    """Put a changed record in the place of the one it was."""
    records[records.index(old)] = new
