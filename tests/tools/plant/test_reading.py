"""A plant file that cannot be used says where and how to mend it."""

from pathlib import Path

import pytest

from tools.objects.reading import System
from tools.plant.problem import PlantRefused, Problem
from tools.plant.reading import check_content, check_plant, check_plants, load_plants, read_plant

SMALLEST = """\
[plant]
code = "1010"
name = "Valves"
company_code = "1010"
currency = "EUR"
time_zone = "Europe/Berlin"

[systems.erp]
kind = "s4"
url = "https://erp.example:44300"
auth = { kind = "basic", user_env = "ERP_USER", password_env = "ERP_PASSWORD" }

[systems.mes]
kind = "ignition"
url_env = "MES_URL"
auth = { kind = "token", token_env = "MES_TOKEN" }
"""
ENV = {
    "ERP_USER": "concord",
    "ERP_PASSWORD": "secret",
    "MES_URL": "https://mes.example/system/webdev/plant/concord",
    "MES_TOKEN": "secret",
}


def problems(text: str, env: dict[str, str] | None = None) -> tuple[Problem, ...]:
    return check_content(text.encode(), Path("plant.toml"), ENV if env is None else env).problems


def only(text: str, env: dict[str, str] | None = None) -> str:
    found = problems(text, env)
    assert len(found) == 1, found
    return str(found[0])


def line_of(text: str, part: str) -> int:
    return 1 + [part in line for line in text.splitlines()].index(True)


def test_the_smallest_plant_needs_sixteen_lines_and_has_sensible_defaults(tmp_path: Path) -> None:
    file = tmp_path / "1010.toml"
    file.write_text(SMALLEST, encoding="utf-8")
    plant = read_plant(file, ENV)
    assert (plant.code, plant.systems.mes.kind, plant.systems.cmms.kind) == (
        "1010",
        "ignition",
        "s4_pm",
    )
    assert plant.phase_of("production/confirmation_variance") == "observe"
    assert plant.ownership.yield_quantity is System.MES


def test_a_code_written_as_a_number_is_refused_with_what_to_write() -> None:
    text = SMALLEST.replace('code = "1010"\nname', "code = 1010\nname")
    assert only(text) == (
        'plant.toml:2: plant.code: stands without quotes. Codes are text: write "1010".'
    )


def test_a_code_with_leading_zeros_is_no_toml_and_is_said_to_need_quotes() -> None:
    text = SMALLEST + "\n[mappings.storage_locations]\nLINE = 0002\n"
    assert only(text).startswith("plant.toml:19: ")
    assert only(text).endswith('Codes and times are text: write "0002".')


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    text = SMALLEST.replace("time_zone", "timezone")
    assert [str(problem) for problem in problems(text)] == [
        "plant.toml:1: plant.time_zone: is missing. "
        'Add time_zone = …: Zone of the plant, such as "Europe/Berlin".',
        "plant.toml:6: plant.timezone: is no key of [plant]. Did you mean time_zone?",
    ]


def test_an_unknown_key_that_resembles_none_is_answered_with_those_there_are() -> None:
    text = SMALLEST + "\n[retention]\nxyzzy = 1\n"
    assert only(text).endswith("is no key of [retention]. Its keys are days, model_texts.")


def test_a_missing_secret_is_refused_with_line_and_remedy() -> None:
    env = {name: value for name, value in ENV.items() if name != "ERP_PASSWORD"}
    assert only(SMALLEST, env) == (
        "plant.toml:11: systems.erp.auth.password_env: the environment has no ERP_PASSWORD. "
        "Set it where Concord starts: export ERP_PASSWORD=…."
    )


def test_an_empty_secret_is_a_missing_one() -> None:
    assert "the environment has no MES_TOKEN" in only(SMALLEST, {**ENV, "MES_TOKEN": " "})


def test_an_address_in_the_environment_must_be_one() -> None:
    found = only(SMALLEST, {**ENV, "MES_URL": "mes.example:8088"})
    assert "systems.mes.url_env: MES_URL holds no address" in found


