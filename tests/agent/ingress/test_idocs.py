"""IDocs: read whatever the bytes; nothing is fetched, nothing expands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.ingress.idoc import read
from agent.intake import Malformed

BOMB = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<X><IDOC BEGIN='1'><EDI_DC40 SEGMENT='1'><MESTYP>&b;</MESTYP></EDI_DC40></IDOC></X>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><IDOC BEGIN="1"/>',
        "<!DOCTYPE a><IDOC/>",
        "<IDOC>&undeclared;</IDOC>",
        "<IDOC>",
        "<X/>",
        "",
        "<IDOC>" + "<A>" * 40 + "</A>" * 40 + "</IDOC>",
        "<X>" + "<IDOC/>" * 1001 + "</X>",
        f"<IDOC><A>{'x' * 20_001}</A></IDOC>",
        '<?xml version="1.0" encoding="utf-99"?><IDOC/>',
    ],
)
def test_tricks_and_rubbish_are_refused(body: str) -> None:
    with pytest.raises(Malformed):
        read(body.encode())


def test_texts_stay_texts() -> None:
    [idoc] = read(b"<IDOC><A SEGMENT='1'><T>&lt;script&gt;1&lt;/script&gt;</T></A></IDOC>")
    assert idoc.segments[0].fields == {"T": "<script>1</script>"}


@given(
    st.one_of(
        st.binary(),
        st.lists(
            st.sampled_from(["<IDOC>", "</IDOC>", "<A>", "</A>", "x", "&#0;", "<![CDATA["])
        ).map(lambda parts: "".join(parts).encode()),
    )
)
def test_whatever_arrives_is_read_or_refused(body: bytes) -> None:
    try:
        found = read(body)
    except Malformed:
        return
    assert found
