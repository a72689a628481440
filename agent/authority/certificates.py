"""The certificates of an installation, held against the judge that runs now.

``CONCORD_HOME/certificates/*.json`` holds for every plant, ``certificates/<plant>/*.json`` for one,
and where a plant has any of its own only those count. Whatever does not match (another judge, an
expired certificate, a file nobody can read) certifies nothing. Files are looked at again whenever
the folder has changed, so taking one away ends what it allowed at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.authority.certificate import Certificate, CertificateUnreadable, model_fit, read
from agent.authority.certificate import weighing_fit as fit_of_weighing
from agent.case.conflict import Conflict
from agent.playbooks.playbook import Risk
from agent.reasoning.fingerprint import Marks, fingerprint, playbook_hash
from agent.reasoning.fitting import ModelFit
from agent.reasoning.weighing import Fit

log = logging.getLogger("concord.authority")

FOLDER = "certificates"
Clock = Callable[[], datetime]
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Running:
    """The judge of this installation, as far as no single diagnosis says it."""

    reasoner: str
    embedder: str


@dataclass(frozen=True)
class Applied:
    """Which certificate holds for a judge, or why none does; no threshold means never."""

    threshold: float | None
    certificate: str | None
    why: str


class FiledCertificates:
    """Reads thresholds from the certificates of the home folder."""

    def __init__(self, home: Path, running: Running, clock: Clock) -> None:
        self._folder, self._running, self._clock = home / FOLDER, running, clock
        self._seen: dict[Path, tuple[Stamp, Sequence[tuple[str, Certificate]]]] = {}

    def threshold(self, judge: str, conflict: Conflict, risk: Risk) -> float | None:
        """Return the certified threshold; None means never."""
        return self.applied(judge, conflict.plant, conflict.kind, risk).threshold

    def applied(self, judge: str, plant: str, playbook: str, risk: Risk) -> Applied:
        """Return the certificate that holds for a judge, or why none does.

        Of several that hold the one issued last counts, also where it says never.
        """
        reasons = list[str]()
        for name, one in self._of(plant):
            why_not = self._unfit(one, judge, playbook, risk)
            found = one.of(playbook, risk)
            if why_not is None and found is not None:
                return Applied(found.threshold, name, found.why)
            reasons.append(f"{name}: {why_not}")
        return Applied(None, None, "; ".join(reasons) or "there is no certificate")

    def _unfit(self, one: Certificate, judge: str, playbook: str, risk: Risk) -> str | None:
        """Return why a certificate does not hold here and now; None where it does."""
        found = one.of(playbook, risk)
        if found is None:
            return f"says nothing of {playbook} at {risk.value} risk"
        if self._clock() >= one.expires:
            return f"expired on {one.expires:%Y-%m-%d}"
        marks = Marks(
            reasoner=self._running.reasoner,
            judge=judge,
            playbook=playbook_hash(playbook),
            embedder=self._running.embedder,
            dataset=one.dataset,
        )
        return None if fingerprint(marks) == found.fingerprint else _differs(one, marks)

    def _of(self, plant: str) -> Sequence[tuple[str, Certificate]]:
        return self._read(self._folder / plant) or self._read(self._folder)

    def _read(self, folder: Path) -> Sequence[tuple[str, Certificate]]:
        """Return a folder's certificates, the one issued last first."""
        stamp = _stamp(folder)
        seen = self._seen.get(folder)
        if seen is None or seen[0] != stamp:
            seen = (stamp, _certificates(folder, [name for name, _, _ in stamp]))
            self._seen[folder] = seen
        return seen[1]


@dataclass(frozen=True)
class Fits:
    """The coefficients that make evidence confidence, for judges with and without a model."""

    weighing: Fit | None = None
    model: ModelFit | None = None


def fits_of(home: Path, clock: Clock) -> Fits:
    """Return the fits that the latest certificates of a home folder bring."""
    folder = home / FOLDER
    names = [name for name, _, _ in _stamp(folder)]
    valid = [one for _, one in _certificates(folder, names) if clock() < one.expires]
    weighing = (found for one in valid if (found := fit_of_weighing(one)) is not None)
    model = (found for one in valid if (found := model_fit(one)) is not None)
    return Fits(next(weighing, None), next(model, None))


def _stamp(folder: Path) -> Stamp:
    """Return what tells whether a folder has changed."""
    found = list[tuple[str, int, int]]()
    for file in sorted(folder.glob("*.json")):
        try:
            known = file.stat()
        except OSError:
            continue
        found.append((file.name, known.st_mtime_ns, known.st_size))
    return tuple(found)


def _certificates(folder: Path, names: Sequence[str]) -> list[tuple[str, Certificate]]:
    found = list[tuple[str, Certificate]]()
    for name in names:
        try:
            found.append((name, read(folder / name)))
        except CertificateUnreadable as error:
            log.warning("a certificate counts for nothing: %s", error)
    return sorted(found, key=lambda one: one[1].issued, reverse=True)


def _differs(one: Certificate, marks: Marks) -> str:
    """Say in which respect the judge is another than the certified one."""
    if one.judge != marks.judge:
        return f"certifies {one.judge}, the judge is {marks.judge}"
    if (one.reasoner, one.embedder) != (marks.reasoner, marks.embedder):
        said = f"{one.reasoner} with {one.embedder}"
        return f"certifies {said}, here it is {marks.reasoner} with {marks.embedder}"
    return "certifies another version of the playbook's code"
