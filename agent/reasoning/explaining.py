"""A case explained to a person by a model, in English or German: words, checked, and nothing else.

What is said is held against the case: an identifier or a number that stands nowhere in it makes the
whole text unusable, and the plain telling is given instead. Nothing here reaches the case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast

from agent.case.ruling import Role
from agent.case.text import Text
from agent.plain import load
from agent.reasoning.asker import ModelTrouble
from agent.reasoning.asking import Asking, Matter
from agent.reasoning.calls import Purpose
from agent.reasoning.identifiers import identifiers, invented
from agent.reasoning.ladder import GivenUp
from agent.reasoning.masking import Mask
from agent.reasoning.opinion import NotUsable
from agent.reasoning.request import Form
from agent.reasoning.words import NoWords
from agent.words.catalog import Language

TASK = "explain"
NAME = "explanation"
LONGEST = 3000

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TOKEN = re.compile(r"#\w+#")
_SHAPED = re.compile(r"://|</?\w|[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e]")


@dataclass(frozen=True)
class Wanted:
    """Who wants a case explained: in which language, as what, and what they ask."""

    language: Language
    reader: Role
    question: str = ""


@dataclass(frozen=True)
class Explained:
    """An explanation and whose it is; ``text`` None says ``why`` there is none."""

    text: str | None
    by: str = ""
    why: str = ""


class ModelExplainer:
    """Asks a model to put a recorded case into words."""

    def __init__(self, asking: Asking, clock: Callable[[], datetime]) -> None:
        self._asking, self._clock = asking, clock

    async def explain(self, trace: Mapping[str, Any], wanted: Wanted) -> Explained:
        """Return the model's words; no text where it gave none that can be used."""
        case = trace["case"]
        people = await self._asking.people.of(case["plant"])
        told = told_of(trace)
        mask = Mask(told, {"people": _deciders(trace)}, people=people)
        masked = cast("dict[str, Any]", mask.plain(told))
        question = mask.hide(wanted.question)
        inputs = {
            "now": self._clock().isoformat(timespec="minutes"),
            "language": wanted.language.value,
            "reader": wanted.reader.value,
            "question": question,
            "case": masked,
        }
        matter = Matter(
            task=TASK,
            purpose=Purpose.EXPLAIN,
            kind=None,
            case=case["id"],
            plant=case["plant"],
            inputs=inputs,
            name=NAME,
            schema={},
            read=partial(words_of, case=masked),
            form=Form.WORDS,
        )
        try:
            heard = await self._asking.ask(matter)
        except (GivenUp, ModelTrouble, NoWords) as error:
            return Explained(None, why=" ".join(str(error).split())[:300])
        return Explained(mask.restore(heard.said), "/".join(heard.mark))


def told_of(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person wants to know of a case: without the audit and what repeats itself."""
    case, attempts = trace["case"], trace["attempts"]
    told: dict[str, Any] = {
        "id": case["id"],
        "plant": case["plant"],
        "kind": case["kind"],
        "object": case["object"],
        "status": case["settlement"] or case["status"],
        "waits_for": case["waiting_for"],
        "due_at": case["due_at"],
        "why": case["why"],
        "signal": {name: case["signal"][name] for name in ("type", "message", "text", "keys")},
    }
    if attempts:
        latest = attempts[-1]
        plan, diagnosis, ruling = latest["plan"], latest["diagnosis"], latest["ruling"]
        told["facts"] = {name: row["value"] for name, row in latest["facts"].items()}
        told["cause"] = diagnosis["cause"]
        told["decisive"] = diagnosis["decisive"]
        told["reasons"] = [_said(one["because"]) for one in diagnosis["reasons"]]
        told["remedy"] = _said(plan["summary"]) if plan["settles"] else ""
        told["question"] = "" if plan["settles"] else _said(plan["question"])
        told["changes"] = plan.get("changes", [])
        told["proof"] = {one["check"]: one["result"] for one in latest["proof"]["verdicts"]}
        told["ruling"] = {"verb": ruling["verb"], "because": _said(ruling["because"])}
    told["postings"] = [
        {name: one[name] for name in ("system", "kind", "state", "document")}
        for one in trace["postings"]
    ]
    return told


def words_of(text: str | None, case: Mapping[str, Any]) -> str:
    """Read an explanation and hold it against the case.

    Raises:
        NotUsable: It is empty or too long, or names something that stands nowhere in the case.
    """
    said = (text or "").strip()
    if not said or len(said) > LONGEST:
        raise NotUsable("the explanation is empty or too long")
    if _SHAPED.search(said):
        raise NotUsable("it holds an address, a tag or signs that nobody sees")
    bare = _TOKEN.sub(" ", said)
    names = invented(bare, identifiers(case))
    known = set(_numbers(case))
    numbers = [one for one in _NUMBER.findall(bare) if known.isdisjoint(_readings(one))]
    unknown = list(dict.fromkeys([*names, *numbers]))
    if unknown:
        raise NotUsable(f"stands nowhere in the case: {', '.join(unknown[:8])}")
    return said


def _numbers(value: Any) -> Iterator[Decimal]:
    """Return every number that stands in data, also inside its texts and names."""
    match value:
        case bool() | None:
            return
        case int() | float():
            yield Decimal(str(value))
        case str():
            for one in _NUMBER.findall(value):
                yield from _readings(one)
        case Mapping():
            for name, one in cast("Mapping[str, Any]", value).items():
                yield from _numbers(name)
                yield from _numbers(one)
        case Sequence():
            for one in cast("Sequence[Any]", value):
                yield from _numbers(one)
        case _:
            return


def _readings(number: str) -> set[Decimal]:
    """Return what digits can mean: with a point or a comma for fractions, with thousands apart."""
    english = number.replace(",", "")
    german = number.replace(".", "").replace(",", ".")
    pieces = re.split("[.,]", number)
    read = {english, german, *(pieces if len(pieces) > 2 else ())}
    return {Decimal(one) for one in read if re.fullmatch(r"\d+(\.\d+)?", one)}


def _deciders(trace: Mapping[str, Any]) -> list[str]:
    return [str(one["decision"]["by"]) for one in trace["decisions"]]


def _said(plain: Mapping[str, Any]) -> str:
    return str(load(Text, plain))
