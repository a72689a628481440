"""The protocol every judge speaks."""

from __future__ import annotations

from typing import Protocol

from agent.case.diagnosis import Diagnosis
from agent.case.dossier import Dossier


class Reasoner(Protocol):
    """Chooses among a playbook's causes, with reasons that cite facts. It never calculates."""

    async def diagnose(self, dossier: Dossier) -> Diagnosis:
        """Return the chosen cause and how sure the judge is."""
        ...
