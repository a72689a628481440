"""The tool that sorts out an error text: what it is, whose it is, and what is suggested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from agent.assessments import triage
from agent.reasoning.chat.model import ToolPage
from agent.reasoning.chat.tool import Bench, Shown, Tool, schema, text_of


async def _sorted(bench: Bench, arguments: Mapping[str, Any]) -> list[Shown]:
    return [Shown("triage", asdict(triage.assess(text_of(arguments, "text"))))]


TRIAGE = Tool(
    ToolPage(
        "triage",
        "What an error text or log line is about, whose it is, and what is suggested.",
        schema({"text": {"type": "string", "maxLength": 4000}}, ("text",)),
    ),
    _sorted,
)
