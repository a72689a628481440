"""Documents, by the number people name them by: with or without its year or count."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped


def bears(column: Mapped[str | None], number: str) -> ColumnElement[bool]:
    """Return what is true of rows whose document has this number."""
    return or_(column == number, column.startswith(f"{number}/", autoescape=True))
