"""A sentence for people, kept apart from its values so that it can be said in another language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Text:
    """An English template and its values, sentences too. ``str()`` says it in English."""

    template: str
    values: tuple[tuple[str, str | Text], ...] = ()

    def __str__(self) -> str:
        """Say it in English."""
        return self.said(lambda template: template)

    def said(self, translate: Translate) -> str:
        """Say it in the language a gettext catalogue translates to.

        A value that is itself a sentence, such as what a cause says, is said in that language too.
        """
        values = {
            name: value.said(translate) if isinstance(value, Text) else translate(value)
            for name, value in self.values
        }
        return translate(self.template).format(**values)


def text(template: str, **values: object) -> Text:
    """Return a sentence; its values are turned into words here, once.

    One that is a sentence with values of its own stays apart, to be said in another language too.
    """
    return Text(template, tuple((name, _value(value)) for name, value in values.items()))


def together(mark: str, sentences: Iterable[Text]) -> Text:
    """Return several sentences as one, with a mark between them."""
    named = {f"part{number}": one for number, one in enumerate(sentences, start=1)}
    return text(mark.join(f"{{{name}}}" for name in named), **named)


def _value(value: object) -> str | Text:
    return value if isinstance(value, Text) and value.values else str(value)
