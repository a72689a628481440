"""Both plants of the box, as they stand when the box is opened."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from tools.book import PlantBook
from tools.objects.cost import PostingPeriod
from tools.sandbox.seed.master import Master, notes, read_master
from tools.sandbox.seed.orders import Draw, draw_orders
from tools.sandbox.seed.surroundings import (
    draw_cost_centers,
    draw_maintenance,
    draw_quality,
    draw_shop_floor,
    draw_stock,
)

PLANTS = ("1010", "1710")


def books(seed: int, now: datetime) -> tuple[PlantBook, ...]:
    """Return the books of the two plants; the same seed and moment give the same books."""
    return tuple(_book(read_master(plant), seed, now) for plant in PLANTS)


def _book(master: Master, seed: int, now: datetime) -> PlantBook:
    first = now.date().replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    book = PlantBook(
        plant=master.plant,
        company_code=master.company_code,
        currency=master.currency,
        today=now.date(),
        period=PostingPeriod(master.company_code, first, next_month - timedelta(days=1)),
        materials=list(master.materials.values()),
        boms=list(master.boms.values()),
        routings=list(master.routings.values()),
        work_centers=list(master.work_centers.values()),
    )
    rng = random.Random(f"{seed}/{master.plant}")
    draw = Draw(master, book, rng, now, notes(), _batches(master, rng))
    draw_orders(draw)
    draw_stock(draw)
    draw_quality(draw)
    draw_shop_floor(draw)
    draw_maintenance(draw)
    draw_cost_centers(draw)
    return book


def _batches(master: Master, rng: random.Random) -> dict[str, str]:
    return {
        material.number: f"B{rng.randint(100000, 999999)}"
        for material in master.materials.values()
        if material.batch_managed
    }
