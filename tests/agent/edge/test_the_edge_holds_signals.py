"""The edge: nothing it acknowledged is lost, doubled or overtaken, whatever the line does."""

import asyncio
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import col, select

from agent.authority.deeds import Deed
from agent.edge.buffer import Buffer, Full, Incoming, NoSuchLetter
from agent.records import keys
from agent.records.gates import Collected
from agent.records.tables import InboxRow
from agent.service.application import application
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tests.agent.edge.far import NOW, TOKEN, Line, edge, event


async def test_what_came_while_the_core_was_away_is_there_once_and_in_order(tmp_path: Path) -> None:
    plants = plant_files(tmp_path / "plants", alone=False)
    core = settings_of(tmp_path / "core", plants)
    async with concord(core, wires_of(new_world())) as machinery:
        reached = httpx.ASGITransport(application(machinery, Collected()))
        line = Line(reached, down=True, loses=1)
        async with edge(tmp_path / "edge", line) as here:
            sent = [event("a1"), event("b1", "1000002"), event("a2"), event("lost", plant="9999")]
            assert [(await here.send(one)).status_code for one in sent] == [202] * 4
            assert (await here.send(event("a1"))).json()["how"] == "duplicate"
            await here.forward()
            assert here.waiting == 4
            line.down = False
            await here.forward()  # the core takes the first round, its answer is lost
            assert here.waiting == 4
            await here.forward()
            assert here.waiting == 0
            [letter] = here.station.buffer.letters()
            assert (letter.signal, letter.status) == ("lost", 422)
            assert "no plant '9999'" in letter.reason
        with machinery.database.read() as session:
            rows = session.execute(select(col(InboxRow.signal)).order_by(col(InboxRow.id)))
            inbox = [name for (name,) in rows]
        assert sorted(inbox) == ["a1", "a2", "b1", "lost"]
        assert inbox.index("a1") < inbox.index("a2")


async def test_signals_of_one_object_wait_for_each_other_and_for_nobody_else(
    tmp_path: Path,
) -> None:
    line = Line(waits={"a1": 2})
    async with edge(tmp_path, line) as here:
        await here.send(event("a1"), event("a2"), event("b1", "1000002"), event("a3"))
        await here.forward()
    assert sorted(line.taken) == ["a1", "a2", "a3", "b1"]
    assert line.taken[0] == "b1"
    assert [name for name in line.taken if name[0] == "a"] == ["a1", "a2", "a3"]


async def test_what_nobody_foresaw_on_the_line_stops_no_forwarding(tmp_path: Path) -> None:
    class Odd(Line):
        odd = 1

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.odd:
                self.odd -= 1
                raise RuntimeError("nobody foresaw this")
            return await super().handle_async_request(request)

    line = Odd()
    async with edge(tmp_path, line) as here:
        await here.send(event("a1"))
        forwarding = asyncio.create_task(here.station.forwarder.run())
        async with asyncio.timeout(20):
            while here.waiting:
                await asyncio.sleep(0.01)
        forwarding.cancel()
        await asyncio.wait({forwarding})
    assert line.taken == ["a1"]


async def test_other_words_for_the_same_order_keep_its_order(tmp_path: Path) -> None:
    line = Line(waits={"a1": 1})
    foreign = {
        **event("a2"),
        "type": "sap.s4.beh.productionorder.v1.ProductionOrder.Changed.v1",
        "source": "/default/sap.s4.beh/S4",
        "data": {"ProductionOrder": "000001000001"},
    }
    async with edge(tmp_path, line) as here:
        assert (await here.send(event("a1"), foreign)).status_code == 202
        await here.forward()
    assert line.taken == ["a1", "a2"]


async def test_a_refused_signal_holds_up_no_other_and_can_be_sent_again(tmp_path: Path) -> None:
    line = Line(refuses={"a1"})
    async with edge(tmp_path, line) as here:
        await here.send(event("a1"), event("a2"))
        await here.forward()
        assert line.taken == ["a2"]
        [letter] = here.station.buffer.letters()
        line.refuses.clear()
        here.station.buffer.replay(letter.number)
        await here.forward()
        assert (line.taken, here.station.buffer.letters()) == (["a2", "a1"], [])
        with pytest.raises(NoSuchLetter):
            here.station.buffer.discard(letter.number)


