"""The judge an installation has: the weighing, and a model beside it where one is configured."""

from __future__ import annotations

from collections.abc import Mapping

from agent.authority.certificates import fits_of
from agent.playbooks.catalog import Catalog
from agent.prompting import registry_of
from agent.reasoning.configured import Judges, Known, judges_of
from agent.reasoning.fitting import ModelFit
from agent.reasoning.people import People
from agent.reasoning.recording import RecordedCalls
from agent.reasoning.registered import Metadata, RegisteredWords
from agent.records.database import Database
from agent.settings import Settings
from agent.sides import ConnectedPlant, Wires
from tools.errors import ToolError


def judges(
    settings: Settings,
    catalog: Catalog,
    plants: Mapping[str, ConnectedPlant],
    database: Database,
    wires: Wires,
    people: People,
) -> Judges:
    """Return the judge that the settings ask for; providers are imported when first asked."""
    configured = {code: one.plant for code, one in plants.items()}
    words = RegisteredWords(
        registry_of(settings, database, wires.clock), catalog, metadata_of(plants)
    )
    calls = RecordedCalls(database, configured, wires.clock)
    fits = fits_of(settings.home, wires.clock)
    known = Known(fits.weighing, fits.model or ModelFit(), people, wires.clock)
    return judges_of(settings, catalog, words, calls, wires.rhythm, known)


def metadata_of(plants: Mapping[str, ConnectedPlant]) -> Metadata:
    """Return what tells the hash of a service's metadata, as a plant's ERP has it today."""

    async def sha256(plant: str, service: str) -> str | None:
        try:
            return (await plants[plant].landscape.service(service).metadata()).sha256
        except ToolError:
            return None

    return sha256
