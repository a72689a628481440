"""Where the target proposes a posting itself, the remedy agrees with it or says why not."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from agent.actions.post_confirmation import PostConfirmation
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed
from tools.objects.confirmation import ConfirmationProposal, MaterialUse

NAME = "target_agrees"


def check(subject: Subject) -> Verdict:
    """Compare component quantities with the ERP's own proposal."""
    proposal: ConfirmationProposal | None = subject.fact(ConfirmationProposal)
    posts = list(subject.actions(PostConfirmation))
    if proposal is None or not posts:
        return beside(NAME, "The target proposes nothing to compare with")
    for post in posts:
        if post.draft.uses is None or post.draft.variance_reason:
            continue
        if _amounts(post.draft.uses) != _amounts(proposal.uses):
            return failed(
                NAME, "The ERP would post other component quantities, and no reason is given"
            )
    return passed(NAME, "The target's own proposal agrees, or the variance is explained")


def _amounts(uses: Iterable[MaterialUse]) -> dict[tuple[str, str], Decimal]:
    result: dict[tuple[str, str], Decimal] = {}
    for use in uses:
        key = (use.material, use.quantity.unit)
        result[key] = result.get(key, Decimal(0)) + use.quantity.amount
    return result
