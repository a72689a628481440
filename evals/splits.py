"""Which families are for developing, which for calibrating, which stay sealed.

A family is in one split, whatever its cases. ``golden/splits.toml`` records it; of a family that is
not recorded yet a hash of its name decides, so that nobody chooses, and recording it changes
nothing. Families the code was developed against are recorded as dev, and families written to stay
sealed as sealed, whatever their hash.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

from evals.case import Case
from evals.reading import golden
from evals.row import SplitName

FILE = "splits.toml"
GENERATED = "made-"
SHARES: Mapping[SplitName, int] = {"dev": 50, "calibration": 20, "sealed": 30}
ABOUT = (
    "# Which template family is in which split. A family never moves: new ones are added by\n"
    "# 'concord evals splits --record', and a hash of the name decides.\n"
)


class Unsplit(Exception):
    """The record of splits cannot be used; whoever edited it mends it."""


def split_of(family: str, recorded: Mapping[str, SplitName] | None = None) -> SplitName:
    """Return the split of a family; a generated one is for calibrating."""
    if family.startswith(GENERATED):
        return "calibration"
    known = record() if recorded is None else recorded
    return known.get(family) or by_hash(family)


def by_hash(family: str) -> SplitName:
    """Return the split that the hash of a family's name decides."""
    place = int(hashlib.sha256(family.encode()).hexdigest()[:8], 16) % 100
    end = 0
    for name, share in SHARES.items():
        end += share
        if place < end:
            return name
    raise AssertionError("the shares make a hundred")


@cache
def record() -> Mapping[str, SplitName]:
    """Return what is recorded."""
    return read((_folder() / FILE).read_text("utf-8"))


def read(text: str) -> dict[str, SplitName]:
    """Return the record a text is.

    Raises:
        Unsplit: A split is unknown, or a family is in two.
    """
    found: dict[str, SplitName] = {}
    parsed = tomllib.loads(text)
    names: tuple[SplitName, ...] = get_args(SplitName)
    if unknown := set(parsed) - set(names):
        raise Unsplit(f"there is no split {', '.join(sorted(unknown))}")
    for name in names:
        for family in parsed.get(name, ()):
            if family in found:
                raise Unsplit(f"{family} is in {found[family]} and in {name}")
            found[family] = name
    return found


def families() -> set[str]:
    """Return all families of the shipped golden cases."""
    return {case.family for file in golden().values() for case in file.cases}


def write(recorded: Mapping[str, SplitName]) -> None:
    """Write the record down."""
    (_folder() / FILE).write_text(text_of(recorded), "utf-8")


def text_of(recorded: Mapping[str, SplitName]) -> str:
    """Return a record as its file."""
    parts = [ABOUT]
    for name in get_args(SplitName):
        rows = "".join(f'  "{one}",\n' for one in sorted(recorded) if recorded[one] == name)
        parts.append(f"{name} = [\n{rows}]\n")
    return "\n".join(parts)


def cases_of(split: SplitName | str) -> list[tuple[str, Case]]:
    """Return playbook and case of every case in a split; ``all`` are those of every split."""
    return [
        (kind, case)
        for kind, file in golden().items()
        for case in file.cases
        if split in {"all", split_of(case.family)}
    ]


def hash_of(cases: Iterable[tuple[str, Case]]) -> str:
    """Return one hash of cases, labels included."""
    hashed = hashlib.sha256()
    for kind, case in sorted(cases, key=lambda one: one[1].id):
        hashed.update(f"{kind}\n{case.model_dump_json(by_alias=True)}\n".encode())
    return hashed.hexdigest()


def _folder() -> Path:
    return Path(str(files("evals").joinpath("golden")))
