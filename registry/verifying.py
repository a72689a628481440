"""Whether everything still is as it was locked, and says what it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from registry.aliases import Alias, Aliases
from registry.errors import NoSuchPrompt, Problem, PromptRefused
from registry.locks import Locked
from registry.promotions import ROOT, Change, hash_of, in_production
from registry.shelf import Shelf
from registry.store import Store


def findings(shelf: Shelf, store: Store) -> list[Problem]:
    """Return everything that is wrong; nothing, if all is as it was locked.

    Raises:
        StoreBroken: What the registry keeps cannot be read.
    """
    locked = {(one.name, one.version): one for one in store.locked()}
    changes = store.changes()
    return [
        *_words(shelf, locked),
        *_locks(store.locked(), locked),
        *_aliases(store.aliases(), locked, in_production(changes)),
        *_history(changes, locked),
    ]


def _words(shelf: Shelf, locked: Mapping[tuple[str, str], Locked]) -> Iterator[Problem]:
    """Compare every file with its lock; one without a lock only has to be well written."""
    for file in shelf.strays():
        yield Problem(file, 0, "lies where no prompt is looked for: NAME/VERSION.prompty")
    drafts = {(name, version) for name in shelf.names() for version in shelf.versions(name)}
    for name, version in sorted({*locked, *drafts}):
        try:
            prompt = shelf.read(name, version)
        except NoSuchPrompt:
            yield Problem(f"{name}/{version}.prompty", 0, "is locked, and missing")
            continue
        except PromptRefused as error:
            yield from error.problems
            continue
        lock = locked.get((name, version))
        if lock is not None and lock.sha256 != prompt.sha256:
            yield Problem(prompt.file, 0, "is not what was locked: write a new version instead")


def _locks(rows: Sequence[Locked], locked: Mapping[tuple[str, str], Locked]) -> Iterator[Problem]:
    if len(rows) != len(locked):
        yield Problem("registry.lock", 0, "locks a version twice")
    for one in locked.values():
        if one.parent is not None and (one.name, one.parent) not in locked:
            yield Problem("registry.lock", 0, f"{one.name} {one.version} has an unknown parent")


def _aliases(
    aliases: Mapping[str, Aliases],
    locked: Mapping[tuple[str, str], Locked],
    production: Mapping[str, str],
) -> Iterator[Problem]:
    for name, one in aliases.items():
        for alias in Alias:
            version = one.version(alias)
            if version is not None and (name, version) not in locked:
                yield Problem(
                    "aliases.toml", 0, f"{name} {alias} is {version}, which is not locked"
                )
    for name, version in production.items():
        said = aliases[name].production if name in aliases else "nothing"
        if said != version:
            what = f"{name} production is {said}; promotions say {version}, and they count"
            yield Problem("aliases.toml", 0, what)
    for name in sorted({name for name, _ in locked} - set(aliases)):
        yield Problem("aliases.toml", 0, f"{name} has no version in production")


def _history(
    changes: Sequence[Change], locked: Mapping[tuple[str, str], Locked]
) -> Iterator[Problem]:
    previous, before = ROOT, dict[str, str]()
    for number, one in enumerate(changes, start=1):
        file = f"promotions/{number}.json"
        if one.number != number or one.previous != previous:
            yield Problem(file, 0, "does not continue the one before it")
        for version, sha256 in (
            (one.from_version, one.from_sha256),
            (one.to_version, one.to_sha256),
        ):
            lock = locked.get((one.name, version))
            if lock is None or lock.sha256 != sha256:
                yield Problem(file, 0, f"{one.name} {version} is locked by another hash")
        if before.get(one.name, one.from_version) != one.from_version:
            yield Problem(file, 0, f"{one.from_version} was not in production")
        before[one.name], previous = one.to_version, hash_of(one)
