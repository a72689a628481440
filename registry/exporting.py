"""The live state of prompts written back to files, where another store keeps it."""

from __future__ import annotations

from registry.errors import MovedMeanwhile
from registry.file_store import FileStore
from registry.registry import Registry


def export(registry: Registry, into: FileStore) -> list[str]:
    """Write what the files lack: promotions, the gate's words, aliases. Return what was written.

    Raises:
        MovedMeanwhile: The files hold promotions that the live state does not know.
    """
    live, there = list(registry.store.changes()), list(into.changes())
    if live[: len(there)] != there:
        raise MovedMeanwhile("the files hold other promotions than the live state")
    written: list[str] = []
    names = sorted(registry.store.aliases())
    aliases = {name: registry.aliases(name) for name in names}
    for change in live[len(there) :]:
        into.append(change, aliases[change.name])
        written.append(f"promotions/{change.number}.json")
    known = {gate.run for gate in into.gates()}
    for gate in registry.store.gates():
        if gate.run not in known:
            into.record_gate(gate)
            written.append(f"gates/{gate.run}.json")
    for name in names:
        if into.aliases().get(name) != aliases[name]:
            into.set_aliases(name, aliases[name], "export")
            written.append(f"aliases.toml: {name}")
    return written
