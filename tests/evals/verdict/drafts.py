"""Versions of a prompt that differ in one line, and a model that reads it before it is right."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from registry.registry import in_folder, shipped
from tests.agent.models.provider import MODEL, Reply, Said

KIND = "production/confirmation_variance"
NAME = f"openai:{MODEL}"
FIRST_RULE = "- Choose the open cause"

KNOWN: Mapping[str, tuple[str, str]] = {
    "cv-039": ("swapped reel", "setup_waste"),
    "cv-040": ("Einr.teile geschn.", "setup_waste"),
    "cv-044": ("schrauber zu stark", "unrecorded_scrap"),
    "cv-072": ("Lunker. AGENT", "unrecorded_scrap"),
}
"""Words by which a golden case is known in a prompt, and the cause its label names."""


def folder_with(folder: Path, versions: Mapping[str, str]) -> Path:
    """Return a folder of prompts with more versions of diagnose, each with a rule of its own."""
    copytree(shipped(), folder)
    text = (folder / "diagnose" / "1.1.0.prompty").read_text("utf-8")
    for version, rule in versions.items():
        draft = text.replace("version: 1.1.0", f"version: {version}")
        draft = draft.replace(FIRST_RULE, f"- {rule}\n{FIRST_RULE}")
        (folder / "diagnose" / f"{version}.prompty").write_text(draft, "utf-8")
        in_folder(folder).lock("diagnose", version, "Ada", parent="1.1.0")
    return folder


@dataclass(frozen=True)
class Reader:
    """Names the label's cause, but says of some cases that they are unclear.

    ``unclear`` are those cases by a rule that stands in the prompt, and by no words at all where
    none does.
    """

    unclear: Mapping[str, Collection[str]]

    def __call__(self, body: dict[str, Any]) -> Reply:
        """Answer a request."""
        return Said(self.opinion(body))

    def opinion(self, body: dict[str, Any]) -> str:
        """Return what it says to a request."""
        told = "".join(one["content"] for one in body["messages"])
        case, cause = next((name, cause) for name, (words, cause) in KNOWN.items() if words in told)
        rule = next((one for one in self.unclear if one and one in told), "")
        if case in self.unclear.get(rule, ()):
            cause = "unclear"
        reason = {"says": "The note says so.", "cites": ["order"]}
        return json.dumps({"cause": cause, "confidence": 0.9, "reasons": [reason]})
