# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the stories of articles of which the bases are at hand, as an engine has them that keeps no segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np

from indexer.arabic.analyser import Analyser
from indexer.article import Article
from indexer.engine.copies.sketches import day_of, digest_of_text
from indexer.engine.stories.signatures import HeldBases, signatures
from indexer.engine.stories.table import ToldArticles


def told_articles(articles: Sequence[Article], bases: Sequence[Mapping[str, int]], analyser: Analyser) -> ToldArticles:
    """Returns ``articles``, ascending by id, with their signatures; ``bases`` are those that each of them holds."""
    found = ToldArticles(
        np.array([int(article.id, 16) for article in articles], np.uint64),
        np.array([digest_of_text(article) for article in articles], np.uint32),
        np.array([day_of(article) for article in articles], np.int64),
        np.array([source_number(article.source) for article in articles], np.uint32),
        signatures(HeldBases.of(bases), analyser),
    )
    return found.chosen(np.argsort(found.ids))


def source_number(source: str) -> int:
    """Returns a source as the table of stories holds it: CRC-32 of its name, 0 for none."""
    return crc32(source.encode("utf-8", "surrogatepass")) if source else 0
