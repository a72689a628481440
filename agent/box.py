"""The plant in a box as Concord's own plants: its plant files, and the variables they refer to."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from tools.sandbox.serve import Served
from tools.sandbox.servers import Server

PREFIX = "CONCORD_SANDBOX_"
WEBDEV = "/system/webdev/plant/concord"
CMMS_API = "/api/v1"


def plants_folder() -> Path:
    """Return the folder of the box's plant files."""
    return Path(str(files("tools.sandbox").joinpath("plants")))


def variables(box: Served) -> dict[str, str]:
    """Return the environment that the box's plant files refer to."""
    access, urls = box.credentials, box.urls
    values = {
        "S4_URL": urls[Server.S4],
        "S4_USER": access.user,
        "S4_PASSWORD": access.password,
        "DM_URL": urls[Server.DM],
        "DM_TOKEN_URL": f"{urls[Server.DM]}/oauth/token",
        "DM_CLIENT_ID": access.client_id,
        "DM_CLIENT_SECRET": access.client_secret,
        "IGNITION_URL": f"{urls[Server.IGNITION]}{WEBDEV}",
        "IGNITION_TOKEN": access.api_key,
        "CMMS_URL": f"{urls[Server.CMMS]}{CMMS_API}",
        "CMMS_TOKEN": access.api_key,
        "CONTROL_URL": box.control_url,
        "CONTROL_TOKEN": box.control_token,
    }
    return {f"{PREFIX}{name}": value for name, value in values.items()}
