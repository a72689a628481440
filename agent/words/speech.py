"""How a page speaks to one reader: words, numbers, money and time in their language and zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from agent.case.text import Text
from agent.plain import load
from agent.words.catalog import Language, translator
from agent.words.retelling import found_again
from tools.objects.money import Money

UNITS = {
    Language.EN: {"ST": "PC", "STD": "H", "KAR": "CAR", "PAL": "PAL"},
    Language.DE: {"PC": "ST", "H": "STD"},
}
"""A unit as SAP shows it to readers of a language, where it is another than the internal one."""

LOCALES = {Language.EN: "en_GB", Language.DE: "de_DE"}
QUANTITY = re.compile(r"(-?\d{1,24}(?:\.\d{1,24})?) ([A-Z][A-Z0-9]{0,5})")
DIRECTIONS = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})
MARKS = frozenset("\u200e\u200f\u061c")


@dataclass(frozen=True)
class Speech:
    """One reader's language and clock. Calling it says an English template."""

    language: Language = Language.EN
    zone: tzinfo = UTC

    def __call__(self, template: str, **values: object) -> str:
        """Say a template with its values in the reader's language."""
        said = translator(self.language)(template)
        return said.format(**values) if values else said

    def text(self, told: Text | Mapping[str, Any]) -> str:
        """Say what the machine or a playbook said, whether still plain or not."""
        whole = told if isinstance(told, Text) else load(Text, told)
        return self._dressed(whole).said(translator(self.language))

    def again(self, sentence: str) -> str:
        """Say what was written down in English."""
        return self.text(found_again(sentence))

    def _dressed(self, whole: Text) -> Text:
        """Write all values of a sentence as this reader knows them."""
        values = (
            (name, self._dressed(value) if isinstance(value, Text) else self.value(value))
            for name, value in whole.values
        )
        return Text(whole.template, tuple(values))

    def value(self, word: str) -> str:
        """Write a value that is already a word; a quantity as this reader knows quantities."""
        found = QUANTITY.fullmatch(word)
        if found is None:
            return word
        amount, unit = found.groups()
        if len(unit) == 3 and amount[-3:-2] == ".":
            return self.money(Money(Decimal(amount), unit))
        return self.quantity({"amount": amount, "unit": unit})

    def number(self, value: Decimal | int | str) -> str:
        """Write a number with every digit it has."""
        try:
            exact = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return format_decimal(exact, locale=self.locale, decimal_quantization=False)

    def few(self, value: int) -> str:
        """Write a count shortly, as charts do."""
        return format_compact_decimal(value, locale=self.locale, fraction_digits=1)

    def share(self, value: float) -> str:
        """Write a share as percent."""
        return format_percent(value, format="#,##0 %", locale=self.locale)

    def quantity(self, plain: Mapping[str, Any]) -> str:
        """Write an amount with its unit, as SAP shows the unit in this language."""
        return f"{self.number(plain['amount'])}\N{NO-BREAK SPACE}{self.unit(str(plain['unit']))}"

    def unit(self, code: str) -> str:
        """Write a unit as SAP shows it in this language."""
        return UNITS[self.language].get(code, code)

    def money(self, money: Money) -> str:
        """Write an amount of money, with its cents."""
        amount = format_decimal(money.amount, format="#,##0.00", locale=self.locale)
        return f"{amount}\N{NO-BREAK SPACE}{money.currency}"

    def moment(self, at: datetime) -> str:
        """Write a point in time as the plant's clock shows it."""
        pattern = "dd.MM.yyyy HH:mm" if self.language is Language.DE else "d MMM yyyy HH:mm"
        return format_datetime(at, pattern, tzinfo=self.zone, locale=self.locale)

    def day(self, day: date) -> str:
        """Write a day shortly."""
        return format_date(day, "dd.MM." if self.language is Language.DE else "d MMM", self.locale)

    def clock(self, at: datetime) -> str:
        """Write the time of day as the plant's clock shows it."""
        return format_time(at.astimezone(self.zone), "HH:mm", locale=self.locale)

    def span(self, span: timedelta) -> str:
        """Say roughly how long something lasts, in the one unit that matters."""
        seconds = abs(int(span.total_seconds()))
        if seconds < 60:
            return self("{count} s", count=seconds)
        if seconds < 2 * 3600:
            return self("{count} min", count=seconds // 60)
        if seconds < 2 * 86400:
            return self("{count} h", count=seconds // 3600)
        return self("{count} days", count=seconds // 86400)

    def ago(self, at: datetime, now: datetime) -> str:
        """Say how long ago something was."""
        return self("{span} ago", span=self.span(now - at))

    @property
    def locale(self) -> str:
        """The locale that numbers and dates are written in."""
        return LOCALES[self.language]


def leaf(speech: Speech, value: Any) -> str | None:
    """Say a plain value of a fact; None where it holds more than one."""
    if isinstance(value, bool):
        return speech("yes") if value else speech("no")
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return speech.number(str(value))
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        if set(fields) == {"amount", "unit"}:
            return speech.quantity(fields)
        if set(fields) == {"amount", "currency"}:
            return speech.money(load(Money, fields))
        return None
    return _word(speech, value) if isinstance(value, str) else None


def _word(speech: Speech, value: str) -> str:
    """Say a word of a fact; a point in time as the plant's clock shows it."""
    if len(value) >= 19 and value[4:5] == "-" and value[10:11] == "T":
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return speech.moment(at if at.tzinfo else at.replace(tzinfo=UTC))
    return value


def visible(text: str) -> str:
    """Return text with the marks that would turn its direction, or hide in it, made visible.

    What a plant wrote is shown as it is; but nobody may be led to read ``09`` where ``90`` stands.
    """
    if text.isascii():
        return text
    return "".join(_mark(sign) if _hides(sign) else sign for sign in text)


def _hides(sign: str) -> bool:
    if sign in MARKS or unicodedata.bidirectional(sign) in DIRECTIONS:
        return True
    return unicodedata.category(sign) in {"Cf", "Co", "Cs"} and sign not in "\u00ad\u200d\u200c"


def _mark(sign: str) -> str:
    return f"⟨U+{ord(sign):04X}⟩"
