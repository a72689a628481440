"""What is committed holds on every machine: no path of one of them, no host it installs from."""

import re
from pathlib import Path

# Spelt in parts, so that this file keeps the rule too.
PACKAGE_INDEXES = [
    f"{name}.{domain}"
    for name, domain in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("anaconda", "org"),
    )
]
FOLDERS_OF_A_PERSON = re.compile(r"(?<![\w.})\]])/(?:root|work|home/\w+|Users/\w+)/\w")


def _offences(text: str, here: tuple[str, ...]) -> list[str]:
    indexes = [host for host in PACKAGE_INDEXES if host in text]
    own = [path for path in here if path in text]
    return indexes + own + [match.group() for match in FOLDERS_OF_A_PERSON.finditer(text)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_package_index_or_a_path_of_this_machine(
    root: Path, files: dict[str, Path]
) -> None:
    here = (f"{root}/", f"{Path.home()}/")
    offences = {
        name: found for name, path in files.items() if (found := _offences(_text(path), here))
    }
    assert offences == {}


def test_the_rule_sees_both() -> None:
    assert _offences("see https://" + PACKAGE_INDEXES[0], ()) == [PACKAGE_INDEXES[0]]
    assert _offences("open('/" + "home/ada/plant.toml')", ()) != []
    assert _offences("GET /sap/opu/odata and deploy/home/page", ()) == []
