"""The store as files beside the prompts: lock, aliases, promotions, what the gate has said."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from registry.aliases import Aliases, AliasFile, aliases_text
from registry.errors import MovedMeanwhile, StoreBroken
from registry.locks import Locked, LockFile, lock_text
from registry.promotions import Change, ChangeFile, GateRecord, Record, text_of

LOCK, ALIASES, PROMOTIONS, GATES = "registry.lock", "aliases.toml", "promotions", "gates"

T = TypeVar("T", bound=BaseModel)


class FileStore:
    """Keeps everything as files in a folder. Each write is whole, or it did not happen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def locked(self) -> tuple[Locked, ...]:
        return tuple(_valid(LockFile, LOCK, self._toml(LOCK)).prompt)

    def lock(self, locked: Locked) -> None:
        self._replace(LOCK, lock_text([*self.locked(), locked]))

    def aliases(self) -> Mapping[str, Aliases]:
        return _valid(AliasFile, ALIASES, self._toml(ALIASES)).root

    def set_aliases(self, name: str, aliases: Aliases, by: str) -> None:
        self._replace(ALIASES, aliases_text({**self.aliases(), name: aliases}))

    def changes(self) -> tuple[Change, ...]:
        files = self._numbered()
        if list(files) != list(range(1, len(files) + 1)):
            raise StoreBroken(f"{PROMOTIONS}: the numbers are {list(files)}; none may be missing")
        return tuple(
            _valid(ChangeFile, f"{PROMOTIONS}/{path.name}", _read(path)).root
            for path in files.values()
        )

    def append(self, change: Change, aliases: Aliases) -> None:
        self._add(PROMOTIONS, str(change.number), change)
        self.set_aliases(change.name, aliases, change.by)

    def gates(self) -> tuple[GateRecord, ...]:
        files = sorted((self.folder / GATES).glob("*.json"))
        return tuple(_valid(GateRecord, f"{GATES}/{path.name}", _read(path)) for path in files)

    def record_gate(self, gate: GateRecord) -> None:
        self._add(GATES, gate.run, gate)

    def _numbered(self) -> dict[int, Path]:
        files = list((self.folder / PROMOTIONS).glob("*.json"))
        for path in files:
            if not path.stem.isdecimal():
                raise StoreBroken(f"{PROMOTIONS}/{path.name}: promotions are files by number")
        return {int(path.stem): path for path in sorted(files, key=lambda path: int(path.stem))}

    def _toml(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        if not path.exists():
            return {}
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise StoreBroken(f"{name}: {error}") from error

    def _replace(self, name: str, text: str) -> None:
        os.replace(self._written(self.folder, text), self.folder / name)

    def _add(self, folder: str, name: str, record: Record) -> None:
        """Write a file that is not there yet, all of it at once."""
        there = self.folder / folder
        there.mkdir(exist_ok=True)
        written = self._written(there, text_of(record))
        try:
            os.link(written, there / f"{name}.json")
        except FileExistsError as error:
            raise MovedMeanwhile(f"{folder}/{name}.json is there already") from error
        finally:
            written.unlink()

    def _written(self, folder: Path, text: str) -> Path:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=folder, suffix=".new", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(file.name, 0o644)
        return Path(file.name)


def _read(path: Path) -> str:
    return path.read_text("utf-8")


def _valid(kind: type[T], file: str, data: str | dict[str, Any]) -> T:
    try:
        if isinstance(data, str):
            return kind.model_validate_json(data)
        return kind.model_validate(data)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in detail["loc"])
        raise StoreBroken(f"{file}: {place}: {detail['msg']}") from error
