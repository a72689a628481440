"""Every event arrives once, or is known not to have: whatever the receiver does."""

import asyncio
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from agent.case.conflict import Criticality
from agent.case.ruling import Answer, Role
from agent.ingress.streams import Streams
from agent.notify.sender import TRIES, pause
from agent.records import outbox
from agent.records.answers import Answered
from agent.records.gates import Collected
from agent.service.measuring import Measured
from agent.service.violations import Violations
from tests.agent.notify.desk import HOOK, OLDER, SECRET, TEAMS, Desk, plant_of
from tests.agent.notify.receiver import RESET, SILENT, receiving
from tools.plant.model import Plant


@pytest.mark.parametrize("status", ["200", "202"])
async def test_an_accepted_event_is_sent_once(desk: Desk, status: str) -> None:
    async with receiving(status) as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        sender = desk.sender()
        assert await sender.deliver() == 1
        desk.later(days=1)
        assert await sender.deliver() == 0
        assert len(channel.got) == 1


@pytest.mark.parametrize("trouble", ["500", "429", "503", RESET, SILENT])
async def test_what_may_not_have_arrived_comes_again_under_the_same_id(
    desk: Desk, trouble: str
) -> None:
    desk.plant = plant_of(HOOK)
    async with receiving(trouble, "200") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        sender = desk.sender()
        await sender.deliver()
        assert await sender.deliver() == 0
        desk.later(seconds=31)
        assert await sender.deliver() == 1
        first, second = channel.got
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
        assert json.loads(first.body) == json.loads(second.body)


@pytest.mark.parametrize("final", ["400\n\nforeach attachments is null", "404", "410"])
async def test_what_will_not_be_taken_is_given_up_until_somebody_sends_it_again(
    desk: Desk, final: str
) -> None:
    async with receiving(final, "202") as channel:
        desk.env["CHANNEL"] = channel.url
        case = await desk.ask()
        sender = desk.sender()
        await sender.deliver()
        desk.later(days=2)
        assert await sender.deliver() == 0
        with desk.database.read() as session:
            [dead] = outbox.given_up(session)
        assert (dead.case, dead.route) == (case, "1010/planners")
        assert dead.error.startswith(f"HTTP {final[:3]}")
        with desk.database.write() as session:
            outbox.again(session, dead.id, "ines", desk.at)
        assert await sender.deliver() == 1
        with desk.database.read() as session:
            assert outbox.given_up(session) == []


async def test_a_receiver_is_left_alone_as_long_as_it_asks(desk: Desk) -> None:
    async with receiving("429\nretry-after: 600", "200") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        sender = desk.sender()
        await sender.deliver()
        desk.later(seconds=599)
        assert await sender.deliver() == 0
        desk.later(seconds=1)
        assert await sender.deliver() == 1


async def test_after_the_last_try_it_is_given_up(desk: Desk) -> None:
    async with receiving("500") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        sender = desk.sender()
        for _ in range(TRIES):
            assert await sender.deliver() == 1
            desk.later(hours=2)
        assert await sender.deliver() == 0
        assert len(channel.got) == TRIES
        with desk.database.read() as session:
            assert [one.attempts for one in outbox.given_up(session)] == [TRIES]


async def test_a_redirect_is_not_followed(desk: Desk) -> None:
    async with receiving("200") as elsewhere:
        async with receiving(f"302\nlocation: {elsewhere.url}") as channel:
            desk.env["CHANNEL"] = channel.url
            await desk.ask()
            await desk.sender().deliver()
        assert elsewhere.got == []
    with desk.database.read() as session:
        assert [one.error for one in outbox.given_up(session)] == [
            "HTTP 302: redirects are not followed"
        ]


