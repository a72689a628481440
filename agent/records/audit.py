"""The audit: an append-only chain, written in the transaction of the change it describes.

Each entry holds the hash of the one before it, and its own over all it says. Editing, inserting,
removing or reordering entries breaks the chain; cutting off its end does not, which is what signed
checkpoints are for (``agent.records.seal``).

A case's entries are emptied when its time is over (``agent.records.purging``): who and details go,
all else stays, hashes included. So the chain holds, and a later entry names each that was emptied.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlalchemy import Text, desc, select, type_coerce
from sqlalchemy.orm import Session
from sqlmodel import col

from agent.correlation import current
from agent.records.canonical import canonical, digest
from agent.records.columns import storable
from agent.records.database import Database
from agent.records.seal import CHECKPOINTS_FILE, Checkpoint, Seal
from agent.records.sets import insert_all, table_of
from agent.records.tables import AuditRow

MACHINE = "concord"
"""Who did what no person and no judge decided."""

PURGED = "case purged"
"""What an entry says that names the entries it emptied."""

GONE = "(purged)"
"""Who did what, where that is not kept any more."""

RECENT = 20
"""So many entries of a case are looked through for the request it belongs to."""

ROOT = "0" * 64
"""What the first entry names as the one before it."""

_AUDIT = table_of(AuditRow).c
_LATEST = select(_AUDIT.sequence, _AUDIT.hash).order_by(desc(_AUDIT.sequence)).limit(1)


@dataclass(frozen=True)
class Entry:
    """What is to be written down: who did what, to which case, with which inputs.

    ``inputs`` is what the step rested on; only its hash is kept. ``details`` is kept as it is.
    ``correlation`` is what it belongs to: the request at hand, unless another one is named.
    """

    who: str
    what: str
    case: str | None = None
    inputs: Any = None
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    correlation: str | None = field(default_factory=current)


@dataclass(frozen=True)
class Link:
    """One entry as it lies in the chain."""

    sequence: int
    at: str
    who: str
    case: str | None
    what: str
    inputs: str | None
    details: Mapping[str, Any]
    previous: str
    hash: str

    def plain(self) -> dict[str, Any]:
        """Return all of it as JSON-plain data, as exported."""
        return {**self.said(), "hash": self.hash}

    def said(self) -> dict[str, Any]:
        """Return what the hash covers."""
        return {
            "sequence": self.sequence,
            "at": self.at,
            "who": self.who,
            "case": self.case,
            "what": self.what,
            "inputs": self.inputs,
            "details": self.details,
            "previous": self.previous,
        }


@dataclass(frozen=True)
class Finding:
    """Something wrong with the audit: at which entry, and what."""

    sequence: int
    what: str


@dataclass(frozen=True)
class Head:
    """The last entry's place and hash."""

    sequence: int
    hash: str


def append(session: Session, entry: Entry, at: datetime) -> int:
    """Write an entry and return its place in the chain. The session is a writer's."""
    return append_all(session, [entry], at)


def append_all(session: Session, entries: Iterable[Entry], at: datetime) -> int:
    """Write entries one after the other, and return the place of the last one in the chain."""
    end, rows = head(session), list[dict[str, Any]]()
    for entry in entries:
        link = _after(end, entry, at)
        end = Head(link.sequence, digest(link.said()))
        rows.append(
            {
                "sequence": link.sequence,
                "at": link.at,
                "who": link.who,
                "case_id": link.case,
                "what": link.what,
                "inputs": link.inputs,
                "details": link.details,
                "previous": link.previous,
                "hash": end.hash,
            }
        )
    insert_all(session, AuditRow, rows)
    return end.sequence


def _after(end: Head, entry: Entry, at: datetime) -> Link:
    """Return an entry as it lies in the chain behind its present end; its hash is still missing."""
    correlation = entry.correlation
    return Link(
        sequence=end.sequence + 1,
        at=at.astimezone(UTC).isoformat(timespec="microseconds"),
        who=storable(entry.who),
        case=entry.case,
        what=entry.what,
        inputs=None if entry.inputs is None else digest(entry.inputs),
        details={**entry.details, "correlation": correlation} if correlation else entry.details,
        previous=end.hash,
        hash="",
    )


def head(session: Session) -> Head:
    """Return the chain's end; of an empty chain, its root."""
    row = session.execute(_LATEST).first()
    return Head(row[0], row[1]) if row else Head(0, ROOT)


def entries_of(session: Session, case: str) -> list[Link]:
    """Return what was written down about a case, oldest first."""
    rows = session.scalars(
        select(AuditRow).where(col(AuditRow.case_id) == case).order_by(col(AuditRow.sequence))
    )
    return [of_row(row) for row in rows]


def emptied_by(link: Link) -> int | None:
    """Return the entry of the purge that emptied this one; None where it says what it said."""
    said = link.details
    by = said.get("purged") if set(said) == {"purged"} else None
    return by if isinstance(by, int) and link.who in {GONE, MACHINE} else None


def correlation_of(session: Session, case: str) -> str | None:
    """Return the latest request that a case has to do with, among its latest entries."""
    details = session.scalars(
        select(col(AuditRow.details))
        .where(col(AuditRow.case_id) == case)
        .order_by(desc(col(AuditRow.sequence)))
        .limit(RECENT)
    )
    return next((str(one["correlation"]) for one in details if one.get("correlation")), None)


