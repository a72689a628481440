"""Maintenance is told of an active asset that is known, and of one fault only once."""

from __future__ import annotations

from agent.actions.notify_maintenance import NotifyMaintenance
from agent.case.proof import Verdict
from agent.proof.check import Subject, beside, failed, passed, unknown
from tools.objects.equipment import Equipment
from tools.objects.maintenance import (
    MaintenanceNotification,
    MaintenanceStatus,
    NotificationDraft,
)
from tools.objects.reading import System

NAME = "asset_is_told_once"
LIVE = frozenset({MaintenanceStatus.OPEN, MaintenanceStatus.IN_PROCESS})


def check(subject: Subject) -> Verdict:
    """Look the asset up, and its open notifications."""
    drafts = [action.draft for action in subject.actions(NotifyMaintenance)]
    if not drafts:
        return beside(NAME, "Maintenance is told of nothing")
    assets = {one.number: one for one in subject.of(System.CMMS, Equipment)}
    told = subject.of(System.CMMS, MaintenanceNotification)
    for draft in drafts:
        asset = assets.get(draft.equipment)
        if asset is None:
            return unknown(NAME, "Asset {asset} was not read", asset=draft.equipment)
        if not asset.active:
            return failed(NAME, "Asset {asset} is not in use", asset=asset.number)
        again = next((one for one in told if covers(one, draft)), None)
        if again is not None:
            return failed(NAME, "Notification {number} tells of it", number=again.number)
    return passed(NAME, "The asset is in use, and nobody has told of this fault")


def covers(told: MaintenanceNotification, draft: NotificationDraft) -> bool:
    """Return whether a notification already tells of what a draft tells of."""
    if told.equipment != draft.equipment:
        return False
    since, until = told.malfunction_start or told.reported_at, told.malfunction_end
    if until is not None:
        return since <= draft.malfunction_start <= until
    return told.status in LIVE and (told.breakdown or since >= draft.malfunction_start)
