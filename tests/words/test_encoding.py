# SPDX-License-Identifier: GPL-3.0-or-later
"""Terms as a cluster takes them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.engine.opensearch import encoding

TEXTS = st.one_of(
    st.text(),
    st.text("كلمة12<>", max_size=8),
    st.sampled_from(["", "_", "a b", "a|b", "\ud800", "و" * 2_001, "و" * 9_000]),
)


@given(st.lists(TEXTS))
def test_many_terms_are_encoded_as_each_of_them(texts: list[str]) -> None:
    assert list(encoding.terms(texts)) == [encoding.term(text) for text in texts]
    if encoding.are_plain(texts):
        assert [encoding.term(text) for text in texts] == texts
