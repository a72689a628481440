"""What SAP answered to one OData request, judged and unwrapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from tools.errors import Message, OutcomeUnknown, Refused, Severity, ToolError
from tools.jsontext import Json, Row
from tools.reply import Reply
from tools.sap.decoding import etag_of
from tools.sap.refusal import error_messages, function_messages, header_messages


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the data without its ``d`` wrapping, the change marker, and what SAP remarked."""

    data: Json
    etag: str | None
    messages: tuple[Message, ...]
    reply: Reply

    @property
    def row(self) -> Row:
        """The single row.

        Raises:
            Misread: A read was answered with something else.
            OutcomeUnknown: A write was.
        """
        if not isinstance(self.data, dict):
            raise self.reply.misread("no single row where one is expected")
        return self.data

    @property
    def rows(self) -> list[Row]:
        """The rows, if there are several or might be; errors as for ``row``."""
        return rows_in(self.data, self.reply)


def answer(reply: Reply, function: str | None = None) -> Answer:
    """Read a success.

    Args:
        reply: An answer with status 2xx.
        function: The function import it answers, whose name may wrap the result.

    Raises:
        Refused: A read carries an error message, or a function says it did not do it.
        Misread: A read's answer is not OData.
        OutcomeUnknown: A write's answer is not OData, or is a success with an error message.
    """
    messages = header_messages(reply)
    data = _data(reply)
    if function is not None:
        data = _result(data, function)
        said = function_messages(data)
        messages += said
        if _errors(said) and not any(message.severity is Severity.SUCCESS for message in said):
            raise _refused(reply, messages)
    if _errors(messages):
        raise _contradiction(reply, messages)
    etag = (etag_of(data) if isinstance(data, dict) else None) or reply.headers.get("etag")
    return Answer(data, etag, messages, reply)


def rows_in(data: Json, reply: Reply) -> list[Row]:
    """Return the rows of a collection, with or without its ``results`` wrapping."""
    rows = data.get("results") if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise reply.misread("no rows where rows are expected")
    return cast("list[Row]", rows)


def _data(reply: Reply) -> Json:
    if reply.status == 204 or not reply.body:
        if reply.access == "read":
            raise reply.misread("an empty answer where JSON is expected")
        return None
    body = reply.json()
    if isinstance(body, dict) and "d" in body:
        return body["d"]
    if isinstance(body, dict) and "error" in body:
        codes = ", ".join(message.code for message in error_messages(reply))
        raise reply.misread(f"an error message ({codes}) in an answer that says {reply.status}")
    raise reply.misread("JSON that is not OData V2: no 'd'")


def _result(data: Json, function: str) -> Json:
    if isinstance(data, dict):
        if function in data:
            data = data[function]
        if isinstance(data, dict) and isinstance(data.get("results"), list):
            data = data["results"]
    return data


def _errors(messages: tuple[Message, ...]) -> bool:
    return any(message.severity is Severity.ERROR for message in messages)


def _refused(reply: Reply, messages: tuple[Message, ...]) -> ToolError:
    return Refused(reply.system, "refused", reply.exchange, messages=messages)


def _contradiction(reply: Reply, messages: tuple[Message, ...]) -> ToolError:
    """A success with an error message: a write may have posted, in whole or in part."""
    if reply.access == "read":
        return _refused(reply, messages)
    why = "a success that carries an error message"
    return OutcomeUnknown(reply.system, why, reply.exchange, messages=messages)