async def test_a_core_that_speaks_of_no_signal_refuses_none(tmp_path: Path) -> None:
    class Proxy(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(403, json={"detail": "This key is not good."})

    line = Line(Proxy())
    async with edge(tmp_path, line) as here:
        await here.send(event("a1"))
        await here.forward()
        assert (here.waiting, here.station.buffer.letters()) == (1, [])
        ready = await here.client.get("/readyz")
        assert (ready.status_code, ready.json()["core"]) == (200, "away")
        assert ready.json()["since"] == NOW.isoformat()


async def test_a_full_edge_says_so_and_keeps_what_it_took(tmp_path: Path) -> None:
    line, note = Line(), "x" * 20_000
    async with edge(tmp_path, line, edge_bytes=1024 * 1024) as here:
        answers = [await here.send(event(f"s{number}", text=note)) for number in range(60)]
        taken = [f"s{number}" for number, one in enumerate(answers) if one.status_code == 202]
        answer = answers[-1]
        assert answer.status_code == 507
        assert answer.headers["content-type"] == "application/problem+json"
        assert "send it again later" in answer.json()["detail"]
        assert answer.headers["retry-after"] == "60"
        assert 30 < len(taken) < 60
        await here.forward(200)
        assert line.taken == taken
        assert (await here.send(event("late", text=note))).status_code == 202


def test_the_disk_is_not_filled_to_the_last_byte(tmp_path: Path) -> None:
    buffer = Buffer(tmp_path, 1024 * 1024, lambda: NOW, free=lambda _: 1024)
    with pytest.raises(Full, match="nearly full"):
        buffer.keep([Incoming("/dm/1010", "a1", "order/1", b"{}", "key:line")])
    assert buffer.figures().waiting == 0
    buffer.close()


@pytest.mark.parametrize(
    ("body", "status"), [(b"no json", 400), (b'{"specversion": "1.0", "data": {}}', 422)]
)
async def test_what_has_no_name_is_kept_with_the_reason_and_not_sent(
    tmp_path: Path, body: bytes, status: int
) -> None:
    line = Line()
    async with edge(tmp_path, line) as here:
        answer = await here.client.post("/v1/signals", content=body, headers=TOKEN)
        assert answer.status_code == status
        await here.forward()
        [letter] = here.station.buffer.letters()
        assert (letter.number, letter.status) == (answer.json()["dead_letter"], status)
        assert line.taken == []


async def test_only_who_holds_a_key_for_it_may_send_and_only_for_its_plants(
    tmp_path: Path,
) -> None:
    async with edge(tmp_path, Line()) as here:
        with here.station.senders.database.write() as session:
            purpose = keys.Purpose("line", [Deed.SEND_SIGNALS.value], ["1010"])
            _, ours = keys.add(session, purpose, "test", NOW)
            purpose = keys.Purpose("watch", [Deed.READ_METRICS.value])
            _, figures = keys.add(session, purpose, "test", NOW)
        said = dict[str, int]()
        for name, key, plant in (
            ("stranger", "concord_nobody", "1010"),
            ("watcher", figures, "1010"),
            ("ours", ours, "1010"),
            ("elsewhere", ours, "2020"),
        ):
            headers = {"Authorization": f"Bearer {key}"}
            answer = await here.client.post(
                "/v1/signals", json=event(name, plant=plant), headers=headers
            )
            said[name] = answer.status_code
        assert said == {"stranger": 401, "watcher": 403, "ours": 202, "elsewhere": 403}
        assert (await here.client.get("/metrics")).status_code == 401
        told = await here.client.get("/metrics", headers={"Authorization": f"Bearer {figures}"})
        found = {
            sample.name: sample.value
            for family in text_string_to_metric_families(told.text)
            for sample in family.samples
        }
        assert found["concord_edge_backlog"] == 1
        assert found["concord_edge_dead_letters"] == 1
