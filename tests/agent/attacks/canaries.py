"""Secrets that are looked for afterwards, wherever something could have been written down."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus


def canary(name: str) -> str:
    """Return a secret that looks different wherever it is quoted, and never by chance."""
    return f"canary/{name}+feathers&wings=7"


def disguises(word: str) -> Iterator[str]:
    """Return a word as it stands, quoted, and inside of whatever was encoded with it."""
    yield word
    yield json.dumps(word)[1:-1]
    yield quote(word, safe="")
    yield quote(word)
    yield quote_plus(word)
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + word.encode()).decode()
        yield encoded[-(-before * 8 // 6) : len(encoded) // 4 * 4 - 4]


@dataclass
class Places:
    """Everything that was written down, by where."""

    texts: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])

    def note(self, place: str, said: str | bytes) -> None:
        self.texts.setdefault(place, []).append(said if isinstance(said, bytes) else said.encode())

    def note_folder(self, folder: Path) -> None:
        """Note every file as it lies there, and every row of every database."""
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            self.note(f"file {file.relative_to(folder)}", file.read_bytes())
            if file.suffix == ".db":
                for table, row in _rows(file):
                    self.note(f"table {file.name} {table}", row)

    def with_word(self, word: str) -> list[str]:
        """Return the places where a word is found, whatever its disguise."""
        forms = {form.encode() for form in disguises(word)}
        return [
            place
            for place, texts in self.texts.items()
            if any(form in said for said in texts for form in forms)
        ]


def _rows(file: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as connection:
        connection.text_factory = bytes
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            table = name.decode()
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield table, " ".join(_shown(value) for value in row)


def _shown(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
