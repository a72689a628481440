"""A case told to a person: what the systems say, what is thought of it, what is done, what next.

Works from the trace of a case alone, so it tells the same of a case just settled and of one from
last year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from agent.case.ruling import Ruling, Verb
from agent.case.text import Text
from agent.plain import load
from agent.records.tracing import Trace

LONGEST = 60
NEXT = {
    Verb.ACT: "Concord settles it.",
    Verb.OBSERVE: "Nothing is sent: the plant only observes.",
}


def tell(trace: Trace, console: Console) -> None:
    """Print a case as a person would want to read it."""
    plain = trace.plain()
    console.print(_headline(plain))
    if plain["attempts"]:
        latest = plain["attempts"][-1]
        console.print(Padding(_facts(latest["facts"]), (1, 0, 0, 2)))
        console.print(Padding(_why(latest), (1, 0, 0, 2)))
        console.print(Padding(_plan(latest), (1, 0, 0, 2)))
    if plain["postings"]:
        console.print(Padding(_postings(plain["postings"]), (1, 0, 0, 2)))
    console.print(Padding(_next(plain), (1, 0, 1, 2)))


def _headline(plain: Mapping[str, Any]) -> Styled:
    case = plain["case"]
    status = case["settlement"] or case["status"]
    head = Styled(f"{case['id']}  ", style="bold")
    head.append(f"{status.replace('_', ' ')}  ", style="bold cyan")
    head.append(f"{case['kind'] or 'unrecognised'} · {case['object']}")
    return head


def _facts(facts: Mapping[str, Any]) -> RenderableType:
    """Lay out the scalar facts of each record, one column per system."""
    table = Table(title="What the systems say", title_justify="left", box=None, pad_edge=False)
    for column in ("", "ERP", "MES", "CMMS"):
        table.add_column(column, overflow="fold")
    for name, row in facts.items():
        if row["system"] not in {"ERP", "MES", "CMMS"}:
            continue
        said = "\n".join(_scalars(row["value"])) or "no such record"
        cells = [said if row["system"] == system else "" for system in ("ERP", "MES", "CMMS")]
        table.add_row(Styled(name.replace("_", " "), style="dim"), *cells)
    return table


def _scalars(value: Any, most: int = 6) -> Iterator[str]:
    """Say the plain values of a record; a list by its length and its first entries."""
    if isinstance(value, list):
        rows = cast(list[Any], value)
        yield f"{len(rows)} records" if rows else "none"
        for row in rows[:3]:
            yield "· " + ", ".join(_scalars(row, 4))
        return
    if not isinstance(value, Mapping):
        if value is not None:
            yield str(value)
        return
    said = 0
    for name, one in cast(Mapping[str, Any], value).items():
        text = _amount(one) if isinstance(one, Mapping) else one
        if isinstance(text, str) and text and said < most:
            yield f"{name.replace('_', ' ')} {text[:LONGEST]}"
            said += 1


def _amount(value: Any) -> str | None:
    fields = cast(Mapping[str, Any], value)
    if set(fields) == {"amount", "unit"}:
        return f"{fields['amount']} {fields['unit']}"
    return None


def _why(latest: Mapping[str, Any]) -> RenderableType:
    diagnosis = latest["diagnosis"]
    cause = (diagnosis["cause"] or "no cause stands out").replace("_", " ")
    sure = "decisive" if diagnosis["decisive"] else f"confidence {diagnosis['confidence']:.0%}"
    lines = [Styled(f"Cause: {cause} ({sure})", style="bold")]
    for reason in diagnosis["reasons"]:
        cites = ", ".join(reason["cites"])
        lines.append(Styled(f"  {_said(reason['because'])}  [{cites}]"))
    return Group(*lines)


def _plan(latest: Mapping[str, Any]) -> RenderableType:
    plan = latest["plan"]
    if not plan["settles"]:
        return Styled(f"Question: {_said(plan['question'])}", style="bold")
    table = Table(title=_said(plan["summary"]), title_justify="left", box=None, pad_edge=False)
    for column in ("", "before", "after"):
        table.add_column(column)
    for change in plan["changes"]:
        what = f"{change['system']} {change['object']}, {change['field']}"
        table.add_row(what, change["before"], change["after"])
    return Group(table, _proof(latest["proof"]))


def _proof(proof: Mapping[str, Any]) -> Styled:
    marks = {"passed": "✓", "failed": "✗", "unknown": "?"}
    said = Styled("Proof: ")
    for verdict in proof["verdicts"]:
        mark = marks.get(verdict["result"])
        if mark:
            style = "green" if mark == "✓" else "red"
            said.append(f"{mark} {verdict['check'].replace('_', ' ')}  ", style=style)
    failures = [one for one in proof["verdicts"] if one["result"] in {"failed", "unknown"}]
    for verdict in failures:
        said.append(f"\n       {_said(verdict['because'])}", style="red")
    return said


def _postings(postings: list[Mapping[str, Any]]) -> RenderableType:
    table = Table(title="Carried out", title_justify="left", box=None, pad_edge=False)
    for column in ("system", "action", "state", "document"):
        table.add_column(column)
    for posting in postings:
        action = posting["kind"].replace("_", " ")
        table.add_row(posting["system"], action, posting["state"], posting["document"] or "")
    return table


def _next(plain: Mapping[str, Any]) -> Styled:
    case = plain["case"]
    if not plain["attempts"]:
        return Styled(f"Next: a person looks. {case['why']}", style="bold")
    ruling = load(Ruling, plain["attempts"][-1]["ruling"])
    policy = f" (policy {ruling.policy})"
    if case["status"] == "needs_person":
        return Styled(f"Next: a person looks. {case['why']}", style="bold")
    if case["settlement"]:
        return Styled(f"Settled: {case['why'] or case['settlement']}{policy}", style="bold")
    if ruling.verb in NEXT:
        return Styled(f"Next: {NEXT[ruling.verb]}{policy}", style="bold")
    asked = ruling.ask.value if ruling.ask else "somebody"
    due = f" by {ruling.due_at:%Y-%m-%d %H:%M} UTC" if ruling.due_at else ""
    return Styled(f"Next: a {asked} decides{due}. {ruling.because}{policy}", style="bold")


def _said(plain: Any) -> str:
    return str(load(Text, plain))
