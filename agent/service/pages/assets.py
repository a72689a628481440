"""Stylesheet, script and icon: under addresses that name their content, so they may be kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

from agent.service.problem import Problem

MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
FOR_GOOD = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """One file, and the address that names its content."""

    address: str
    media: str
    body: bytes


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Return a file by the address that names its content.

    Raises:
        Problem: There is none of that content.
    """
    asset = next((one for one in assets().values() if one.address == f"/static/{name}"), None)
    if asset is None:
        raise Problem(404, "There is no such file.")
    return Response(asset.body, media_type=asset.media, headers={"Cache-Control": FOR_GOOD})


@cache
def assets() -> dict[str, Asset]:
    """Return all files by their names, read once."""
    return {
        file.name: _asset(file.name, file.read_bytes())
        for file in files("agent.service").joinpath("static").iterdir()
        if file.name.rpartition(".")[2] in MEDIA
    }


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    mark = hashlib.sha256(body).hexdigest()[:12]
    return Asset(f"/static/{stem}.{mark}.{ending}", MEDIA[ending], body)
