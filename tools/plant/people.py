"""Who works at the plant: names that no model needs to see."""

from __future__ import annotations

from pydantic import Field

from tools.plant.section import Listed, Section, Text


class People(Section):
    """People who may be named in a text, such as a shift note, though no record names them."""

    names: Listed[Text] = Field(
        default=(),
        description="Names or user names that are masked before a model is asked, wherever they "
        "stand.",
    )
