"""Worlds from one template are equal and independent."""

import gc
from datetime import timedelta

from tests.tools.sandbox.tanks import TankWorld, of, tank_world
from tools.sandbox.clock import OPENING
from tools.sandbox.opening import opened
from tools.sandbox.template import Template


def test_worlds_of_one_template_go_their_own_ways() -> None:
    template = Template(tank_world())
    one, other = of(template.world()), of(template.world())
    one.tanks["1"]["TankName"] = "changed"
    one.clock.advance(5)
    one.access.draw()
    assert other.tanks == tank_world().tanks
    assert (other.clock.now(), one.clock.now()) == (OPENING, OPENING + timedelta(seconds=5))
    assert isinstance(of(template.world()), TankWorld)
    assert gc.isenabled()


def test_a_whole_plant_comes_out_as_it_went_in() -> None:
    plant = opened(1, OPENING)
    again = Template(plant).world()
    assert again.s4.orders == plant.s4.orders
    assert again.dm.orders == plant.dm.orders
    assert again.ignition.orders == plant.ignition.orders
    again.s4.orders.clear()
    assert plant.s4.orders
