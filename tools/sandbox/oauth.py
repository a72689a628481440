"""The token endpoint: OAuth2 client credentials, sent as basic authorization or in the form."""

from __future__ import annotations

from urllib.parse import parse_qs

from tools.sandbox.access import TOKEN_LIFE, basic
from tools.sandbox.exchange import Request, Response, json_response


def token_response(request: Request) -> Response:
    """Answer a request for a token."""
    if request.method != "POST":
        return json_response({"error": "invalid_request"}, 405, [("allow", "POST")])
    form = parse_qs(request.body.decode("utf-8", "replace"))
    if form.get("grant_type") != ["client_credentials"]:
        return json_response({"error": "unsupported_grant_type"}, 400)
    client, secret = _client(request, form)
    token = request.world.access.issue(client, secret, request.world.clock.now())
    if token is None:
        return json_response({"error": "invalid_client"}, 401)
    life = int(TOKEN_LIFE.total_seconds())
    return json_response({"access_token": token, "token_type": "bearer", "expires_in": life})


def _client(request: Request, form: dict[str, list[str]]) -> tuple[str, str]:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        return basic(value) or ("", "")
    return form.get("client_id", [""])[0], form.get("client_secret", [""])[0]
