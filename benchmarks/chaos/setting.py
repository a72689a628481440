"""Where a run takes place: the plant's file, and what each process is told."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from agent.box import plants_folder, variables
from benchmarks.chaos.plant import PLANT
from benchmarks.chaos.processes import Program
from tools.sandbox.serve import Served

LOOPBACK = "127.0.0.1"
TIMES = {"timeout_seconds = 10": "timeout_seconds = 4", "settle_seconds = 3": "settle_seconds = 8"}
"""How long Concord waits for an answer, and then for a late commit; a late one takes 6 s in all.

The rest is for the plant in a box itself, which may be kept waiting on a machine that is busy.
"""

CONNECTING = "\nconnect_timeout_seconds = 1"
OURS = "CONCORD_"
PORTS = range(20_000, 30_000)
MANY = "1000000"
DRAIN_SECONDS = "5"


def plant_file(folder: Path) -> Path:
    """Write the box's own plant file, with less patience; return the folder it lies in."""
    text = (plants_folder() / f"{PLANT}.toml").read_text("utf-8")
    for known, instead in TIMES.items():
        if known not in text:
            raise ValueError(f"the plant file does not say '{known}' any more")
        text = text.replace(known, instead + (CONNECTING if "timeout" in known else ""))
    plants = folder / "plants"
    plants.mkdir()
    (plants / f"{PLANT}.toml").write_text(text, "utf-8")
    return plants


def environment(folder: Path, box: Served, token: str, url: str | None) -> dict[str, str]:
    """Return what every process is told; of what this one was told, nothing of Concord's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {
        **inherited,
        **variables(box),
        "CONCORD_PLANTS": str(plant_file(folder)),
        "CONCORD_INGRESS_TOKEN": token,
        "CONCORD_REQUESTS_PER_MINUTE": MANY,
        "CONCORD_LOG_LEVEL": "WARNING",
        **({"CONCORD_DATABASE_URL": url} if url else {}),
    }


def programs(folder: Path, told: Mapping[str, str], port: int, workers: int) -> Iterator[Program]:
    """Return the web process and the workers, each with a folder of its own where it may have one.

    On SQLite all share one folder, for that is where the database is.
    """
    shared = None if "CONCORD_DATABASE_URL" in told else folder / "home"
    serve = ("serve", "--drain", DRAIN_SECONDS)
    web = (*serve, "--role", "web", "--host", LOOPBACK, "--port", str(port))
    given = {"web": web}
    given |= {f"worker-{number}": (*serve, "--role", "worker") for number in range(workers)}
    for name, arguments in given.items():
        home = {"CONCORD_HOME": str(shared or folder / name), "CONCORD_EXECUTOR_ID": name}
        yield Program(name, arguments, {**told, **home}, folder / f"{name}.log")


def home_of(folder: Path, url: str | None) -> Path:
    """Return the folder of the records, for whoever sets the run up."""
    return folder / ("home" if url is None else "web")


def free_port() -> int:
    """Return a port of loopback that nobody listens on, nor is given by chance while it is free.

    The web process is killed and comes back to the same port; from the range from which systems
    draw ports, somebody else might have been given it meanwhile.
    """
    for port in SystemRandom().sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server((LOOPBACK, port)):
            return port
    raise OSError("every port is taken")


@contextmanager
def database_url(kind: str, folder: Path) -> Generator[str | None]:
    """Return where the records lie: None for SQLite, else a PostgreSQL server's new database."""
    if kind == "sqlite":
        yield None
        return
    from benchmarks._postgres import server

    place = folder / "postgresql"
    place.mkdir()
    with server(place) as host:
        yield f"postgresql://postgres@/postgres?host={host}"
