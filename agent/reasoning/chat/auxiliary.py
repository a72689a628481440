"""Requests that chat clients send on their own behalf: a title, tags, follow-up questions.

Open WebUI and LibreChat send them to the same endpoint as questions. They are answered at once,
from what was asked, and cost neither a look at a system nor a model.
"""

from __future__ import annotations

import json
import re

LONGEST_TITLE = 50

_TASK = re.compile(r"\A\s*#{2,4} Task:", re.IGNORECASE)
_TITLE = re.compile(
    r"\A\s*(?:please )?(?:provide|generate|write|create) an? (?:concise|short|brief)[^.\n]{0,60}"
    r"\btitle\b|\A\s*analy[sz]e this conversation and provide:",
    re.IGNORECASE,
)
_ASKED = re.compile(r"^\s*(?:USER|User|user):\s*(.+)$", re.MULTILINE)


def auxiliary(question: str, *, sure: bool = False) -> str | None:
    """Return the answer to a client's own request; None where a person asks.

    Where it is sure that a client asks, what is not recognised is asked for a title.
    """
    if not _TASK.match(question):
        return _title(question) if sure or _TITLE.match(question) else None
    task = question[:600].lower()
    if "follow" in task:
        return json.dumps({"follow_ups": []})
    if "tags" in task:
        return json.dumps({"tags": ["Concord"]})
    if "title" in task:
        return json.dumps({"title": _title(question)}, ensure_ascii=False)
    if "quer" in task:
        return json.dumps({"queries": []})
    return ""


def _title(question: str) -> str:
    found = _ASKED.search(question)
    words = " ".join(found.group(1).split()) if found else "Concord"
    return words if len(words) <= LONGEST_TITLE else f"{words[:LONGEST_TITLE].rstrip()}…"
