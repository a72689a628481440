"""IDocs that are almost right: read as what stands there, or refused, however they were damaged.

The documents are those the table of IDocs knows. Segments are dropped, doubled, moved and renamed,
texts and attributes exchanged; then they are written in some encoding, said or not, and cut off.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from encodings.aliases import aliases
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.ingress.idoc import LONGEST_CONTROL, MOST_SEGMENTS, Idoc, Segment, read
from agent.ingress.translating import translated_idoc
from agent.intake import LONGEST, Malformed, read_signal
from tests.damage import damaged

NOW = datetime(2026, 3, 17, 8, tzinfo=UTC)
CONTROL = (
    '<EDI_DC40 SEGMENT="1"><DOCNUM>0000000000004711</DOCNUM><MESTYP>{}</MESTYP>'
    "<SNDPRN>MES1010</SNDPRN><CREDAT>20260317</CREDAT><CRETIM>075900</CRETIM></EDI_DC40>"
)
MOVED = f"""<x:WMMBID02 xmlns:x="urn:x"><IDOC BEGIN="1">{CONTROL.format("WMMBXY")}
 <E1MBXYH SEGMENT="1"><XBLNR>5000000001/2026</XBLNR><BLDAT>20260317</BLDAT>
 <E1MBXYI SEGMENT="1"><MATNR>0000RM-SEAT-S</MATNR><WERKS>1010</WERKS><BWART>261</BWART>
 <AUFNR>000001000001</AUFNR><SGTXT>Gebinde gerissen</SGTXT></E1MBXYI>
 <E1MBXYI SEGMENT="1"><MATNR>RM-SCR-M10</MATNR><WERKS>1010</WERKS><BWART>551</BWART>
 <AUFNR>000001000002</AUFNR></E1MBXYI></E1MBXYH></IDOC></x:WMMBID02>"""
TICKET = f"""<PPCC2PRETTICKET01><IDOC BEGIN="1">{CONTROL.format("PPCC2PRETTICKET")}
 <E1BP_PP_TIMETICKET SEGMENT="1"><ORDERID>1000001</ORDERID><OPERATION>0010</OPERATION>
 <PLANT>1010</PLANT><YIELD>5.000</YIELD></E1BP_PP_TIMETICKET></IDOC></PPCC2PRETTICKET01>"""
ITEM = f"""<MBGMCR03><IDOC BEGIN="1">{CONTROL.format("MBGMCR")}
 <E1MBGMCR SEGMENT="1"><E1BP2017_GM_HEAD_01 SEGMENT="1"><REF_DOC_NO>7001</REF_DOC_NO>
 </E1BP2017_GM_HEAD_01><E1BP2017_GM_ITEM_CREATE SEGMENT="1"><MATERIAL>RM-SEAT-S</MATERIAL>
 <PLANT>1010</PLANT><STGE_LOC>0002</STGE_LOC><MOVE_TYPE>261</MOVE_TYPE><ORDERID>1000001</ORDERID>
 </E1BP2017_GM_ITEM_CREATE></E1MBGMCR></IDOC></MBGMCR03>"""
WHOLE = (MOVED, TICKET, ITEM)

NAMES = st.sampled_from(
    [
        *("IDOC", "idoc", "EDI_DC40", "MESTYP", "DOCNUM", "WERKS", "PLANT", "AUFNR", "ORDERID"),
        *("E1MBXYI", "E1MBXYH", "E1BP_PP_TIMETICKET", "BWART", "MOVE_TYPE", "{urn:y}IDOC", "é"),
    ]
)
TEXTS = st.one_of(
    st.sampled_from(
        [
            *("", " ", "0", "-1", "9" * 5000, "1e999", "NaN", "WMMBXY", "MBGMCR", "261", "551"),
            *("9999", "20269999", "250000", "\u202e1010", "\ufffe", "\x00", "]]>", "<IDOC>"),
            *("&amp;", "x" * 20_001),
        ]
    ),
    st.text(max_size=10),
)  # fmt: skip
CHANGES = st.sampled_from(["drop", "double", "turn", "move", "name", "text", "mark", "unmark"])
MARKS = st.sampled_from(["SEGMENT", "BEGIN", "segment", "{urn:y}SEGMENT", "x"])
SCRAPS = [
    *(b"<", b"</", b">", b"&", b"&amp;", b"&#0;", b"&#xD800;", b"&x;", b"<![CDATA[", b"]]>"),
    *(b"<!--", b"<?x ?>", b'<!DOCTYPE a [<!ENTITY x "y">]>', b"<IDOC>", b"</IDOC>", b"\xff"),
    *(b"\xed\xa0\x80", b"\x00", b' xmlns="urn:z"', b' SEGMENT="1"', b"<E1MBXYI>", b"\xef\xbb\xbf"),
]  # fmt: skip
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-16-be", "latin-1", "utf-8-sig", "cp1252"])
BEFORE = st.sampled_from(
    [
        "",
        "",
        '<?xml version="1.0"?>',
        '<?xml version="1.1"?>',
        '<?xml version="1.0" encoding="{}"?>',
        '<?xml version="1.0" encoding="utf-16" standalone="yes"?>',
        '<?xml version="1.0" encoding="utf-7"?>',
        "<!DOCTYPE a>",
        '<!DOCTYPE a SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        "<!-- <IDOC> -->",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a document of the table with some of its parts dropped, doubled, moved, exchanged."""
    root = ElementTree.fromstring(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(0, 4))):
        every = [one for one in root.iter() if len(one)]
        if every:
            _change(draw, draw(st.sampled_from(every)), every)
    encoding = draw(ENCODINGS)
    text = draw(BEFORE).format(encoding) + ElementTree.tostring(root, "unicode")
    whole = text.encode(encoding, "xmlcharrefreplace")
    return draw(st.one_of(st.just(whole), damaged(whole, SCRAPS)))


