"""A case that waits for a person's decision, brought there as any other."""

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.records.gates import Collected
from tests.agent.dispatch.deficits import PLANT, run_dry, takable
from tools.sandbox.world import World


async def waiting_case(machinery: Machinery, world: World) -> tuple[str, str]:
    """Return a case nobody has decided, and the hash of what is proposed."""
    [deficit] = await run_dry(world, machinery.plants[PLANT], takable(world)[:1])
    started = Collected()
    received = await arrive(deficit.raw, machinery, started)
    assert received.case is not None
    assert received.turn is not None
    await machinery.advance.turn(received.case, None)
    await machinery.records.end_turn(received.turn.id, started)
    pending = await machinery.records.pending(received.case)
    assert pending is not None
    return received.case, pending.pin.remedy_hash
