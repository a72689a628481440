"""Every method of a port says whether it writes, and what says it reads sends no change."""

import inspect
from collections.abc import Callable, Mapping

import pytest

import tools.ports
from tools.errors import NotFound, NotOffered
from tools.objects.reading import Reading, System
from tools.ports import Access, Port, Side, marked
from tools.sandbox.world import World

PORTS = [
    kind
    for kind in vars(tools.ports).values()
    if isinstance(kind, type) and issubclass(kind, Port) and kind is not Port
]
Known = Callable[[System], Mapping[str, object]]
# SAP wants POST for a proposal, and DM for starting a process that only reads.
PROPOSALS = {"GetConfProposal", "GetGdsMvtProposal"}
ASKED_BY_POST = PROPOSALS | {"start", "token"}


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.__name__)
def test_every_method_of_a_port_is_marked(port: type[Port]) -> None:
    methods = [name for name, _ in inspect.getmembers(port, inspect.iscoroutinefunction)]
    assert methods
    assert [name for name in methods if marked(port, name) is None] == []


async def test_what_reads_sends_no_change(
    side: Side,
    known: Known,
    asked: list[tuple[str, str]],
    world: Callable[[], World],
) -> None:
    given = known(side.system)
    for name, method in side.methods(Access.READ):
        wanted = inspect.signature(method).parameters
        try:
            answer = await method(**{key: given[key] for key in wanted if key in given})
        except (NotFound, NotOffered):
            continue
        assert isinstance(answer, Reading), name
        assert answer.system is side.system
    changing = {path.rpartition("/")[2] for method, path in asked if method not in {"GET", "HEAD"}}
    assert changing <= ASKED_BY_POST
    posted = {entry.operation.removeprefix("call ") for entry in world().journal.committed()}
    assert posted <= PROPOSALS
