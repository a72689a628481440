"""What holds for every test: nothing beyond this machine, no model, its own home, no chance."""

import gc
import ipaddress
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from xdist.scheduler import Scheduling, WorkStealingScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

OLLAMA_PORT = 11434
FOREIGN_SETTINGS = (
    "ANTHROPIC_",
    "AZURE_",
    "CONCORD_",
    "LANGSMITH_",
    "OLLAMA_",
    "OPENAI_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
)

for variable in [name for name in os.environ if name.upper().startswith(FOREIGN_SETTINGS)]:
    del os.environ[variable]
# What is compiled is kept: tests start processes, each of which would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Nor is garbage looked for among what is being imported: all of it stays.
USUAL_THRESHOLD = gc.get_threshold()
gc.set_threshold(100_000)
# Read once, when langgraph is imported.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"


class OutsideWorldError(RuntimeError):
    """A test reached beyond loopback, or for a model. No OSError, else clients call it a fault."""


def _is_loopback(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _stay_inside(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what leaves this machine: an audit hook sees every client and patches none."""
    if event == "socket.getaddrinfo" and not _is_loopback(arguments[0]):
        raise OutsideWorldError(f"a test asked for the address of {arguments[0]!r}")
    if event in ("socket.connect", "socket.sendto") and not isinstance(arguments[1], str | bytes):
        host, port = arguments[1][:2]
        if not _is_loopback(host) or port == OLLAMA_PORT:
            raise OutsideWorldError(f"a test reached for {host!r}, port {port}")


sys.addaudithook(_stay_inside)

# `make test` answers the same every time; `make fuzz` looks further, elsewhere each time.
settings.register_profile("concord", max_examples=50, deadline=None, derandomize=True)
EXAMPLES = int(os.environ.get("EXAMPLES", "2000"))
settings.register_profile("explore", max_examples=EXAMPLES, deadline=None, print_blob=True)
settings.load_profile("concord")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> Scheduling | None:
    """Give each worker one stretch of the tests, and what is left of another's when it is done.

    So neighbours meet on one worker, and what they share is made once. Whoever names another way
    (``--dist``) has it.
    """
    return WorkStealingScheduling(config, log) if config.option.dist == "load" else None


def pytest_collection_finish() -> None:
    """Put aside what was imported: it lives to the end, and is searched for garbage no more."""
    gc.set_threshold(*USUAL_THRESHOLD)
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def concord_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for local state, new for each test."""
    home = tmp_path / "concord-home"
    monkeypatch.setenv("CONCORD_HOME", str(home))
    return home
