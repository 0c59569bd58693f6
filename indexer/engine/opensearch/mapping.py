# SPDX-License-Identifier: GPL-3.0-or-later
"""What the index of articles looks like: its fields, how OpenSearch divides them into terms, and how it scores.

Fields of a document, all made in `documents`:

- ``surface``, ``folded``, ``stem``, ``gram``: terms with their weighted frequencies (``term|7``), for scores.
- ``title_folded``, ``title_stem``, ``body_folded``, ``body_stem``: terms in their order, for phrases and for words of
  the title. ``a|b`` are two terms at one position.
- ``title_base``, ``headline``: the bases of the title, for completion: with positions (`headline_terms`), and as one
  text.
- ``base``: the bases of the article, for significant words.
- ``id``, ``source``, ``category``, ``author``, ``own.*``, ``date``, ``precision``, ``instant``, ``fetched_at``,
  ``indexed_at``.
- ``address``: stands for the address of the original (`web_addresses.address_key`).
- ``cluster``: the id of the cluster of copies; ``copied``: whether it has another article.
- ``added``, ``removed``, ``part``: see `visibility`.
- ``article``: the article itself as JSON, which is stored only.

Terms are not kept in ``_source``, which would double the index. So a document can only be written whole.

The similarity is BM25, of which the document holds the half that depends on it and the query the other half:

- The frequency of a term is ``FINENESS * tf / norm``, where norm is 1 - B + B * length / ``average``. So the score is
  tf' * (K1 + 1) / (tf' + K1). OpenSearch keeps the length of an article in one byte, which put another article first
  for 2.3 % of headlines. ``average`` is the average length of the first articles of the index.
- The average changes while the index grows. So one more term, `REST`, makes the sum of all frequencies ``LENGTH`` times
  the length of the article. From that sum, however coarsely it is kept, follows by how much the norm would be another
  one with the present average.
- The idf is part of the boost of a term in a query. OpenSearch would count articles that no reader sees.

The similarity is fixed here; nothing of a query is ever a script.
"""

from __future__ import annotations

from typing import Any

from indexer.engine.opensearch.replication import BY_SEGMENTS
from indexer.engine.weights import K1, B

Json = dict[str, Any]

FORMAT = 3
"""Raise this number with every change of what is stored."""

COUNTED = ("surface", "folded", "stem", "gram")
PLACED = ("title_folded", "title_stem", "body_folded", "body_stem", "title_base")
NOT_KEPT = (*COUNTED, *PLACED, "base", "headline")
"""The fields that ``_source`` lacks."""

DEEPEST = 100_000
"""The number of hits that one search can list, those of copies included."""

FINENESS = 100
"""The frequency of a term that an article of average length has once."""

LENGTH = 2_000
"""The sum of the frequencies of all terms of an article, for each word of its length."""

REST = "\u0002"
"""A filler term. Its frequency raises the sum to ``LENGTH`` times the length. The analyser makes no such term."""

FEW = 1_000
"""The average of fewer articles in a shard than these is an accident; the first one is then the better one."""

_MOST = 2_000_000_000
"""Frequencies and their sum are numbers of 32 bits."""


def _similarity(average: float) -> str:
    """The script that scores a term, for an index of this ``average`` length."""
    first = f"{max(average, 1.0):.6f}"
    norm = "(" + f"{1 - B:.6f} + {B} * length / " + "{})"
    return (
        f"double length = doc.length / {LENGTH:.1f};"
        f"double average = field.docCount < {FEW} ? {first} : field.sumTotalTermFreq / {LENGTH:.1f} / field.docCount;"
        f"double tf = doc.freq * {norm.format(first)} / {norm.format('average')};"
        f"return weight * {K1 + 1} * tf / (tf + {K1 * FINENESS});"
    )


def frequency(weight: int, length: int, average: float) -> int:
    """The frequency of a term that has this ``weight`` in an article of this ``length``."""
    return max(1, round(FINENESS * weight / (1 - B + B * length / max(average, 1.0))))


def rest(frequencies: int, length: int) -> int:
    """The frequency of `REST` in an article of this ``length`` whose terms have these ``frequencies`` in all."""
    return max(0, min(LENGTH * length, _MOST) - frequencies)


def articles_index(shards: int, replicas: int, fingerprint: str, average: float) -> Json:
    """The body that creates an index of articles; ``fingerprint`` is that of the analyser.

    ``average`` is the average `AnalysedDocument.length`.
    """
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                # A run refreshes before it publishes, and nobody reads sooner what it wrote.
                "refresh_interval": "-1",
                **BY_SEGMENTS,
                "codec": "best_compression",
                "max_result_window": DEEPEST,
                "similarity": {
                    "fihrist": {
                        "type": "scripted",
                        "weight_script": {"source": "return query.boost;"},
                        "script": {"source": _similarity(average)},
                    }
                },
                "analysis": {
                    "analyzer": {
                        "terms": {"type": "custom", "tokenizer": "blanks"},
                        "counted": {"type": "custom", "tokenizer": "blanks", "filter": ["frequencies"]},
                        "placed": {"type": "custom", "tokenizer": "blanks", "filter": ["together", "nowhere"]},
                    },
                    "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": 1_048_576}},
                    "filter": {
                        "frequencies": {"type": "delimited_term_freq", "delimiter": "|"},
                        "together": {"type": "pattern_capture", "preserve_original": False, "patterns": ["([^|]+)"]},
                        "nowhere": {"type": "stop", "stopwords": ["_"]},
                    },
                },
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"fihrist": {"format": FORMAT, "analyser": fingerprint, "average_length": average}},
            "_source": {"excludes": list(NOT_KEPT)},
            "dynamic_templates": [{"own": {"path_match": "own.*", "mapping": {"type": "keyword"}}}],
            "properties": {
                **{name: _counted() for name in COUNTED},
                **{name: _placed() for name in PLACED},
                "base": {"type": "keyword", "index": False},
                "headline": {"type": "binary", "doc_values": True},
                **{name: {"type": "keyword"} for name in ("id", "source", "category", "author", "address", "cluster")},
                "own": {"type": "object", "dynamic": True},
                "date": {"type": "date", "format": "strict_date_hour_minute_second"},
                "precision": {"type": "byte"},
                "instant": {"type": "integer"},
                "fetched_at": {"type": "long"},
                "indexed_at": {"type": "long"},
                "copied": {"type": "boolean"},
                "added": {"type": "integer"},
                "removed": {"type": "integer"},
                "part": {"type": "integer"},
                "article": {"type": "keyword", "index": False, "doc_values": False},
            },
        },
    }


def _counted() -> Json:
    return {
        "type": "text",
        "analyzer": "counted",
        "search_analyzer": "terms",
        "index_options": "freqs",
        "similarity": "fihrist",
    }


def _placed() -> Json:
    return {
        "type": "text",
        "analyzer": "placed",
        "search_analyzer": "terms",
        "index_options": "positions",
        "norms": False,
    }
