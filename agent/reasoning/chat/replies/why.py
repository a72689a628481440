"""Why a case is as it is: the cause that was found, the reasons and the facts they cite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from agent.reasoning.chat.laying import heading, listed
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.replies.case import next_step, trace_of
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import quoted, shown
from agent.words.catalog import Language


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell cause, reasons, proof and ruling of the latest attempt."""
    trace, say = await trace_of(asked), asked.say
    case = trace["case"]
    yield heading(asked, say("Why case {case} is as it is", case=asked.case(case["id"])))
    if trace["attempts"]:
        latest = trace["attempts"][-1]
        yield _cause(asked, latest["diagnosis"])
        yield listed([*_failed(asked, latest["proof"]), _ruled(asked, latest["ruling"])], say)
    elif case["why"]:
        yield quoted(case["why"])
    yield next_step(asked, trace)


def _cause(asked: Asked, diagnosis: Mapping[str, Any]) -> str:
    say = asked.say
    if diagnosis["cause"] is None:
        head = say("No cause stands out.")
    elif diagnosis["decisive"]:
        head = say(
            "Cause: {cause}; the facts exclude every other.", cause=say.word(diagnosis["cause"])
        )
    else:
        head = say(
            "Cause: {cause}, with a confidence of {percent} %.",
            cause=say.word(diagnosis["cause"]),
            percent=round(diagnosis["confidence"] * 100),
        )
    reasons = [_reason(asked, reason) for reason in diagnosis["reasons"]]
    return f"{head}\n{listed(reasons, say)}" if reasons else head


def _reason(asked: Asked, reason: Mapping[str, Any]) -> str:
    cites = ", ".join(shown(path) for path in reason["cites"])
    said = asked.say.text(reason["because"])
    return f"{said} [{cites}]" if cites else said


def _failed(asked: Asked, proof: Mapping[str, Any]) -> list[str]:
    say = asked.say
    return [
        say(
            "Check {check}: {because}",
            check=say.word(one["check"]),
            because=say.text(one["because"]),
        )
        for one in proof["verdicts"]
        if one["result"] in {"failed", "unknown"}
    ]


def _ruled(asked: Asked, ruling: Mapping[str, Any]) -> str:
    because = asked.say.text(ruling["because"])
    return asked.say("{because} (policy {policy})", because=because, policy=shown(ruling["policy"]))


REPLY = Reply(
    rank=Rank.DEED,
    words={
        Language.EN: ("why", "reason", "reasons", "how come", "cause", "explain"),
        Language.DE: (
            "warum",
            "wieso",
            "weshalb",
            "grund",
            "gründe",
            "ursache*",
            "erklär*",
            "begründ*",
        ),
    },
    about=(Kind.CASE, Kind.ORDER, Kind.MATERIAL, Kind.DOCUMENT),
    tell=tell,
)
