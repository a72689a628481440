"""How DM says no.

[spec] The error body is flat: ``code``, ``message``, ``correlationId``, ``causeMessage``; the
statuses are 400, 401, 403, 404 and 500. [client] Production processes add ``details`` with one
message each. [sandbox] The codes themselves.
"""

from __future__ import annotations

from http import HTTPStatus

from tools.jsontext import Writable


class Refused(Exception):
    """A request DM does not carry out."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def body(self, correlation: str) -> dict[str, Writable]:
        """Return DM's error body."""
        return {
            "code": self.code,
            "message": self.message,
            "correlationId": correlation,
            "causeMessage": self.message,
        }


def wrong(code: str, message: str) -> Refused:
    """Return a refusal of a request that is at fault, or not possible as things stand."""
    return Refused(HTTPStatus.BAD_REQUEST, code, message)


def unknown(what: str, number: str) -> Refused:
    """Return a refusal because there is no such record."""
    return Refused(HTTPStatus.NOT_FOUND, f"{what}.notFound", f"{what} {number} does not exist")