class AuditTrail:
    """The whole chain: verified, exported, sealed.

    Args:
        database: Where it lies.
        seal: What signs and keeps its checkpoints; None leaves its end unguarded.
    """

    def __init__(self, database: Database, seal: Seal | None = None) -> None:
        self._database = database
        self._seal = seal

    def checkpoint(self, at: datetime) -> Checkpoint:
        """Sign the chain's present end and keep the checkpoint outside the database.

        Raises:
            ValueError: There is nothing to sign with.
        """
        if self._seal is None:
            raise ValueError("there is no seal to sign a checkpoint with")
        with self._database.read() as session:
            end = head(session)
        return self._seal.sign(end.sequence, end.hash, at)

    def checkpoint_if_due(self, at: datetime) -> Checkpoint | None:
        """Sign the chain's end if it has grown enough since the last checkpoint."""
        if self._seal is None:
            return None
        with self._database.read() as session:
            end = head(session)
        return self._seal.sign(end.sequence, end.hash, at) if self._seal.due(end.sequence) else None

    def verify(self, checkpoints: Iterable[Checkpoint] = ()) -> list[Finding]:
        """Return everything that is wrong with the chain; nothing, if nobody touched it.

        Args:
            checkpoints: Checkpoints kept elsewhere, besides those the seal has kept.
        """
        kept = [*(self._seal.kept() if self._seal else ()), *checkpoints]
        wanted = {checkpoint.sequence for checkpoint in kept}
        hashes: dict[int, str] = {0: ROOT}
        findings = list[Finding]()
        emptied, named = dict[int, int](), dict[int, set[int]]()
        previous = Head(0, ROOT)
        with self._database.read() as session:
            for link, raw in _links(session):
                findings += _wrong(link, raw, previous)
                if (by := emptied_by(link)) is not None:
                    emptied[link.sequence] = by
                if link.what == PURGED:
                    named[link.sequence] = set(link.details.get("entries", ()))
                previous = Head(link.sequence, link.hash)
                if link.sequence in wanted:
                    hashes[link.sequence] = link.hash
        findings += [
            Finding(sequence, "was emptied, and no purge says so")
            for sequence, by in emptied.items()
            if sequence not in named.get(by, ())
        ]
        for checkpoint in kept:
            findings += self._contradicted(checkpoint, hashes)
        return findings + [
            Finding(0, f"line {number} of {CHECKPOINTS_FILE} is no checkpoint")
            for number in (self._seal.unreadable() if self._seal else ())
        ]

    def length(self) -> int:
        """Return how many entries the chain says it has."""
        with self._database.read() as session:
            return head(session).sequence

    def export(self, stream: TextIO) -> int:
        """Write every entry as one line of JSON, and return how many there are."""
        count = 0
        with self._database.read() as session:
            for link, _ in _links(session):
                stream.write(canonical(link.plain()) + "\n")
                count += 1
        return count

    def _contradicted(self, checkpoint: Checkpoint, hashes: Mapping[int, str]) -> Iterator[Finding]:
        found = hashes.get(checkpoint.sequence)
        if self._seal is not None and not self._seal.signed(checkpoint):
            yield Finding(checkpoint.sequence, "a checkpoint is not signed with this key")
        elif found is None:
            yield Finding(
                checkpoint.sequence,
                f"missing, though a checkpoint of {checkpoint.at} has seen it: the end was cut off",
            )
        elif found != checkpoint.hash:
            yield Finding(
                checkpoint.sequence, f"not the entry that a checkpoint of {checkpoint.at} has seen"
            )


def _links(session: Session) -> Iterator[tuple[Link, str]]:
    """Return the chain in order, each entry with its details as they lie there."""
    raw = type_coerce(col(AuditRow.details), Text)
    rows = session.execute(
        select(
            col(AuditRow.sequence),
            col(AuditRow.at),
            col(AuditRow.who),
            col(AuditRow.case_id),
            col(AuditRow.what),
            col(AuditRow.inputs),
            raw,
            col(AuditRow.previous),
            col(AuditRow.hash),
        )
        .order_by(col(AuditRow.sequence))
        .execution_options(yield_per=1000)
    )
    for row in rows:
        yield Link(*row[:6], details=_parsed(row[6]), previous=row[7], hash=row[8]), row[6]


def _parsed(raw: str) -> Any:
    """Return the details; text that is no JSON cannot have been written here, but is no crash."""
    try:
        return json.loads(raw)
    except ValueError:
        return {"unreadable": raw}


def _wrong(link: Link, raw: str, previous: Head) -> Iterator[Finding]:
    if link.sequence != previous.sequence + 1:
        yield Finding(link.sequence, f"follows {previous.sequence}: entries are missing")
    if link.previous != previous.hash:
        yield Finding(link.sequence, f"does not continue entry {previous.sequence}")
    kept = emptied_by(link) is None
    if canonical(link.details) != raw or (kept and digest(link.said()) != link.hash):
        yield Finding(link.sequence, "does not say what it said when it was written")


def of_row(row: AuditRow) -> Link:
    """Return the entry a row holds."""
    return Link(
        sequence=row.sequence,
        at=row.at,
        who=row.who,
        case=row.case_id,
        what=row.what,
        inputs=row.inputs,
        details=row.details,
        previous=row.previous,
        hash=row.hash,
    )
