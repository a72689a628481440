"""The text of a new plant file: what every plant must say, and in comments what it may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tools.plant.schema import NAME

MesKind = Literal["sap_dm", "ignition"]
CmmsKind = Literal["s4_pm", "cmms_rest"]

_HEAD = """\
#:schema {schema}
# Plant {code}. Check it with `concord plants check`. Codes stand in quotes. Secrets stay in the
# environment: a key that ends in _env names the variable that holds the value.

[plant]
code = {quoted_code}
name = {name}
company_code = {quoted_code}
currency = "EUR"
language = "en"                       # in which people are written to: en, de
time_zone = {time_zone}

[systems.erp]
kind = "s4"
url_env = "{prefix}_S4_URL"           # or url = "https://…"
client = "100"
auth = {{ kind = "basic", user_env = "{prefix}_S4_USER", password_env = "{prefix}_S4_PASSWORD" }}
settle_seconds = 60                   # longer than the slowest commit
# The site's own sync queue and log, if it has one:
# site = {{ service = "ZSITE_SYNC_SRV", queue = "cpmSyncQueue", log = "cpmSyncLog" }}
"""

_MES: Mapping[MesKind, str] = {
    "sap_dm": """
[systems.mes]
kind = "sap_dm"
url_env = "{prefix}_DM_URL"

[systems.mes.auth]
kind = "oauth2"
token_url_env = "{prefix}_DM_TOKEN_URL"
client_id_env = "{prefix}_DM_CLIENT_ID"
client_secret_env = "{prefix}_DM_CLIENT_SECRET"
""",
    "ignition": """
[systems.mes]
kind = "ignition"
url_env = "{prefix}_IGNITION_URL"
auth = {{ kind = "token", token_env = "{prefix}_IGNITION_TOKEN", header = "X-Concord-Token" }}
# sql = {{ url_env = "{prefix}_IGNITION_SQL_URL" }}
""",
}

_CMMS: Mapping[CmmsKind, str] = {
    "s4_pm": """
[systems.cmms]
kind = "s4_pm"
""",
    "cmms_rest": """
[systems.cmms]
kind = "cmms_rest"
url_env = "{prefix}_CMMS_URL"
auth = {{ kind = "token", token_env = "{prefix}_CMMS_TOKEN", prefix = "Bearer " }}
""",
}

_REST = """
[phase]
default = "observe"                   # observe: nothing leaves; then advise, then act

# Everything below is optional.

# [tolerances]
# consumption_percent = 5
# [tolerances.consumption_by_material_group]
# SEAL = 2.5

# [mappings.work_centers]             # MES = ERP
# R-ASSY-01 = "ASSY-01"

# [mappings.units]
# pcs = "ST"

# [[calendar.shifts]]
# name = "early"
# start = "06:00"
# end = "14:00"

# [limits]                            # in the plant's currency
# four_eyes_above = "5000.00"

# [roles]                             # SAP role = role in Concord
# SAP_ME_SUPERVISOR = "supervisor"

# [people]                            # masked before a model is asked, wherever they are named
# names = ["Anna Schmidt", "KZANDER"]

# [[notify.routes]]                   # who is told of what waits
# name = "planners"
# kind = "teams"
# url_env = "CONCORD_{code}_TEAMS_URL"
# roles = ["planner"]

# [audit_copy.application_log]        # keep copies of the audit in SAP's application log, too
# service = "ZCONCORD_AUDIT_SRV"      # a service of the site's own

# [[autonomy]]                        # what the agent may settle alone when facts are decisive
# playbook = "materials/stock_deficit"
# cause = "wrong_location"
# remedy = ["post_movement"]
"""


@dataclass(frozen=True)
class NewPlant:
    """What a new plant file starts from. Values unfit for one are found when it is checked."""

    code: str
    name: str
    time_zone: str
    mes: MesKind
    cmms: CmmsKind


def plant_text(new: NewPlant) -> str:
    """Return the text of a new plant file."""
    text = _HEAD + _MES[new.mes] + _CMMS[new.cmms] + _REST
    return text.format(
        schema=NAME,
        code=new.code,
        quoted_code=_quoted(new.code),
        name=_quoted(new.name),
        time_zone=_quoted(new.time_zone),
        prefix=f"CONCORD_{new.code}",
    )


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
