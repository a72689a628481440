"""Where the target proposes a posting itself, the remedy agrees with it or says why not."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from agent.actions.post_confirmation import PostConfirmation
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed
from tools.objects.confirmation import ConfirmationDraft, ConfirmationProposal, MaterialUse
from tools.objects.quantity import Quantity

NAME = "target_agrees"

Proposed = tuple[str, str, Quantity]


def check(subject: Subject) -> Verdict:
    """Compare component quantities with the ERP's own proposal."""
    proposals: dict[Proposed, ConfirmationProposal] = {
        _proposed(one): one for one in subject.records(ConfirmationProposal)
    }
    drafts = [action.draft for action in subject.actions(PostConfirmation)]
    compared = [draft for draft in drafts if _proposed(draft) in proposals]
    if not compared:
        return beside(NAME, "The target proposes nothing to compare with")
    for draft in compared:
        if draft.uses is None or draft.variance_reason:
            continue
        if _amounts(draft.uses) != _amounts(proposals[_proposed(draft)].uses):
            return failed(
                NAME, "The ERP would post other component quantities, and no reason is given"
            )
    return passed(NAME, "The target's own proposal agrees, or the variance is explained")


def _proposed(it: ConfirmationDraft | ConfirmationProposal) -> Proposed:
    """Return what a proposal is for: the same yield on the same operation."""
    return it.order, it.operation, it.yielded


def _amounts(uses: Iterable[MaterialUse]) -> dict[tuple[str, str], Decimal]:
    result: dict[tuple[str, str], Decimal] = {}
    for use in uses:
        key = (use.material, use.quantity.unit)
        result[key] = result.get(key, Decimal(0)) + use.quantity.amount
    return {key: amount for key, amount in result.items() if amount}