def test_without_an_environment_references_are_not_looked_up() -> None:
    assert check_content(SMALLEST.encode(), Path("plant.toml"), None).problems == ()


def test_a_secret_written_into_the_file_is_refused_and_not_repeated() -> None:
    text = SMALLEST.replace('password_env = "ERP_PASSWORD"', 'password = "hunter2 !"')
    said = "\n".join(str(problem) for problem in problems(text))
    assert "a secret does not belong here. Name its environment variable: password_env" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("password_env", '"hunter2 !"'),
        ("password_env", "2024"),
        ("user_env", '"hunter2 !"'),
    ],
)
def test_a_value_in_place_of_a_variable_name_is_not_repeated(key: str, value: str) -> None:
    old = {"password_env": '"ERP_PASSWORD"', "user_env": '"ERP_USER"'}[key]
    said = only(SMALLEST.replace(old, value))
    assert f"systems.erp.auth.{key}" in said
    assert value.strip('"') not in said


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    said = only(SMALLEST.replace("https://erp", "https://me:hunter2@erp"))
    assert said.startswith("plant.toml:10: systems.erp.url: ")
    assert "hunter2" not in said


def test_an_address_is_given_once() -> None:
    text = SMALLEST.replace('kind = "s4"', 'kind = "s4"\nurl_env = "MES_URL"')
    assert "systems.erp: needs either url or url_env. Keep one of them." in only(text)


def test_a_system_of_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    text = SMALLEST.replace('"ignition"', '"ignitoin"')
    assert 'Did you mean "ignition"? One of "ignition", "sap_dm".' in only(text)


def test_a_kind_left_out_is_asked_for() -> None:
    text = SMALLEST.replace('kind = "ignition"\n', "")
    assert 'systems.mes.kind: is missing. Add kind = "ignition" or kind = "sap_dm".' in only(text)


def test_every_problem_is_reported_in_one_go_in_the_order_of_the_file() -> None:
    text = SMALLEST.replace('"EUR"', '"euro"').replace("Berlin", "Berln") + (
        "\n[deadlines]\nurgent = 0\n\n[[autonomy]]\nplaybook = 'x'\ncause = 'y'\nremedy = []\n"
    )
    found = problems(text, {})
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert {problem.key for problem in found} == {
        "plant.currency",
        "plant.time_zone",
        "systems.erp.auth.user_env",
        "systems.erp.auth.password_env",
        "systems.mes.url_env",
        "systems.mes.auth.token_env",
        "deadlines.urgent",
        "autonomy[0].playbook",
        "autonomy[0].remedy",
    }


TWICE = "[mappings]\nwork_centers = { a = 'x', b = 'x' }"


