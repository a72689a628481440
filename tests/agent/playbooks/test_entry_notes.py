"""What people wrote on the entries of both sides weighs against equal numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.case.remedy import Unsettled
from agent.playbooks.production.confirmation_quantity import PLAYBOOK
from tests.agent.playbooks.books import confirmation, diagnosed, plant
from tests.agent.playbooks.quantities import facts, scrap
from tools.objects.confirmation import ConfirmationState


def test_scrap_whose_entry_says_it_is_another_piece_is_not_cancelled() -> None:
    by_hand = confirmation("7/2", 0, 3, mark=None, note="weitere 3 v. d. Waschanlage")
    case = facts((confirmation("Q1", 27, 3),), (confirmation("7/1", 27, 3), by_hand))
    found = diagnosed(PLAYBOOK, case)
    assert (found.cause, found.decisive) == ("only_in_erp", False)
    assert isinstance(PLAYBOOK.remedy("only_in_erp", case, plant()), Unsettled)


def test_an_entry_of_the_same_number_that_says_it_is_another_pallet_is_no_double() -> None:
    by_hand = confirmation("7/2", 20, mark=None, note="belongs to second pallet")
    case = facts((confirmation("Q1", 20),), (confirmation("7/1", 20), by_hand))
    assert diagnosed(PLAYBOOK, case).cause == "only_in_erp"


def test_an_entry_that_says_it_is_another_lot_heals_nothing() -> None:
    by_hand = confirmation("7/1", 20, mark=None, note="anderes Los")
    assert diagnosed(PLAYBOOK, facts((confirmation("Q1", 20),), (by_hand,))).contested
    silent = facts((confirmation("Q1", 20),), (replace(by_hand, note=""),))
    assert diagnosed(PLAYBOOK, silent).cause == "not_a_conflict"


def test_a_scrap_report_against_the_floors_own_scrap_contests_it() -> None:
    case = facts(
        (confirmation("Q1", 27, 3),),
        (confirmation("7/1", 27, 3), confirmation("7/2", 0, 3, mark=None)),
        scraps=(scrap(6),),
    )
    assert diagnosed(PLAYBOOK, case).contested


@pytest.mark.parametrize(
    "note", ["Änderung war verkehrt", "pls undo my last edit", "26 oder 28, bitte prüfen"]
)
def test_a_correction_that_its_own_note_takes_back_is_a_question(note: str) -> None:
    case = facts((confirmation("Q1", 26, note=note),), (confirmation("7/1", 30),))
    assert (diagnosed(PLAYBOOK, case).cause, diagnosed(PLAYBOOK, case).contested) == (None, True)


@pytest.mark.parametrize("note", ["kein Zahlendreher", "weighed twice"])
def test_a_slip_its_operator_denies_is_a_question(note: str) -> None:
    refused = confirmation("Q1", 1000, state=ConfirmationState.REFUSED, note=note)
    assert diagnosed(PLAYBOOK, facts((refused,), ())).contested
    silent = facts((replace(refused, note=""),), ())
    assert diagnosed(PLAYBOOK, silent).cause == "entered_wrong"


def test_both_sides_agree_within_the_tolerance_of_the_larger_one() -> None:
    exactly = facts((confirmation("Q1", 99),), (confirmation("7/1", 100),))
    assert diagnosed(PLAYBOOK, exactly, "1710").cause == "not_a_conflict"
    beyond = facts((confirmation("Q1", 98),), (confirmation("7/1", 100),))
    assert diagnosed(PLAYBOOK, beyond, "1710").cause == "changed_after_posting"
