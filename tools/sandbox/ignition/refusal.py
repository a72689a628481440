"""How the site says no: one shape for every refusal, naming the field at fault."""

from __future__ import annotations

from http import HTTPStatus


class Refused(Exception):
    """A request the site does not carry out."""

    def __init__(
        self, status: HTTPStatus, code: str, message: str, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field = status, code, message, field

    def body(self) -> dict[str, dict[str, str | None]]:
        """Return the contract's error body."""
        return {"error": {"code": self.code, "message": self.message, "field": self.field}}


def wrong(code: str, message: str, field: str | None) -> Refused:
    """Return a refusal of a request that is itself at fault."""
    return Refused(HTTPStatus.BAD_REQUEST, code, message, field)


def unknown(what: str, number: str, field: str) -> Refused:
    """Return a refusal because there is no such record."""
    return Refused(HTTPStatus.NOT_FOUND, f"unknown_{what}", f"there is no {what} {number}", field)


def conflict(code: str, message: str, field: str | None = None) -> Refused:
    """Return a refusal of what was understood but cannot be as things stand."""
    return Refused(HTTPStatus.CONFLICT, code, message, field)