def _change(draw: st.DrawFn, holder: ElementTree.Element, every: list[ElementTree.Element]) -> None:
    at = draw(st.integers(0, len(holder) - 1))
    match draw(CHANGES):
        case "drop":
            holder.remove(holder[at])
        case "double":
            holder[at:at] = [holder[at]] * draw(st.integers(1, 30))
        case "turn":
            holder[:] = holder[::-1]
        case "move":
            below = holder[at]
            holder.remove(below)
            others = [one for one in every if one is not below and one not in below.iter()]
            draw(st.sampled_from(others or [holder])).append(below)
        case "name":
            holder[at].tag = draw(NAMES)
        case "text":
            holder[at].text = draw(TEXTS)
        case "mark":
            holder[at].set(draw(MARKS), draw(TEXTS))
        case _:
            holder[at].attrib.clear()


def signals_of(body: bytes) -> Iterator[Malformed | None]:
    """Read a document to its last signal; yield what was wrong with each part of it."""
    try:
        found = read(body)
    except Malformed as problem:
        yield problem
        return
    assert found
    for one in found:
        try:
            made = translated_idoc(one, NOW, lambda _: ZoneInfo("UTC"))
        except Malformed as problem:
            yield problem
            continue
        for it in made:
            assert len(json.dumps(it.event)) < LONGEST
            try:
                read_signal({**it.event, "data": {"plant": "1010", **it.event["data"]}}, NOW)
            except Malformed as problem:
                yield problem
            else:
                yield None


@pytest.mark.parametrize(("body", "signals"), list(zip(WHOLE, (2, 1, 1), strict=True)))
def test_a_whole_one_is_read(body: str, signals: int) -> None:
    assert list(signals_of(body.encode())) == [None] * signals


