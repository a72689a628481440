"""Answers of JSON systems, held against the shape their contract gives them."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.reply import Reply


class Shape(BaseModel):
    """A record as a system answers it: wrong types are refused, fields beyond the contract not."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


ShapeT = TypeVar("ShapeT", bound=Shape)

MOST_PAGES = 1000
"""A list of more pages is none that Concord asks for."""


def ending(reply: Reply, pages: int) -> None:
    """Make sure that a list of so many pages ends.

    Raises:
        Misread: It does not, as far as anybody would want to wait for it.
    """
    if pages > MOST_PAGES:
        raise reply.misread(f"there are more than {MOST_PAGES} pages: they never end")


def shaped(reply: Reply, kind: type[ShapeT]) -> ShapeT:
    """Return an answer's body as what it should be.

    Raises:
        Misread: The answer to a read is not JSON, or of another shape; the first fault is named.
        OutcomeUnknown: The same of a write's answer.
    """
    try:
        return kind.model_validate_json(reply.body)
    except ValidationError as error:
        reply.json()
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in fault["loc"]) or "the answer"
        raise reply.misread(f"{where}: {fault['msg']}") from error
