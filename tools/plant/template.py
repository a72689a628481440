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
# Other ways to sign in, here as in every system:
#   auth = {{ kind = "oauth2", token_url_env = "…", client_id_env = "…", client_secret_env = "…" }}
#          with scope = "…" where the system wants one; or token_url = "https://…"
#   auth = {{ kind = "token", token_env = "…", header = "Authorization", prefix = "Bearer " }}
# How hard any system may be pressed:
# timeout_seconds = 30
# connect_timeout_seconds = 5
# concurrency = 8                     # requests at the same time
# rate_per_minute = 600               # without it there is no such limit
# language = "en"                     # logon language: en, de
# time_zone = "UTC"                   # of the system's local times; without it the plant's
# release = "S/4HANA 2023"            # for people
# root = "/sap/opu/odata/sap"         # where the services lie
# services = {{ API_PRODUCT_SRV = "ZPRODUCT_SRV" }}   # what goes by another name or path here
# The site's own sync queue and log, if it has one; "" for a set or function it has not:
# [systems.erp.site]
# service = "ZSITE_SYNC_SRV"
# queue = "cpmSyncQueue"
# log = "cpmSyncLog"
# period = "cpmPostingPeriod"
# retry = "RetryMessage"
# properties = {{ MessageID = "MsgId" }}   # what Concord expects = the site's
# statuses = {{ QUEUED = "01", SENT = "02", SUCCEEDED = "03", FAILED = "04" }}
"""

_MES: Mapping[MesKind, str] = {
    "sap_dm": """
[systems.mes]
kind = "sap_dm"
url_env = "{prefix}_DM_URL"
# plant = {quoted_code}                      # in the MES, where it goes by another code

[systems.mes.auth]
kind = "oauth2"
token_url_env = "{prefix}_DM_TOKEN_URL"
client_id_env = "{prefix}_DM_CLIENT_ID"
client_secret_env = "{prefix}_DM_CLIENT_SECRET"

# [systems.mes.processes]             # production processes you published: name = REG_… key
# confirmations = "REG_…"
# copy_audit = "REG_…"
# [audit_copy.extension_table]        # copies of the audit in a table of DM, by copy_audit
""",
    "ignition": """
[systems.mes]
kind = "ignition"
url_env = "{prefix}_IGNITION_URL"
auth = {{ kind = "token", token_env = "{prefix}_IGNITION_TOKEN", header = "X-Concord-Token" }}
# sql = {{ url_env = "{prefix}_IGNITION_SQL_URL" }}   # consumption and stock by SQL instead
# [audit_copy.audit_profile]          # copies of the audit in a profile of Ignition
# profile = "Audit"                   # without it the gateway's own
""",
}

_CMMS: Mapping[CmmsKind, str] = {
    "s4_pm": """
[systems.cmms]
kind = "s4_pm"                        # plant maintenance in the S/4HANA above
# notification_type = "M2"            # for malfunctions
""",
    "cmms_rest": """
[systems.cmms]
kind = "cmms_rest"
url_env = "{prefix}_CMMS_URL"
auth = {{ kind = "token", token_env = "{prefix}_CMMS_TOKEN", prefix = "Bearer " }}
# site = {quoted_code}                       # in the CMMS, where it goes by another code
""",
}

_REST = """
[phase]
default = "observe"                   # observe: nothing leaves; then advise, then act
# [phase.playbooks]                   # those that are behind or ahead
# "materials/stock_deficit" = "advise"

# Everything below is optional; where a value is the default, the comment shows it.

# [tolerances]                        # up to where two systems agree
# consumption_percent = 5             # component against bill of material × quantity
# consumption_by_material = {{ RING-8 = 0 }}
# over_delivery_percent = 0           # received beyond an order's quantity
# confirmation_percent = 0            # yield, scrap, rework: MES against ERP
# stock_percent = 1                   # of one material at one place
# short_stop_minutes = 10             # a machine's stop below this is told to nobody
# clock_skew_seconds = 5              # between a system's clock and Concord's
# [tolerances.consumption_by_material_group]
# SEAL = 2.5

# [feasibility]                       # when an order may be released; scores go from 0 to 1
# feasible_from = 0.95
# notes_from = 0.70
# risk_from = 0.20                    # below, it is blocked
# spare_hours = 8                     # less than this before its due date is tight
# repair_hours = 24                   # a machine that is down blocks what starts within this
# [feasibility.skills]                # work centre = certificate an operator needs there
# ASSY-01 = "ASSEMBLY"

# [mappings.work_centers]             # MES = ERP
# R-ASSY-01 = "ASSY-01"

# [mappings.units]
# pcs = "ST"

# [mappings.reason_codes]             # variance reason in the MES = in the ERP
# R1 = "0001"