@pytest.mark.parametrize(
    ("section", "key", "problem"),
    [
        ("[tolerances]\nstock_percent = '5'", "tolerances.stock_percent", "is no number"),
        ("[tolerances]\nstock_percent = nan", "tolerances.stock_percent", "is not a number"),
        ("[tolerances]\nstock_percent = -1", "tolerances.stock_percent", "cannot be -1"),
        ("[tolerances]\nclock_skew_seconds = inf", "tolerances.clock_skew_seconds", "cannot be"),
        ("[limits]\nfour_eyes_above = '5k'", "limits.four_eyes_above", "is no amount"),
        ("[limits]\nlow_up_to = 9000", "limits", "has low_up_to above medium_up_to"),
        ("[deadlines]\nhigh = true", "deadlines.high", "is no whole number"),
        ("[phase]\ndefault = 'acts'", "phase.default", "is 'acts'"),
        ("[ownership]\nhold = 'SAP'", "ownership.hold", "is 'SAP'"),
        ("[roles]\nPP = 'boss'", "roles.PP", "is 'boss'"),
        ("[calendar]\nworking_days = 'mon'", "calendar.working_days", "is no list"),
        ("[calendar]\nholidays = ['2026-12-24']", "calendar.holidays[0]", "is no date"),
        ("[mappings]\nunits = { pcs = 'PCS' }", "mappings.units.pcs", "is no SAP-internal"),
        ("[mappings]\nwork_centers = 5", "mappings.work_centers", "is no table"),
        (TWICE, "mappings.work_centers", "a, b all stand"),
        ("[policies]\nfile = 'no.cedar'", "policies.file", "there is no such file"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(section: str, key: str, problem: str) -> None:
    text = f"{SMALLEST}\n{section}\n"
    found = problems(text)
    assert [(one.key, one.problem.startswith(problem)) for one in found] == [(key, True)], found
    header = key.rpartition(".")[0] == ""
    assert found[0].line == (18 if header else 19)


@pytest.mark.parametrize(
    ("key", "names", "problem"),
    [
        ("properties", "{ MsgId = 'MSG' }", "names MsgId, which is none of Attempts, "),
        ("statuses", "{ OPEN = '1' }", "names OPEN, which is none of FAILED, "),
    ],
)
def test_a_site_is_told_of_names_that_nobody_asks_for(key: str, names: str, problem: str) -> None:
    (found,) = problems(f"{SMALLEST}\n[systems.erp.site]\nservice = 'Z'\n{key} = {names}\n")
    assert (found.key, found.line) == (f"systems.erp.site.{key}", 20)
    assert found.problem.startswith(problem)


TRICKY = (
    SMALLEST
    + """
[tolerances]
consumption_by_material."0010" = true
[mappings]
"scrap_codes" . 'S 1' = { reason = "1", cost_centre = \'\'\'
# x\'\'\' }
[[mqtt.topics]]
topic = 'early # not a comment'
[[ mqtt.topics ]]   # ]]
topic = "late \\" ]"
id = 7
[[calendar.shifts]]
start = "noon"
end = 22:00:00
[[calendar.quiet_hours]]
end = [
    2026-12-24,  # ]
    { a.b = 1, c = "}" },
]
[calendar]
working_days = [
    "sun",

    "someday",
]
"""
)


def test_keys_are_found_however_they_are_written() -> None:
    assert {problem.key: problem.line for problem in problems(TRICKY)} == {
        "tolerances.consumption_by_material.0010": line_of(TRICKY, '"0010"'),
        'mappings.scrap_codes."S 1".cost_centre': line_of(TRICKY, "cost_centre"),
        "mqtt.topics[1].id": line_of(TRICKY, "id = 7"),
        "calendar.shifts[0].start": line_of(TRICKY, "noon"),
        "calendar.quiet_hours[0].start": line_of(TRICKY, "quiet_hours"),
        "calendar.quiet_hours[0].end": line_of(TRICKY, "end = ["),
        "calendar.working_days[1]": line_of(TRICKY, "someday"),
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[plant\ncode = 1", 1, "expected ']'"),
        ("a = 1\na = 2\n", 2, "twice: keep one"),
        ("[a]\n[a]\n", 2, "twice: keep one"),
        ("a = [1,\n2", 2, "Mend the TOML syntax"),
        ("start = 06:00\n", 1, 'write "06:00"'),
        ("\n\nx = 1e99999999999999999999", 1, "out of all bounds"),
        ("x = 1\ny = " + "1" * 5000, 2, "out of all bounds"),
        ("x = " + "[" * 3000, 1, "nested too deeply"),
    ],
)
def test_what_is_no_toml_is_a_problem_with_its_line(text: str, line: int, said: str) -> None:
    found = problems(text)
    assert [problem.line for problem in found] == [line]
    assert said in str(found[0])


def test_windows_line_ends_and_byte_order_marks_are_no_problem() -> None:
    content = b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode()
    assert check_content(content, Path("plant.toml"), ENV).problems == ()


def test_a_file_that_is_not_utf8_says_on_which_line() -> None:
    content = SMALLEST.replace("Valves", "Ventile Süd").encode("latin-1")
    found = check_content(content, Path("plant.toml"), ENV).problems
    assert [(one.line, one.problem) for one in found] == [(3, "is not UTF-8")]


def test_a_file_that_is_not_there_is_a_problem_too(tmp_path: Path) -> None:
    found = check_plant(tmp_path / "1010.toml", ENV).problems
    assert [one.problem for one in found] == ["cannot be read: no such file or directory"]


def test_policies_are_found_beside_the_plant_file(tmp_path: Path) -> None:
    (tmp_path / "own.cedar").write_text("", encoding="utf-8")
    file = tmp_path / "1010.toml"
    file.write_text(SMALLEST + '\n[policies]\nfile = "own.cedar"\n', encoding="utf-8")
    assert read_plant(file, ENV).policies.file == str(tmp_path / "own.cedar")


def test_a_folder_is_loaded_by_plant_code(tmp_path: Path) -> None:
    for code in ("1010", "1710"):
        text = SMALLEST.replace('code = "1010"\nname', f'code = "{code}"\nname')
        (tmp_path / f"{code}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no plant", encoding="utf-8")
    assert list(load_plants(tmp_path, ENV)) == ["1010", "1710"]


def test_two_files_of_one_plant_are_refused_and_both_named(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(SMALLEST, encoding="utf-8")
    with pytest.raises(PlantRefused) as refused:
        load_plants(tmp_path, ENV)
    assert str(refused.value).startswith(
        f"{tmp_path / 'b.toml'}:2: plant.code: plant 1010 is described in {tmp_path / 'a.toml'}"
    )
    assert [bool(checked.plant) for checked in check_plants(tmp_path, ENV)] == [True, False]


def test_the_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[plant]\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text("=", encoding="utf-8")
    with pytest.raises(PlantRefused) as refused:
        load_plants(tmp_path, ENV)
    assert {problem.file.name for problem in refused.value.problems} == {"a.toml", "b.toml"}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlantRefused, match="is no folder"):
        load_plants(tmp_path / "plants", ENV)


def test_nothing_is_copied_unless_a_table_says_so() -> None:
    plain = check_content(SMALLEST.encode(), Path("plant.toml"), ENV).plant
    asked = SMALLEST + "\n[audit_copy.application_log]\n[audit_copy.audit_profile]\n"
    copied = check_content(asked.encode(), Path("plant.toml"), ENV).plant
    assert plain is not None
    assert copied is not None
    assert plain.copy_targets == ()
    assert copied.copy_targets == ("1010/application_log", "1010/audit_profile")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            "[audit_copy.extension_table]",
            "audit_copy.extension_table: needs a MES of kind sap_dm, and this plant's is ignition. "
            "Take the table out.",
        ),
        ("[audit_copy.aplication_log]", "Did you mean application_log?"),
        ('[audit_copy.audit_profile]\nprofil = "Q"', "Did you mean profile?"),
        (
            '[audit_copy.application_log]\nproperties = { EntriHash = "Hash" }',
            "Did you mean EntryHash?",
        ),
        ('[audit_copy.application_log]\nfrom_start = "yes"', "audit_copy.application_log.from_st"),
        ('audit_copy = "all"', "audit_copy: is no table"),
    ],
)
def test_copies_asked_of_what_cannot_keep_them_are_refused(table: str, said: str) -> None:
    text = f"{table}\n{SMALLEST}" if table.startswith("audit_copy") else f"{SMALLEST}\n{table}\n"
    assert said in only(text)


def test_copies_in_dm_need_the_process_that_keeps_them() -> None:
    dm = (
        SMALLEST.replace('kind = "ignition"', 'kind = "sap_dm"')
        + "\n[audit_copy.extension_table]\n"
    )
    assert "systems.mes.processes has no copy_audit" in only(dm)
    keyed = dm + '[systems.mes.processes]\ncopy_audit = "REG_1"\n'
    assert problems(keyed) == ()
