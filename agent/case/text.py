"""A sentence for people, kept apart from its values so that it can be said in another language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Text:
    """An English template and its values. ``str()`` says it in English."""

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Say it in English."""
        return self.said(lambda template: template)

    def said(self, translate: Translate) -> str:
        """Say it in the language a gettext catalogue translates to.

        A value that is itself a sentence, such as what a cause says, is said in that language too.
        """
        values = {name: translate(value) for name, value in self.values}
        return translate(self.template).format(**values)


def text(template: str, **values: object) -> Text:
    """Return a sentence; its values are turned into words here, once."""
    return Text(template, tuple((name, str(value)) for name, value in values.items()))
