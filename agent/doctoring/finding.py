"""What one check found, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is: ``FAIL`` means that Concord cannot work as configured."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report; ``mend`` is empty where nothing is to be done."""

    mark: Mark
    what: str
    found: str
    mend: str = ""


def fine(what: str, found: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(Mark.OK, what, found)


def odd(what: str, found: str, mend: str) -> Finding:
    """Say that Concord can work, but not in full."""
    return Finding(Mark.WARN, what, found, mend)


def bad(what: str, found: str, mend: str) -> Finding:
    """Say that Concord cannot work like this."""
    return Finding(Mark.FAIL, what, found, mend)


def broke(what: str, error: Exception) -> Finding:
    """Say that a check ended in an error of its own."""
    said = f"the check itself broke: {type(error).__name__}: {error}"
    return bad(what, said, "This is an error in Concord: report it with this line.")
