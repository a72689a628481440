"""Bytes that are almost what they should be, for parsers that meet the bytes of others."""

import json
from collections.abc import Sequence
from typing import Any, cast

from hypothesis import settings
from hypothesis import strategies as st

USUAL = 50
"""So many tries a property has (tests/conftest.py), unless somebody looks further."""

JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.sampled_from(["", " ", "0", "\x00", "é", "x" * 300, "NaN", "concord", "1010"]),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=10,
)


def tries(many: int) -> settings:
    """Return settings for something slow: so many tries, and more as `make fuzz` has more."""
    usual = settings()
    return settings(max_examples=max(1, many * usual.max_examples // USUAL))


@st.composite
def damaged(draw: st.DrawFn, whole: bytes, words: Sequence[bytes] = ()) -> bytes:
    """Return a document with a piece cut out, doubled, or exchanged, once or a few times."""
    pieces = st.one_of(st.binary(max_size=6), st.sampled_from([b"", *words]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(whole)))
        end = draw(st.integers(start, min(len(whole), start + 40)))
        whole = whole[:start] + draw(pieces) + whole[draw(st.sampled_from([start, end])) :]
    return whole


@st.composite
def misshapen(draw: st.DrawFn, whole: Any) -> Any:
    """Return a JSON document of which one part is something else, or is gone."""
    copy: Any = json.loads(json.dumps(whole))
    here, holder, key = copy, cast(Any, None), cast(Any, None)
    while (keys := _keys(here)) and draw(st.integers(0, 4)):
        holder, key = here, draw(st.sampled_from(keys))
        here = holder[key]
    if holder is None:
        return draw(JSON)
    if draw(st.booleans()):
        holder[key] = draw(JSON)
    else:
        del holder[key]
    return copy


def _keys(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(cast(dict[str, Any], value))
    return list(range(len(cast(list[Any], value)))) if isinstance(value, list) else []
