"""Whatever a broker brings: an event as the plant's file says, or what came, to be refused.

What raised once held the broker's stream up for good: the message came again after every failure.
"""

import json
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from agent.ingress.topics import event_of, matches, rule_of
from agent.intake import DEEPEST, Malformed, parse
from agent.playbooks.catalog import catalog
from agent.understanding import Acquaintance
from tests.agent.ingress.mqtt_broker import DEFICITS
from tests.agent.notify.desk import plant_of
from tests.damage import JSON, damaged, misshapen
from tools.plant.incoming import TopicRule

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
KNOWN = Acquaintance({"1010": plant_of()}, catalog(), NOW)
MORE = DEFICITS.model_copy(update={"fields": {"text": "note", "time": "at"}})
NAMELESS = DEFICITS.model_copy(update={"id": None})
EVENTS = TopicRule(topic="events/#")
MESSAGE = {"no": 7, "order": 1000001, "material": "RM-SEAT-S", "at": NOW.isoformat(), "note": "é"}
SIGNS = [b'"', b"{", b"[", b"\\ud800", b"\\u0000", b"\xed\xa0\x80", b"1e999", b"-0", b"9" * 40]
PAYLOADS = st.one_of(
    st.binary(max_size=60),
    st.one_of(misshapen(MESSAGE), JSON).map(lambda one: json.dumps(one).encode()),
    damaged(json.dumps(MESSAGE).encode(), SIGNS),
    misshapen(MESSAGE).map(lambda one: json.dumps(one, ensure_ascii=False).encode("utf-16")),
)
LEVELS = st.sampled_from(["plant", "1010", "deficit", "", "+", "#", "é", "$SYS", " "])
TOPICS = st.lists(LEVELS, min_size=1, max_size=4).map("/".join)


@given(PAYLOADS, st.sampled_from([DEFICITS, MORE, NAMELESS, EVENTS, None]), TOPICS)
@example(b'{"a":' + b"[" * 991 + b"]" * 991 + b"}", DEFICITS, "plant/1010/deficit")
@example(b'{"no": "\\ud800", "order": "\\ud800"}', DEFICITS, "plant/1010/deficit")
@example(b'{"no": "a", "more": ' + b"9" * 4000 + b"}", DEFICITS, "plant/1010/deficit")
@example(b'{"no": "a", "order": null, "material": true}', MORE, "plant/1010/deficit")
@example(b'{"no": "a", "at": "9999-99-99", "note": ' + b'"x"' * 9 + b"}", MORE, "")
def test_any_payload_is_a_signal_or_is_refused(
    payload: bytes, rule: TopicRule | None, topic: str
) -> None:
    event = event_of("1010", topic, payload, rule, NOW)
    understood = KNOWN.understand(event)
    signal = understood.arrived.signal
    assert (signal is None) == (understood.problem is not None)
    try:
        said = parse(payload)
    except Malformed:
        assert event == payload
        return
    if rule is not None and rule.signal is not None:
        made = json.loads(event)
        assert made["data"]["received"]["message"] == said
        assert (made["source"], made["type"]) == ("/mqtt/1010", DEFICITS.signal)
        assert signal is None or set(signal.keys) <= {"order", "material"}


def test_the_same_words_are_the_same_signal_and_others_another() -> None:
    def name(payload: bytes, topic: str = "plant/1010/deficit") -> str:
        return json.loads(event_of("1010", topic, payload, NAMELESS, NOW))["id"]

    one = json.dumps(MESSAGE).encode()
    assert name(one) == name(one)
    assert len({name(one), name(one + b" "), name(one, "plant/1010/other")}) == 3


@given(st.integers(DEEPEST + 1, 60_000))
def test_however_deep_it_is_nested(levels: int) -> None:
    for payload in (b'{"a":' * levels + b"1" + b"}" * levels, b'{"a":' * levels):
        assert KNOWN.understand(event_of("1010", "t", payload, DEFICITS, NOW)).problem is not None


@given(TOPICS, TOPICS)
def test_a_filter_matches_as_the_protocol_has_it(wanted: str, topic: str) -> None:
    levels = wanted.split("/")
    sound = "#" not in levels[:-1] and not {"#", "+"} & set(topic.split("/"))
    if sound and not topic.startswith("$"):  # brokers bring those to nobody who did not name them
        assert matches(wanted, topic) == topic_matches_sub(wanted, topic)
        found = rule_of((DEFICITS.model_copy(update={"topic": wanted}),), topic)
        assert (found is not None) == matches(wanted, topic)
