"""What a run goes by when it asks whether its judge may act alone.

A run takes its judge for certified, or goes by the certificates of an installation: then its
confidence is the fitted one and thresholds are read as they are in production.
"""

from __future__ import annotations

from pathlib import Path

from agent.authority.authority import Certificates
from agent.authority.certificates import FiledCertificates, Running
from agent.case.conflict import Conflict
from agent.clock import now
from agent.playbooks.playbook import Risk
from agent.precedents.embedding import Hashing


class Everything:
    """Every judge is certified for everything."""

    def threshold(self, judge: str, conflict: Conflict, risk: Risk) -> float | None:
        """Return a threshold that every confidence reaches."""
        return 0.0


def certificates_of(home: Path | None, reasoner: str) -> Certificates:
    """Return the certificates of a home folder; without one, everything is certified."""
    if home is None:
        return Everything()
    return FiledCertificates(home, Running(reasoner, Hashing.name), now)
