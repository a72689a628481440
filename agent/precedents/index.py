"""The index: nearest vectors by kind of conflict, in Chroma, one collection per kind.

Chroma is never given text: without vectors it would try to download a model. Where it keeps them,
``agent.precedents.places`` says. Whatever fails there makes the index unusable for now and is let
go of, so that the next use opens it anew: a server that is back, a folder that was taken away.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from agent.precedents.places import Folder, IndexUnusable, Place, failures

__all__ = ["ChromaIndex", "Entry", "Index", "IndexUnusable", "Near"]

LARGEST_BATCH = 5000
SEARCHED = 400
"""So many entries a question weighs. Of 100,000 they miss one in 140 of the five nearest, the 100
that Chroma weighs by itself one in 37. An index made with those keeps them until it is made anew.
"""

Standing = Literal["open", "unopened", "unusable"]


@dataclass(frozen=True)
class Near:
    """An entry near a vector; ``likeness`` is 1 for the same direction."""

    case: str
    likeness: float
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """One case in the index."""

    case: str
    vector: list[float]
    notes: Mapping[str, str]


class Index(Protocol):
    """A rebuildable index of vectors, by kind."""

    @property
    def standing(self) -> Standing:
        """Whether it is open here, was not needed yet, or could not be used the last time."""
        ...

    def put(self, kind: str, entries: Sequence[Entry]) -> None:
        """Add or replace entries."""
        ...

    def near(self, kind: str, vector: list[float], most: int) -> list[Near]:
        """Return the entries nearest to a vector, nearest first."""
        ...

    def cases(self, kind: str) -> set[str]:
        """Return the cases a kind's collection holds."""
        ...

    def kinds(self) -> list[str]:
        """Return the kinds that have a collection."""
        ...

    def forget(self, kind: str, cases: Sequence[str]) -> None:
        """Forget cases of a kind."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def close(self) -> None:
        """Let go of what is open; the next use opens it again."""
        ...


class ChromaIndex:
    """Chroma in a folder, or at another place. Nothing is imported or opened before the first use.

    ``dimension`` None means that the first vector tells it.
    """

    def __init__(self, place: Path | Place, embedder: str, dimension: int | None) -> None:
        self._place: Place = Folder(place) if isinstance(place, Path) else place
        self._embedder, self._dimension = embedder, dimension
        self._collections: dict[str, Any] = {}
        self._opened: Any = None
        self._unusable = False
        self._opening = threading.RLock()

    @property
    def standing(self) -> Standing:
        """Whether it is open here, was not needed yet, or could not be used the last time."""
        if self._unusable:
            return "unusable"
        return "unopened" if self._opened is None else "open"

    def put(self, kind: str, entries: Sequence[Entry]) -> None:
        """Add or replace entries."""
        for start in range(0, len(entries), LARGEST_BATCH):
            batch = entries[start : start + LARGEST_BATCH]
            with self._reached():
                self._collection(kind, len(batch[0].vector)).upsert(
                    ids=[entry.case for entry in batch],
                    embeddings=[entry.vector for entry in batch],
                    metadatas=[dict(entry.notes) for entry in batch],
                )

    def near(self, kind: str, vector: list[float], most: int) -> list[Near]:
        """Return the entries nearest to a vector, nearest first."""
        with self._reached():
            answer = self._collection(kind, len(vector)).query(
                query_embeddings=[vector], n_results=most, include=["metadatas", "distances"]
            )
        rows = zip(answer["ids"][0], answer["distances"][0], answer["metadatas"][0], strict=True)
        return [
            Near(case, max(0.0, 1.0 - float(distance)), cast(Mapping[str, str], notes))
            for case, distance, notes in rows
        ]

    def cases(self, kind: str) -> set[str]:
        """Return the cases a kind's collection holds."""
        if kind not in self.kinds():
            return set()
        with self._reached():
            return set(self._collection(kind, None).get(include=[])["ids"])

    def kinds(self) -> list[str]:
        """Return the kinds that have a collection."""
        with self._reached():
            return sorted(_kind(collection.name) for collection in self._client.list_collections())

    def forget(self, kind: str, cases: Sequence[str]) -> None:
        """Forget cases of a kind."""
        for start in range(0, len(cases), LARGEST_BATCH):
            some = list(cases[start : start + LARGEST_BATCH])
            with self._reached():
                self._collection(kind, None).delete(ids=some)

    def clear(self) -> None:
        """Forget everything."""
        self._unusable = False
        with self._reached():
            for collection in self._client.list_collections():
                self._client.delete_collection(collection.name)
            self._collections.clear()

    def close(self) -> None:
        """Let go of what is open; the next use opens it again."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()
            self._place.close()
            self._opened = None
            self._collections.clear()

    @contextmanager
    def _reached(self) -> Generator[None]:
        """Ask Chroma something; what it fails at is told as what it means here."""
        try:
            yield
        except IndexUnusable:
            self._unusable = True
            raise
        except failures() as error:
            self.close()
            self._unusable = True
            said = f"the index cannot be asked just now: {self._place.said(error)}"
            raise IndexUnusable(said) from None

    @property
    def _client(self) -> Any:
        """The client, opened once: cases recall in threads, one of them takes the lock."""
        with self._opening:
            if self._opened is None:
                self._opened, self._unusable = self._place.open(), False
            return self._opened

    def _collection(self, kind: str, dimension: int | None) -> Any:
        """Return a kind's collection, if it was made by this embedder for such vectors."""
        mark = {"embedder": self._embedder, "dimension": self._dimension or dimension}
        wanted = {name: one for name, one in mark.items() if one is not None}
        if kind not in self._collections:
            self._collections[kind] = self._client.get_or_create_collection(
                _name(kind),
                embedding_function=None,
                metadata=wanted,
                configuration={"hnsw": {"space": "cosine", "ef_search": SEARCHED}},
            )
        collection = self._collections[kind]
        found = {name: collection.metadata.get(name) for name in wanted}
        if found != wanted:
            del self._collections[kind]
            raise IndexUnusable(
                f"the index of {kind} was made by {found}, this is {wanted}: "
                "run 'concord precedents reindex'"
            )
        return collection


def _name(kind: str) -> str:
    """Return what a kind's collection is called: Chroma takes no slash in a name."""
    return kind.replace("/", ".")


def _kind(name: str) -> str:
    return name.replace(".", "/", 1)