# [mappings.scrap_codes]              # scrap code in the MES = where it is booked
# S01 = {{ reason = "0001", cost_center = "4120" }}

# [mappings.downtime_reasons]         # technical (maintenance's), operational, planned
# MECH = "technical"

# [ownership]                         # who is right when nothing else tells: ERP, MES, CMMS
# order_progress = "MES"
# yield_quantity = "MES"
# scrap_quantity = "MES"
# rework_quantity = "MES"
# hold = "MES"

# [calendar]                          # local times
# working_days = ["mon", "tue", "wed", "thu", "fri"]   # by default all; deadlines count no others
# holidays = [2026-12-25]
# shifts = [{{ start = "06:00", end = "14:00" }}]        # without any, all day
# quiet_hours = [{{ start = "22:00", end = "06:00" }}]   # only urgent cases are told of
# erp_batch_windows = [{{ start = "01:30", end = "02:30" }}]
# posting_period = "erp"              # as the ERP says; open where it cannot be asked; or closed

# [limits]                            # in the plant's currency
# low_up_to = "500.00"                # the agent, and a supervisor
# medium_up_to = "5000.00"            # a planner; above, a controller
# four_eyes_above = "5000.00"         # who proposed or changed it may not approve it

# [[autonomy]]                        # what the agent may settle alone when facts are decisive
# playbook = "materials/stock_deficit"
# cause = "wrong_location"
# remedy = ["post_movement"]

# [[criticality]]                     # more or less urgent than its playbook says; the first holds
# playbook = "materials/stock_deficit"  # without it, any
# criticality = "urgent"              # urgent, high, normal, low

# [deadlines]                         # worked minutes within which a question wants an answer
# urgent = 15
# high = 60
# normal = 480
# low = 2880

# [roles]                             # SAP role = role in Concord
# SAP_ME_SUPERVISOR = "supervisor"

# [people]                            # masked before a model is asked, wherever they are named
# names = ["Anna Schmidt", "KZANDER"]

# [[webhooks]]                        # who sends signed events, or asks whether it may
# source = "/mes/2020"
# secret_env = "{prefix}_HOOK_SECRET"   # whsec_…
# origin = "mes.example"              # as in WebHook-Request-Origin

# [mqtt]                              # the broker its machines report to (extra mqtt)
# host_env = "{prefix}_MQTT_HOST"       # or host = "broker.example"
# port = 8883
# tls = true
# ca_file = "/etc/ssl/plant-ca.pem"   # besides the system's
# user_env = "{prefix}_MQTT_USER"
# password_env = "{prefix}_MQTT_PASSWORD"
# client_id = "concord-{code}"          # CONCORD_EXECUTOR_ID is put behind it
# [[mqtt.topics]]
# topic = "plant/+/deficit"
# signal = "concord.stock.deficit.v1" # without it messages are CloudEvents
# id = "uuid"                         # field that names a message for good
# keys = {{ material = "mat" }}        # the signal's keys = what the message calls them
# fields = {{ text = "note" }}

# [polling]                           # asking systems for messages in trouble
# seconds = 0                         # between two looks; 0 means that nobody looks
# stuck_seconds = 1800

# [[notify.routes]]                   # who is told of what waits
# name = "planners"
# kind = "teams"                      # or webhook, with secret_env = "…" (whsec_…)
# url_env = "{prefix}_TEAMS_URL"
# topics = ["asked", "reminder", "escalated"]   # without any, everything
# roles = ["planner"]                 # without any, everybody's matters
# criticality = ["urgent", "high"]    # without any, any
# always = false                      # in quiet hours too
# internal = false                    # the address may lie inside the plant's network

# [audit_copy.application_log]        # copies of the audit in SAP's application log, too
# service = "ZCONCORD_AUDIT_SRV"      # a service of the site's own
# entity_set = "AuditEntrySet"
# from_start = false                  # what was written before this stood here, too
# [audit_copy.application_log.properties]   # Concord's name = the site's
# EntryHash = "EntryHash"
# EntrySequence = "EntrySequence"
# Plant = "Plant"
# RecordedAt = "RecordedAt"
# RecordedBy = "RecordedBy"
# Activity = "Activity"
# CaseID = "CaseID"
# Reason = "Reason"
# Documents = "Documents"
# Details = "Details"

# [notify.remind_before]              # minutes before the deadline; 0 is never
# urgent = 5
# high = 15
# normal = 60
# low = 480

# [notify.escalate]                   # who let it pass = who is told
# supervisor = "planner"
# planner = "controller"

# [retention]
# days = 365                          # model texts and settled cases
# model_texts = "keep"                # or hashes: what a model was sent is not kept

# [policies]                          # Cedar policies of the plant's own
#   file = "{code}.cedar"               # from the plant file
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
