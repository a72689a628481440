"""Against a running plant in a box every line is green, and what is spoilt is named."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.bootstrap import database_of
from agent.clock import now
from agent.doctoring.finding import Mark
from tests.agent.doctor.patients import SHIPPED, Patient
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.servers import Server

NOWHERE = "http://127.0.0.1:9"


async def test_every_line_is_green(patient: Patient) -> None:
    report = await patient.examined()
    assert [one for one in report.findings if one.mark is not Mark.OK] == []
    assert report.healthy
    said = {one.what for one in report.findings}
    for what in ("CSRF token", "credentials", "rights", "clock", "services", "reachable"):
        assert {f"{plant} S/4HANA {what}" for plant in ("1010", "1710")} <= said
    assert {"1010 SAP DM processes", "1710 Ignition resources", "1710 CMMS plant 1710"} <= said
    assert "1010 S/4HANA plant maintenance rights" in said


async def test_looking_makes_and_posts_nothing(patient: Patient) -> None:
    await patient.examined()
    assert not patient.settings.home.exists()
    assert patient.served.world.journal.entries == []


async def test_a_home_that_has_been_used_is_green_too(patient: Patient) -> None:
    database_of(patient.settings).dispose()
    report = await patient.examined()
    said = {one.what: one.found for one in report.findings}
    assert said["database"].endswith("the audit is guarded")
    assert said["precedents"] == "index and records agree"
    assert report.healthy


async def test_a_wrong_password_is_named_by_its_variable_and_not_shown(patient: Patient) -> None:
    wrong = {
        "1010 S/4HANA credentials": "CONCORD_SANDBOX_S4_PASSWORD",
        "1710 S/4HANA credentials": "CONCORD_SANDBOX_S4_PASSWORD",
        "1010 SAP DM credentials": "CONCORD_SANDBOX_DM_CLIENT_SECRET",
        "1710 Ignition credentials": "CONCORD_SANDBOX_IGNITION_TOKEN",
        "1710 CMMS credentials": "CONCORD_SANDBOX_CMMS_TOKEN",
    }
    for variable in wrong.values():
        patient.env[variable] = "guessed"
    ills = await patient.ills()
    assert {what: wrong[what] in ills[what].mend for what in ills} == dict.fromkeys(wrong, True)
    assert "guessed" not in str(ills)


async def test_one_wrong_password_says_nothing_against_the_other_systems(patient: Patient) -> None:
    patient.env["CONCORD_SANDBOX_IGNITION_TOKEN"] = "guessed"
    assert list(await patient.ills()) == ["1710 Ignition credentials"]


async def test_a_stopped_system_is_named_once_and_the_others_are_looked_at(
    patient: Patient,
) -> None:
    patient.env["CONCORD_SANDBOX_DM_URL"] = NOWHERE
    patient.env["CONCORD_SANDBOX_CMMS_URL"] = NOWHERE
    ills = await patient.ills()
    assert list(ills) == ["1010 SAP DM reachable", "1710 CMMS reachable"]
    assert "Start CMMS" in ills["1710 CMMS reachable"].mend
    assert "CONCORD_SANDBOX_DM_URL" in ills["1010 SAP DM reachable"].mend


async def test_of_a_stopped_erp_nothing_further_is_asked(patient: Patient) -> None:
    patient.env["CONCORD_SANDBOX_S4_URL"] = NOWHERE
    assert list(await patient.ills()) == ["1010 S/4HANA reachable", "1710 S/4HANA reachable"]


async def test_a_stopped_token_endpoint_is_no_wrong_password(patient: Patient) -> None:
    patient.env["CONCORD_SANDBOX_DM_TOKEN_URL"] = NOWHERE
    assert list(await patient.ills()) == ["1010 SAP DM reachable"]


async def test_a_web_page_instead_of_data_is_recognised(patient: Patient) -> None:
    patient.served.world.faults.add(Fault(FaultKind.HTML_PAGE, method="READ"))
    ills = await patient.ills()
    for what in ("1010 S/4HANA", "1010 SAP DM", "1710 Ignition", "1710 CMMS"):
        assert ills[f"{what} reachable"].mark is Mark.FAIL
        assert "Something else answers" in ills[f"{what} reachable"].mend


async def test_a_truncated_answer_is_recognised(patient: Patient) -> None:
    patient.served.world.faults.add(Fault(FaultKind.TRUNCATED, Server.CMMS))
    ills = await patient.ills()
    assert ills["1710 CMMS reachable"].mark is Mark.FAIL


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
async def test_clocks_far_off_are_told_apart_by_side(patient: Patient, ahead: timedelta) -> None:
    patient.clock = lambda: now() + ahead
    ills = await patient.ills()
    systems = ("1010 S/4HANA", "1010 SAP DM", "1710 S/4HANA", "1710 Ignition", "1710 CMMS")
    assert set(ills) == {f"{system} clock" for system in systems}
    side = "behind" if ahead > timedelta() else "ahead of"
    assert all(side in one.found and "NTP" in one.mend for one in ills.values())


async def test_a_path_that_leads_nowhere_is_named(patient: Patient) -> None:
    patient.env["CONCORD_SANDBOX_CMMS_URL"] += "/v9"
    ills = await patient.ills()
    assert "CONCORD_SANDBOX_CMMS_URL" in ills["1710 CMMS reachable"].mend


def shipped(folder: Path, code: str, old: str, new: str) -> Path:
    """Return a folder with one shipped plant, changed in one place."""
    text = (SHIPPED / f"{code}.toml").read_text("utf-8")
    assert old in text
    folder.mkdir(exist_ok=True)
    (folder / f"{code}.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def with_plants(patient: Patient, folder: Path) -> Patient:
    return replace(patient, settings=patient.settings.model_copy(update={"plants": folder}))


async def test_a_service_that_is_not_there_is_named(patient: Patient, tmp_path: Path) -> None:
    folder = shipped(tmp_path / "plants", "1710", "ZCONCORD_SITE_SRV", "ZGONE_SRV")
    ills = await with_plants(patient, folder).ills()
    assert ills["1710 S/4HANA service ZGONE_SRV"].mark is Mark.FAIL
    assert "ZGONE_SRV" in ills["1710 S/4HANA service ZGONE_SRV"].mend


async def test_a_process_that_is_not_published_is_a_warning(
    patient: Patient, tmp_path: Path
) -> None:
    line = 'scrap_reports = "REG_10000000-0000-4000-8000-000000000012"\n'
    ills = await with_plants(patient, shipped(tmp_path / "plants", "1010", line, "")).ills()
    assert [(name, one.mark) for name, one in ills.items()] == [
        ("1010 SAP DM processes", Mark.WARN)
    ]
    assert "scrap_reports" in ills["1010 SAP DM processes"].found


async def test_a_unit_no_table_knows_is_a_warning(patient: Patient, tmp_path: Path) -> None:
    folder = shipped(tmp_path / "plants", "1710", 'pcs = "ST"', "")
    ills = await with_plants(patient, folder).ills()
    assert ills["1710 Ignition rights: orders"].mend == "Add the unit to mappings.units."


async def test_a_plant_the_mes_does_not_know_is_named(patient: Patient, tmp_path: Path) -> None:
    folder = shipped(tmp_path / "plants", "1710", 'code = "1710"', 'code = "1799"')
    ills = await with_plants(patient, folder).ills()
    assert ills["1799 Ignition plant 1799"].mark is Mark.FAIL
    assert ills["1799 CMMS plant 1799"].mark is Mark.FAIL
