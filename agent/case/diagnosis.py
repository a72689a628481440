"""What speaks for which cause, and which one was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from agent.case.text import Text


@dataclass(frozen=True)
class Leaning:
    """How strongly the facts speak for (positive) or against (negative) one cause, and why.

    ``weight`` is in steps of evidence: 1 hints, 2 speaks, 3 all but proves. ``excludes`` rules the
    cause out whatever else is said. ``cites`` are the facts it rests on, by path
    (``reported.note``).
    """

    cause: str
    weight: int
    because: Text
    cites: tuple[str, ...]
    excludes: bool = False
    from_free_text: bool = False


@dataclass(frozen=True)
class Handover:
    """The facts show another playbook's conflict; the case is identified again, once."""

    kind: str
    because: Text
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Resemblance:
    """A precedent that resembles the case: how it was settled, and how alike it is (0 to 1)."""

    case: str
    cause: str
    likeness: float
    summary: str
    approved_by: str


@dataclass(frozen=True)
class Reason:
    """One sentence of a diagnosis, with the facts it cites."""

    because: Text
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Diagnosis:
    """The chosen cause, how sure the judge is, and why.

    ``cause`` None means that no cause stands out: a person is asked. ``decisive`` means that the
    facts exclude every other cause, and no confidence is involved. ``contested`` means that the
    facts contradict each other. ``evidence`` is what the confidence was worked out of, by name.
    """

    cause: str | None
    confidence: float
    decisive: bool
    reasons: tuple[Reason, ...]
    ranking: tuple[tuple[str, float], ...]
    judge: str
    free_text_only: bool = False
    contested: bool = False
    evidence: tuple[tuple[str, float], ...] = ()
