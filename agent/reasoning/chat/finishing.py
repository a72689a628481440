"""A model's answer made fit to be shown: names back, no foreign links, nothing nobody reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from agent.reasoning.chat.naming import CASE
from agent.reasoning.chat.phrases import Say
from agent.reasoning.chat.showing import shown
from agent.reasoning.identifiers import identifiers, invented

LONGEST = 6000

_IMAGE = re.compile(r"!\[([^\]]*)\]\s*(?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\s*\(\s*<?([^)\s>]*)>?[^)]*\)")
_REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:data|javascript|mailto):)\S*", re.I)
_DOMAIN = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?/\S*", re.I)
_TAG = re.compile(r"<(?=[/!?a-zA-Z])")


def finished(text: str, link: Callable[[str], str]) -> str:
    """Return an answer in which only the pages of cases are links, and nothing is loaded."""
    cut = text[:LONGEST]
    kept = dict[str, str]()

    def linked(found: re.Match[str]) -> str:
        title, target = found.groups()
        case = CASE.search(title) or CASE.search(target)
        if case is None or target != link(case.group()):
            return title
        mark = f"\x00{len(kept)}\x00"
        kept[mark] = f"[{case.group()}]({target})"
        return mark

    cut = cut.replace("\x00", "")
    plain = _LINK.sub(linked, _REFERENCE.sub("", _IMAGE.sub(r"\1", cut)))
    plain = _TAG.sub("‹", _DOMAIN.sub("…", _ADDRESS.sub("…", plain)))
    for mark, whole in kept.items():
        plain = plain.replace(mark, whole)
    return plain.strip()


def warning(text: str, seen: Iterable[str], say: Say) -> str:
    """Return a warning of identifiers that occur in nothing that was said or read; or nothing."""
    known = frozenset(word for one in seen for word in identifiers(one))
    unknown = invented(text, known)
    if not unknown:
        return ""
    words = ", ".join(shown(word) for word in unknown[:5])
    return say("Careful: nothing that was read names {words}.", words=words)


def pages(cases: Iterable[str], text: str, link: Callable[[str], str], say: Say) -> str:
    """Return the links to the cases an answer speaks of without linking them."""
    missing = [case for case in cases if case in text and f"]({link(case)})" not in text]
    if not missing:
        return ""
    links = ", ".join(f"[{case}]({link(case)})" for case in missing)
    return say("Decisions are taken on the page of the case: {links}", links=links)
