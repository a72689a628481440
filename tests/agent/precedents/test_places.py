"""Where the index lies: a server that workers share, one out of reach, a folder taken away."""

import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from agent.bootstrap import precedents_of
from agent.precedents.index import ChromaIndex, Entry, IndexUnusable
from agent.precedents.places import CACHE_PAGES, Server
from agent.records.database import Database
from agent.settings import Settings

PATIENCE = 60.0
KIND = "materials/stock_deficit"
ONE = Entry("c-1", [1.0, 0.0], {"cause": "moved"})


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server."""
    folder = tmp_path_factory.mktemp("chroma")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [*command, "--port", str(port), "--path", str(folder / "data")],
            cwd=folder,
            stdout=log,
            stderr=log,
        ) as server,
    ):
        try:
            _answers(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_what_one_worker_learns_another_recalls(chroma: str) -> None:
    other = chroma.replace("127.0.0.1", "localhost")  # one process shares what has one name
    mine, theirs = ChromaIndex(Server(chroma), "two", 2), ChromaIndex(Server(other, "k"), "two", 2)
    mine.put(KIND, [ONE])
    [near] = theirs.near(KIND, [1.0, 0.1], 3)
    assert (near.case, near.notes) == ("c-1", {"cause": "moved"})
    theirs.forget(KIND, ["c-1"])
    assert mine.cases(KIND) == set()
    mine.close()
    assert theirs.kinds() == [KIND]
    theirs.close()


def test_the_settings_say_which_server(chroma: str, tmp_path: Path, database: Database) -> None:
    known = precedents_of(Settings(home=tmp_path, chroma_url=chroma), database)
    assert known.reindex() == 0
    known.close()
    assert not (tmp_path / "chroma").exists()


def test_a_server_out_of_reach_is_said_so() -> None:
    index = ChromaIndex(Server("http://127.0.0.1:9"), "two", 2)
    with pytest.raises(IndexUnusable, match=r"127\.0\.0\.1 cannot be reached"):
        index.near(KIND, [1.0, 0.0], 3)


def test_a_folder_that_was_taken_away_is_made_anew(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path / "chroma", "two", 2)
    index.put(KIND, [ONE])
    shutil.rmtree(tmp_path / "chroma")
    with pytest.raises(IndexUnusable, match="just now"):
        index.put(KIND, [Entry("c-2", [0.0, 1.0], {"cause": "moved"})])
    index.put(KIND, [ONE])
    assert [near.case for near in index.near(KIND, [1.0, 0.0], 3)] == ["c-1"]
    index.close()


def test_connections_to_a_folder_keep_little_of_it(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path, "two", 2)
    index.put(KIND, [ONE])
    index.close()
    with closing(sqlite3.connect(tmp_path / "chroma.sqlite3")) as database:
        assert database.execute("PRAGMA default_cache_size").fetchone() == (CACHE_PAGES,)
        assert database.execute("PRAGMA cache_size").fetchone() == (CACHE_PAGES,)  # it heeds it


def test_a_damaged_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    index = ChromaIndex(tmp_path, "two", 2)
    with pytest.raises(IndexUnusable, match="just now"):
        index.put(KIND, [ONE])
    index.close()


def _answers(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            httpx.get(f"{url}/api/v2/heartbeat")
            return
        time.sleep(0.1)
    raise TimeoutError("Chroma does not answer")
