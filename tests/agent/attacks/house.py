"""An installation in which every secret is a canary, and a plant that knows them."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import httpx
from pydantic import SecretStr

from agent.settings import Settings
from tests.agent.attacks.canaries import canary
from tests.agent.attacks.parrot import Parrot
from tests.agent.dispatch import deficits
from tests.agent.dispatch.deficits import ROOT, plant_files
from tools.sandbox.app import plant_doors
from tools.sandbox.transport import WorldTransport
from tools.sandbox.world import World

SECRETS = {
    "CONCORD_SANDBOX_S4_PASSWORD": canary("system-password"),
    "CONCORD_SANDBOX_DM_CLIENT_SECRET": canary("client-secret"),
    "CONCORD_SANDBOX_IGNITION_TOKEN": canary("api-token"),
    "CONCORD_SANDBOX_CMMS_TOKEN": canary("bearer-token"),
    "CONCORD_MODEL_KEY": canary("model-key"),
    "CONCORD_FALLBACK_KEY": canary("fallback-key"),
    "CONCORD_EMBEDDER_KEY": canary("embedder-key"),
    "CONCORD_CHROMA_KEY": canary("chroma-key"),
    "CONCORD_INGRESS_TOKEN": canary("ingress-token"),
    "CONCORD_OIDC_CLIENT_SECRET": canary("oidc-secret"),
    "CONCORD_LINK_KEYS": canary("link-keys-of-32-characters-or-more"),
    "CONCORD_EDGE_KEY": canary("edge-key"),
    "BROKER_PASSWORD": canary("broker-password"),
    "HOOK_SECRET": "whsec_" + base64.b64encode(b"a canary with a whistle of its own").decode(),
    "SOURCE_SECRET": "whsec_" + base64.b64encode(b"a canary whose song is its name").decode(),
}
SOURCE = "/dm/1010"
OAUTH_TOKEN = canary("oauth-token")
ROUTE_MARK = "canaryfeatherswings7routemark"
DATABASE_PASSWORD = "canary-database-feathers-7"
PASSWORD, WRONG, IN_THE_WRONG_FIELD = canary("own"), canary("wrong"), canary("as-a-name")
FORGED = {"token": canary("stolen"), "jwt": f"a.b.{canary('forged')}"}
MISPLACED = {"key": canary("in-a-file"), "name": "canary_for_a_name", "route": canary("route")}

ROUTES = f"""

[[webhooks]]
source = "{SOURCE}"
secret_env = "SOURCE_SECRET"

[[notify.routes]]
name = "hook"
kind = "webhook"
url_env = "HOOK"
secret_env = "HOOK_SECRET"
internal = true

[audit_copy.application_log]
from_start = true

[audit_copy.extension_table]
from_start = true
"""


def nothing(_: httpx.Request) -> bool:
    return False


def everything(_: httpx.Request) -> bool:
    return True


def reads(request: httpx.Request) -> bool:
    return request.method == "GET"


def writes_to_the_erp(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.host == "s4.sandbox"


def writes_to_the_floor(request: httpx.Request) -> bool:
    return request.method == "POST" and "oauth" not in request.url.path


class Plant(httpx.AsyncBaseTransport):
    """The plant in a box, under other passwords, until it turns into a parrot.

    ``parroting`` says which requests are no longer answered but repeated.
    """

    def __init__(self, world: World, parrot: Parrot) -> None:
        self._world = WorldTransport(world, plant_doors())
        self._parrot = httpx.ASGITransport(parrot)
        self.parroting: Callable[[httpx.Request], bool] = nothing

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.parroting(request):
            return await self._parrot.handle_async_request(request)
        body, headers = await request.aread(), dict(request.headers)
        headers["authorization"] = self._admitted(headers["authorization"])
        asked = httpx.Request(request.method, request.url, headers=headers, content=body)
        asked.extensions = request.extensions
        said = await self._world.handle_async_request(asked)
        if request.url.path.endswith("/oauth/token"):
            issued = json.loads(await said.aread())
            self._real = issued["access_token"]
            return httpx.Response(200, json={**issued, "access_token": OAUTH_TOKEN})
        return said

    def _admitted(self, proof: str) -> str:
        """Return what the box takes for what was sent, which must be exactly the secret."""
        if proof == f"Bearer {OAUTH_TOKEN}":
            return f"Bearer {self._real}"
        name, _, secret = base64.b64decode(proof.removeprefix("Basic ")).decode().partition(":")
        assert secret in SECRETS.values()
        return "Basic " + base64.b64encode(f"{name}:{deficits.SECRET}".encode()).decode()


def settings_of(home: Path, plants: Path, parrot: Parrot) -> Settings:
    return Settings(
        home=home,
        plants=plants,
        public_url="https://concord.example",
        model="openai:tiny",
        model_url=f"{parrot.url}/v1",
        model_key=SecretStr(SECRETS["CONCORD_MODEL_KEY"]),
        fallback_model="ollama:spare",
        fallback_url=parrot.url,
        fallback_key=SecretStr(SECRETS["CONCORD_FALLBACK_KEY"]),
        embedder="openai:vectors",
        embedder_url=f"{parrot.url}/v1",
        embedder_key=SecretStr(SECRETS["CONCORD_EMBEDDER_KEY"]),
        chroma_url=parrot.url,
        chroma_key=SecretStr(SECRETS["CONCORD_CHROMA_KEY"]),
        ingress_token=SecretStr(SECRETS["CONCORD_INGRESS_TOKEN"]),
        oidc_issuer=parrot.issuer,
        oidc_client_id="concord",
        oidc_client_secret=SecretStr(SECRETS["CONCORD_OIDC_CLIENT_SECRET"]),
        link_keys=SecretStr(SECRETS["CONCORD_LINK_KEYS"]),
        log_level="DEBUG",
    )


def plants_of(folder: Path) -> Path:
    """Two plants: one with a user and a client, one with tokens; the first one tells outside."""
    file = plant_files(folder, alone=False) / "1010.toml"
    file.write_text(file.read_text("utf-8") + ROUTES, "utf-8")
    other = (ROOT / "tools/sandbox/plants/1710.toml").read_text("utf-8")
    (folder / "1710.toml").write_text(other, "utf-8")
    return folder


def wrong_files(folder: Path) -> Path:
    """A plant file whose author mistook the names of variables for what they hold."""
    text = (plant_files(folder, alone=False) / "1010.toml").read_text("utf-8") + ROUTES
    text = text.replace('"HOOK_SECRET"', f'"{MISPLACED["route"]}"')
    text = text.replace('"CONCORD_SANDBOX_S4_PASSWORD"', f'"{MISPLACED["name"]}"')
    key = f'client_secret_env = "{MISPLACED["key"]}"'
    text = text.replace('client_secret_env = "CONCORD_SANDBOX_DM_CLIENT_SECRET"', key)
    (folder / "1010.toml").write_text(text, "utf-8")
    return folder
