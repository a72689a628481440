"""The judge's fingerprint: what a certificate is bound to, hashed in one place for all who compare.

A judge is who judged, by its own word (``weighing/prior-1``, or prompt, model and fit), how it was
put together, the code of the playbook it went by, how precedents were found, and the cases it was
measured on. Another of any of these is another judge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

#: What every playbook is weighed with, beside its own file.
SHARED = ("agent.reasoning/weighing.py", "agent.reasoning/fitting.py")


@dataclass(frozen=True)
class Marks:
    """What tells one judge from another.

    Attributes:
        reasoner: How judges are put together: ``weighing``, ``model`` or ``tiered``.
        judge: The diagnosis's own word for who judged: prompt, model and fit are in it.
        playbook: The hash of the playbook's code.
        embedder: How precedents are found.
        dataset: The hash of the cases it was measured on.
    """

    reasoner: str
    judge: str
    playbook: str
    embedder: str
    dataset: str


def fingerprint(marks: Marks) -> str:
    """Return one hash of all that tells a judge from another."""
    plain = json.dumps(asdict(marks), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


@cache
def playbook_hash(kind: str) -> str:
    """Return the hash of a playbook's code: its file, what playbooks share, and the weighing."""
    family, _, name = kind.partition("/")
    own = f"agent.playbooks/{family}/{name}.py"
    return _hash((own, *_shared_by_playbooks(), *SHARED))


def _shared_by_playbooks() -> Iterable[str]:
    folder = files("agent.playbooks")
    names = (one.name for one in folder.iterdir() if one.is_file())
    return (f"agent.playbooks/{name}" for name in sorted(names) if name.endswith(".py"))


def _hash(names: Iterable[str]) -> str:
    found = hashlib.sha256()
    for name in names:
        package, _, path = name.partition("/")
        found.update(f"{name}\0".encode())
        found.update(files(package).joinpath(path).read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()
