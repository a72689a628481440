"""What a plant file says of its systems reaches the connectors."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from agent.sides import ConnectedPlant, Wires, connected
from tests.agent.notify.desk import plant_of
from tools.plant.systems import PROPERTIES, STATUSES
from tools.sap.site_services import LogNames, PeriodNames, QueueNames

STATES = {"queued", "sent", "succeeded", "failed"}


def sides(**erp: Any) -> ConnectedPlant:
    sign_in = {"kind": "basic", "user_env": "U", "password_env": "P"}
    token = {"kind": "token", "token_env": "T"}
    systems = {
        "erp": {"kind": "s4", "url": "https://s4.example", "auth": sign_in, **erp},
        "mes": {"kind": "ignition", "url": "https://mes.example", "auth": token},
    }
    env = {"U": "u", "P": "p", "T": "t"}
    return connected(plant_of(systems=systems), Wires(env, lambda: datetime.now(UTC)))


def test_a_service_is_called_what_the_site_calls_it() -> None:
    names = {"API_PRODUCT_SRV": "ZPRODUCT_SRV", "API_MATERIAL_STOCK_SRV": "/own/stock"}
    landscape = sides(services=names).landscape
    assert landscape.service("API_PRODUCT_SRV").path == "/sap/opu/odata/sap/ZPRODUCT_SRV"
    assert landscape.service("API_MATERIAL_STOCK_SRV").path == "/own/stock"
    assert landscape.service("API_INSPECTIONLOT_SRV").path.endswith("/API_INSPECTIONLOT_SRV")


def test_the_sites_own_service_is_read_by_the_sites_own_names() -> None:
    site = sides(
        site={
            "service": "ZSYNC",
            "queue": "Messages",
            "properties": {"MessageID": "MsgId", "OpensOn": "From"},
            "statuses": {"FAILED": "E"},
        }
    ).options.site
    assert site is not None
    assert site.queue == QueueNames("Messages", number="MsgId", failed="E")
    assert site.log == LogNames(number="MsgId")
    assert site.period == PeriodNames(opens="From")


def test_what_the_site_has_not_is_not_offered() -> None:
    none = {"queue": "", "log": "", "period": "", "retry": ""}
    site = sides(site={"service": "ZSYNC", **none}).options.site
    assert site is not None
    assert (site.queue, site.log, site.period, site.retry) == (None, None, None, None)


def test_a_plant_file_may_rename_whatever_is_asked_for() -> None:
    asked = {
        (one.name, one.default)
        for names in (QueueNames, LogNames, PeriodNames)
        for one in fields(names)
        if one.name != "entity_set"
    }
    assert {default for name, default in asked if name in STATES} == STATUSES
    assert {default for name, default in asked if name not in STATES} == PROPERTIES
