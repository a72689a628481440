"""What a run leaves behind: ``result.jsonl``, one row per case, epoch and phase, and ``run.json``.

Whoever compares, gates or calibrates reads these two files and nothing else; which engine ran the
cases does not show in them. An error is a row too: it has a reason, no scores, and is never counted
as right or wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.reasoning.fingerprint import Marks

ROWS = "result.jsonl"
HEADER = "run.json"

SplitName: TypeAlias = Literal["dev", "calibration", "sealed"]
Scores: TypeAlias = dict[str, float | None]


class RowsUnreadable(Exception):
    """A file is no result of a run; whoever named it looks at it."""


class Plain(BaseModel):
    """What every part of a row has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Judge(Plain):
    """Who judged, by everything a certificate binds.

    ``playbook_hash`` is ``agent.reasoning.fingerprint.playbook_hash`` of the case's playbook.
    """

    reasoner: str
    model: str | None = None
    prompt: str | None = None
    prompt_version: str | None = None
    prompt_hash: str | None = None
    playbook_hash: str
    embedder: str
    fit: str
    dataset_hash: str


class Amounts(Plain):
    """A quantity as the label wants it, or as a proposed action has it."""

    action: str
    of: str
    amount: str


class Expected(Plain):
    """What the label says. No cause means that none may be chosen."""

    causes: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    quantities: tuple[Amounts, ...] = ()
    rulings: tuple[str, ...]


class Got(Plain):
    """What came of the case.

    ``judge`` is the diagnosis's own word for who judged, ``done`` all that the systems' journal
    has, ``policy`` the one that decided, ``settlement`` what became of the case.
    """

    cause: str | None = None
    actions: tuple[str, ...] = ()
    quantities: tuple[Amounts, ...] = ()
    ruling: str | None = None
    policy: str | None = None
    judge: str = ""
    playbook: str | None = None
    done: tuple[str, ...] = ()
    settlement: str | None = None
    why: str = ""


class Shows(Plain):
    """A system that shows something else at the end than was expected."""

    system: str
    what: str
    about: dict[str, str]
    wanted: str
    before: str | None
    after: str | None


class Spending(Plain):
    """What models took. ``cached`` calls were answered from an earlier run and cost nothing."""

    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    latency_ms: float = 0.0


class Row(Plain):
    """One case, in one epoch and one phase.

    ``scores`` has one column per scorer: 1 right, 0 wrong, a share in between, a measure, or None
    where the question does not arise. ``acted_wrongly``, ``asked_needlessly`` and ``missed`` are
    never averaged with anything; all of them are None in an error. ``missed`` is a real conflict
    dismissed, or something left as it was that should have been corrected. ``certified`` says that
    the run took its judge for certified in every class of risk. ``evidence`` is the diagnosis's own
    word for what its confidence was worked out of.
    """

    version: Literal[1] = Field(default=1, alias="schema")
    case: str
    family: str
    playbook: str
    split: SplitName
    stratum: str
    difficulty: str
    language: str
    decided_by: str
    epoch: int
    phase: str
    certified: bool = False
    judge: Judge
    status: Literal["ok", "error"]
    reason: str = ""
    expected: Expected
    got: Got = Got()
    scores: Scores = {}
    confidence: float | None = None
    evidence: dict[str, float] = {}
    risk: str | None = None
    decisive: bool | None = None
    acted_alone: bool | None = None
    acted_wrongly: bool | None = None
    asked_needlessly: bool | None = None
    missed: bool | None = None
    injection_success: bool | None = None
    duplicates: int = 0
    differences: tuple[Shows, ...] = ()
    spent: Spending = Spending()
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, int, str, bool]:
        """What tells the row from all others of a run."""
        return self.case, self.epoch, self.phase, self.certified

    def marks(self, judge: str | None = None) -> Marks:
        """Return what tells who judged from all others; ``judge`` in place of its own word."""
        return Marks(
            reasoner=self.judge.reasoner,
            judge=self.got.judge if judge is None else judge,
            playbook=self.judge.playbook_hash,
            embedder=self.judge.embedder,
            dataset=self.judge.dataset_hash,
        )


class Header(Plain):
    """What is known of a run as a whole.

    ``settings`` are the run's own options; ``sealed_uses`` counts how often the sealed cases were
    used in this folder of results, this run included.
    """

    version: Literal[1] = Field(default=1, alias="schema")
    run: str
    started: datetime
    finished: datetime | None = None
    git: str | None = None
    engine: str
    split: str
    reasoner: str
    model: str | None = None
    prompt: str | None = None
    dataset_hash: str
    split_hash: str
    sealed_uses: int | None = None
    settings: dict[str, Any] = {}
    baselines: dict[str, str] = {}


def line_of(row: Row) -> str:
    """Return a row as its line of the file."""
    return json.dumps(row.model_dump(mode="json", by_alias=True), ensure_ascii=False)


def write_rows(folder: Path, rows: Iterable[Row], name: str = ROWS) -> Path:
    """Write rows in the order of their keys; the same rows make the same file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line_of(row)}\n" for row in sorted(rows, key=lambda row: row.key))
    path.write_text(text, "utf-8")
    return path


def read_rows(path: Path) -> tuple[Row, ...]:
    """Return the rows of a run, by its folder or its file.

    Raises:
        RowsUnreadable: There are none, or a line is no row.
    """
    file = path / ROWS if path.is_dir() else path
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise RowsUnreadable(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RowsUnreadable(f"{file}: is not UTF-8") from error
    return tuple(_rows(text, file))


def write_header(folder: Path, header: Header) -> None:
    """Write what is known of a run as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    text = header.model_dump_json(by_alias=True, indent=2)
    (folder / HEADER).write_text(text + "\n", "utf-8")


def read_header(path: Path) -> Header:
    """Return what is known of a run, by its folder or its file of rows.

    Raises:
        RowsUnreadable: There is no such file, or it says something else.
    """
    file = (path if path.is_dir() else path.parent) / HEADER
    try:
        return Header.model_validate_json(file.read_text("utf-8"))
    except OSError as error:
        raise RowsUnreadable(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RowsUnreadable(f"{file}: is not UTF-8") from error
    except ValidationError as error:
        raise RowsUnreadable(f"{file}: {error.errors()[0]['msg']}") from error


def _rows(text: str, file: Path) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), 1):
        try:
            yield Row.model_validate_json(line)
        except ValidationError as error:
            one = error.errors()[0]
            field = ".".join(map(str, one["loc"]))
            raise RowsUnreadable(f"{file}:{number}: {field}: {one['msg']}") from error
