"""Whether plant files say what Concord understands: the files, the names in them, the policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.actions.catalog import actions
from agent.authority.cedar import BrokenPolicy
from agent.bootstrap import authority_of
from agent.doctoring.finding import Finding, bad, fine, odd
from agent.playbooks.catalog import BrokenPlaybook, Catalog, catalog
from agent.settings import Settings
from tools.plant.model import Plant
from tools.plant.places import Path as Key
from tools.plant.places import Places
from tools.plant.reading import Checked, check_plants

FILES = "plant files"
PLAYBOOKS = "playbooks"


@dataclass(frozen=True)
class Told:
    """The plants that can be used, and what was found on the way to them."""

    plants: tuple[Plant, ...]
    findings: tuple[Finding, ...]


def plants(settings: Settings, env: Mapping[str, str]) -> Told:
    """Read the plant files, and hold every name in them to what there is."""
    checks = check_plants(settings.plants_folder, env)
    findings = list(_files(checks, settings.plants_folder))
    known, said = _catalog()
    findings.append(said)
    usable = [checked for checked in checks if checked.plant is not None]
    for checked in usable:
        if checked.plant is not None:
            findings += _names(checked.file, checked.plant, known) if known else ()
            findings.append(_policies(checked.plant))
    return Told(tuple(one.plant for one in usable if one.plant is not None), tuple(findings))


def _files(checks: Sequence[Checked], folder: Path) -> Iterator[Finding]:
    if not checks:
        yield bad(FILES, f"there is none in {folder}", "Write one: concord plants new CODE")
    for checked in checks:
        for one in checked.problems:
            where = f"{one.file}:{one.line}"
            subject = f"{one.key}: " if one.key else ""
            yield bad(FILES, f"{where}: {subject}{one.problem}", one.remedy)
        if checked.plant is not None:
            name = f"{checked.plant.code} {checked.plant.name}"
            yield fine(FILES, f"{checked.file}: {name} is in order")


def _catalog() -> tuple[Catalog | None, Finding]:
    try:
        found = catalog()
    except BrokenPlaybook as error:
        return None, bad(PLAYBOOKS, str(error), "Mend the playbook's module.")
    return found, fine(PLAYBOOKS, f"{len(found.playbooks)} playbooks, {len(actions())} actions")


def _names(file: Path, plant: Plant, known: Catalog) -> list[Finding]:
    """Hold the names of playbooks, causes and actions in a plant file to the catalogues."""
    what = f"names in plant {plant.code}"
    places = Places(file.read_text("utf-8-sig").replace("\r\n", "\n"))
    strange = [*_strange_playbooks(plant, known), *_strange_autonomy(plant, known)]
    if not strange:
        return [fine(what, "every playbook, cause and action it names exists")]
    return [
        bad(what, f"{file}:{places.nearest(key).line}: {said}", mend) for key, said, mend in strange
    ]


def _strange_playbooks(plant: Plant, known: Catalog) -> Iterator[tuple[Key, str, str]]:
    named: list[tuple[Key, str]] = [
        (("phase", "playbooks", name), name) for name in plant.phase.playbooks
    ]
    named += [
        (("autonomy", index, "playbook"), entry.playbook)
        for index, entry in enumerate(plant.autonomy)
    ]
    named += [
        (("criticality", index, "playbook"), rule.playbook)
        for index, rule in enumerate(plant.criticality)
        if rule.playbook is not None
    ]
    for key, name in named:
        if name not in known.playbooks:
            yield key, f"there is no playbook '{name}'", f"One of: {', '.join(known.playbooks)}."


def _strange_autonomy(plant: Plant, known: Catalog) -> Iterator[tuple[Key, str, str]]:
    hard = [name for name, action in actions().items() if action.hard]
    for index, entry in enumerate(plant.autonomy):
        playbook = known.playbooks.get(entry.playbook)
        causes = [cause.name for cause in playbook.causes] if playbook else [entry.cause]
        if entry.cause not in causes:
            said = f"{entry.playbook} has no cause '{entry.cause}'"
            yield ("autonomy", index, "cause"), said, f"One of: {', '.join(causes)}."
        for kind in entry.remedy:
            if kind not in hard:
                said = f"there is no hard action '{kind}'"
                yield ("autonomy", index, "remedy"), said, f"One of: {', '.join(hard)}."


def _policies(plant: Plant) -> Finding:
    what = f"policies of plant {plant.code}"
    own = plant.policies.file
    try:
        authority_of({plant.code: plant})
    except BrokenPolicy as error:
        return bad(what, f"{own or 'the core'}: {error}", "Mend the policy it names.")
    except (OSError, UnicodeDecodeError) as error:
        return bad(what, f"{own} cannot be read: {error}", "Check the file, its rights and UTF-8.")
    return fine(what, "valid" if own is None else f"valid, {own} included")


def unread(told: Told) -> Finding | None:
    """Say so where no system can be looked at because no plant can be used."""
    if told.plants:
        return None
    return odd("systems", "none can be looked at without a plant file", "Mend the plant files.")
