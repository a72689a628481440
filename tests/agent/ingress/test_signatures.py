"""Signatures: only a known source's, over these bytes, made just now."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from agent.ingress.sender import Sender
from agent.ingress.signatures import BadSignature, Signer, signed_by, signers
from agent.settings import SettingsRefused
from tests.damage import damaged
from tools.plant.model import Plant
from tools.plant.reading import check_plant

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
OLD = "whsec_" + "b2xk" * 8
NEW = "whsec_" + "bmV3" * 8
BODY = json.dumps({"id": "s1"}).encode()
KNOWN = (Signer(Sender("signed:/dm/1010", frozenset({"1010"}), "/dm/1010"), (Webhook(OLD),)),)


def signed(
    secret: str = OLD, at: datetime = NOW, body: bytes = BODY, name: str = "m1"
) -> dict[str, str]:
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, body.decode()),
    }


def test_a_source_that_signs_is_known_by_it() -> None:
    assert signed_by(KNOWN, signed(), BODY, NOW).source == "/dm/1010"


def test_while_a_secret_is_changed_both_are_good() -> None:
    both = (Signer(KNOWN[0].sender, (Webhook(OLD), Webhook(NEW))),)
    for secret in (OLD, NEW):
        assert signed_by(both, signed(secret), BODY, NOW) == KNOWN[0].sender
    twice = signed(NEW)
    twice["webhook-signature"] = "v1a,abc v2,abc " + twice["webhook-signature"]
    assert signed_by(both, twice, BODY, NOW) == KNOWN[0].sender


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), -timedelta(minutes=6)])
def test_what_was_signed_long_ago_or_ahead_is_refused(late: timedelta) -> None:
    with pytest.raises(BadSignature, match="more than 5 minutes"):
        signed_by(KNOWN, signed(at=NOW - late), BODY, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "m2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "9" * 30},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "١٢٣"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,####"},
        {"webhook-signature": "v1,ä"},
        {"webhook-id": ""},
    ],
)
def test_any_change_makes_it_worthless(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        signed_by(KNOWN, signed() | changed, BODY, NOW)


def test_other_bytes_or_another_secret_are_refused() -> None:
    for headers, body in ((signed(), BODY + b" "), (signed(NEW), BODY), (signed(), b"\xff")):
        with pytest.raises(BadSignature):
            signed_by(KNOWN, headers, body, NOW)


@given(st.text(), st.text(), st.text(), st.binary())
def test_no_rubbish_is_a_signature(name: str, stamp: str, mark: str, body: bytes) -> None:
    headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": mark}
    with pytest.raises(BadSignature):
        signed_by(KNOWN, headers, body, NOW)


LETTERS = st.sampled_from(
    [*" ,.=+/-_0\t\x00\x85\xa0é\u0660\u200b\ud800", "v1,", "V1,", "v1a,", "v2,", "v1"]
)
FORGERIES = st.sampled_from(["cut", "add", "case", "stamp", "base64", "more", "body", "split"])
STAMPS = st.one_of(
    st.integers(-400, 400).map(lambda late: str(int(NOW.timestamp()) + late)),
    st.sampled_from(["+1", "1e9", "0x10", "1_000", "9" * 11, "9" * 12, "00000000000", "NaN", "-1"]),
)


@st.composite
def forged(draw: st.DrawFn) -> tuple[dict[str, str], bytes]:
    """Return what somebody signed, with one part after another exchanged, or written otherwise."""
    headers, body = signed(draw(st.sampled_from([OLD, OLD, NEW]))), BODY
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(headers)))
        value = headers[name]
        match draw(FORGERIES):
            case "cut":
                at = draw(st.integers(0, len(value)))
                headers[name] = value[:at] + value[at + draw(st.integers(1, 4)) :]
            case "add":
                at = draw(st.integers(0, len(value)))
                headers[name] = value[:at] + draw(LETTERS) + value[at:]
            case "case":
                headers[name] = draw(st.sampled_from([value.upper(), value.swapcase()]))
            case "stamp":
                headers["webhook-timestamp"] = draw(STAMPS)
            case "base64":
                other = value.replace("+", "-").replace("/", "_")
                headers[name] = draw(st.sampled_from([other, value.rstrip("="), value + "="]))
            case "more":
                others = draw(
                    st.lists(st.sampled_from(["v1,", "v1,AAAA", value, "v2,x"]), max_size=12)
                )
                headers[name] = " ".join(draw(st.permutations([value, *others])))
            case "body":
                body = draw(damaged(body))
            case _:  # what is signed is id, time and body with dots between: the dots elsewhere
                headers["webhook-id"], _, rest = f"m1.{headers['webhook-timestamp']}".partition(".")
                body = f"{rest}.".encode("utf-8", "surrogatepass") + body
    return headers, body


@given(forged())
@example((signed() | {"webhook-id": "m\ud800"}, BODY))
@example((signed() | {"webhook-signature": "v1," + "A" * 100_000}, BODY))
@example((signed() | {"webhook-signature": "v1,AAAA " * 50_000}, BODY))
def test_only_what_was_signed_is_let_in_however_it_is_written(
    sent: tuple[dict[str, str], bytes],
) -> None:
    """Judged by a second reading of the standard: one that counts, over these very bytes."""
    headers, body = sent
    try:
        sender = signed_by(KNOWN, headers, body, NOW)
    except BadSignature:
        if headers == signed() and body == BODY:
            raise
        return
    assert sender == KNOWN[0].sender
    assert abs(int(headers["webhook-timestamp"]) - NOW.timestamp()) <= 300
    over = f"{headers['webhook-id']}.{int(headers['webhook-timestamp'])}.".encode() + body
    mark = hmac.new(base64.b64decode(OLD.removeprefix("whsec_")), over, "sha256").digest()
    marks = headers["webhook-signature"].split(" ")
    assert any(one[:3] == "v1," and decoded(one[3:]) == mark for one in marks)


def decoded(mark: str) -> bytes:
    try:
        return base64.b64decode(mark)
    except ValueError:
        return b""


def plant_with(tmp_path: Path, more: str) -> Plant:
    shipped = Path(__file__).parents[3] / "tools/sandbox/plants/1010.toml"
    file = tmp_path / "1010.toml"
    file.write_text(shipped.read_text("utf-8") + more, "utf-8")
    checked = check_plant(file, None)
    assert checked.plant is not None, checked
    return checked.plant


def test_a_plant_says_who_may_sign_and_the_environment_with_what(tmp_path: Path) -> None:
    plant = plant_with(tmp_path, '\n[[webhooks]]\nsource = "/dm/1010"\nsecret_env = "DM_SECRET"\n')
    known = signers([plant], {"DM_SECRET": f"{NEW} {OLD}"})
    assert signed_by(known, signed(), BODY, NOW) == Sender(
        "signed:/dm/1010", frozenset({"1010"}), "/dm/1010"
    )
    for weak in ("whsec_c2hvcnQ=", "§§§", "whsec_"):
        with pytest.raises(SettingsRefused, match="DM_SECRET"):
            signers([plant], {"DM_SECRET": weak})