@given(mutated())
@example(MOVED.replace('SEGMENT="1"', 'SEGMENT="1" SEGMENT="1"').encode())
@example(MOVED.replace("<IDOC", "<IDOC xmlns='urn:y'").encode("utf-16"))
@example(MOVED.encode()[:-1])
@example(MOVED.replace("20260317</CREDAT>", "00000000</CREDAT>").encode())
@example(MOVED.replace("MES1010", "9" * 3000).encode())
def test_any_damage_is_read_or_refused(body: bytes) -> None:
    list(signals_of(body))


@pytest.mark.parametrize("encoding", sorted({*aliases, *aliases.values(), "undefined", "martian"}))
def test_any_encoding_somebody_names_is_read_or_refused(encoding: str) -> None:
    said = f'<?xml version="1.0" encoding="{encoding}"?>{TICKET}'.encode()
    assert all(one is None or isinstance(one, Malformed) for one in signals_of(said))


@pytest.mark.parametrize("declared", ["utf-8", "utf-16", "iso-8859-1"])
def test_what_an_encoding_promises_is_kept_or_the_document_refused(declared: str) -> None:
    text = TICKET.replace("1010", "Wärme")
    body = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(declared)
    assert "Wärme" in str(read(body))
    if declared != "iso-8859-1":
        with pytest.raises(Malformed):
            read(f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode("iso-8859-1"))


def test_a_control_record_has_an_end() -> None:
    """Every signal of an IDoc carries it along."""
    for size, refused in ((LONGEST_CONTROL // 2, False), (LONGEST_CONTROL, True)):
        [said, *_] = signals_of(TICKET.replace("MES1010", "9" * size).encode())
        assert (said is not None and said.field == "EDI_DC40") == refused


def test_segments_have_an_end() -> None:
    lines = "<E1MBXYI/>".replace("/", " SEGMENT=''/")
    head = f"<X><IDOC>{CONTROL.format('WMMBXY')}"
    assert read(f"{head}{lines * (MOST_SEGMENTS - 1)}</IDOC></X>".encode())
    with pytest.raises(Malformed, match="segments"):
        read(f"{head}{lines * MOST_SEGMENTS}</IDOC></X>".encode())


@pytest.mark.timeout(60)
@pytest.mark.parametrize("levels", [0, 1, 5])
def test_many_small_segments_cost_no_more_than_their_number(levels: int) -> None:
    """A time that grew with their square would be hours."""
    lines = "<E1MBXYI SEGMENT=''><BWART>999</BWART></E1MBXYI>" * (MOST_SEGMENTS - 10)
    inside = "<A SEGMENT=''>" * levels + lines + "</A>" * levels
    body = f"<X><IDOC>{CONTROL.format('WMMBXY')}{inside}</IDOC></X>"
    [idoc] = read(body.encode())
    assert translated_idoc(idoc, NOW, lambda _: ZoneInfo("UTC")) == []
    assert sum(len(one.beside) + len(one.above) for one in idoc.lines()) < 20 * MOST_SEGMENTS


FIELDS = st.dictionaries(st.sampled_from("FG"), st.sampled_from(["", "1", "2", "3"]), max_size=2)
SEGMENTS = st.recursive(
    st.builds(Segment, st.sampled_from("ABC"), FIELDS),
    lambda inner: st.builds(
        Segment, st.sampled_from("ABC"), FIELDS, st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(SEGMENTS, max_size=4))
def test_a_field_is_borrowed_from_the_nearest_that_has_it(segments: list[Segment]) -> None:
    """The same, said one by one: those above, then what is small and beside, level by level."""
    idoc = Idoc({}, tuple(segments), "")
    walked = [line for one in segments for line in one.walk()]
    for line, found in zip(walked, idoc.lines(), strict=True):
        assert (found.segment, *found.above) == line
        beside = [one for above in line[1:] for one in above.below] + segments
        lent = [one for one in beside if not one.below and one.name != line[0].name]
        for name in "FG":
            holds = (one.fields[name] for one in (*line, *lent) if one.fields.get(name))
            assert found.look(name) == next(holds, None)