async def test_no_log_and_no_record_tells_the_address(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with receiving("400\n\nno such flow at https://x.example/?sig=topsecret&v=1") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        await desk.sender().deliver()
    assert "given up" in caplog.text
    assert "topsecret" not in caplog.text
    with desk.database.read() as session:
        assert "topsecret" not in outbox.given_up(session)[0].error


async def test_a_sender_that_dies_leaves_its_row_to_the_next_under_the_same_id(
    desk: Desk,
) -> None:
    desk.plant = plant_of(HOOK)
    async with receiving("200") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        [claimed] = desk.sender().claimed()
        assert await desk.sender().deliver() == 0
        desk.later(minutes=5)
        assert await desk.sender().deliver() == 1
        assert [one.headers["webhook-id"] for one in channel.got] == [claimed.event]


async def test_a_sender_broken_off_while_it_waits_for_an_answer_sends_it_again(desk: Desk) -> None:
    desk.plant = plant_of(HOOK)
    async with receiving(SILENT, "200") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask()
        dying = asyncio.create_task(desk.sender().deliver())
        while not channel.got:
            await asyncio.sleep(0.01)
        dying.cancel()
        with suppress(asyncio.CancelledError):
            await dying
        assert await desk.sender().deliver() == 0
        desk.later(minutes=5)
        assert await desk.sender().deliver() == 1
        assert len({one.headers["webhook-id"] for one in channel.got}) == 1
        assert len(channel.got) == 2


async def test_what_waits_and_what_was_given_up_is_measured(desk: Desk) -> None:
    async with receiving("400", "503") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask("s1")
        await desk.ask("s2")
        await desk.sender().deliver()
        desk.later(seconds=40)
    measured = {
        family.name: family.samples[0].value
        for family in Measured(
            desk.database, desk.clock, Streams(desk.clock), Violations(desk.clock)
        ).collect()
        if family.name.startswith("concord_notices")
    }
    assert measured == {
        "concord_notices_due": 1,
        "concord_notices_age_seconds": 40,
        "concord_notices_given_up": 1,
    }


async def test_a_sender_whose_claim_has_gone_to_another_writes_nothing(desk: Desk) -> None:
    await desk.ask()
    [slow] = desk.sender().claimed()
    desk.later(minutes=5)
    [quick] = desk.sender().claimed()
    with desk.database.write() as session:
        assert not outbox.failed(session, slow, "late", desk.at)
        assert not outbox.give_up(session, slow, "late", desk.at)
        assert outbox.sent(session, quick, desk.at)


async def test_of_two_senders_one_sends_a_row(desk: Desk) -> None:
    async with receiving("200") as channel:
        desk.env["CHANNEL"] = channel.url
        for number in range(6):
            await desk.ask(f"s{number}")
        done = await asyncio.gather(*(desk.sender().deliver() for _ in range(3)))
        assert sum(done) == 6
        assert len({one.body for one in channel.got}) == len(channel.got) == 6


async def test_after_one_that_did_not_arrive_the_others_of_the_route_wait_untried(
    desk: Desk,
) -> None:
    async with receiving("503", "200") as channel:
        desk.env["CHANNEL"] = channel.url
        for number in range(3):
            await desk.ask(f"s{number}")
        sender = desk.sender()
        await sender.deliver()
        assert len(channel.got) == 1
        desk.later(seconds=31)
        assert await sender.deliver() == 3
        assert len(channel.got) == 4


async def test_a_route_tells_only_what_it_is_for(desk: Desk) -> None:
    routes = (
        {**TEAMS, "name": "planners", "roles": ["planner"]},
        {**TEAMS, "name": "controllers", "roles": ["controller"]},
        {**TEAMS, "name": "alarms", "criticality": ["urgent"]},
        {**TEAMS, "name": "reminders", "topics": ["reminder"]},
    )
    desk.plant = plant_of(*routes)
    await desk.ask("s1")
    await desk.ask("s2", Criticality.URGENT)
    found = [one.route for one in desk.sender().claimed()]
    assert sorted(found) == ["1010/alarms", "1010/planners", "1010/planners"]


async def test_a_question_that_was_answered_is_not_asked_by_a_card(desk: Desk) -> None:
    async with receiving("500", "200") as channel:
        desk.env["CHANNEL"] = channel.url
        case = await desk.ask()
        sender = desk.sender()
        await sender.deliver()
        answer = Answered(case, Answer.REJECT, "ada", Role.PLANNER, "hash-4", "seen it")
        await desk.records.decide(answer, Collected())
        desk.later(seconds=31)
        await sender.deliver()
        assert len(channel.got) == 1


def signed_with(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check a signature as a consumer does, whatever the time."""
    stamp = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    wanted = Webhook(secret).sign(headers["webhook-id"], stamp, body.decode())
    return wanted in headers["webhook-signature"].split()


async def test_a_webhook_is_signed_with_every_secret_while_one_is_changed(desk: Desk) -> None:
    desk.plant = plant_of(HOOK)
    desk.env["SECRET"] = f"{SECRET} {OLDER}"
    async with receiving("200") as channel:
        desk.env["CHANNEL"] = channel.url
        case = await desk.ask()
        await desk.sender().deliver()
    [got] = channel.got
    assert signed_with(SECRET, got.headers, got.body)
    assert signed_with(OLDER, got.headers, got.body)
    assert not signed_with("whsec_" + "c" * 32, got.headers, got.body)
    event = json.loads(got.body)
    assert got.headers["content-type"].startswith("application/cloudevents+json")
    assert event["id"] == got.headers["webhook-id"]
    assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "concord.asked", case)
    assert event["data"]["link"].startswith("https://concord.example/open/")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(got.body.replace(b"1010", b"2020"), got.headers)


async def test_a_route_without_its_variable_is_tried_until_somebody_sets_it(desk: Desk) -> None:
    await desk.ask()
    sender = desk.sender()
    await sender.deliver()
    async with receiving("200") as channel:
        desk.env["CHANNEL"] = channel.url
        desk.later(seconds=31)
        await sender.deliver()
        assert len(channel.got) == 1


QUIET = {"quiet_hours": [{"start": "22:00", "end": "06:00"}]}
NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("plant", "criticality", "told_at_night"),
    [
        (plant_of(TEAMS, calendar=QUIET), Criticality.HIGH, False),
        (plant_of(TEAMS, calendar=QUIET), Criticality.URGENT, True),
        (plant_of({**TEAMS, "always": True}, calendar=QUIET), Criticality.LOW, True),
    ],
    ids=("what can wait waits", "urgent breaks them", "a route may always tell"),
)
async def test_quiet_hours(
    desk: Desk, plant: Plant, criticality: Criticality, told_at_night: bool
) -> None:
    desk.plant, desk.at = plant, NIGHT
    async with receiving("200") as channel:
        desk.env["CHANNEL"] = channel.url
        await desk.ask(criticality=criticality, minutes=2880)
        sender = desk.sender()
        await sender.deliver()
        assert len(channel.got) == told_at_night
        desk.at = MORNING - timedelta(seconds=1)
        await sender.deliver()
        assert len(channel.got) == told_at_night
        desk.at = MORNING
        await sender.deliver()
        assert len(channel.got) == 1


def test_pauses_grow_and_end_at_an_hour() -> None:
    pauses = [pause(attempt).total_seconds() for attempt in range(1, 12)]
    assert pauses[:3] == [30, 60, 120]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 3600
