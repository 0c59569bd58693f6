# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that the length of an article is the same with and without the analysis of its words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.arabic.analyser import Analyser
from indexer.arabic.lexicon import lexicon
from indexer.article import Article
from indexer.engine.opensearch.documents import analysed, length_of

TEXTS = st.text(st.sampled_from("ابتلموهي عبد و ال لل ،.:د ـَّ\n\u200f123abC#_-🙂"), max_size=120) | st.text(max_size=60)

ANALYSER = Analyser(lexicon.shipped())


@given(TEXTS, TEXTS)
def test_the_length_is_that_of_the_analysed_article(title: str, body: str) -> None:
    article = Article("0" * 16, title, body, "/x", indexed_at=1)
    assert length_of(article, ANALYSER) == analysed(article, ANALYSER).length
