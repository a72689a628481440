"""Every file of the corpus, by its parser: read or refused as its folder says, and nothing breaks.

``corpus/PARSER/read`` holds what is odd and right, ``corpus/PARSER/refused`` what must not pass. A
new file is a new case. What broke a parser once, or was thought of, or was found by ``make fuzz``,
is put here; what is made of too many bytes to be kept is a test beside the parser's own.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from agent.case.ruling import Role
from agent.ingress.inlet import Inlet
from agent.records.gates import Collected
from agent.service.application import application
from tests.agent.attacks.parsers import PARSERS, Grounds
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tests.agent.models.provider import served
from tests.agent.service.conftest import session_of

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(file for file in CORPUS.rglob("*") if file.is_file())
ENDS = {"read": True, "refused": False}
LARGEST = 64 * 1024
PAGES = ("/v1/dead-letters", "/v1/audit", "/v1/cases", "/inbox", "/overview")


@pytest.fixture(scope="module")
def running() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def here(running: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    folder, stack = tmp_path_factory.mktemp("corpus"), AsyncExitStack()

    async def made() -> Grounds:
        settings = settings_of(folder / "home", plant_files(folder / "plants", alone=False))
        machinery = await stack.enter_async_context(concord(settings, wires_of(new_world())))
        return Grounds(machinery, Inlet(machinery, Collected()), stack.enter_context(served()))

    yield running.run(made())
    running.run(stack.aclose())


@pytest.mark.timeout(60)
@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(CORPUS)))
def test_a_file_is_read_or_refused(running: asyncio.Runner, here: Grounds, file: Path) -> None:
    parser, end, _ = file.relative_to(CORPUS).parts
    assert running.run(PARSERS[parser](here, file.read_bytes())) is ENDS[end]


def test_what_was_kept_of_it_can_be_looked_at(running: asyncio.Runner, here: Grounds) -> None:
    """Runs last: what hostile files left in the records is shown like anything else."""

    async def shown() -> dict[str, int]:
        app = application(here.machinery, Collected())
        opened = session_of(here.machinery, "anna", *Role)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            client.cookies.set("concord_session", opened.token)
            found = (await client.get("/v1/cases", params={"limit": 200})).json()["cases"]
            cases = [f"{where}/{one['id']}" for one in found for where in ("/cases", "/v1/cases")]
            return {path: (await client.get(path)).status_code for path in (*PAGES, *cases)}

    said = running.run(shown())
    assert {path: status for path, status in said.items() if status != 200} == {}


def test_every_parser_has_files_of_both_kinds_and_none_is_large() -> None:
    kinds = {file.relative_to(CORPUS).parts[:2] for file in FILES}
    assert kinds == {(parser, end) for parser in PARSERS for end in ENDS}
    assert [file.name for file in FILES if file.stat().st_size > LARGEST] == []
    contents = [(file.relative_to(CORPUS).parts[0], file.read_bytes()) for file in FILES]
    assert len(set(contents)) == len(contents)
