"""A confirmation went through, and the goods movements that should follow did not."""

from decimal import Decimal

from agent.effects.effects import PostingState
from agent.records.postings import PostingRecords
from tests.agent.effects.target import Shop, Time, confirm, effects_on
from tools.objects.confirmation import MaterialUse
from tools.objects.quantity import Quantity

CASE = "c-1"
MISSING = MaterialUse("RM-2", Quantity(Decimal(4), "KG"), location="0001")


async def test_what_did_not_follow_is_told_as_a_fact(ledger: PostingRecords, time: Time) -> None:
    shop = Shop(time, failed=(MISSING,))

    done = await effects_on(ledger, time, shop).perform(CASE, confirm(), 0, "d-1")

    assert (done.state, done.number) == (PostingState.PARTIAL, "100/1")
    assert done.failed == (MISSING,)
    assert [refusal.text for refusal in done.refusals] == [
        "4 KG RM-2 from 0001 was not booked with the confirmation"
    ]


async def test_a_partial_confirmation_is_never_posted_again(
    ledger: PostingRecords, time: Time
) -> None:
    shop = Shop(time, failed=(MISSING,))
    effects = effects_on(ledger, time, shop)
    first = await effects.perform(CASE, confirm(), 0, "d-1")

    again = await effects.perform(CASE, confirm(), 0, "d-2")

    assert again == first
    assert len(shop.posted) == 1


async def test_one_that_is_whole_is_confirmed(ledger: PostingRecords, time: Time) -> None:
    done = await effects_on(ledger, time, Shop(time)).perform(CASE, confirm(), 0, "d-1")

    assert (done.state, done.failed) == (PostingState.CONFIRMED, ())


async def test_it_is_read_back_until_the_target_can_be_seen(
    ledger: PostingRecords, time: Time
) -> None:
    shop = Shop(time, failed=(MISSING,), blind=2)

    done = await effects_on(ledger, time, shop).perform(CASE, confirm(), 0, "d-1")

    assert done.state is PostingState.PARTIAL
    assert len(shop.posted) == 1


async def test_a_document_nobody_could_look_at_stays_unknown_and_is_not_posted_again(
    ledger: PostingRecords, time: Time
) -> None:
    shop = Shop(time, blind=1000)
    effects = effects_on(ledger, time, shop)

    done = await effects.perform(CASE, confirm(), 0, "d-1")

    assert (done.state, done.number) == (PostingState.UNKNOWN, "100/1")
    shop.blind = 0
    assert (await effects.perform(CASE, confirm(), 0, "d-1")).state is PostingState.CONFIRMED
    assert len(shop.posted) == 1
