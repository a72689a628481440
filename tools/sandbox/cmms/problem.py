"""How the CMMS says no: problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

from tools.jsontext import Writable

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is not carried out."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, field: str | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.field = status, code, detail, field

    def body(self) -> dict[str, Writable]:
        """Return the problem's body."""
        at_fault = [] if self.field is None else [{"field": self.field, "message": self.detail}]
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "code": self.code,
            "detail": self.detail,
            "errors": at_fault,
        }


def wrong(code: str, detail: str, field: str | None = None) -> Problem:
    """Return a problem of a request that is itself at fault."""
    return Problem(HTTPStatus.BAD_REQUEST, code, detail, field)


def conflict(code: str, detail: str, field: str | None = None) -> Problem:
    """Return a problem with what is asked as things stand."""
    return Problem(HTTPStatus.CONFLICT, code, detail, field)


def missing(what: str, number: str) -> Problem:
    """Return a problem because there is no such record."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", f"there is no {what} {number}")


def unprocessable(code: str, detail: str, field: str) -> Problem:
    """Return a problem with what a body says, though it is well formed."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, field)
