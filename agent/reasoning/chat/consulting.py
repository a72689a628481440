"""The tools that look at the records: a case, why it is as it is, precedents, what is waiting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.case.text import Text
from agent.plain import dump, load
from agent.reasoning.chat.looking import the_one
from agent.reasoning.chat.model import ToolPage
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.replies.waiting import ROLES
from agent.reasoning.chat.sources import PrecedentsAway
from agent.reasoning.chat.tool import Bench, CallRefused, Shown, Tool, schema, text_of
from agent.records.pages import Wish
from agent.records.states import CaseStatus

MOST = 8
_CASE = {"case": {"type": "string", "description": "The case's id, c-…"}}
_ABOUT = {
    "order": {"type": "string", "description": "Instead of a case: the order it is about."},
    "material": {"type": "string", "description": "Instead of a case: the material it is about."},
    "document": {"type": "string", "description": "Instead of a case: a document posted in it."},
}


def consultations(kinds: Mapping[str, str]) -> tuple[Tool, ...]:
    """Return the tools that look at the records."""
    kind = {"kind": {"type": "string", "enum": sorted(kinds)}}
    roles = sorted({role.value for role in ROLES.values()})
    role = {"role": {"type": "string", "enum": roles}}
    return (
        Tool(
            ToolPage(
                "case",
                "Where a case stands, its proposal and postings.",
                schema({**_CASE, **_ABOUT}),
            ),
            _case,
        ),
        Tool(
            ToolPage(
                "why", "Cause, reasons, proof and ruling of a case.", schema(_CASE, ("case",))
            ),
            _why,
        ),
        Tool(
            ToolPage(
                "precedents",
                "How something alike was settled before: of a case, or of a kind of conflict.",
                schema({**_CASE, **kind, "words": {"type": "string"}}),
            ),
            _precedents,
        ),
        Tool(
            ToolPage("waiting", "Which cases wait for a person, the urgent first.", schema(role)),
            _waiting,
        ),
    )


async def _case(bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    if not arguments.get("case"):
        return await _cases_about(bench, arguments)
    trace = await _trace(bench, text_of(arguments, "case"))
    case = trace["case"]
    names = (
        "id",
        "kind",
        "plant",
        "object",
        "status",
        "criticality",
        "cause",
        "value",
        "waiting_for",
        "person",
        "due_at",
        "opened_at",
        "settlement",
        "why",
    )
    plain: dict[str, Any] = {name: case[name] for name in names}
    plain["note"] = case["signal"]["text"]
    if trace["attempts"]:
        plan = trace["attempts"][-1]["plan"]
        said = plan["summary"] if plan["settles"] else plan["question"]
        plain["proposal" if plan["settles"] else "question"] = _said(said)
        plain["changes"] = plan.get("changes", [])
    wanted = ("system", "kind", "state", "document")
    plain["postings"] = [{name: one[name] for name in wanted} for one in trace["postings"]]
    decided = [one["decision"] for one in trace["decisions"]]
    told = ("answer", "role", "by", "reason")
    plain["decisions"] = [{name: one[name] for name in told} for one in decided]
    return [Shown("case", plain, "records")]


async def _cases_about(bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    if arguments.get("document"):
        subject = await the_one(bench, Kind.DOCUMENT, text_of(arguments, "document"))
        traces = await bench.sources.records.traces(subject.number)
        lines = [one["case"] for one in traces if one["case"]["plant"] == subject.plant]
        rows = [{name: one[name] for name in ("id", "kind", "object", "status")} for one in lines]
    else:
        name = "order" if arguments.get("order") else "material"
        subject = await the_one(bench, Kind(name), text_of(arguments, name).upper())
        wish = Wish(plant=subject.plant, object=f"{subject.plant}/{name}/{subject.number}")
        page = await bench.sources.records.page(wish, MOST)
        rows = [dump(line) for line in page.lines]
    for row in rows:
        bench.notes.about(row["id"])
    return [Shown("cases", rows, "records")]


async def _why(bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    trace = await _trace(bench, text_of(arguments, "case"))
    if not trace["attempts"]:
        return [Shown("why", {"why": trace["case"]["why"]}, "records")]
    latest = trace["attempts"][-1]
    diagnosis = latest["diagnosis"]
    plain = {
        "cause": diagnosis["cause"],
        "decisive": diagnosis["decisive"],
        "confidence": diagnosis["confidence"],
        "reasons": [
            {"because": _said(one["because"]), "cites": one["cites"]}
            for one in diagnosis["reasons"]
        ],
        "failed_checks": [
            {"check": one["check"], "because": _said(one["because"])}
            for one in latest["proof"]["verdicts"]
            if one["result"] in {"failed", "unknown"}
        ],
        "ruling": {name: latest["ruling"][name] for name in ("verb", "policy", "ask", "due_at")},
        "ruled_because": _said(latest["ruling"]["because"]),
    }
    return [Shown("why", plain, "records")]


async def _precedents(bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    records = bench.sources.records
    try:
        if arguments.get("case"):
            trace = await _trace(bench, text_of(arguments, "case"))
            found = await records.alike(trace["case"]["id"], MOST)
        elif (kind := text_of(arguments, "kind", required=False)) in bench.sources.kinds:
            words = text_of(arguments, "words", required=False) or bench.turn.question
            found = await records.like(kind, words, MOST)
        else:
            raise CallRefused("model", "give a case, or one of the kinds of conflict")
    except PrecedentsAway as error:
        raise CallRefused("integrator", "the precedents cannot be asked now") from error
    rows = list[Any]()
    for one in found:
        view = await records.case(one.case)
        if view is not None and bench.turn.plant in {None, view.plant}:
            bench.notes.about(one.case)
            rows.append(dump(one))
    return [Shown("precedents", rows, "records, approved cases only")]


async def _waiting(bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    name = text_of(arguments, "role", required=False).lower()
    if name and name not in ROLES:
        raise CallRefused("model", f"'{name}' is none of the roles")
    wish = Wish(
        CaseStatus.WAITING,
        plant=bench.turn.plant,
        waiting_for=ROLES.get(name),
        awake_at=bench.sources.clock(),
    )
    page = await bench.sources.records.page(wish, MOST)
    rows = [dump(line) for line in page.lines]
    for row in rows:
        bench.notes.about(row["id"])
    count = await bench.sources.records.count(wish)
    return [Shown("waiting", {"count": count, "cases": rows}, "records")]


async def _trace(bench: Bench, word: str) -> Mapping[str, Any]:
    subject = await the_one(bench, Kind.CASE, word.lower())
    bench.notes.about(subject.number)
    return (await bench.sources.records.traces(subject.number))[0]


def _said(plain: Any) -> str:
    return str(load(Text, plain))
