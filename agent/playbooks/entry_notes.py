"""What people wrote on the entries of one gap, and what that leaves of the numbers' story.

Numbers that are equal make two entries look like one. Who made them may say that they are two, that
a correction is taken back, or that a number is no slip: then no number decides any more.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.case.diagnosis import Leaning
from agent.case.text import text
from agent.playbooks.clues import denies, doubts, mentions
from agent.playbooks.confirmation_gap import Gap
from agent.playbooks.pairing import Entry
from agent.playbooks.playbook import NOT_A_CONFLICT

ONLY_IN_ERP = "only_in_erp"
MENTIONED = (("typing", "entered_wrong"), ("rework", "rework_counted_as_yield"))


def another(gap: Gap) -> tuple[Entry, ...]:
    """Return the ERP's own entries that look like the shop floor's, and say that they are not."""
    by_hand = (gap.posting,) if gap.posting and gap.posting.it.reference is None else ()
    alike = dict.fromkeys((*gap.doubles, *gap.scraps, *gap.parts, *by_hand))
    return tuple(
        one
        for one in alike
        if mentions(one.it.note, "another") and not mentions(one.it.note, "same")
    )


def weighed(gap: Gap, spoken: Mapping[str, int]) -> list[Leaning]:
    """Return what the notes speak for; against the numbers they leave no cause at all."""
    says, otherwise = text("A note mentions it"), text("A note says otherwise")
    others, best = another(gap), max(spoken, key=lambda name: spoken[name])
    if others and ONLY_IN_ERP in spoken:
        return [Leaning(ONLY_IN_ERP, 3, says, _paths(others), from_free_text=True)]
    against = others or _against(gap, best)
    if against:
        cites = _paths(against)
        return [
            Leaning(best, 3, gap.compared, gap.paths),
            Leaning(best, -3, otherwise, cites, excludes=True, from_free_text=True),
        ]
    return [
        Leaning(cause, 1, says, _paths((one,)), from_free_text=True)
        for one in (gap.report, gap.posting, *gap.extra)
        for clue, cause in MENTIONED
        if one and mentions(one.it.note, clue)
    ]


def _against(gap: Gap, best: str) -> tuple[Entry, ...]:
    """Return the entries whose words stand against what the numbers tell."""
    if best in {NOT_A_CONFLICT, ONLY_IN_ERP}:
        return ()
    entries = tuple(one for one in (gap.report, gap.posting) if one)
    return tuple(
        one
        for one in entries
        if mentions(one.it.note, "taken_back")
        or doubts(one.it.note)
        or (best == "entered_wrong" and _stands_by_it(one.it.note))
    )


def _stands_by_it(note: str) -> bool:
    return mentions(note, "insisting") or denies(note, "typing")


def _paths(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    return tuple(f"{one.path}.note" for one in entries)
