"""A case: where it stands, what is proposed, and the page on which it is decided."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from agent.reasoning.chat.laying import heading, listed
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import moment, quoted, shown
from agent.words.catalog import Language


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell the case, from its records."""
    trace = await trace_of(asked)
    case = trace["case"]
    yield heading(asked, asked.say("Case {case}", case=asked.case(case["id"])))
    yield listed([*_standing(asked, case), *_proposed(asked, trace)], asked.say, most=12)
    yield next_step(asked, trace)


async def trace_of(asked: Asked) -> Mapping[str, Any]:
    """Return everything on record about the case the question is about."""
    name = asked.the_subject.number
    asked.used("case", case=name)
    return (await asked.sources.records.traces(name))[0]


def next_step(asked: Asked, trace: Mapping[str, Any]) -> str:
    """Say who does what next; a decision is taken on the case's page, never here."""
    say, case = asked.say, trace["case"]
    link = asked.case(case["id"])
    if case["status"] in {"needs_person", "dead"}:
        return say("Somebody has to look: {case}.", case=link)
    if case["settlement"]:
        how = say.word(case["settlement"])
        return say("It is settled: {how}. Everything about it: {case}.", how=how, case=link)
    if case["waiting_for"]:
        role = say.word(case["waiting_for"])
        return say("A {role} decides, on the page of the case: {case}.", role=role, case=link)
    return say("It is being worked on: {case}.", case=link)


def _standing(asked: Asked, case: Mapping[str, Any]) -> list[str]:
    say = asked.say
    kind = say.word(case["kind"].rpartition("/")[2]) if case["kind"] else say("not recognised")
    rows = [f"{kind}, {shown(case['object'])}, {say.word(case['status'])}"]
    opened = moment(datetime.fromisoformat(case["opened_at"]), asked.window.zone)
    rows.append(say("opened {time}", time=opened))
    if case["due_at"]:
        due = moment(datetime.fromisoformat(case["due_at"]), asked.window.zone)
        rows.append(say("to be decided by {time}", time=due))
    if case["signal"]["text"]:
        rows.append(say("Note: {note}", note=quoted(case["signal"]["text"])))
    return rows


def _proposed(asked: Asked, trace: Mapping[str, Any]) -> list[str]:
    """Say what is proposed, with its before and after, and what was posted."""
    say, rows = asked.say, list[str]()
    if trace["attempts"]:
        plan = trace["attempts"][-1]["plan"]
        if plan["settles"]:
            rows.append(say("Proposal: {summary}", summary=say.text(plan["summary"])))
            rows += [_change(change) for change in plan["changes"]]
        else:
            rows.append(say("Question: {question}", question=say.text(plan["question"])))
    for posting in trace["postings"]:
        words = f"{posting['system']} {say.word(posting['kind'])}: {say.word(posting['state'])}"
        rows.append(f"{words} {shown(posting['document'])}" if posting["document"] else words)
    return rows


def _change(change: Mapping[str, str]) -> str:
    what = f"{shown(change['system'])} {shown(change['object'])}, {shown(change['field'])}"
    return f"{what}: {shown(change['before'])} → {shown(change['after'])}"


REPLY = Reply(
    rank=Rank.THING,
    words={Language.EN: ("case", "cases"), Language.DE: ("fall", "fälle")},
    about=(Kind.CASE,),
    tell=tell,
)
