"""What people and machines may want of the service, in the words the policies use."""

from __future__ import annotations

from enum import StrEnum


class Deed(StrEnum):
    """One thing somebody may be allowed to do, at a plant or in the installation as a whole.

    ``DECIDE`` lets somebody answer at all; whether they may approve this remedy, the policies on
    remedies say. ``LOOSEN`` lets the agent do more than before, ``REIN_IN`` less.
    """

    READ_CASES = "read_cases"
    DECIDE = "decide"
    CLAIM = "claim"
    PROPOSE = "propose"
    ASSESS = "assess"
    CHAT = "chat"
    USE_TOOLS = "use_tools"
    READ_AUDIT = "read_audit"
    READ_DEAD_LETTERS = "read_dead_letters"
    MEND_DEAD_LETTERS = "mend_dead_letters"
    READ_PLANTS = "read_plants"
    LOOSEN = "loosen"
    REIN_IN = "rein_in"
    READ_PROMPTS = "read_prompts"
    READ_KPIS = "read_kpis"
    READ_METRICS = "read_metrics"
    READ_ACCOUNTS = "read_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEND_SIGNALS = "send_signals"


FOR_MACHINES = (
    Deed.SEND_SIGNALS,
    Deed.ASSESS,
    Deed.READ_CASES,
    Deed.READ_AUDIT,
    Deed.READ_DEAD_LETTERS,
    Deed.READ_PLANTS,
    Deed.READ_PROMPTS,
    Deed.READ_KPIS,
    Deed.READ_METRICS,
    Deed.PROPOSE,
    Deed.CHAT,
    Deed.USE_TOOLS,
)
"""What a key may be given as a scope: nothing that decides, and nothing about who may what."""
